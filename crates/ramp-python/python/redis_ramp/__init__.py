"""Says before the upload what a Redis Enterprise cluster would answer to a RAMP package, and why.

>>> import redis_ramp
>>> report = redis_ramp.validate(b"no zip at all", target="7.22")
>>> report.answer.accepted, report.answer.error_code, report.passed
(False, 'invalid_module', False)
>>> report.findings[0].rule
'bundle-not-a-zip'
"""

# Before all else: see there.
from . import _path

import os
from typing import Any, BinaryIO, Dict, Iterable, List, NamedTuple, Optional, Tuple, Type, Union

from . import _ramp
from ._command import command
from ._pack import Message, PackError, Packed, pack
from ._ramp import (
    Answer,
    Finding,
    LimitExceeded,
    Limits,
    Location,
    Policy,
    PolicyError,
    RampError,
    Refusal,
    Report,
    Target,
    TargetError,
    TimeExceeded,
    __version__,
)
from ._types import Endpoint, ErrorCode, Group, Level, PolicyName

__all__ = [
    "Answer",
    "Bundle",
    "Endpoint",
    "ErrorCode",
    "Finding",
    "Group",
    "Level",
    "LimitExceeded",
    "Limits",
    "Location",
    "Message",
    "PackError",
    "Packed",
    "Policy",
    "PolicyError",
    "RampError",
    "Refusal",
    "Refused",
    "Report",
    "Target",
    "TargetError",
    "TimeExceeded",
    "Unpacked",
    "__version__",
    "command",
    "inspect",
    "judge",
    "metadata",
    "pack",
    "unpack",
    "validate",
]

Bundle = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview, BinaryIO]
"""What a bundle is read from: a path, its bytes, or a file opened in binary mode."""


_path.come_back()

_DEFAULT = Limits()
_STRICT = Policy()
_NO_CLUSTER = Target()


def validate(
    bundle: Bundle,
    target: Union[Target, str, None] = None,
    *,
    policy: Union[Policy, PolicyName, None] = None,
    limits: Limits = _DEFAULT,
) -> Report:
    """Judges a bundle for one target: a release such as `7.22`, a version, `latest`, a `Target`; without one, as the unpacker does.

    What is wrong with the bundle is in the report. An exception says that it could not be evaluated: `OSError`, `RampError`; or that
    there is no such target or policy: `TargetError`, `PolicyError`.
    """
    return _ramp.judge(bundle, [_target(target)], _policy(policy), limits)[0]


def judge(
    bundle: Bundle,
    targets: Iterable[Union[Target, str]],
    *,
    policy: Union[Policy, PolicyName, None] = None,
    limits: Limits = _DEFAULT,
) -> List[Report]:
    """Judges a bundle, which is read once, for each of several targets.

    >>> [report.answer.accepted for report in judge(b"", ["7.4", "8.2"])]
    [False, False]
    """
    if isinstance(targets, (str, Target)):
        raise TypeError("targets are several; `validate` takes one")
    return _ramp.judge(bundle, [_target(target) for target in targets], _policy(policy), limits)


def inspect(bundle: Bundle, *, limits: Limits = _DEFAULT) -> Dict[str, Any]:
    """Everything that is known of a bundle but for the content of dependencies; nothing is judged."""
    return _ramp.inspect(bundle, limits)


def metadata(bundle: Bundle, *, limits: Limits = _DEFAULT) -> Dict[str, Any]:
    """`module.json` alone: neither the module nor a dependency is read, and nothing is judged.

    >>> metadata(b"no zip at all")
    Traceback (most recent call last):
    redis_ramp.RampError: ...
    """
    return _ramp.metadata(bundle, limits)


class Refused(RampError):
    """A bundle is not unpacked: the cluster's unpacker refuses it, or what is in it is damaged. `report` says why."""

    def __init__(self, report: Report) -> None:
        answer, first = report.answer, report.findings[0]
        super().__init__(f"{answer.error_code or first.rule}: {answer.description or first.message}")
        self.report = report

    def __reduce__(self) -> "Tuple[Type[Refused], Tuple[Report]]":
        return Refused, (self.report,)


class Unpacked(NamedTuple):
    """What is in a bundle."""

    metadata: Dict[str, Any]
    """`module.json`."""
    module: bytes
    dependencies: Dict[str, bytes]
    """The files under `deps/`, by their names there."""


def unpack(bundle: Bundle, *, limits: Limits = _DEFAULT) -> Unpacked:
    """The contents of a bundle, in memory; `Refused` where the cluster's unpacker refuses it, or its contents are damaged."""
    report, contents = _ramp.unpack(bundle, limits)
    if contents is None:
        raise Refused(report)
    module, dependencies = contents
    return Unpacked(report.metadata or {}, module, dict(dependencies))


def _target(given: Union[Target, str, None]) -> Target:
    if given is None:
        return _NO_CLUSTER
    return given if isinstance(given, Target) else Target(given)


def _policy(given: Union[Policy, PolicyName, None]) -> Policy:
    if given is None:
        return _STRICT
    return given if isinstance(given, Policy) else Policy(given)
