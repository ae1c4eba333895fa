"""Bundles for the tests, made here of the demonstration's module."""

import functools
import hashlib
import io
import json
import os
import pathlib
import subprocess
import tempfile
import zipfile

SOURCE = pathlib.Path(__file__).parents[3] / "testdata/hello/hello.c"


@functools.lru_cache(maxsize=None)
def module():
    """The demonstration's module: that of the environment, where there is no compiler, else built here."""
    if built := os.environ.get("RAMP_TEST_MODULE"):
        return pathlib.Path(built).read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        built = pathlib.Path(folder, "hello.so")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-fvisibility=hidden", "-o", built, SOURCE], check=True)
        return built.read_bytes()


def bundle(dependency=None, **metadata):
    document = {
        "module_name": "hello",
        "module_file": "hello.so",
        "version": 10203,
        "semantic_version": "1.2.3",
        "architecture": "x86_64",
        "os": "Linux",
        "operating_systems": ["rhel9", "ubuntu22"],
        "display_name": "Hello",
        "author": "me",
        "capabilities": ["types"],
        "commands": [
            {"command_name": "hello.greet", "command_arity": -1, "flags": ["readonly"], "first_key": 0, "last_key": 0, "step": 0}
        ],
        "min_redis_version": "7.2",
        "min_redis_pack_version": "7.2",
        "compatible_redis_version": "7.4",
        "command_line_args": "",
        "sha256": hashlib.sha256(module()).hexdigest(),
        **metadata,
    }
    entries = [("hello.so", module(), 0o100755), ("module.json", json.dumps(document), 0o100644)]
    if dependency is not None:
        entries.append(("deps/words.tgz", dependency, 0o100644))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zip_file:
        for name, content, mode in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr, info.compress_type = mode << 16, zipfile.ZIP_DEFLATED
            zip_file.writestr(info, content)
    return out.getvalue()
