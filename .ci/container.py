"""Plays the steps of packaging/Containerfile into a folder, and starts what is there as an engine would: there is none here.

Usage: container.py CONTEXT WORK BUNDLE
  CONTEXT is the folder that is built from, WORK one to work in, BUNDLE what is uploaded. Wants root, and overlays.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

FILE = pathlib.Path(__file__).resolve().parent.parent / "packaging/Containerfile"

# In a layer of its own over this machine, which has what the image of the stage has: a shell, `install`, certificates.
RUN = """
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"; mkdir "$1/upper" "$1/work" "$1/whole"
mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" overlay "$1/whole"
mkdir -p "$1/whole/image"; mount --bind "$2" "$1/whole/image"
exec chroot "$1/whole" /bin/sh -ec "$3"
"""

# As with --read-only, a volume, and no network but its own. What is asked is asked from outside of the root.
START = """
set -eu
mount --make-rprivate /
mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"
mount --bind "$2" "$1/var/lib/ramp"; mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
ip link set lo up
ask() { curl --silent --fail --insecure --max-time 10 --user me:secret "https://127.0.0.1:9443$1" "${@:2}"; }
begin() {
  setpriv --no-new-privs env -i "PATH=$PATH" RAMP_ADMIN_USER=me RAMP_ADMIN_PASSWORD=secret \
    chroot --userspec="$USER_OF" "$ROOT" "$@" &
  server="$!"
  for _ in $(seq 100); do if ask /healthz >/dev/null; then return; fi; sleep 0.1; done
  echo 'it does not listen'; exit 1
}
is_well() { env -i "$(command -v chroot)" --userspec="$USER_OF" "$ROOT" $HEALTH; }
ROOT="$1" USER_OF="$3" bundle="$4"; shift 4
if is_well 2>/dev/null; then echo 'nobody listens, and it is well'; exit 1; fi
begin "$@"
is_well
[ "$(awk '/^Uid/ { print $2 }' "/proc/$server/status")" = "${USER_OF%:*}" ]
ask /v2/modules/user-defined >/dev/null
ask /ramp/v1/validate -F "module=@$bundle" | grep -q '"passed":'
kill "-$STOP" "$server"; wait "$server"
begin "$@"
kill "-$STOP" "$server"; wait "$server"
"""


def play(context: pathlib.Path, work: pathlib.Path) -> tuple[pathlib.Path, dict[str, str]]:
    """The root of the last stage, and what is set besides."""
    stages: dict[str, pathlib.Path] = {}
    settings: dict[str, str] = {}
    root = work
    text = re.sub(r"\\\n", "", FILE.read_text(encoding="utf-8"))
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        name, rest = line.split(" ", 1)
        if name == "FROM":
            image, _, stage = rest.partition(" AS ")
            root = work / (stage or "last")
            root.mkdir(parents=True)
            stages[stage] = root
            if image == "scratch":
                settings.clear()
        elif name == "RUN":
            place = root / "image"
            place.mkdir(exist_ok=True)
            layer = work / "layer"
            layer.mkdir(exist_ok=True)
            subprocess.run(["unshare", "--mount", "bash", "-ec", RUN, "run", layer, place, rest], check=True)
        elif name == "COPY":
            options = dict(option.split("=") for option in re.findall(r"--(\S+)", rest))
            *sources, to = re.sub(r"--\S+ ", "", rest).split()
            place = root / to.lstrip("/")
            (place if to.endswith("/") else place.parent).mkdir(parents=True, exist_ok=True)
            for source in sources:
                at = stages[options["from"]] / source.lstrip("/") if "from" in options else context / source
                subprocess.run(["cp", "--archive", "--no-target-directory", at, place] if at.is_dir() else ["cp", at, place], check=True)
            if "chmod" in options:
                place.chmod(int(options["chmod"], 8))
        elif name == "HEALTHCHECK":
            settings[name] = rest.split(" CMD ")[1]
        elif name in ("USER", "WORKDIR", "VOLUME", "EXPOSE", "STOPSIGNAL", "ENTRYPOINT", "CMD"):
            settings[name] = rest
        else:
            sys.exit(f"this step is not known here: {line}")
    return root, settings


def main() -> None:
    context, work, bundle = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    root, settings = play(context, work)
    files = sorted(file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file())
    print(f"{len(files)} files: {' '.join(files)}", flush=True)
    # For trials with a command that is not linked statically.
    for library in re.findall(r"(/\S+) \(0x", subprocess.run(["ldd", root / "usr/bin/ramp"], capture_output=True, text=True, check=False).stdout):
        (root / library.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, root / library.lstrip("/"))
    volume = work / "volume"
    # A new volume begins as what is at its place in the image.
    subprocess.run(["cp", "--archive", root / settings["VOLUME"].lstrip("/"), volume], check=True)
    command = json.loads(settings["ENTRYPOINT"]) + json.loads(settings["CMD"])
    shell = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c", START, "start"]
    health = " ".join(json.loads(settings["HEALTHCHECK"]))
    environment = os.environ | {"STOP": settings["STOPSIGNAL"].removeprefix("SIG"), "HEALTH": health}
    done = subprocess.run(
        [*shell, root, volume, settings["USER"], bundle, *command], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    kept = volume / "catalogue.sqlite"
    if done.returncode != 0 or not kept.exists() or kept.stat().st_uid != int(settings["USER"].split(":")[0]):
        sys.exit(f"the container: exit status {done.returncode}: {done.stdout}{done.stderr}")
    print("it starts, is well, answers, ends and starts again")


main()
