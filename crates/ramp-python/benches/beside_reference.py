"""The library beside the reference unpacker, in one process: of each call the least time, the least processor time of all its threads, both
in microseconds, and how many times as fast it is as the reference that reads everything.

    PYTHONPATH=FOLDER_WITH_THE_WHEEL PYTHON_WITH_RAMP_PACKER beside_reference.py BUNDLE...

Calls alternate, so that whatever else the machine does is done to both; what else it does falls on two threads more than on one.
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


def least_of(calls, data):
    begun = time.perf_counter()
    reference_all(data)
    times = max(1, int(0.05 / (time.perf_counter() - begun)))
    least = {name: (float("inf"), float("inf")) for name in calls}
    for _ in range(7):
        for name, call in calls.items():
            for _ in range(times):
                begun, begun_working = time.perf_counter(), time.process_time()
                call(data)
                took = time.perf_counter() - begun, time.process_time() - begun_working
                least[name] = tuple(map(min, least[name], took))
    return least


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        data = file.read()
    print(f"{path}, {len(data)} bytes")
    least = least_of(CALLS, data)
    reference, _ = least["reference: everything read"]
    for name, (seconds, working) in least.items():
        print(f"  {seconds * 1e6:10.0f} {working * 1e6:10.0f} {reference / seconds:8.2f}  {name}")
