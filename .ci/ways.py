"""Whether the ways into a project that others' tools go lead there: see `.ci/ways`.

What docs/ci.md shows is taken out of it and run. What is installed from PyPI one day is installed from a folder of wheels here.

Usage: ways.py RAMP WHEELS
  WHEELS has setuptools, and may have `redis-ramp`; else the command becomes a wheel here, with nothing else in it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
import zipfile

import yaml
from groovy_parser.parser import parse_groovy_content

ROOT = pathlib.Path(__file__).resolve().parent.parent
RAMP = pathlib.Path(sys.argv[1])
WHEELS = pathlib.Path(sys.argv[2])
LISTED = ROOT / "docs/ci.md"
wrong: list[str] = []
checks = 0


def holds(is_so: bool, what: object) -> None:
    global checks
    checks += 1
    if not is_so:
        wrong.append(str(what))


def without(command: str, path: str) -> str:
    """The folders of a PATH in which a command is not."""
    return ":".join(folder for folder in path.split(":") if not pathlib.Path(folder, command).exists())


def version() -> str:
    return subprocess.run([RAMP, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]


def wheel() -> str:
    """Sees to it that there is a wheel with the command; what its SHA-256 is."""
    number = version()
    there = sorted(WHEELS.glob(f"redis_ramp-{number}-*.whl"))
    if not there:
        there = [WHEELS / f"redis_ramp-{number}-py3-none-any.whl"]
        about = f"redis_ramp-{number}.dist-info"
        parts = {
            f"redis_ramp-{number}.data/scripts/ramp": RAMP.read_bytes(),
            f"{about}/METADATA": f"Metadata-Version: 2.1\nName: redis-ramp\nVersion: {number}\n".encode(),
            f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: ways\nRoot-Is-Purelib: false\nTag: py3-none-any\n",
        }
        lines = []
        with zipfile.ZipFile(there[0], "w", zipfile.ZIP_STORED) as made:
            for name, content in parts.items():
                entry = zipfile.ZipInfo(name)
                # As pip leaves it.
                entry.external_attr = 0o100755 << 16
                made.writestr(entry, content)
                digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
                lines.append(f"{name},sha256={digest},{len(content)}\n")
            made.writestr(f"{about}/RECORD", "".join(lines) + f"{about}/RECORD,,\n")
    return hashlib.sha256(there[0].read_bytes()).hexdigest()


class Folder:
    """A folder with a module, its manifest, a bundle that passes, and one that is refused."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        path.mkdir()
        # Nothing of the machine, but for the programs.
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        # Who has taken the name at PyPI is not asked.
        pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": os.fspath(WHEELS), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        self.without_ramp = kept | pip | {"LC_ALL": "C.UTF-8", "PATH": without("ramp", kept["PATH"])}
        self.environment = self.without_ramp | {"PATH": f"{RAMP.parent}:{kept['PATH']}"}

    def run(self, *command: object, status: int | None = 0, **more: str) -> str:
        """What a command says; its exit status is looked at."""
        words = [str(word) for word in command]
        environment = self.environment | more
        done = subprocess.run(words, cwd=self.path, env=environment, capture_output=True, text=True, check=False)
        said = f"{done.stdout}{done.stderr}"
        if status is not None:
            holds(done.returncode == status, f"{' '.join(words)}: exit status {done.returncode}, not {status}: {said}")
        return said

    def shell(self, script: str, status: int = 0, **more: str) -> str:
        """As GitHub runs steps, and runners of others not less strictly."""
        return self.run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script, status=status, **more)

    def fill(self, name: str) -> None:
        source = ROOT / "testdata/hello/hello.c"
        self.run("cc", "-shared", "-fPIC", "-O1", "-fvisibility=hidden", "-o", f"{name}.so", source)
        self.run("ramp", "init", f"{name}.so", "--target", "7.4,7.22,8.2", "--yes")
        (self.path / "dist").mkdir()
        self.run("ramp", "pack", f"{name}.so", "--manifest", "ramp.yml", "--output", f"dist/{name}.zip")

    def lay_traps(self) -> None:
        """What a pull request may bring, under the names by which Python and a shell look for what is run here."""
        touch = f"open({os.fspath(self.path / 'trapped')!r}, 'a').write(__file__)\n"
        for name in ("pip", "runpy", "json", "sitecustomize", "usercustomize", "redis_ramp", "RAMP"):
            (self.path / f"{name}.py").write_text(touch)
        (self.path / "bin").mkdir()
        for name in ("ramp", "redis-ramp", "pip", "python3", "readlink", "bin/ramp", "bin/redis-ramp"):
            (self.path / name).write_text(f"#!/bin/sh\necho $0 >>'{self.path / 'trapped'}'\n")
            (self.path / name).chmod(0o755)
        # Where something is installed into a folder of the checkout.
        for name in (".ramp", "ramp-0.1.0", f"redis-ramp-{version()}"):
            (self.path / name).mkdir()
            (self.path / name / "bin").symlink_to(self.path / "bin")

    def trapped(self) -> str:
        """Which of them were run."""
        there = self.path / "trapped"
        return there.read_text() if there.exists() else ""

    def spoil(self, bundle: str) -> None:
        """Its version is what people write, and no cluster takes."""
        path = self.path / bundle
        with zipfile.ZipFile(path) as there:
            parts = {entry: there.read(entry) for entry in there.namelist()}
        metadata = json.loads(parts["module.json"])
        metadata["version"] = "1.2.3"
        parts["module.json"] = json.dumps(metadata).encode()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as there:
            for entry, content in parts.items():
                there.writestr(entry, content)


