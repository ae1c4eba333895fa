"""What `module.json` holds where nothing is said, and its fields, as of ramp-packer 2.5.19."""

from __future__ import annotations

import hashlib
import platform
import re
from typing import Any, Dict, List, Optional

from .common import *

ARCHITECTURE: str = platform.machine()
OS: str = platform.system()
MODULE_NAME = DISPLAY_NAME = CAPABILITY_NAME = AUTHOR = EMAIL = DESCRIPTION = HOMEPAGE = LICENSE = ""
MODULE_VERSION = "1.0"
MODULE_SEMANTIC_VERSION = "0.0.1"
COMMAND_LINE_ARGS = ""
RUN_COMMAND_LINE_ARGS: Optional[str] = None
CONFIG_COMMAND = ""
MIN_REDIS_VERSION = "4.0"
MIN_REDIS_PACK_VERSION = "5.2"
COMPATIBLE_REDIS_VERSION = "7.4"
BIGSTORE_VERSION_2_SUPPORT = False
RAMP_FORMAT_VERSION = 1
MODULE_COMMANDS: List[Dict[str, Any]] = []
EXCLUDE_COMMANDS: List[str] = []
OVERIDE_COMMAND: List[Dict[str, Any]] = []
ADD_COMMAND: List[Dict[str, Any]] = []
MODULE_CAPABILITIES: List[str] = []
# Lists, as there, until they are normalised.
MODULE_DEPENDENCIES: List[Dict[str, Any]] = []
MODULE_OPTIONAL_DEPENDENCIES: List[Dict[str, Any]] = []
CRDB_ARGS: Dict[str, Any] = {}
REDIS_ARGS: Dict[str, Any] = {}

FIELDS: List[str] = (
    "architecture author capabilities command_line_args run_command_line_args commands config_command dependencies "
    "optional-dependencies description display_name capability_name email exclude_commands git_sha homepage license "
    "min_redis_pack_version min_redis_version compatible_redis_version bigstore_version_2_support module_file module_name os "
    "overide_command add_command ramp_format_version semantic_version sha256 speedb_git_sha version crdb redis_args operating_systems"
).split()
"""The fields that a bundle's `module.json` may have."""

RLEC_OS_MAP: Dict[str, str] = {
    f"{name}{major}": f"rhel{major}"
    for major, names in {7: "rhel centos", 8: "rhel centos rocky almalinux oracle", 9: "rhel rocky centos almalinux oracle"}.items()
    for name in names.split()
}
"""Systems, with their major release, that nodes know by another name."""

DEVCONTAINER_PATH = "/etc/devcontainer"
DEVCONTAINER_OS_MAP: Dict[str, str] = {"focal": "ubuntu20", "jammy": "ubuntu22", "noble": "ubuntu24"}

OS_RELEASE_PATHS = ("/etc/os-release", "/usr/lib/os-release")
_OTHER_IDS = {"ol": "oracle", "opensuse-leap": "opensuse"}


def sha256_checksum(filename: "str | os.PathLike[str]", block_size: int = 65536) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with open(filename, "rb") as file:
        while block := file.read(block_size):
            digest.update(block)
    return digest.hexdigest()


def _read_key_value_file(path: str) -> Dict[str, str]:
    with open(path, encoding="utf-8", errors="replace") as file:
        pairs = (line.strip().partition("=") for line in file if "=" in line)
        return {key: value.strip("\"'") for key, _, value in pairs}


def get_curr_os() -> str:
    """This system as nodes call it: its `ID` and major release, such as `rhel9`, or what a development container was made for."""
    if os.path.exists(DEVCONTAINER_PATH):
        distro = _read_key_value_file(DEVCONTAINER_PATH)["DISTRO"]
        return DEVCONTAINER_OS_MAP.get(distro, distro)
    release: Dict[str, str] = {}
    for path in OS_RELEASE_PATHS:
        if os.path.exists(path):
            release = _read_key_value_file(path)
            break
    name = release.get("ID", "").lower().replace(" ", "_")
    major = re.match(r"\d+", release.get("VERSION_ID", ""))
    here = _OTHER_IDS.get(name, name) + (major.group() if major else "")
    return RLEC_OS_MAP.get(here, here)


def create_default_metadata(module_path: "str | os.PathLike[str]") -> Dict[str, Any]:
    """The metadata of a module of which nothing is said and that was not asked."""
    return {
        "module_name": MODULE_NAME,
        "module_file": os.path.basename(module_path),
        "os": OS,
        "architecture": ARCHITECTURE,
        "version": MODULE_VERSION,
        "semantic_version": MODULE_SEMANTIC_VERSION,
        "display_name": DISPLAY_NAME,
        "capability_name": CAPABILITY_NAME,
        "author": AUTHOR,
        "email": EMAIL,
        "description": DESCRIPTION,
        "homepage": HOMEPAGE,
        "license": LICENSE,
        "command_line_args": COMMAND_LINE_ARGS,
        "run_command_line_args": RUN_COMMAND_LINE_ARGS,
        "capabilities": MODULE_CAPABILITIES,
        "dependencies": MODULE_DEPENDENCIES,
        "optional-dependencies": MODULE_OPTIONAL_DEPENDENCIES,
        "min_redis_version": MIN_REDIS_VERSION,
        "min_redis_pack_version": MIN_REDIS_PACK_VERSION,
        "compatible_redis_version": COMPATIBLE_REDIS_VERSION,
        "bigstore_version_2_support": BIGSTORE_VERSION_2_SUPPORT,
        "sha256": sha256_checksum(module_path),
        "speedb_git_sha": "",
        "commands": MODULE_COMMANDS,
        "ramp_format_version": RAMP_FORMAT_VERSION,
        "config_command": CONFIG_COMMAND,
        "exclude_commands": EXCLUDE_COMMANDS,
        "overide_command": OVERIDE_COMMAND,
        "add_command": ADD_COMMAND,
        "crdb": CRDB_ARGS,
        "redis_args": REDIS_ARGS,
        "operating_systems": [get_curr_os()],
    }
