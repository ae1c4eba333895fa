from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, final

__all__ = [
    "Answer",
    "Finding",
    "LimitExceeded",
    "Limits",
    "Location",
    "Policy",
    "PolicyError",
    "RampError",
    "Report",
    "Target",
    "TargetError",
    "TimeExceeded",
    "inspect",
    "judge",
    "metadata",
    "unpack",
]

class RampError(Exception):
    """A bundle could not be evaluated."""

class LimitExceeded(RampError):
    """Evaluating the bundle would cost more than the limits allow."""

class TimeExceeded(RampError):
    """The time limit was reached before the bundle was read."""

class TargetError(ValueError):
    """There is no such cluster."""

class PolicyError(ValueError):
    """There is no such policy, rule or group, or it cannot be changed."""

@final
class Target:
    """A cluster, or what is known of one: what bundles are checked against."""

    def __new__(
        cls,
        name: Optional[str] = None,
        *,
        operating_systems: Sequence[str] = ...,
        architectures: Sequence[str] = ...,
        endpoint: Optional[str] = None,
        databases: Sequence[str] = ...,
    ) -> Target: ...
    @staticmethod
    def from_json(text: str) -> Target: ...
    def to_json(self) -> str: ...
    def __reduce__(self) -> Tuple[Callable[[str], Target], Tuple[str]]: ...
    @property
    def cluster_version(self) -> Optional[str]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Policy:
    """How grave each rule is for the gate."""

    def __new__(
        cls,
        name: str = "strict",
        *,
        allow: Sequence[str] = ...,
        warn: Sequence[str] = ...,
        deny: Sequence[str] = ...,
        fail_on: str = "error",
    ) -> Policy: ...
    @staticmethod
    def from_json(text: str) -> Policy: ...
    def to_json(self) -> str: ...
    def __reduce__(self) -> Tuple[Callable[[str], Policy], Tuple[str]]: ...
    @property
    def name(self) -> str: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Limits:
    """What one bundle may cost; what is not given is as the command has it."""

    def __new__(
        cls,
        *,
        max_bytes: int = ...,
        max_module_bytes: Optional[int] = None,
        max_inflated_bytes: Optional[int] = None,
        max_entries: Optional[int] = None,
        threads: Optional[int] = None,
        seconds: Optional[float] = None,
    ) -> Limits: ...

@final
class Location:
    """Where a finding points."""

    @property
    def entry(self) -> Optional[str]: ...
    @property
    def pointer(self) -> Optional[str]: ...
    @property
    def offset(self) -> Optional[int]: ...
    @property
    def text(self) -> str: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Finding:
    """Something found in a bundle."""

    @property
    def rule(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def error_code(self) -> Optional[str]: ...
    @property
    def decides_answer(self) -> bool: ...
    @property
    def location(self) -> Optional[Location]: ...
    @property
    def data(self) -> Dict[str, Any]: ...

@final
class Answer:
    """What the cluster would answer to the upload; true where it accepts."""

    @property
    def accepted(self) -> bool: ...
    @property
    def error_code(self) -> Optional[str]: ...
    @property
    def reason(self) -> Optional[str]: ...
    @property
    def http_status(self) -> Optional[int]: ...
    @property
    def message(self) -> Optional[str]: ...
    @property
    def description(self) -> Optional[str]: ...
    @property
    def rule(self) -> Optional[str]: ...
    @property
    def conditions(self) -> List[str]: ...
    def __bool__(self) -> bool: ...

@final
class Report:
    """The judgement of one bundle: the cluster's answer, and whether it passes the gate."""

    @property
    def answer(self) -> Answer: ...
    @property
    def passed(self) -> bool: ...
    @property
    def findings(self) -> List[Finding]: ...
    @property
    def target(self) -> Target: ...
    @property
    def metadata(self) -> Optional[Dict[str, Any]]: ...
    def to_json(self) -> str: ...
    @staticmethod
    def from_json(text: str) -> Report: ...
    def __reduce__(self) -> Tuple[Callable[[str], Report], Tuple[str]]: ...
    def to_dict(self) -> Dict[str, Any]: ...

def judge(source: object, targets: Sequence[Target], policy: Policy, limits: Limits) -> List[Report]: ...
def unpack(source: object, limits: Limits) -> Tuple[Report, Optional[Tuple[bytes, List[Tuple[str, bytes]]]]]: ...
def inspect(source: object, limits: Limits) -> Dict[str, Any]: ...
def metadata(source: object, limits: Limits) -> Dict[str, Any]: ...
