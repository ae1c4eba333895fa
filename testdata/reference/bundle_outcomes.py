"""Says what the reference unpacker makes of bundles.

Reads one bundle a line, in base64; writes one line each: `accepted`, `reason CODE`, `refused MESSAGE`, or
`exception NAME` where it ends with one that it does not catch. Needs the package `ramp-packer` under Python 3.11.
"""

import base64
import io
import sys

from RAMP import unpacker


def outcome(bundle):
    try:
        unpacker.unpack(io.BytesIO(bundle))
    except unpacker.UnpackerPackageError as error:
        if error.error_code is not None:
            return "reason " + error.error_code
        return "refused " + error.args[0]
    except Exception as error:
        return "exception " + type(error).__name__
    return "accepted"


for line in sys.stdin:
    print(outcome(base64.b64decode(line)))
