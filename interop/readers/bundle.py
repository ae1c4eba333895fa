"""An ordinary bundle, which the strict policy accepts: what the variants are made of."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import pathlib
import subprocess
import tarfile

from zips import DEFLATED, STORED, Entry, Zip, folder

ROOT = pathlib.Path(__file__).resolve().parents[2]
HELLO = ROOT / "testdata" / "hello"


def archive(files: dict[str, bytes]) -> bytes:
    """A dependency's archive, the same for the same files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = len(content), 1_700_000_000, 0o644
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(out.getvalue(), mtime=0)


class Parts:
    """The files of a bundle, the module compiled once."""

    def __init__(self, work: pathlib.Path) -> None:
        compiled = work / "hello.so"
        if not compiled.exists():
            options = ["-shared", "-fPIC", "-O2", "-s", "-fvisibility=hidden", "-Wl,-z,max-page-size=4096"]
            subprocess.run(["cc", *options, "-o", compiled, HELLO / "hello.c"], check=True)
        self.module = compiled.read_bytes()
        self.dependency = archive({"data/words.txt": b"one\ntwo\n"})

    def metadata(self, module_file: str, dependency: str, content: bytes, key: str) -> bytes:
        said = json.loads((HELLO / "module.json").read_bytes())
        url = f"https://example.com/files/{dependency}"
        said |= {
            "module_file": module_file,
            "sha256": hashlib.sha256(self.module).hexdigest(),
            "dependencies": {key: {"url": url, "sha256": hashlib.sha256(content).hexdigest()}},
        }
        return json.dumps(said, indent=4).encode()

    def zip(
        self,
        *,
        module: str = "hello.so",
        dependency: str = "x.tgz",
        key: str = "x",
        with_folder: bool = False,
        content: bytes | None = None,
    ) -> Zip:
        """`module.json` deflated, the module stored, one dependency deflated, and `deps/` before it if asked for."""
        content = self.dependency if content is None else content
        metadata = self.metadata(module, dependency, content, key)
        entries = [
            Entry(b"module.json", metadata, DEFLATED),
            Entry(module.encode(), self.module, STORED, mode=0o100755),
            Entry(f"deps/{dependency}".encode(), content, DEFLATED),
        ]
        if with_folder:
            entries.insert(2, folder(b"deps/"))
        return Zip(entries)
