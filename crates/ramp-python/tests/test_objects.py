"""What the objects are to a program: compared, kept, shown."""

import asyncio
import copy
import pickle

import pytest

import redis_ramp
from made import bundle
from redis_ramp import Limits, Policy, Target


def judged():
    return redis_ramp.validate(bundle(sha256="0" * 64, min_redis_pack_version="9.9"), target="7.22")


OBJECTS = {
    "report": judged,
    "answer": lambda: judged().answer,
    "finding": lambda: judged().findings[0],
    "location": lambda: judged().findings[0].location,
    "target": lambda: Target("8.0", operating_systems=["rhel9"]),
    "policy": lambda: Policy(deny=["capability-unknown"]),
    "limits": lambda: Limits(seconds=2.5, max_entries=7, threads=1),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_equal_however_it_was_made(name):
    made = OBJECTS[name]()
    for same in [OBJECTS[name](), pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)]:
        assert same == made and not same != made and repr(same) == repr(made)
    assert made != object()


def test_what_differs():
    good = redis_ramp.validate(bundle(), target="7.22")
    assert good != judged() and good.answer != judged().answer
    first, second, *_ = judged().findings
    assert first != second and first.location != second.location
    assert Limits(seconds=1) != Limits(seconds=2) and Policy() != Policy(fail_on="never")


def test_what_can_be_a_key():
    for name in ["finding", "location", "target", "policy"]:
        assert len({OBJECTS[name](), OBJECTS[name]()}) == 1, name


def test_how_they_are_shown():
    report = judged()
    assert repr(report) == f"<Report refused: min_redis_pack_version; failed; {len(report.findings)} findings>"
    lines = str(report).splitlines()
    assert lines[0].startswith("refused: min_redis_pack_version: ") and lines[0].endswith("; failed")
    assert lines[1] == str(report.findings[0]) and lines[2].startswith("  help: ")
    assert lines[1].startswith("error: min-redis-pack-version: ")
    assert str(redis_ramp.validate(bundle(), target="7.22")).startswith("accepted; passed")
    assert repr(Limits(seconds=2.5)).endswith("threads=2, seconds=2.5)")
    assert repr(Target("8.0")) == 'Target("8.0")' and repr(Policy()) == 'Policy("strict")' and repr(Target()) == "Target()"
    for told in [Target("8.0", operating_systems=["rhel9"]), Policy(fail_on="never")]:
        assert eval(repr(told)) == told
    assert repr(report.findings[-1].location).startswith("<Location ")


def test_a_report_has_no_truth():
    with pytest.raises(TypeError, match="report.passed"):
        bool(judged())


def test_what_a_server_answers():
    refusal = judged().refusal
    assert (refusal.error_code, refusal.http_status) == ("min_redis_pack_version", 400)
    assert refusal.description and refusal.message and refusal.rule == "min-redis-pack-version"
    assert str(refusal) == f"min_redis_pack_version: {refusal.description}" and repr(refusal) == f"<Refusal {refusal}>"
    # The cluster would take it, and a server that enforces the policy does not.
    damaged = redis_ramp.validate(bundle(sha256="0" * 64), target="7.22")
    assert damaged.answer and (damaged.refusal.error_code, damaged.refusal.rule) == ("invalid_module", "module-sha256")
    assert redis_ramp.validate(bundle(), target="7.22").refusal is None


def test_what_a_target_is():
    target = Target("8.0", operating_systems=["rhel9"], architectures=["x86_64"], endpoint="user-defined", databases=["7.4"])
    assert (target.cluster_version, target.operating_systems, target.architectures) == ("8.0", ["rhel9"], ["x86_64"])
    assert (target.endpoint, target.databases) == ("user-defined", ["7.4"])
    assert (Target().endpoint, Target().operating_systems) == (None, [])


def test_what_limits_are():
    limits = Limits(max_module_bytes=1, seconds=2)
    assert (limits.max_module_bytes, limits.seconds, limits.threads, limits.max_entries) == (1, 2.0, 2, 65_535)
    assert limits.max_bytes == 1 << 30 and limits.max_inflated_bytes == 4 << 30


def test_many_at_once_in_an_event_loop():
    async def all_of_them():
        return await asyncio.gather(*(asyncio.to_thread(redis_ramp.validate, bundle()) for _ in range(8)))

    assert all(report.passed for report in asyncio.run(all_of_them()))


def test_the_version():
    assert redis_ramp.__version__.count(".") == 2
