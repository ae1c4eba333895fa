"""What the objects are to a program: compared, kept, shown."""

import asyncio
import copy
import datetime
import inspect
import pathlib
import pickle
import typing

import pytest

import redis_ramp
from made import bundle, module
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


@pytest.mark.parametrize("odd", [float("inf"), float("nan"), "\ud800", 1e-320, 10**40, [[[[[[[[]]]]]]]], "x" * 300_000])
def test_what_json_does_not_keep_is_equal_too(odd):
    made = redis_ramp.validate(bundle(extra=odd), target="7.22")
    assert pickle.loads(pickle.dumps(made)) == made
    assert redis_ramp.Report.from_json(made.to_json()) == made


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
    told = [
        (Target("8.0", operating_systems=["rhel9"], as_of="2027-03-31"), 'Target("8.0", operating_systems=["rhel9"], as_of="2027-03-31")'),
        (
            Target("8.0", architectures=["arm64"], databases=["7.4"], endpoint="user-defined"),
            'Target("8.0", architectures=["aarch64"], databases=["7.4"], endpoint="user-defined")',
        ),
        (Policy(fail_on="never"), 'Policy("strict", fail_on="never")'),
        (
            Policy("reference", deny=["load", "capability-unknown"], allow=["schema"]),
            'Policy("reference", allow=["schema"], deny=["capability-unknown", "load"])',
        ),
    ]
    for made, text in told:
        assert repr(made) == text and eval(text) == made
    # What no argument can say.
    assert repr(Target.from_json('{"max_module_bytes": 5}')) == "<Target() and more, by its to_json()>"
    assert repr(known()) == '<Policy "strict", warn=["schema"]; suppressed: integrity>'
    assert repr(report.findings[-1].location).startswith("<Location ")


def known():
    return Policy.from_json('{"overrides": {"schema": "warn"}, "suppressions": {"integrity": {"reason": "rebuilt", "until": "2027-03-31"}}}')


def test_what_is_accepted_on_conditions():
    report = redis_ramp.validate(bundle(), "8.2")
    conditions = ["once uploads are switched on", "if its nodes run rhel9 or ubuntu22 on x86_64"]
    assert report.answer.conditions == conditions
    told = f"accepted, {conditions[0]}, {conditions[1]}"
    assert (str(report.answer), repr(report.answer)) == (told, f"<Answer {told}>")
    assert str(report).splitlines()[0] == f"{told}; passed" and repr(report) == f"<Report {told}; passed; 1 finding>"
    assert str(redis_ramp.validate(bundle(), "7.22")) == "accepted; passed"


def test_what_follows_is_folded():
    torn = bytearray(bundle())
    torn[60] ^= 0xFF
    report = redis_ramp.validate(torn, "7.22")
    assert [found.rule for found in report.shown] == ["content-corrupt"]
    following = report.findings[1:]
    assert following and {found.follows for found in following} == {"content-corrupt"} and report.findings[0].follows is None
    assert str(report).splitlines()[-1] == f"  {len(following)} more findings may follow from this"
    assert str(report).count("help: ") == 1
    # What is lowered hides nothing that is graver.
    lowered = redis_ramp.validate(torn, "7.22", policy=Policy(warn=["content-corrupt"]))
    assert {found.rule for found in lowered.shown if found.level == "error"} == {f.rule for f in lowered.findings if f.level == "error"}


def test_what_is_suppressed():
    report = redis_ramp.validate(bundle(sha256="0" * 64), "7.22", policy=known())
    (found,) = report.findings
    assert report.passed and report.shown == [] and found.rule == "module-sha256"
    assert (found.suppressed.reason, found.suppressed.until) == ("rebuilt", "2027-03-31")
    assert str(found.suppressed) == "suppressed until 2027-03-31: rebuilt"
    assert str(report) == "accepted; passed\n1 finding suppressed"
    assert judged().findings[0].suppressed is None


def test_the_unpackers_finer_code():
    found = redis_ramp.validate(bundle(version=None), "7.22").findings[0]
    assert (found.error_code, found.reason) == ("invalid_module", found.to_dict()["reason"]) and found.reason


