"""What the reference packer reads of manifests.

Reads one base64 document a line, writes one JSON outcome a line: {"json": "..."} with what json.dumps makes of it, or
{"exception": "ScannerError"}. Only mappings at the top count, since nothing else survives the reference packer.

Needs the package ramp-packer, for the PyYAML that it brings.
"""

import base64
import json
import sys

import yaml

for line in sys.stdin:
    try:
        data = yaml.load(base64.b64decode(line), Loader=yaml.FullLoader)
        data.items()
        outcome = {"json": json.dumps(data)}
    except Exception as error:
        outcome = {"exception": type(error).__name__, "text": str(error)}
    print(json.dumps(outcome))
