"""Says how Python's zipfile reads bundles.

Reads one bundle a line, in base64; writes one line each: a JSON list of `[name, content in hexadecimal]`, in the order
of the directory, or `error NAME` where zipfile refuses.
"""

import base64
import io
import json
import sys
import zipfile


def view(bundle):
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            return json.dumps([[info.orig_filename, archive.read(info).hex()] for info in archive.infolist()])
    except Exception as error:
        return "error " + type(error).__name__


for line in sys.stdin:
    print(view(base64.b64decode(line)))
