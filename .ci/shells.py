"""Whether the shells complete what they should: see `.ci/shells`.

Each case is typed into a shell that runs on a terminal of its own, then the tabulator. What has one completion is then given to
`printf`, which prints the words that the shell makes of the line; of what has several, the list that the shell shows is read.

Usage: shells.py RAMP
"""

from __future__ import annotations

import concurrent.futures
import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

import tree_sitter
import tree_sitter_powershell

RAMP = pathlib.Path(sys.argv[1])
FILES = ("cluster.json", "my bundle.zip", "release-1.zip", "folder/inner.zip")
PROMPT = "READY> "
ESCAPES = re.compile(r"\x1b\[[0-9;?>=]*[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>]|[\x0e\x0f\r\x07]")

# What is typed; and the last word that comes of it, or some of those that are shown and one that is not.
ONE: dict[str, str] = {
    "ramp expl": "explain",
    "ramp explain module-sh": "module-sha256",
    "ramp explain invalid_m": "invalid_module",
    "ramp explain manifest homep": "homepage",
    "ramp validate --fail-o": "--fail-on",
    "ramp validate --fail-on nev": "never",
    "ramp validate -D integ": "integrity",
    "ramp validate --target 7.22 --target lat": "latest",
    "ramp validate --target=lat": "--target=latest",
    "ramp validate --target clu": "cluster.json",
    "ramp validate --os rhel9,amzn202": "rhel9,amzn2023",
    "ramp validate --arch aar": "aarch64",
    "ramp validate --set --require rhel9/x": "rhel9/x86_64",
    "ramp validate --endpoint user": "user-defined",
    "ramp validate --output sarif=rel": "sarif=release-1.zip",
    "ramp validate rel": "release-1.zip",
    "ramp validate folder/in": "folder/inner.zip",
    "ramp validate my": "my bundle.zip",
    "ramp pack -C types,fla": "types,flash",
    "ramp man val": "validate",
    "ramp help sto": "store",
    "ramp target sh": "show",
    "ramp completions power": "powershell",
}
SEVERAL: dict[str, tuple[set[str], str]] = {
    "ramp validate -A lo": ({"load", "load-glibc", "load-symbol-missing"}, "module-sha256"),
    "ramp validate --target 7.": ({"7.2", "7.4", "7.8", "7.22"}, "8.2"),
    "ramp validate --os rh": ({"rhel7", "rhel8", "rhel9"}, "ubuntu22"),
    "ramp validate --output sa": ({"sarif", "sarif="}, "junit"),
}

