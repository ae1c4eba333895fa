"""Packs modules: `package` by the command `redis-ramp`, `archive` what has been put together otherwise."""

from __future__ import annotations

import json
from typing import IO, Any, Dict, List, NamedTuple, Optional, Tuple, Union

from RAMP import config
from RAMP._pack_options import arguments, path_of
from RAMP.commands_discovery import discover_modules_commands

from .common import *

__all__ = ["Version", "archive", "config", "discover_modules_commands", "eprint", "init_from_manifest", "json", "normalize_dependencies"]
__all__ += ["os", "package", "set_defaults", "sys", "version_to_semantic_version"]


class Version(NamedTuple):
    """A semantic version; its text is `1.2.3`."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return "{}.{}.{}".format(*self)


def version_to_semantic_version(version: Union[int, float]) -> Version:
    """The semantic version that a module means by a number: 1.2.3 by 10203.

    >>> str(version_to_semantic_version(10203.0))
    '1.2.3'
    """
    rest, patch = divmod(int(version), 100)
    return Version(*divmod(rest, 100), patch)


def set_defaults(module_path: "str | os.PathLike[str]") -> Dict[str, Any]:
    """The metadata of a module of which nothing is said and that was not asked."""
    from RAMP.module_metadata import create_default_metadata

    return create_default_metadata(module_path)


def init_from_manifest(metadata: Dict[str, Any], manifest: Union[str, bytes, IO[bytes], IO[str]]) -> None:
    """Sets in metadata what a manifest says, and names on standard error what is not a key.

    It needs PyYAML, which is not installed with this package: `package` reads manifests without it.
    """
    import yaml  # type: ignore[import-untyped, unused-ignore]

    try:
        said = yaml.safe_load(manifest)
    except yaml.YAMLError as error:
        eprint(error)
        return
    for key, value in said.items():
        if key in metadata:
            metadata[key] = value
        else:
            eprint(f"{key} unknown attribute")


def archive(module_path: "str | os.PathLike[str]", metadata: Dict[str, Any], archive_name: str = "module.zip") -> None:
    """Writes a bundle of a module and metadata as they are, and prints its name, in which `{field}` stands for a field of the metadata.

    A dependency with a `local_path` is packed, as a `.tgz`, and its `sha256` set. Nothing is judged: that is what `package` is for.
    """
    import hashlib
    import zipfile

    embedded: List[Tuple[str, bytes]] = []
    for name, dependency in dict(metadata["dependencies"] or {}).items():
        if "local_path" in dependency:
            content = _tgz(dependency.pop("local_path"))
            dependency["sha256"] = hashlib.sha256(content).hexdigest()
            embedded.append((f"deps/{name}.tgz", content))
    name = archive_name.format(**metadata)
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as bundle:

        def entry(name: str, mode: int) -> zipfile.ZipInfo:
            # As `ramp pack` writes them: the same on any day and machine.
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, (0o100000 | mode) << 16
            return info

        with open(module_path, "rb") as module, bundle.open(entry(metadata["module_file"], 0o755), "w", force_zip64=False) as to:
            while block := module.read(1 << 20):
                to.write(block)
        bundle.writestr(entry("module.json", 0o644), json.dumps(metadata, indent=4, sort_keys=True))
        for path, content in embedded:
            bundle.writestr(entry(path, 0o644), content)
    print(name)


def _tgz(local_path: str) -> bytes:
    import gzip
    import io
    import tarfile

    if "{" in local_path or "}" in local_path:
        # There it is run as Python.
        raise ValueError(f"`local_path` has braces, which only `package` expands: {local_path!r}")

    def same_everywhere(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.mtime = member.uid = member.gid = 0
        member.uname = member.gname = ""
        return member

    content = io.BytesIO()
    with gzip.GzipFile(fileobj=content, mode="wb", filename="", mtime=0) as compressed:
        with tarfile.open(fileobj=compressed, mode="w") as tar:
            tar.add(local_path, arcname=os.path.basename(local_path), filter=same_everywhere)
    return content.getvalue()


def package(module: "str | os.PathLike[str]", **args: Any) -> int:
    """Packs a module, as `RAMP.ramp.pack` does with these options, by their keywords, and returns 0.

    `manifest` is a file, its content, or a path as `pathlib` has them. What is printed is what `redis-ramp pack` prints.

    Raises `click.ClickException` where it could not be packed, which has been said on standard error, with `exit_code`.
    """
    from RAMP._handover import run

    manifest = args.pop("manifest", None)
    args["verbose"] = args.get("verbose") or config.verbose
    args["debug"] = args.get("debug") or config.debug
    given, named = _manifest(manifest)
    run("pack", [*arguments(args), *named, "--", os.fspath(module)], given=given)
    return 0


def _manifest(manifest: Any) -> Tuple[Optional[bytes], List[str]]:
    """What `redis-ramp pack` gets on standard input, and how the manifest is named to it."""
    if manifest is None:
        return None, []
    if isinstance(manifest, (str, bytes)):
        return manifest.encode() if isinstance(manifest, str) else manifest, ["--manifest=-"]
    if isinstance(manifest, os.PathLike):
        return None, [f"--manifest={path_of(manifest)}"]
    path = _path(manifest)
    if path is not None:
        return None, [f"--manifest={path}"]
    if sys.__stdin__ is not None and manifest is sys.__stdin__.buffer:
        return None, ["--manifest=-"]
    content = manifest.read()
    return content.encode() if isinstance(content, str) else content, ["--manifest=-"]


def _path(file: Any) -> Optional[str]:
    """By which messages can name it: that of a regular file of which nothing has been read."""
    import stat

    try:
        path, opened = file.name, os.fstat(file.fileno())
        if isinstance(path, str) and path != "-" and stat.S_ISREG(opened.st_mode) and file.tell() == 0:
            return path if os.path.samestat(opened, os.stat(path)) else None
    except (AttributeError, OSError, ValueError):
        pass
    return None
