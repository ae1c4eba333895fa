"""Fixed sets of strings."""

from typing import Literal

Level = Literal["error", "warning", "note"]
"""How grave something is."""

FailOn = Literal["error", "warning", "note", "never"]
"""From which level on a bundle does not pass."""

Group = Literal["unpack", "target", "archive", "integrity", "load", "schema", "metadata"]
"""What kind of thing a rule looks at."""

PolicyName = Literal["strict", "reference"]
"""What the gate asks for: `strict` all that is wrong, `reference` only what the cluster refuses."""

Endpoint = Literal["v1", "v2", "user-defined", "bootstrap"]
"""How a bundle is uploaded."""

ErrorCode = Literal[
    "no_module",
    "invalid_module",
    "module_exists",
    "min_redis_pack_version",
    "unsupported_module_capabilities",
    "os_not_supported",
    "dependencies_not_supported",
    "invalid_dependency_data",
    "modules_upload_disabled",
    "module_download_failed",
]
"""What a cluster refuses an upload with."""

Probe = Literal["auto", "builtin", "redis-server", "none"]
"""What is to load a module that is packed."""
