"""The library beside the reference unpacker, in one process: microseconds a call, the least of several rounds.

    PYTHONPATH=FOLDER_WITH_THE_WHEEL PYTHON_WITH_RAMP_PACKER beside_reference.py BUNDLE...

Rounds alternate, so that whatever else the machine does is done to both.
"""

import io
import sys
import time

import redis_ramp
from RAMP import unpacker

TARGET = redis_ramp.Target("7.22")


def reference_metadata(data):
    return unpacker.unpack(io.BytesIO(data))[0]


def reference_all(data):
    metadata, module, dependencies = unpacker.unpack(io.BytesIO(data))
    return metadata, module.read(), {name: file.read() for name, file in dependencies.items()}


CALLS = {
    "reference: metadata": reference_metadata,
    "redis_ramp: metadata": redis_ramp.metadata,
    "reference: everything read": reference_all,
    "redis_ramp: everything read, hashed, judged": lambda data: redis_ramp.validate(data, TARGET),
    "redis_ramp: the same, as a dictionary": lambda data: redis_ramp.validate(data, TARGET).to_dict(),
    "redis_ramp: the same, for three targets": lambda data: redis_ramp.judge(data, ["7.4", "7.22", "8.2"]),
    "redis_ramp: unpacked": redis_ramp.unpack,
}

for path in sys.argv[1:]:
    with open(path, "rb") as file:
        data = file.read()
    begun = time.perf_counter()
    reference_all(data)
    times = max(1, int(0.05 / (time.perf_counter() - begun)))
    least = dict.fromkeys(CALLS, float("inf"))
    for _ in range(7):
        for name, call in CALLS.items():
            begun = time.perf_counter()
            for _ in range(times):
                call(data)
            least[name] = min(least[name], (time.perf_counter() - begun) / times)
    print(f"{path}, {len(data)} bytes")
    for name, seconds in least.items():
        print(f"  {seconds * 1e6:10.0f} µs  {name}")
