#!/usr/bin/env python3
"""Measures `ramp serve` under load, beside the floor and beside nginx, in one run.

    cargo build --release -p ramp-cli
    python3 crates/ramp-server/benches/load.py [target/release/ramp]

Wants Linux, nginx (with WebDAV), curl, wrk and ab: `apt-get install nginx-light curl wrk apache2-utils`. It takes some 40 s, and
ends with an error where a request was not answered with success. The figures are printed as Markdown.
"""

import base64, contextlib, hashlib, io, json, os, pathlib, re, resource, shutil, signal, socket, subprocess, sys, tempfile, time
import urllib.request, zipfile

ROUNDS = 3
UPLOADS, SMALL = 200, 300_000
READS = 2000
LARGE = 40_000_000
SECONDS = 2
USER, PASSWORD = "admin", "secret"
AUTHORIZATION = "Authorization: Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

NGINX = """
daemon off; worker_processes 2; pid nginx.pid; error_log error.log error; {user}
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 10000000; client_max_body_size 0;
  client_body_temp_path body; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  server {{ listen 127.0.0.1:{port}; root files; location /put/ {{ dav_methods PUT; }} default_type application/json; }}
}}
"""


def run(*command, **kwargs):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **kwargs)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed: {done.stdout}{done.stderr}")
    return done.stdout


def bundle(version, module_bytes, dependency_bytes):
    """A bundle whose bytes do not compress."""
    about = {
        "module_name": "load", "module_file": "load.so", "version": version, "semantic_version": "0.0.1",
        "architecture": "x86_64", "display_name": "load", "author": "load", "email": "", "description": "", "homepage": "",
        "license": "", "command_line_args": "", "capabilities": ["types"], "min_redis_version": "6.2",
        "min_redis_pack_version": "6.0", "commands": [], "ramp_format_version": 1,
    }
    module = os.urandom(module_bytes)
    about["sha256"] = hashlib.sha256(module).hexdigest()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("module.json", json.dumps(about))
        archive.writestr("load.so", module)
        if dependency_bytes:
            archive.writestr("deps/noise", os.urandom(dependency_bytes))
    return out.getvalue()


@contextlib.contextmanager
def process(*command, **kwargs):
    child = subprocess.Popen([str(word) for word in command], **kwargs)
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait()


@contextlib.contextmanager
def ramp(binary, directory):
    environment = dict(os.environ, RAMP_ADMIN_USER=USER, RAMP_ADMIN_PASSWORD=PASSWORD, RAMP_LOG="warn")
    command = [binary, "serve", "--plain-http", "--listen", "127.0.0.1:0", "--target", "7.22", "--without-bundled", "--data-dir", directory]
    with process(*command, env=environment, stdout=subprocess.PIPE, text=True) as child:
        address = child.stdout.readline().strip()
        if not address.startswith("http://"):
            sys.exit("ramp serve does not listen")
        # A password is hashed the first time it is seen; the rest is measured.
        ask(address + "/v1/modules")
        yield child, address
        if child.poll() is not None:
            sys.exit("ramp serve has ended")


@contextlib.contextmanager
def nginx(directory):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (directory / "files" / "put").mkdir(parents=True)
    user = "user root;" if os.getuid() == 0 else ""
    (directory / "nginx.conf").write_text(NGINX.format(port=port, user=user))
    with process("nginx", "-p", directory, "-c", directory / "nginx.conf"):
        address = f"http://127.0.0.1:{port}"
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield address


def ask(url):
    name, value = AUTHORIZATION.split(": ", 1)
    with urllib.request.urlopen(urllib.request.Request(url, headers={name: value})) as answer:
        return answer.read()


def upload(requests):
    """Seconds from the first to the last answer of these uploads, at once: pairs of the arguments and the URL."""
    lines = []
    for number, (how, file, url) in enumerate(requests):
        lines.append("next" if number else "parallel\nparallel-immediate\nparallel-max = 300")
        lines += [f'header = "{AUTHORIZATION}"', 'header = "Expect:"', "silent", 'output = "/dev/null"']
        lines += [f'write-out = "%{{http_code}}\\n"', f'url = "{url}"']
        lines.append(f'form = "module=@{file}"' if how == "form" else f'upload-file = "{file}"')
    began = time.monotonic()
    codes = run("curl", "-q", "-K", "-", input="\n".join(lines)).split()
    took = time.monotonic() - began
    if len(codes) != len(requests) or not set(codes) <= {"200", "201", "204"}:
        sys.exit(f"uploads were answered {sorted(set(codes))}, {len(codes)} of {len(requests)}")
    return took


