"""What the strict policy says of archives."""

from __future__ import annotations

import json
import pathlib
import subprocess


def judge(ramp: pathlib.Path, archives: list[pathlib.Path]) -> list[tuple[bool, list[str]]]:
    """For each archive whether strict accepts it, and the rules of its findings, those that refuse first."""
    verdicts = []
    for start in range(0, len(archives), 200):
        some = archives[start : start + 200]
        done = subprocess.run(
            [ramp, "validate", "--policy", "strict", "--format", "json", *some], stdout=subprocess.PIPE, check=False
        )
        results = {result["bundle"]: result for result in json.loads(done.stdout)["results"]}
        for archive in some:
            result = results[str(archive)]
            findings = result.get("findings") or []
            answer = result.get("answer") or {}
            grave = [finding["rule"] for finding in findings if finding["level"] == "error"]
            light = [f"({finding['rule']})" for finding in findings if finding["level"] != "error"]
            answered = [] if answer.get("accepted", False) else [f"answer:{answer.get('reason')}"]
            rules = list(dict.fromkeys(answered + grave + light))
            verdicts.append((bool(result.get("passed")), rules))
    return verdicts
