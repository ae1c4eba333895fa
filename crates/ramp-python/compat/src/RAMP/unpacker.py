"""Takes a bundle apart, with the results and the exceptions of ramp-packer's unpacker.

Over Python's `zipfile` and `json`, as there, so that each input has the same outcome under the same Python; within bounds that no module
comes near: `MAX_METADATA_BYTES`, `MAX_DIRECTORY_BYTES`, `MAX_ENTRIES`; and `_steps.MAX_DICTIONARY_BYTES`.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any, Dict, List, NoReturn, Optional, Tuple, Union, cast

from .common import *

if TYPE_CHECKING:
    from zipfile import ZipFile

INVALID_METADATA = "module metadata invalid"

MAX_METADATA_BYTES = 4 << 20
"""How large `module.json` may be, as for `ramp validate`. `json` needs some 25 times that at worst."""
MAX_DIRECTORY_BYTES = 4 << 20
"""How large the directory at the end of the zip may be, which is read at once."""
MAX_ENTRIES = 4096
"""How many files there may be, each of which is opened."""

_NAME = re.compile("[a-zA-Z_]+")
_VERSION = re.compile(r"\d+(?:\.\d+){0,2}")


class UnpackerPackageError(Exception):
    """A bundle is refused: `args[0]` is the message, the rest says more where more is known."""

    def __init__(
        self,
        message: str,
        reason: Optional[str] = None,
        error_code: Optional[str] = None,
        error_details: Optional[Dict[str, Any]] = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.error_code = error_code
        self.error_details = error_details

    def __str__(self) -> str:
        return f"{super().__str__()}, reason: {self.reason}"

    def __reduce__(self) -> Tuple[Any, ...]:
        return type(self), (*self.args, self.reason, self.error_code, self.error_details)


def unpack(bundle: "Union[str, os.PathLike[str], IO[bytes]]") -> Tuple[Dict[str, Any], IO[bytes], Dict[str, IO[bytes]]]:
    """The metadata of a bundle, its module, and its dependencies by their names in the zip.

    The bundle is a path, or a file that can seek. Module and dependencies are files that read from it as they are read; it stays open
    until all of them are closed, or nobody has them any more. In the metadata `version` is an integer, and `os_list` and
    `operating_systems` are lists of `{"name": …, "version": …}`.

    Raises `UnpackerPackageError` for a bundle that is refused, and `KeyError`, `TypeError` and others of Python for some that are
    worse, each as ramp-packer's does. Reading the files raises what `zipfile` does.
    """
    from contextlib import ExitStack
    from zipfile import BadZipFile, ZipFile

    from . import _steps

    try:
        with ExitStack() as unless_done:
            file = _Bundle(bundle)
            unless_done.callback(file.let_go)
            with ZipFile(cast("IO[bytes]", file)) as zip_file:
                file.bounded = False

                def opened(name: str) -> IO[bytes]:
                    return unless_done.enter_context(_steps.opened(zip_file, name))

                _check_names(zip_file.namelist())
                metadata = _json(zip_file)
                module = opened(metadata["module_file"])
                _check_metadata(metadata)
                others = ("module.json", metadata["module_file"], "deps/")
                dependencies = {name: opened(name) for name in zip_file.namelist() if name not in others}
            unless_done.pop_all()
    except _steps.DictionaryTooLarge as error:
        raise UnpackerPackageError("Failed to read module.json", reason=str(error)) from None
    except BadZipFile:
        raise UnpackerPackageError("Failed to extract bundle") from None
    except (OSError, ValueError):
        raise UnpackerPackageError("Failed to read module.json") from None
    return metadata, module, dependencies


def names(bundle: "Union[str, os.PathLike[str]]") -> List[str]:
    """The names of the files in a bundle, in order; none where it cannot be read."""
    from zipfile import BadZipFile, ZipFile

    try:
        file = _Bundle(bundle)
        try:
            with ZipFile(cast("IO[bytes]", file)) as zip_file:
                return zip_file.namelist()
        finally:
            file.let_go()
    except (BadZipFile, OSError, ValueError, NotImplementedError, UnpackerPackageError):
        return []


class _Bundle:
    """The file of a bundle, for `zipfile`. One that was opened here is closed when the last entry is, and so nobody has this any more."""

    def __init__(self, bundle: "Union[str, os.PathLike[str], IO[bytes]]") -> None:
        self._own = isinstance(bundle, (str, os.PathLike))
        self._file: IO[bytes] = open(bundle, "rb") if isinstance(bundle, (str, os.PathLike)) else bundle
        self.bounded = True

    def read(self, *size: int) -> bytes:
        # The directory is what is read at once while a zip is opened, whatever it claims to have.
        if self.bounded and size and size[0] > MAX_DIRECTORY_BYTES:
            raise UnpackerPackageError(
                "Failed to extract bundle", reason=f"the directory of the zip has more than {MAX_DIRECTORY_BYTES} bytes"
            )
        return self._file.read(*size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def let_go(self) -> None:
        if self._own:
            self._file.close()

    def __del__(self) -> None:
        if "_file" in self.__dict__:
            self.let_go()


def _json(zip_file: "ZipFile") -> Any:
    """`module.json`. It is called as deep in the stack as there, since what nests too deeply is told by that."""
    import json

    from . import _steps

    with _steps.opened(zip_file, "module.json") as file:
        text = file.read(MAX_METADATA_BYTES + 1)
    if len(text) > MAX_METADATA_BYTES:
        raise UnpackerPackageError("Failed to read module.json", reason=f"it has more than {MAX_METADATA_BYTES} bytes")
    return json.loads(text)


def _check_names(names: List[str]) -> None:
    """One `.so` at most, `module.json`, and what is under `deps/`; a `.so` there counts as both."""
    modules = sum(name.endswith(".so") for name in names)
    expected = modules + sum(name == "module.json" or name.startswith("deps/") for name in names)
    reason = "module zip file should contains exactly two files and deps folder"
    if modules <= 1 and len(names) <= expected:
        if len(names) <= MAX_ENTRIES:
            return
        reason = f"there are more than {MAX_ENTRIES} files"
    raise UnpackerPackageError("module zip file content invalid", reason, "invalid_number_of_files")


def _check_metadata(metadata: Dict[str, Any]) -> None:
    """Checks what has to be there, in order, and gives `version` and systems the form in which they are returned."""
    if not metadata["module_name"]:
        _refuse("Empty module name", "module_name_missing")
    if not metadata["module_file"]:
        _refuse("Empty module file name", "module_file_missing")
    if metadata["architecture"] not in {"x86_64", "aarch64"}:
        _refuse("Architecture must be 64 bits", "module_architecture_not_supported")
    if not metadata["version"]:
        _refuse("Missing version", "module_version_missing")
    try:
        metadata["version"] = int(float(metadata["version"]))
    except (ValueError, TypeError):
        _refuse("Module version should be an integer", "module_version_not_integer")
    for key in ("os_list", "operating_systems"):
        if key in metadata:
            metadata[key] = [_system(text) for text in metadata[key]]


def _system(text: Any) -> Dict[str, str]:
    if isinstance(text, str):
        name, version = _NAME.search(text), _VERSION.search(text)
        if name and version:
            return {"name": name.group(), "version": version.group()}
    raise UnpackerPackageError(INVALID_METADATA, "Can't parse OS '{}'".format(text), "module_os_list_invalid")


def _refuse(reason: str, code: str) -> NoReturn:
    raise UnpackerPackageError(INVALID_METADATA, reason, code) from None
