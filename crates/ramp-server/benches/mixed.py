#!/usr/bin/env python3
"""Measures `ramp serve` under uploads, deletions and lists together, beside nginx with a file of the same list, in one run.

    cargo build --release -p ramp-cli
    python3 crates/ramp-server/benches/mixed.py [target/release/ramp] [--seconds 600]

Wants Linux, nginx and curl: `apt-get install nginx-light curl`. It ends with an error where a request was not answered with success, or where
memory or the list's 99th percentile is beyond the goal. The figures are printed as Markdown.
"""

import argparse, contextlib, http.client, json, multiprocessing, os, pathlib, re, socket, sys, tempfile, time

from load import AUTHORIZATION, ask, bundle, nginx, peak, ramp, upload

# What an uploader has of bundles, and how large each is: more than is judged at once, less than takes long to send.
BUNDLES, BYTES = 20, 300_000
# Between two requests for the list, in seconds: who waits for lists does something with them.
PAUSE = 0.002
# The goals: MiB, and for each upload under way; milliseconds.
MEMORY, EACH, LATENCY = 64, 1, 20
HEADERS = dict([AUTHORIZATION.split(": ", 1)])


def form(content):
    head = b'--b\r\nContent-Disposition: form-data; name="module"; filename="x.zip"\r\n\r\n'
    return head + content + b"\r\n--b--\r\n"


def uploads_and_deletes(address, number, end, told):
    """Uploads a bundle and deletes it, again and again."""
    bodies = [form(bundle(1_000_000 * number + version, 4000, BYTES)) for version in range(1, BUNDLES + 1)]
    connection = http.client.HTTPConnection(address.removeprefix("http://"))

    def request(method, path, body=None):
        headers = dict(HEADERS, **({"Content-Type": "multipart/form-data; boundary=b"} if body else {}))
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status} {text[:300]}")
        return json.loads(text)

    done = 0
    while time.monotonic() < end:
        module = request("POST", "/v2/modules", bodies[done % BUNDLES])
        request("DELETE", f"/v2/modules/{module['uid']}")
        done += 1
    told.put(("uploads", done))


class Reader:
    """Asks for one thing again and again, over one connection."""

    def __init__(self, url, path, headers=""):
        host, port = url.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)))
        self.request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n".encode()
        self.buffer = bytearray(64 << 20)

    def milliseconds(self):
        view, have, whole = memoryview(self.buffer), 0, None
        began = time.perf_counter()
        self.socket.sendall(self.request)
        while whole is None or have < whole:
            got = self.socket.recv_into(view[have:])
            if got == 0:
                raise SystemExit("a connection broke")
            have += got
            end = self.buffer.find(b"\r\n\r\n", 0, min(have, 8192)) if whole is None else -1
            if end >= 0:
                head = bytes(view[:end]).decode().lower()
                if " 200 " not in head.split("\r\n")[0]:
                    raise SystemExit(head)
                whole = end + 4 + int(re.search(r"content-length: (\d+)", head)[1])
        return (time.perf_counter() - began) * 1000


def lists(address, server, end, told):
    """Asks both in turn, so that both have the same neighbours."""
    readers = {"ramp": Reader(address, "/v1/modules", AUTHORIZATION + "\r\n"), "nginx": Reader(server, "/list")}
    times = {name: [] for name in readers}
    while time.monotonic() < end:
        for name, reader in readers.items():
            times[name].append(reader.milliseconds())
            time.sleep(PAUSE)
    told.put(("times", times))


def percentile(times, part):
    return sorted(times)[min(len(times) - 1, int(len(times) * part / 100))]


def resident(child):
    return int(re.search(r"VmRSS:\s+(\d+) kB", pathlib.Path(f"/proc/{child.pid}/status").read_text())[1]) / 1024


def measure(binary, scratch, options):
    with nginx(scratch / "nginx") as server, ramp(binary, scratch / "data") as (child, address):
        for first in range(0, options.modules, 100):
            files = []
            for version in range(first + 1, min(first + 100, options.modules) + 1):
                files.append(scratch / f"{version}.zip")
                files[-1].write_bytes(bundle(version, 4000, 0))
            upload([("form", file, f"{address}/v2/modules") for file in files])
            for file in files:
                file.unlink()
        body = ask(f"{address}/v1/modules")
        if len(json.loads(body)) != options.modules:
            sys.exit(f"{options.modules} modules are not listed: {body[:200]}")
        (scratch / "nginx" / "files" / "list").write_bytes(body)
        pathlib.Path(f"/proc/{child.pid}/clear_refs").write_text("5")
        before, told, end = resident(child), multiprocessing.Queue(), time.monotonic() + options.seconds
        work = [(uploads_and_deletes, (address, number, end, told)) for number in range(1, options.uploaders + 1)]
        work.append((lists, (address, server, end, told)))
        processes = [multiprocessing.Process(target=target, args=arguments) for target, arguments in work]
        for process in processes:
            process.start()
        course = []
        for part in range(1, 11):
            time.sleep(max(0, end - time.monotonic() - options.seconds * (10 - part) / 10))
            course.append(resident(child))
        answers = []
        for process in processes:
            while process.is_alive() or not told.empty():
                with contextlib.suppress(Exception):
                    answers.append(told.get(timeout=0.2))
            process.join()
        if any(process.exitcode for process in processes) or len(answers) != len(work):
            sys.exit("a request failed")
        times = next(value for name, value in answers if name == "times")
        uploads = sum(value for name, value in answers if name == "uploads")
        return len(body), before, peak(child), course, uploads, times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?", default="target/release/ramp", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=600, help="for how long; default 600")
    parser.add_argument("--modules", type=int, default=1000, help="how many stay; default 1000")
    parser.add_argument("--uploaders", type=int, default=4, help="how many upload and delete; default 4")
    options = parser.parse_args()
    binary = options.binary.resolve()
    # Beside the binary, so that it is a disk and no memory.
    with tempfile.TemporaryDirectory(dir=binary.parent) as scratch:
        size, before, most, course, uploads, times = measure(binary, pathlib.Path(scratch), options)
    limit = MEMORY + EACH * options.uploaders
    print(f"\n{options.seconds} s, {options.modules} modules ({size:,} bytes), {options.uploaders} uploaders: {uploads:,} uploads and "
          f"deletions, {len(times['ramp']):,} lists; load of the machine {os.getloadavg()[0]:.1f}")
    print("\n| the list | 50 % within | 99 % | at most |\n|---|---|---|---|")
    for name, label in (("nginx", "nginx, a file"), ("ramp", "`ramp serve`")):
        print(f"| {label} | {percentile(times[name], 50):.1f} ms | {percentile(times[name], 99):.1f} ms | {max(times[name]):.1f} ms |")
    print(f"\nMemory: {before:.0f} MiB before, at most {most:.0f} MiB of {limit} MiB; "
          f"in the course of it {', '.join(f'{part:.0f}' for part in course)} MiB.")
    beyond = []
    if percentile(times["ramp"], 99) >= LATENCY:
        beyond.append(f"the list's 99th percentile ({LATENCY} ms)")
    if most >= limit:
        beyond.append(f"memory ({limit} MiB)")
    if beyond:
        sys.exit(f"beyond the goal: {', '.join(beyond)}")


if __name__ == "__main__":
    main()