def shown(kind: str, text: str) -> str:
    """The block of a language in the documentation in which a text is."""
    blocks = re.findall(rf"```{kind}\n(.*?)```", LISTED.read_text(encoding="utf-8"), re.DOTALL)
    return next(block for block in blocks if text in block)


def pre_commit(folder: Folder) -> None:
    hooks = Folder(folder.path.parent / "hooks")
    shutil.copytree(ROOT / "ci/pre-commit", hooks.path, dirs_exist_ok=True)
    hooks.run("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml")
    identity = ("-c", "user.name=ways", "-c", "user.email=ways@example.com")
    for at in (hooks, folder):
        at.run("git", "init", "--quiet", "--initial-branch=main")
        at.run("git", "add", "--all")
        at.run("git", *identity, "commit", "--quiet", "--message=Begin")
    hooks.run("git", "tag", "v0.1.0")
    home = {"PRE_COMMIT_HOME": os.fspath(folder.path.parent / "pre-commit"), "PATH": folder.without_ramp["PATH"]}
    run = ("pre-commit", "run", "--all-files", "--color=never")
    metadata = (folder.path / "dist/hello.zip", folder.path / "ramp.yml")
    begun = {file: file.read_bytes() for file in metadata}
    # From the mirror, and without one.
    for way in ("repo: https://github.com/OWNER/ramp-pre-commit", "repo: local"):
        config = shown("yaml", way).replace("https://github.com/OWNER/ramp-pre-commit", os.fspath(hooks.path))
        (folder.path / ".pre-commit-config.yaml").write_text(config)
        folder.run("pre-commit", "validate-config", ".pre-commit-config.yaml")
        said = folder.run(*run, **home)
        holds(said.count("Passed") == 2, f"{way}: both hooks run: {said}")
        folder.spoil("dist/hello.zip")
        said = folder.run(*run, status=1, **home)
        holds("module-version-not-integer" in said and said.count("Passed") == 1, f"{way}: the bundle fails alone: {said}")
        with (folder.path / "ramp.yml").open("a") as manifest:
            manifest.write("capabilites: [types]\n")
        said = folder.run(*run, status=1, **home)
        holds("capabilities" in said and "Passed" not in said, f"{way}: the manifest fails too: {said}")
        for file, content in begun.items():
            file.write_bytes(content)


