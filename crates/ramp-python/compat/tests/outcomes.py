"""Prints what `RAMP.unpacker.unpack` makes of bundles, one JSON text a line. Run by an interpreter with one `RAMP` or the other.

    outcomes.py FOLDER     of each file in it, in order of name: as a path, or as an open file, in turns
"""

import hashlib
import json
import os
import sys
import warnings

from RAMP.unpacker import UnpackerPackageError, unpack


def read(file):
    """Of the first 4 MB of the content, in pieces, what is enough to compare; or what it ends with."""
    digest = hashlib.sha256()
    try:
        with file:
            while file.tell() < 4_000_000 and (piece := file.read(70_000)):
                digest.update(piece)
    except Exception as error:
        return [type(error).__name__, str(error)]
    return digest.hexdigest()


def outcome(path, as_file):
    try:
        if as_file:
            with open(path, "rb") as file:
                return taken(*unpack(file))
        return taken(*unpack(path))
    except UnpackerPackageError as error:
        return ["refused", error.args, str(error), error.reason, error.error_code, error.error_details]
    except RecursionError:
        return ["raised", "RecursionError"]
    except Exception as error:
        return ["raised", type(error).__name__, str(error)]


def taken(metadata, module, dependencies):
    return ["taken", repr(metadata), module.name, read(module), {name: read(file) for name, file in dependencies.items()}]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    folder = sys.argv[1]
    for number, name in enumerate(sorted(os.listdir(folder))):
        print(json.dumps(outcome(os.path.join(folder, name), number % 2)))
