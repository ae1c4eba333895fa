"""What somebody writes who is strict about types: mypy looks at it, and nobody runs it."""

# mypy: warn-unreachable

import datetime
import io
import pathlib
from typing import Dict, List, Optional

import redis_ramp
from redis_ramp import ErrorCode, FailOn, Finding, Level, Limits, Location, Policy, PolicyName, Probe, Report, Suppression, Target


def gate(path: pathlib.Path) -> Optional[str]:
    report: Report = redis_ramp.validate(path, target=Target("7.22", operating_systems=["rhel9"]), policy=Policy("strict"))
    code: Optional[str] = report.answer.error_code
    return code if report.answer else None


def messages(upload: bytes) -> List[str]:
    reports = redis_ramp.judge(io.BytesIO(upload), ["7.4", "8.2"], limits=Limits(seconds=5.0))
    found: List[Finding] = [finding for report in reports for finding in report.findings]
    places: List[Optional[Location]] = [finding.location for finding in found]
    return [f"{place}: {finding.message}" for place, finding in zip(places, found)]


def contents(upload: bytearray) -> Dict[str, bytes]:
    try:
        return redis_ramp.unpack(upload).dependencies
    except redis_ramp.Refused as refused:
        raise ValueError(refused.report.to_json()) from refused


def packed(module: pathlib.Path) -> str:
    try:
        made: redis_ramp.Packed = redis_ramp.pack(module, manifest={"author": "me"}, capabilities=["types"], probe="builtin", seconds=60)
    except redis_ramp.PackError as err:
        levels: List[Level] = [said.level for said in err.messages]
        return ", ".join(levels)
    return made.sha256


def answered(report: Report) -> Optional[ErrorCode]:
    return report.refusal.error_code if report.refusal else None


def mistaken(report: Report) -> int:
    # pyright reports the condition; by mypy what follows it is checked all the same.
    if report:
        return 1
    return 2


def configured(name: PolicyName, fail_on: FailOn, systems: "set[str]") -> Report:
    policy = Policy(name, deny=(rule for rule in ["load"]), fail_on=fail_on)
    target = Target("8.0", operating_systems=systems, as_of=datetime.date(2027, 3, 31))
    on: Optional[str] = target.as_of
    level: FailOn = policy.fail_on
    return redis_ramp.validate(b"", target, policy=policy, limits=None, name=f"{on} {level} {policy.allow}")


def folded(report: Report) -> List[Optional[Suppression]]:
    assert report.bundle is None
    return [finding.suppressed for finding in report.shown if finding.follows is None and finding.reason is None]


def asked(module: str, probe: Probe) -> None:
    redis_ramp.pack(module, probe=probe, env=None, overide_command=None)
