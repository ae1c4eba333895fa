"""`python -m redis_ramp` is the command, of the interpreter's own environment."""

# Before all else: see there.
from . import _path

if __name__ == "__main__":
    _path.leave()

import os
import subprocess
import sys

from ._command import command


def main() -> int:
    try:
        program = command()
    except FileNotFoundError as error:
        print(f"redis_ramp: {error}", file=sys.stderr)
        return 2
    arguments = [program, *sys.argv[1:]]
    if os.name == "posix":
        # The same process: signals and the exit status are the command's own.
        os.execv(program, arguments)
    return subprocess.run(arguments).returncode


if __name__ == "__main__":
    sys.exit(main())
