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

from . import _given, _ramp
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
    Suppression,
    Target,
    TargetError,
    TimeExceeded,
    __version__,
)
from ._types import Endpoint, ErrorCode, FailOn, Group, Level, PolicyName, Probe

__all__ = [
    "Answer",
    "Bundle",
    "Endpoint",
    "ErrorCode",
    "FailOn",
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
    "PolicyName",
    "Probe",
    "RampError",
    "Refusal",
    "Refused",
    "Report",
    "Suppression",
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

for _public in (Message, PackError, Packed):
    # As tracebacks and help name them.
    _public.__module__ = __name__

_DEFAULT = Limits()
_STRICT = Policy()
_NO_CLUSTER = Target()


def validate(
    bundle: Bundle,
    target: Union[Target, str, None] = None,
    *,
    policy: Union[Policy, PolicyName, None] = None,
    limits: Optional[Limits] = None,
    name: Optional[str] = None,
) -> Report:
    """Judges a bundle for one target: a release such as `7.22`, a version, `latest`, a `Target`; without one, as the unpacker does.

    `name` is how the report calls the bundle: by default its path. With `""` it has no name.

    What is wrong with the bundle is in the report. An exception says that it could not be evaluated: `OSError`, `RampError`; or that
    there is no such target or policy: `TargetError`, `PolicyError`.
    """
    return _ramp.judge(bundle, [_target("target", target)], _policy(policy), _limits(limits), _given.text("name", name))[0]


def judge(
    bundle: Bundle,
    targets: Iterable[Union[Target, str]],
    *,
    policy: Union[Policy, PolicyName, None] = None,
    limits: Optional[Limits] = None,
    name: Optional[str] = None,
) -> List[Report]:
    """Judges a bundle, which is read once, for each of several targets; otherwise as `validate`.

    >>> [report.answer.accepted for report in judge(b"", ["7.4", "8.2"])]
    [False, False]
    """
    if isinstance(targets, (str, Target)):
        raise TypeError("targets are several; `validate` takes one")
    given = [_target("each of targets", target) for target in _given.items("targets", targets, "targets")]
    return _ramp.judge(bundle, given, _policy(policy), _limits(limits), _given.text("name", name))


def inspect(bundle: Bundle, *, limits: Optional[Limits] = None) -> Dict[str, Any]:
    """Everything that is known of a bundle or a bare module, as `ramp inspect --format json`; nothing is judged."""
    return _ramp.inspect(bundle, _limits(limits))


def metadata(bundle: Bundle, *, limits: Optional[Limits] = None) -> Dict[str, Any]:
    """`module.json` alone: neither the module nor a dependency is read, and nothing is judged.

    >>> metadata(b"no zip at all")
    Traceback (most recent call last):
    redis_ramp.RampError: ...
    """
    return _ramp.metadata(bundle, _limits(limits))


class Refused(RampError):
    """A bundle is not unpacked: the cluster's unpacker refuses it, or what is in it is damaged. `report` says why."""

    def __init__(self, report: Report) -> None:
        answer = report.answer
        if answer.accepted:
            # No code of a cluster, and not to be taken for one.
            damage = next((found for found in report.findings if found.level == "error"), None)
            super().__init__(f"a cluster would take it, but it is damaged: {damage.message} ({damage.rule})" if damage else "damaged")
        else:
            super().__init__(f"{answer.error_code}: {answer.description}")
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

    def __repr__(self) -> str:
        # Not the contents: they may be hundreds of megabytes.
        sizes = "".join(f", {name!r} of {len(content):,} bytes" for name, content in list(self.dependencies.items())[:3])
        more = f" and {len(self.dependencies) - 3} more" if len(self.dependencies) > 3 else ""
        return f"<Unpacked {_given.shown(self.metadata.get('module_name'))}: module of {len(self.module):,} bytes{sizes}{more}>"


def unpack(bundle: Bundle, *, limits: Optional[Limits] = None, name: Optional[str] = None) -> Unpacked:
    """The contents of a bundle, in memory; `Refused` where the cluster's unpacker refuses it, or its contents are damaged."""
    report, contents = _ramp.unpack(bundle, _limits(limits), _given.text("name", name))
    if contents is None:
        raise Refused(report)
    module, dependencies = contents
    return Unpacked(report.metadata or {}, module, dict(dependencies))


def _target(keyword: str, given: Union[Target, str, None]) -> Target:
    if given is None:
        return _NO_CLUSTER
    return given if isinstance(given, Target) else Target(_given.one_of(keyword, given, Target, str))


def _policy(given: Union[Policy, PolicyName, None]) -> Policy:
    if given is None:
        return _STRICT
    return given if isinstance(given, Policy) else Policy(_given.one_of("policy", given, Policy, str))


def _limits(given: Optional[Limits]) -> Limits:
    return _DEFAULT if given is None else _given.one_of("limits", given, Limits)


def __dir__() -> List[str]:
    return __all__
