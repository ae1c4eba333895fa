"""Where there is not enough memory: an exception, and not the end of the process."""

import os
import subprocess
import sys

import pytest

from made import bundle

PROGRAM = """
import io, resource, sys
import redis_ramp
path, way = sys.argv[1:]
class Endless(io.RawIOBase):
    def read(self, size=-1):
        return bytes(1 << 20)
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (64 << 20),) * 2)
try:
    if way == "stream":
        redis_ramp.validate(Endless(), limits=redis_ramp.Limits(max_bytes=1 << 40))
    else:
        redis_ramp.unpack(path)
except MemoryError as error:
    print("MemoryError")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="how much there is is set as Linux does")
@pytest.mark.parametrize("way", ["stream", "unpack"])
def test_too_little_memory(way, tmp_path):
    path = tmp_path / "large.zip"
    # Two copies of it do not fit.
    path.write_bytes(bundle(dependency=os.urandom(48 << 20)))
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM, path, way], env={**os.environ, "RUST_BACKTRACE": "1"}, capture_output=True, text=True, timeout=60
    )
    assert (said.stdout, said.returncode) == ("MemoryError\n", 0), said.stderr