def test_what_a_bundle_is_called(tmp_path):
    path = tmp_path / "tmp0ho_k4se"
    path.write_bytes(module())
    help = {name: redis_ramp.validate(path, name=name).findings[0].help for name in (None, "a b.so", "")}
    assert f"`ramp pack {path} -m" in help[None] and "`ramp pack 'a b.so' -m" in help["a b.so"] and "`ramp pack FILE -m" in help[""]
    names = {name: redis_ramp.validate(path, name=name).bundle for name in (None, "a b.so", "")}
    assert names == {None: str(path), "a b.so": "a b.so", "": None}
    assert redis_ramp.validate(module()).bundle is None and redis_ramp.validate(module(), name="x.so").bundle == "x.so"
    assert [report.to_dict()["bundle"] for report in redis_ramp.judge(module(), ["7.4", "8.2"], name="x")] == ["x", "x"]
    with pytest.raises(redis_ramp.Refused) as refused:
        redis_ramp.unpack(path, name="x.so")
    assert refused.value.report.bundle == "x.so" and "`ramp pack x.so -m" in refused.value.report.findings[0].help
    assert pickle.loads(pickle.dumps(refused.value.report)).bundle == "x.so"


def test_contents_are_not_shown():
    unpacked = redis_ramp.unpack(bundle())
    assert repr(unpacked) == str(unpacked) == f"<Unpacked 'hello': module of {len(module()):,} bytes>"
    many = unpacked._replace(dependencies={f"{name}.tgz": b"12345" for name in "abcde"})
    assert repr(many).endswith(", 'a.tgz' of 5 bytes, 'b.tgz' of 5 bytes, 'c.tgz' of 5 bytes and 2 more>")
    said = (redis_ramp.Message("note", "x" * 5000),)
    packed = redis_ramp.Packed(pathlib.Path("a.zip"), "0" * 64, {"module_name": "m" * 5000, "semantic_version": "1.2.3"}, said)
    assert repr(packed) == f"<Packed 'a.zip': '{'m' * 58}… '1.2.3', sha256 000000000000…, 1 message>"


def test_why_what_a_cluster_takes_is_not_unpacked():
    torn = bytearray(bundle())
    torn[60] ^= 0xFF
    with pytest.raises(redis_ramp.Refused) as refused:
        redis_ramp.unpack(torn)
    report = refused.value.report
    assert report.answer.accepted
    assert str(refused.value) == f"a cluster would take it, but it is damaged: {report.findings[0].message} (content-corrupt)"


def test_what_a_policy_is():
    policy = Policy("reference", allow=["load"], warn=["schema"], deny=["capability-unknown", "archive"], fail_on="note")
    assert (policy.name, policy.allow, policy.warn, policy.deny) == ("reference", ["load"], ["schema"], ["archive", "capability-unknown"])
    assert policy.fail_on == "note" and Policy().fail_on == "error" and Policy(fail_on="warning").fail_on == "warning"


def test_the_day_that_is_judged_on():
    past, never = Target("7.4", as_of=datetime.date(2040, 1, 1)), Target("7.4")
    assert (past.as_of, never.as_of) == ("2040-01-01", None)
    assert Target("7.4", as_of=datetime.datetime(2040, 1, 1, 12)) == past == Target("7.4", as_of="2040-01-01")
    rules = [{found.rule for found in redis_ramp.validate(bundle(), target).findings} for target in (past, never)]
    assert rules[0] - rules[1]
    with pytest.raises(redis_ramp.TargetError, match="^as_of: `tomorrow` is not a date"):
        Target("7.4", as_of="tomorrow")


def test_what_the_package_offers():
    assert dir(redis_ramp) == sorted(redis_ramp.__all__) and all(hasattr(redis_ramp, name) for name in redis_ramp.__all__)
    assert set(typing.get_args(redis_ramp.FailOn)) == {"error", "warning", "note", "never"}
    assert "none" in typing.get_args(redis_ramp.Probe) and "strict" in typing.get_args(redis_ramp.PolicyName)
    for made in [Target, Policy, Limits]:
        # Python 3.9 knows none of a type that is made for all versions.
        if made.__text_signature__ is not None:
            assert "Ellipsis" not in made.__text_signature__ and "..." not in made.__text_signature__
            for keyword in inspect.signature(made).parameters:
                assert f"`{keyword}`" in made.__doc__, (made, keyword)


CLASSES = [redis_ramp.Report, redis_ramp.Answer, redis_ramp.Refusal, redis_ramp.Finding, redis_ramp.Suppression, redis_ramp.Location, Target, Policy, Limits]


@pytest.mark.parametrize("made", CLASSES)
def test_every_attribute_has_a_text(made):
    for name, attribute in vars(made).items():
        if inspect.isgetsetdescriptor(attribute):
            assert attribute.__doc__, name


def test_a_report_is_no_condition():
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
