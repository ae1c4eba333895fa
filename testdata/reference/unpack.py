#!/usr/bin/env python3
"""Says what the reference unpacker makes of bundles.

Reads file names from standard input, one a line, and prints a JSON object a line: {"accepted", "error_code", "exception",
"message"}. `error_code` is the unpacker's own, and null where it has none or where something else was raised.
Run it with a Python that has `ramp-packer`.
"""

import json
import sys
import warnings

from RAMP.unpacker import unpack


def outcome(path: str) -> dict:
    answer = {"accepted": False, "error_code": None, "exception": None, "message": None}
    try:
        with open(path, "rb") as bundle:
            unpack(bundle)
        return answer | {"accepted": True}
    except Exception as err:
        code = getattr(err, "error_code", None)
        return answer | {"error_code": code, "exception": type(err).__name__, "message": str(err)[:200]}


if __name__ == "__main__":
    # Of names that are there twice; the answer is the same.
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        print(json.dumps(outcome(line.removesuffix("\n"))))
