"""Unpacks tars as Python's tarfile does. Usage: untar.py FILTER; on standard input lines of ARCHIVE, a tab, and a folder.

For each a line: nothing, or why it is refused. Where tarfile has no filters, it is asked without.
"""

import os
import sys
import tarfile

for line in sys.stdin:
    path, folder = line.rstrip("\n").split("\t")
    os.chdir(folder)
    said = ""
    try:
        with tarfile.open(path) as archive:
            if hasattr(tarfile, "tar_filter"):
                archive.extractall(filter=sys.argv[1])
            else:
                archive.extractall()
    except Exception as error:  # whatever it is, it is refused
        said = f"{type(error).__name__}: {error}"
    print(" ".join(said.split()), flush=True)