class Shell:
    """A shell on a terminal."""

    def __init__(self, command: list[str], environment: dict[str, str], folder: str) -> None:
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 160, 0, 0))

    def read(self, quiet: float, until: str = "") -> str:
        """What is written until nothing more is, or a text has come."""
        text, end = "", time.monotonic() + 20
        while time.monotonic() < end:
            waits = end - time.monotonic() if until and until not in text else quiet
            if not select.select([self.terminal], [], [], waits)[0]:
                break
            try:
                text += ESCAPES.sub("", os.read(self.terminal, 65536).decode(errors="replace"))
            except OSError:
                break
        return text

    def send(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def run(self, line: str) -> str:
        self.send(line + "\n")
        return self.read(0.3, PROMPT)

    def end(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)

    def one(self, typed: str, quiet: float) -> str:
        """The last word of the line, once it is completed."""
        self.send(typed)
        self.read(0.1)
        self.send("\t")
        self.read(quiet)
        # To the start of the line.
        self.send("\x01printf '<%s>\\n' \n")
        words = re.findall(r"^<(.*)>$", self.read(0.2, PROMPT), re.MULTILINE)
        return words[-1] if words else "nothing"

    def several(self, typed: str, quiet: float) -> set[str]:
        """The words that are shown for a line, with what bash, zsh and fish show beside them."""
        self.send(typed)
        self.read(0.1)
        shown = ""
        # The first may complete what they have in common, the second tell that there are several.
        for _ in range(3):
            self.send("\t")
            shown += self.read(quiet)
            if "\n" in shown:
                break
        self.send("\x03")
        self.read(0.2)
        self.send("\n")
        self.read(0.2, PROMPT)
        return set(re.split(r"[\s()]+", shown))


def typed_into(name: str, command: list[str], setup: list[str], environment: dict[str, str], folder: str) -> list[str]:
    wrong = []
    shell = Shell(command, environment, folder)
    shell.read(1.0)
    for line in setup:
        shell.run(line)
    shell.read(0.5)
    for typed, word in ONE.items():
        # A machine that is busy is given another chance.
        got = next((got for quiet in (0.3, 3.0) if (got := shell.one(typed, quiet)) == word), None)
        got = got or shell.one(typed, 3.0)
        if got != word:
            wrong.append(f"{name}: {typed!r} becomes {got!r}, not {word!r}")
    for typed, (words, other) in SEVERAL.items():
        for quiet in (0.4, 3.0):
            shown = shell.several(typed, quiet)
            if words <= shown and other not in shown:
                break
        else:
            wrong.append(f"{name}: {typed!r} shows {sorted(shown)}, not {sorted(words)} without {other}")
    shell.end()
    print(f"{name}: {len(ONE) + len(SEVERAL)} lines typed, {len(wrong)} wrong", flush=True)
    return wrong


def power_shell(environment: dict[str, str], folder: str) -> list[str]:
    """PowerShell itself, where it is; else a grammar of it reads the script, and the command is asked as the script asks it."""
    pwsh = shutil.which("pwsh")
    script = subprocess.run([RAMP, "completions", "powershell"], check=True, capture_output=True).stdout
    wrong = []
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
    if parser.parse(script).root_node.has_error:
        wrong.append("powershell: the script is not PowerShell")
    if not parser.parse(script.replace(b"{", b"", 1)).root_node.has_error:
        wrong.append("powershell: the grammar finds nothing wrong with anything")

    def asked(typed: str) -> list[str]:
        if pwsh:
            lines = (
                "ramp completions powershell | Out-String | Invoke-Expression",
                f"(TabExpansion2 -inputScript '{typed}' -cursorColumn {len(typed)}).CompletionMatches.CompletionText",
            )
            command, more = [pwsh, "-NoProfile", "-Command", "; ".join(lines)], {}
        else:
            command, more = [os.fspath(RAMP), "--", *typed.split(" ")], {"RAMP_COMPLETE": "powershell"}
        run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, env=environment | more)
        return [line.split("\t")[0] for line in run.stdout.splitlines()]

    for typed, word in ONE.items():
        if (got := asked(typed)) != [word]:
            wrong.append(f"powershell: {typed!r} becomes {got}, not {word!r}")
    for typed, (words, other) in SEVERAL.items():
        if not words <= (got := set(asked(typed))) or other in got:
            wrong.append(f"powershell: {typed!r} gives {sorted(got)}, not {sorted(words)} without {other}")
    how = "run" if pwsh else "not there: its script was parsed, and the command asked as it asks"
    print(f"powershell: {how}, {len(wrong)} wrong", flush=True)
    return wrong


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = pathlib.Path(home, "here")
        for name in FILES:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).touch()
        environment = {
            "HOME": home,
            "LC_ALL": "C.UTF-8",
            "PATH": f"{RAMP.parent}:/usr/local/bin:/usr/bin:/bin",
            "TERM": "xterm",
            "XDG_DATA_HOME": f"{home}/data",
        }

        def put(path: str, shell: str) -> str:
            file = pathlib.Path(home, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(subprocess.run([RAMP, "completions", shell], check=True, capture_output=True).stdout)
            return os.fspath(file.parent)

        prompt = f"PS1='{PROMPT}'"
        bash = ["bash", "--norc", "--noprofile", "-i"]
        put("data/bash-completion/completions/ramp", "bash")
        functions = put("functions/_ramp", "zsh")
        compinit = "autoload -Uz compinit && compinit -u -D"
        fish = ["fish", "--no-config", "--private", "-i"]
        fish_prompt = f"function fish_prompt; echo -n '{PROMPT}'; end; function fish_greeting; end"
        put("completions/ramp.fish", "fish")
        ways = [
            ("bash", bash, [prompt, "source <(ramp completions bash)"]),
            ("bash-completion", bash, [prompt, "source /usr/share/bash-completion/bash_completion"]),
            ("zsh", ["zsh", "-f", "-i"], [prompt, compinit, "source <(ramp completions zsh)"]),
            ("zsh, from its folders", ["zsh", "-f", "-i"], [prompt, f"fpath=({functions} $fpath)", compinit]),
            ("fish", fish, [fish_prompt, "ramp completions fish | source"]),
            ("fish, from its folders", fish, [fish_prompt, f"set fish_complete_path {home}/completions"]),
        ]
        here = os.fspath(folder)
        with concurrent.futures.ProcessPoolExecutor(len(ways)) as pool:
            runs = [pool.submit(typed_into, *way, environment, here) for way in ways]
            wrong = [told for run in runs for told in run.result()]
        wrong += power_shell(environment, here)
    if wrong:
        sys.exit("\n".join(wrong))


main()
