"""What the reference packer makes of manifests and options, a module of commands given being loaded.

Reads one JSON case a line, {"manifest": "...", "options": ["-a", "me"], "template": "...", "discovery": {...}}, and
writes one JSON outcome a line: {"json": "...", "name": "..."} with the module.json it would write, or {"exception": "..."}.
Left out or evened out is what depends on the machine, and what it gets wrong on purpose of nobody: git_sha, a version
that is a float, the local_path that it takes away when it archives.

Needs the package ramp-packer.
"""

import json
import os
import sys
import tempfile

from click.testing import CliRunner

from RAMP import commands_discovery, module_metadata, packer, ramp

module_metadata.ARCHITECTURE = "x86_64"
module_metadata.OS = "Linux"
module_metadata.get_curr_os = lambda: "ubuntu22"
packed = {}


def archive(path, metadata, archive_name):
    metadata.pop("git_sha", None)
    metadata["version"] = int(metadata["version"])
    for dependency in metadata["dependencies"].values():
        dependency.pop("local_path", None)
    packed["json"] = json.dumps(metadata, indent=4, sort_keys=True)
    packed["name"] = archive_name.format(**metadata)


def discover(discovery):
    module = commands_discovery.Module(discovery["module_name"], float(discovery["version"]))
    for command in discovery["commands"]:
        module.add_command(commands_discovery.ModuleCommand(**command))
    return lambda *_: module


packer.archive = archive
with tempfile.TemporaryDirectory() as folder:
    module = os.path.join(folder, "search.so")
    manifest = os.path.join(folder, "ramp.yml")
    open(module, "w").close()
    for line in sys.stdin:
        case = json.loads(line)
        packed.clear()
        with open(manifest, "w", encoding="utf-8") as file:
            file.write(case["manifest"])
        packer.discover_modules_commands = discover(case["discovery"])
        arguments = ["pack", module, "-m", manifest, "-o", case["template"]] + case["options"]
        result = CliRunner().invoke(ramp.ramp, arguments)
        print(json.dumps(packed or {"exception": repr(result.exception), "text": result.output}))
