"""How stream-unzip, a Python package that reads from the front, reads zips."""

import hashlib
import json
import sys

from stream_unzip import stream_unzip


def view(path):
    entries = []
    try:
        with open(path, "rb") as file:
            for name, _, chunks in stream_unzip(iter(lambda: file.read(65536), b"")):
                digest = hashlib.sha256()
                for chunk in chunks:
                    digest.update(chunk)
                name = name.decode("utf-8", "replace")
                if name.endswith("/"):
                    entries.append([name.rstrip("/"), "folder", None, None])
                else:
                    entries.append([name, "file", None, digest.hexdigest()])
    except Exception as error:
        return {"refused": type(error).__name__ + ": " + str(error)[:80], "entries": entries}
    return {"entries": entries}


for line in sys.stdin:
    print(json.dumps({"stream-unzip": view(line.rstrip("\n"))}), flush=True)
