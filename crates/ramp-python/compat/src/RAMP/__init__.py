"""The package `RAMP` of ramp-packer, done by the command `redis-ramp`."""

from __future__ import annotations

# Nothing else: see the beginning of ramp.py.
import os
import sys


def _is_ramp_packer(name: str) -> bool:
    stem, kind = os.path.splitext(name.lower())
    distribution, _, version = stem.replace("ramp-packer", "ramp_packer").partition("-")
    return kind in (".dist-info", ".egg-info") and distribution == "ramp_packer" and (not version or version[0].isdigit())


def _ramp_packers() -> list[str]:
    """The folders on the path in which the distribution ramp-packer is installed.

    By the names in them: `importlib.metadata` takes longer to import than all of this package.
    """
    found = []
    for folder in dict.fromkeys(folder for folder in sys.path if isinstance(folder, str)):
        try:
            if any(map(_is_ramp_packer, os.listdir(folder or os.curdir))):
                found.append(os.path.abspath(folder))
        except (OSError, ValueError):
            continue
    return found


def _tell_of_ramp_packer() -> None:
    """Says on standard error where ramp-packer is installed, too.

    Not by `warnings`: the scripts that pack modules run with `PYTHONWARNINGS=ignore`.
    """
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for folder in _ramp_packers():
        pip = f"{sys.executable or 'python3'} -m pip"
        if os.path.realpath(folder) == os.path.realpath(here):
            what = (
                "warning: the distributions ramp-packer and redis-ramp-compat are both installed in "
                f"{folder}, where each overwrites files of the other, and takes them along when it is uninstalled\n"
                f"  help: `{pip} uninstall --yes ramp-packer redis-ramp-compat`, then `{pip} install redis-ramp-compat`"
            )
        else:
            what = (
                f"warning: the distribution ramp-packer is installed, too, in {folder}; `import RAMP` takes redis-ramp-compat, in "
                f"{here}, which comes first on the path\n  help: `{pip} uninstall ramp-packer`, where that is not meant"
            )
        try:
            print(what, file=sys.stderr, flush=True)
        except (OSError, ValueError):
            # It has been closed.
            return


if sys.stderr is not None:
    _tell_of_ramp_packer()