class Action:
    """action.yml, run as GitHub does: expressions are put in, each step is a script of its own, and files tell what comes of it."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
        self.temp = folder.path.parent / "runner"
        self.temp.mkdir()
        self.summary = self.temp / "summary"

    def value(self, text: str, inputs: dict[str, str], outputs: dict[str, str]) -> str:
        def of(match: re.Match[str]) -> str:
            kind, name = match[1].split(".", 1)
            return inputs[name] if kind == "inputs" else outputs.get(name.removeprefix("validate.outputs."), "")

        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", of, text)

    def run(self, status: int, more: dict[str, str] | None = None, **given: str) -> tuple[str, dict[str, str]]:
        inputs = {name: entry.get("default", "") for name, entry in self.action["inputs"].items()}
        inputs |= {name.replace("_", "-"): value for name, value in given.items()}
        outputs: dict[str, str] = {}
        said = ""
        path = self.temp / "path"
        path.write_text("")
        for step in self.action["runs"]["steps"]:
            if "uses" in step:
                condition = "!cancelled() && inputs.sarif == 'true' && steps.validate.outputs.sarif != ''"
                holds(step["if"] == f"${{{{ {condition} }}}}", "the condition of the upload is known here")
                holds("category" not in step["with"], "several targets are several analyses")
                if inputs["sarif"] == "true" and outputs.get("sarif"):
                    file = self.value(step["with"]["sarif_file"], inputs, outputs)
                    holds(json.loads(pathlib.Path(file).read_text())["version"] == "2.1.0", f"{file} is SARIF")
                    said += "uploaded"
                continue
            holds("${{" not in step["run"], f"nothing is put into a script: {step['run']}")
            told = self.temp / "output"
            told.write_text("")
            self.summary.write_text("")
            environment = {name: self.value(text, inputs, outputs) for name, text in step["env"].items()}
            environment |= {
                "GITHUB_ACTION_PATH": os.fspath(ROOT),
                "GITHUB_OUTPUT": os.fspath(told),
                "GITHUB_STEP_SUMMARY": os.fspath(self.summary),
                "GITHUB_PATH": os.fspath(path),
                "RUNNER_TEMP": os.fspath(self.temp),
            }
            script = self.temp / "step.sh"
            script.write_text(step["run"])
            command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", os.fspath(script)]
            environment = self.folder.environment | environment | (more or {})
            environment["PATH"] = ":".join([*path.read_text().split(), environment["PATH"]])
            done = subprocess.run(
                command, cwd=self.folder.path, env=environment, capture_output=True, text=True, check=False
            )
            said += done.stdout + done.stderr
            for line in told.read_text().splitlines():
                name, text = line.split("=", 1)
                outputs[name] = text
            if done.returncode != 0:
                holds(done.returncode == status, f"{given}: exit status {done.returncode}, not {status}: {said}")
                # What is uploaded is uploaded all the same.
                if "uses" in self.action["runs"]["steps"][-1] and outputs.get("sarif") and inputs["sarif"] == "true":
                    said += "uploaded"
                return said, outputs
        holds(status == 0, f"{given}: exit status 0, not {status}: {said}")
        return said, outputs


def github(folder: Folder) -> None:
    folder.run("check-jsonschema", "--builtin-schema", "vendor.github-actions", ROOT / "action.yml")
    folder.run("action-validator", ROOT / "action.yml")
    folder.run("zizmor", "--offline", "--no-progress", "--persona=pedantic", ROOT / "action.yml")
    folder.run("shellcheck", *sorted((ROOT / "ci/github").iterdir()))
    action = Action(folder)
    example = yaml.safe_load(shown("yaml", "uses: OWNER/ramp"))["jobs"]["bundles"]["steps"][-1]["with"]
    example = {name: str(value).lower() if isinstance(value, bool) else value for name, value in example.items()}
    holds(set(example) <= set(action.action["inputs"]), f"the example has other inputs: {example}")
    for name, text in action.action["outputs"].items():
        holds(text["value"] == f"${{{{ steps.validate.outputs.{name} }}}}", f"the output {name}")

    said, outputs = action.run(0, **example)
    holds("uploaded" in said and outputs["passed"] == "true" and outputs["status"] == "0", f"{outputs}: {said}")
    holds("hello.zip" in action.summary.read_text(), "the summary of the job")
    said, outputs = action.run(0, bundles="dist/*.zip", version=folder.run("ramp", "--version").split()[1])
    holds("uploaded" not in said, "nothing is uploaded unless it is asked for")
    said, outputs = action.run(0, bundles="dist", args="--set\n--require\nrhel9/x86_64", target="7.22")
    holds("::error" not in said, said)
    installed(action)
    # What somebody else may have named is neither run nor an option.
    for field in action.action["inputs"]:
        hostile = {"bundles": "dist"} | {field.replace("-", "_"): '"; touch owned #$(touch owned)`touch owned`'}
        said, outputs = action.run(0 if field in ("sarif", "location") else 2, **hostile)
        holds(not (folder.path / "owned").exists(), f"{field} is run")
        # It gets to the command, whole.
        holds(field in ("sarif", "version", "install", "hashes") or "$(touch owned)`" in said, f"{field}: {said}")
    said, outputs = action.run(2, bundles="--probe")
    holds("::error" in said and "--probe" in said, f"a bundle is no option: {said}")
    said, outputs = action.run(2, bundles="\n \n")
    holds("names no bundle" in said and outputs["passed"] == "false", f"no bundle passes: {said}")

    folder.spoil("dist/hello.zip")
    said, outputs = action.run(1, **example)
    holds("::error file=ramp.yml" in said and "uploaded" in said, said)
    holds((outputs["passed"], outputs["status"]) == ("false", "1"), outputs)
    holds("module-version-not-integer" in action.summary.read_text(), "the summary of the job")
    said, outputs = action.run(0, bundles="dist", fail_on="never")
    holds(outputs["passed"] == "true", outputs)

    workflow = folder.path / ".github/workflows/shown.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(shown("yaml", "uses: OWNER/ramp").replace("ramp@v0.1.0", f"ramp@{'0' * 40}"))
    (folder.path / "ramp.yml").unlink()
    folder.run("ramp", "init", "hello.so", "--ci", "github", "--yes")
    for file in workflow.parent.iterdir():
        folder.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", file)
        folder.run("zizmor", "--offline", "--no-progress", file)


def installed(action: Action) -> None:
    """Which `ramp` it is: the one on the PATH, the one from PyPI, or none."""
    nowhere = {"PATH": action.folder.without_ramp["PATH"]}
    version = action.folder.run("ramp", "--version").split()[1]
    digest = f"sha256:{wheel()}"
    place = action.temp / f"redis-ramp-{version}/bin"
    action.run(0, bundles="dist")
    holds(not place.exists(), "what is on the PATH is taken")
    said, outputs = action.run(2, bundles="dist", version="99.0.0", install="never")
    holds("::error title=ramp::" in said and "not 99.0.0" in said and not outputs, said)
    said, outputs = action.run(2, more=nowhere, bundles="dist", install="never")
    holds("::error title=ramp::ramp is not on the PATH" in said, said)
    said, outputs = action.run(0, more=nowhere, bundles="dist")
    holds(f"ramp {version}" in said and outputs["passed"] == "true", said)
    holds({file.name for file in place.iterdir()} <= {"ramp", "redis-ramp"}, "nothing else comes to the PATH")
    action.run(0, more=nowhere, bundles="dist", version=version, hashes=f"{digest}\nsha256:{'0' * 64}")
    said, _ = action.run(2, more=nowhere, bundles="dist", hashes=f"sha256:{'0' * 64}")
    holds("DO NOT MATCH" in said and "could not be installed" in said, said)
    # Another one on the PATH gives way to what is asked for, where there is that.
    said, _ = action.run(2, bundles="dist", version="99.0.0")
    holds("redis-ramp==99.0.0 could not be installed" in said, said)
    for field, bad in (("install", "always"), ("version", "latest"), ("hashes", "md5:1")):
        said, _ = action.run(2, more=nowhere, **({"bundles": "dist"} | {field: bad}))
        holds(f"::error title=ramp::`{field}` " in said, said)


def reports(folder: Folder, found: bool) -> None:
    """Whether the reports are there, and tell of something or nothing."""
    quality = folder.path / "gl-code-quality-report.json"
    if quality.exists():
        schema = ROOT / ".ci/schemas/gitlab-code-quality.json"
        folder.run("check-jsonschema", "--schemafile", schema, quality)
        levels = {issue["severity"] for issue in json.loads(quality.read_text())}
        holds(bool(levels & {"major", "critical", "blocker"}) == found, f"code quality tells of {levels}")
        quality.unlink()
    junit = folder.path / "ramp.xml"
    suites = ElementTree.parse(junit).getroot()
    holds((int(suites.get("failures", "0")) > 0) == found, f"JUnit tells of {suites.attrib}")
    junit.unlink()


def gitlab(folder: Folder) -> None:
    template = ROOT / "ci/gitlab/ramp.gitlab-ci.yml"
    folder.run("ramp", "init", "hello.so", "--ci", "gitlab", "-o", "other.yml", "--yes")
    example = folder.path / "example.yml"
    example.write_text(shown("yaml", "RAMP_OPTIONS"))
    for file in (template, folder.path / ".gitlab-ci.yml", example):
        folder.run("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", file)
    jobs = yaml.safe_load(template.read_text(encoding="utf-8"))
    given = yaml.safe_load(example.read_text())["variables"]
    holds(set(given) <= set(jobs["variables"]), f"the example has other variables: {given}")
    variables = {name: str(value) for name, value in (jobs["variables"] | given).items()}

    def job(name: str, status: int, **more: str) -> str:
        return folder.shell("\n".join(jobs[".ramp"]["before_script"] + jobs[name]["script"]), status=status, **(variables | more))

    # In an image without ramp, as the one that is named: what pip is to install, it does, into its environment.
    folder.run("python3", "-m", "venv", "image")
    image = {"PATH": f"{folder.path / 'image/bin'}:{folder.without_ramp['PATH']}"}
    holds(jobs[".ramp"]["image"].startswith("python:"), "the image has pip")
    job("ramp-check", 0, **image)
    holds((folder.path / "image/bin/ramp").exists(), "it is installed")
    job("ramp-check", 0)
    job("ramp-validate", 0)
    kept = jobs["ramp-validate"]["artifacts"]["reports"]
    holds(all((folder.path / file).exists() for file in kept.values()), f"{kept} are not all there")
    reports(folder, found=False)
    folder.spoil("dist/hello.zip")
    said = job("ramp-validate", 1)
    holds("module-version-not-integer" in said, f"people are told: {said}")
    reports(folder, found=True)


def jenkins(folder: Folder) -> None:
    text = (ROOT / "ci/jenkins/Jenkinsfile").read_text(encoding="utf-8")

    def is_groovy(text: str) -> bool:
        try:
            parse_groovy_content(text)
        except Exception:  # noqa: BLE001 (whatever the parser has)
            return False
        return True

    holds(is_groovy(text), "the Jenkinsfile is not Groovy")
    holds(not is_groovy(text.replace("{", "", 1)), "the parser of Groovy finds nothing wrong with anything")
    steps = re.findall(r"^\s*sh '(.*)'$", text, re.MULTILINE)
    holds(len(steps) == 4, f"the steps of the Jenkinsfile are {steps}")
    # Beside the workspace, and not made before it is needed.
    environment = {"PATH": folder.without_ramp["PATH"], "WORKSPACE_TMP": os.fspath(folder.path.parent / "project@tmp")}
    for step in steps:
        folder.shell(step, **environment)
    reports(folder, found=False)
    folder.spoil("mymodule.zip")
    said = folder.shell(steps[-1], status=1, **environment)
    holds("module-version-not-integer" in said, said)
    reports(folder, found=True)


def make(folder: Folder) -> None:
    shutil.copy(ROOT / "ci/make/ramp.mk", folder.path)
    (folder.path / "Makefile").write_text(shown("make", "include ramp.mk"))
    said = folder.run("make", "ramp-validate")
    holds("ramp pack mymodule.so" in said and "accepted" in said, said)
    holds("ramp pack" not in folder.run("make", "ramp-validate"), "it is packed once")
    folder.spoil("mymodule.zip")
    holds("module-version-not-integer" in folder.run("make", "ramp-validate", status=2), "what is refused")
    # As the modules of Redis are packed, by scripts that were written for ramp-packer.
    script = """
        ramp pack -m ramp.yml $RAMP_ARGS -n mymodule --verbose --debug --packname-file name -o "out/{os}.zip" mymodule.so >log 2>&1 || true
        test -e "$(cat name)"
        ramp validate "$(cat name)" --target 7.22
    """
    (folder.path / "out").mkdir()
    folder.shell(f"command -v ramp\n{script}", RAMP_ARGS="")


def main() -> None:
    wheel()
    with tempfile.TemporaryDirectory() as root:
        for way, name in ((pre_commit, "hello"), (github, "hello"), (gitlab, "hello"), (jenkins, "mymodule"), (make, "mymodule")):
            before, at = len(wrong), pathlib.Path(root, way.__name__)
            at.mkdir()
            folder = Folder(at / "project")
            folder.fill(name)
            folder.lay_traps()
            try:
                way(folder)
            except Exception as error:  # noqa: BLE001 (the other ways are run all the same)
                holds(False, f"{way.__name__}: {error!r}")
            holds(not folder.trapped(), f"{way.__name__} runs what is checked out: {folder.trapped()}")
            print(f"{way.__name__}: {len(wrong) - before} wrong", flush=True)
    print(f"{checks} checks")
    if wrong:
        sys.exit("\n".join(wrong))


main()
