"""Servers for `.ci/redisctl.py`, what they are given, and how redisctl and others ask them."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.server
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import urllib.request
import zipfile
from collections.abc import Iterator
from typing import Any

RAMP, REDISCTL = (pathlib.Path(argument) for argument in sys.argv[1:3])
USER, PASSWORD = "admin@example.com", "s3cret pass"
OBJECTS = "/v2/modules/user-defined"
ARTIFACTS = "/v2/local/modules/user-defined/artifacts"
# What it makes of an answer of 404, whatever is in it.
NOT_FOUND = "404 Not Found"
UNSUPPORTED = "Module upload via REST API is not supported in this Redis Enterprise version"


def metadata(**more: Any) -> dict[str, Any]:
    """`module.json` of a bundle that every release takes."""
    return {
        "module_name": "testmodule", "module_file": "testmodule.so", "architecture": "x86_64", "version": 10203,
        "semantic_version": "1.2.3", "display_name": "A test", "author": "Nobody", "email": "nobody@example.com",
        "description": "For tests", "homepage": "https://example.com", "license": "MIT", "command_line_args": "",
        "config_command": "", "capabilities": ["types", "replica_of"], "min_redis_version": "7.2",
        "min_redis_pack_version": "7.2", "compatible_redis_version": "7.4", "commands": [], "dependencies": {},
        "operating_systems": ["rhel9"], "os": "Linux", "sha256": hashlib.sha256(MODULE).hexdigest(), **more,
    }  # fmt: skip


# No cluster looks into the module, and neither does the server without a gate.
MODULE = b"\x7fELF, as far as anybody looks"


def bundle(**more: Any) -> bytes:
    """A bundle with that metadata."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("module.json", json.dumps(metadata(**more)))
        archive.writestr("testmodule.so", MODULE)
    return content.getvalue()


class Cluster:
    """A server that is asked, by redisctl and without it."""

    def __init__(self, folder: pathlib.Path, release: str, *options: str):
        self.release = release
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "RAMP_ADMIN_USER": USER, "RAMP_ADMIN_PASSWORD": PASSWORD,
            "RAMP_LOG": "warn",
        }  # fmt: skip
        command = [RAMP, "serve", "--listen", "127.0.0.1:0", "--data-dir", folder / "data", "--target", release, *options]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http"), "the server does not listen"
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "NO_COLOR": "1", "PAGER": "cat",
            "REDIS_ENTERPRISE_URL": self.url, "REDIS_ENTERPRISE_USER": USER, "REDIS_ENTERPRISE_PASSWORD": PASSWORD,
            "REDIS_ENTERPRISE_INSECURE": "true",
        }  # fmt: skip
        self.paths: dict[str, Any] = self.ask("GET", "/openapi.json")["paths"]

    def ask(self, method: str, path: str, body: Any = None, form: bytes | None = None) -> Any:
        """What is answered, as JSON; without redisctl."""
        headers = {"Authorization": "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()}
        data = None
        if form is not None:
            boundary = "a-boundary-that-is-in-no-zip"
            headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="module"; filename="x.zip"\r\n\r\n'
            data = head.encode() + form + f"\r\n--{boundary}--\r\n".encode()
        elif body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def plays(self, endpoint: str) -> bool:
        """Whether the description of the server has it: `PUT /v1/bdbs/{uid}`."""
        method, path = endpoint.split(" ")
        operation = self.paths.get(path, {}).get(method.lower())
        return operation is not None and "405" not in operation["responses"]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`redisctl enterprise …`, whatever comes of it."""
        command = [REDISCTL, "enterprise", *arguments, "-o", "json"]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120)

    def does(self, *arguments: str) -> Any:
        """What a command prints that succeeds: JSON, or text where it is none."""
        done = self.run(*arguments)
        assert done.returncode == 0, f"{self.release}: {arguments}: {done.stdout}{done.stderr}"
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError:
            return done.stdout + done.stderr

    def fails(self, *arguments: str, with_: str) -> None:
        """A command fails, and says that."""
        done = self.run(*arguments)
        told = done.stdout + done.stderr
        assert done.returncode != 0 and with_ in told, f"{self.release}: {arguments}: not `{with_}`: {told}"

    def begins(self, *arguments: str) -> list[str]:
        """The first three lines of a command that goes on until it is stopped."""
        command = [REDISCTL, "enterprise", *arguments]
        with subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True) as process:
            stop = threading.Timer(60, process.kill)
            stop.start()
            assert process.stdout
            lines = [process.stdout.readline().strip() for _ in range(3)]
            stop.cancel()
            process.kill()
        return lines

    def where_played(self, endpoint: str, *arguments: str) -> Any:
        """A command whose endpoint may be played; what it prints. Where it is not, it says so."""
        if self.plays(endpoint):
            return self.does(*arguments)
        # Where the path has other methods, this one is not allowed.
        missing = "method_not_allowed" if endpoint.split(" ")[1] in self.paths else NOT_FOUND
        self.fails(*arguments, with_=missing)
        return None


@contextlib.contextmanager
def serving(release: str, *options: str) -> Iterator[Cluster]:
    """A server, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(pathlib.Path(folder), release, "--plain-http", *options)
        try:
            yield cluster
        finally:
            cluster.process.terminate()
            assert cluster.process.wait(60) == 0, "the server did not end well"


@contextlib.contextmanager
def files(contents: dict[str, bytes]) -> Iterator[str]:
    """`HOST:PORT` of a server that has these files for whoever has the password."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers.get("Authorization") == "Basic " + base64.b64encode(b"me:there").decode()
            content = contents.get(self.path) if known else None
            self.send_response(200 if content is not None else 404)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield "{}:{}".format(*server.server_address[:2])
    finally:
        server.shutdown()