def floor(files, directory):
    """Copies to the same disk, brought to it, and hashed."""
    copies = [directory / f"copy-{number}" for number in range(len(files))]
    began = time.monotonic()
    for file, copy in zip(files, copies):
        shutil.copyfile(file, copy)
    run("sync", *copies)
    run("sha256sum", *copies)
    took = time.monotonic() - began
    for copy in copies:
        copy.unlink()
    return took


def requests_a_second(url):
    text = run("wrk", "-t", 1, "-c", 32, "-d", f"{SECONDS}s", "-H", AUTHORIZATION, url)
    if "Non-2xx" in text or "Socket errors" in text:
        sys.exit(text)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])


def peak(child):
    return int(re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{child.pid}/status").read_text())[1]) / 1024


def uploads(binary, scratch, server):
    print("\n| upload | bytes | floor | nginx `PUT` | `ramp serve` | MB/s | of the floor | peak memory, MiB |")
    print("|---|---|---|---|---|---|---|---|")
    cases = [("one, with a dependency of 40 MB", 1, 4000, LARGE), ("one, with a module of 40 MB", 1, LARGE, 0),
             (f"{UPLOADS} at once, of 300 KB", UPLOADS, 4000, SMALL)]
    for name, count, module, dependency in cases:
        times = {"floor": [], "nginx": [], "ramp": []}
        with ramp(binary, scratch / f"{count}-{module}") as (child, address):
            for round_ in range(ROUNDS):
                files = []
                for number in range(count):
                    file = scratch / f"{number}.zip"
                    file.write_bytes(bundle(round_ * count + number + 1, module, dependency))
                    files.append(file)
                times["floor"].append(floor(files, scratch))
                times["nginx"].append(upload([("put", file, f"{server}/put/{round_}-{file.name}") for file in files]))
                times["ramp"].append(upload([("form", file, f"{address}/v2/modules") for file in files]))
            memory = peak(child)
        size = sum(file.stat().st_size for file in files)
        least, put, taken = (min(times[key]) for key in ("floor", "nginx", "ramp"))
        print(f"| {name} | {size:,} | {least:.3f} s | {put:.3f} s | {taken:.3f} s | {size / taken / 1e6:.0f} "
              f"| {least / taken:.2f} | {memory:.0f} |", flush=True)


def lists(binary, scratch, files, server):
    print("\n| modules | bytes | nginx, static | `ramp serve` | ratio |")
    print("|---|---|---|---|---|")
    with ramp(binary, scratch / "lists") as (_, address):
        there = 0
        for wanted in (0, 10, 100):
            for there in range(there, wanted):
                file = scratch / "list.zip"
                file.write_bytes(bundle(there + 1, 4000, 0))
                upload([("form", file, f"{address}/v2/modules")])
            there = wanted
            body = ask(f"{address}/v1/modules")
            if len(json.loads(body)) != wanted:
                sys.exit(f"{wanted} modules are not listed: {body[:200]}")
            (files / "list").write_bytes(body)
            static, list_ = requests_a_second(f"{server}/list"), requests_a_second(f"{address}/v1/modules")
            print(f"| {wanted} | {len(body):,} | {static:,.0f}/s | {list_:,.0f}/s | {list_ / static:.2f} |", flush=True)


def memory(binary, scratch):
    files = []
    for number in range(UPLOADS):
        files.append(scratch / f"{number}.zip")
        files[-1].write_bytes(bundle(number + 1, 4000, SMALL))
    with ramp(binary, scratch / "memory") as (child, address):
        before = peak(child)
        command = ["ab", "-q", "-n", str(READS), "-c", str(READS), "-H", AUTHORIZATION, "-s", "60", f"{address}/v1/cluster"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as reads:
            upload([("form", file, f"{address}/v2/modules") for file in files])
            text = reads.communicate()[0]
        complete = re.search(r"Complete requests:\s+(\d+)", text)
        if reads.returncode != 0 or not complete or int(complete[1]) != READS or "Non-2xx" in text:
            sys.exit(f"reads failed: {text}")
        most, limit = peak(child), 64 + UPLOADS
    print(f"\nPeak memory (VmHWM) of {UPLOADS} uploads of 300 KB and {READS:,} reads at once: {most:.0f} MiB of {limit} MiB, "
          f"ratio {most / limit:.2f}; {before:.0f} MiB before.")


def main():
    binary = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target/release/ramp").resolve()
    for tool in (binary, "nginx", "curl", "wrk", "ab", "sha256sum"):
        if not shutil.which(tool):
            sys.exit(f"{tool} is missing")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    # Beside the binary, so that it is a disk and no memory.
    with tempfile.TemporaryDirectory(dir=binary.parent) as scratch:
        scratch = pathlib.Path(scratch)
        with nginx(scratch / "nginx") as server:
            uploads(binary, scratch, server)
            lists(binary, scratch, scratch / "nginx" / "files", server)
        memory(binary, scratch)


if __name__ == "__main__":
    main()
