"""How Python's zipfile reads zips. Runs on every Python from 3.6 on.

Like every driver here: paths on standard input, one a line; for each a line of JSON
`{"reader": {"entries": [[name, kind, mode or null, SHA-256 or null], ...]}}`, with `refused` where the reader fails.
"""

import hashlib
import json
import sys
import zipfile


def view(path):
    entries = []
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                content = archive.read(info)
                if info.is_dir():
                    entries.append([info.filename.rstrip("/"), "folder", None, None])
                else:
                    entries.append([info.filename, "file", None, hashlib.sha256(content).hexdigest()])
    except Exception as error:
        return {"refused": type(error).__name__ + ": " + str(error)[:80], "entries": entries}
    return {"entries": entries}


for line in sys.stdin:
    print(json.dumps({"Python %d.%d" % sys.version_info[:2]: view(line.rstrip("\n"))}), flush=True)
