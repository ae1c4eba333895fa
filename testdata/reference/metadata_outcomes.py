"""What the reference unpacker makes of documents, without the zip around them.

Reads one base64 document a line, writes one JSON outcome a line:

    {"version": "20803", "os_list": null, "operating_systems": [["rhel", "9"]]}
    {"exception": "KeyError", "error_code": null, "text": "'version'"}

Needs the packages ramp-packer and, for its unpacker's sake, Python 3.11.
"""

import base64
import io
import json
import re
import sys

from RAMP import unpacker


def unpack(raw):
    # As deep in the stack as unpacker.unpack(), and in its order.
    metadata = json.load(io.BytesIO(raw))
    name = metadata["module_file"]
    open_entry(name)
    unpacker._validate_metadata(metadata)
    return metadata


def open_entry(name):
    # ZipFile.getinfo() for a zip that has every entry which a zip can have.
    if {}.get(name) is not None or not isinstance(name, str) or re.search("[\ud800-\udfff]", name):
        raise KeyError("There is no item named %r in the archive" % (name,))


def pairs(metadata, key):
    if key not in metadata:
        return None
    return [[os["name"], os["version"]] for os in metadata[key]]


for line in sys.stdin:
    document = base64.b64decode(line)
    try:
        metadata = unpack(document)
    except Exception as error:
        try:
            text = str(error)
        except RecursionError:
            text = ""
        outcome = {
            "exception": type(error).__name__,
            "error_code": getattr(error, "error_code", None),
            "text": re.sub("[\ud800-\udfff]", "\ufffd", text),
        }
    else:
        outcome = {
            "version": str(metadata["version"]),
            "os_list": pairs(metadata, "os_list"),
            "operating_systems": pairs(metadata, "operating_systems"),
        }
    print(json.dumps(outcome))
