"""Where the command `redis-ramp` is, which is installed with this library."""

from __future__ import annotations

import os
import sys
import sysconfig
from typing import Iterator, List

_NAME = "redis-ramp.exe" if os.name == "nt" else "redis-ramp"


def command() -> str:
    """The path of the command `redis-ramp`.

    It is looked for where installers put the scripts of this package: beside the package itself, so that it is the one of the same
    release; then in the folders for scripts of this interpreter and of the user; then on the PATH, of which only absolute folders count,
    so that it is never a program that happens to be in the working directory.

    Raises `FileNotFoundError` where it is in none of these.
    """
    looked: List[str] = []
    for folder in _folders():
        if folder in looked:
            continue
        looked.append(folder)
        path = os.path.join(folder, _NAME)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise FileNotFoundError(
        f"the command `{_NAME}` is not there: `{sys.executable or 'python3'} -m pip install --force-reinstall redis-ramp` installs it, "
        f"as does a wheel of this system; looked for in {', '.join(looked)}"
    )


def _folders() -> Iterator[str]:
    yield from _beside_the_package()
    yield from filter(None, (_scripts(scheme) for scheme in (None, _user_scheme())))
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if os.path.isabs(folder):
            yield os.path.normpath(folder)


def _beside_the_package() -> Iterator[str]:
    """Where installers put scripts that belong to a package in this folder."""
    library = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    scripts = "Scripts" if os.name == "nt" else "bin"
    # `pip install --target` puts them into the folder of the packages.
    yield os.path.join(library, "bin")
    # `--prefix`, an environment that is looked into by another one, the user's own: PREFIX/lib/python3.9/site-packages, and on Windows
    # PREFIX/Lib/site-packages.
    if os.path.basename(library) in ("site-packages", "dist-packages"):
        above = os.path.dirname(library)
        if os.path.basename(above).lower() != "lib":
            above = os.path.dirname(above)
        yield os.path.join(os.path.dirname(above), scripts)


def _scripts(scheme: "str | None") -> "str | None":
    try:
        return sysconfig.get_path("scripts", scheme) if scheme else sysconfig.get_path("scripts")
    except KeyError:
        return None


def _user_scheme() -> str:
    if os.name == "nt":
        return "nt_user"
    return "osx_framework_user" if sys.platform == "darwin" and getattr(sys, "_framework", None) else "posix_user"
