//! What the module says of itself, held against the metadata.

use ramp_core::Policy;
use ramp_core::module::{CommandSpec, Discovery, ProbeOutcome};
use serde_json::{Value, json};

use crate::cases::{Case, case, good, set};

/// What the module of the good bundle registers.
fn registered() -> Discovery {
    let commands = serde_json::from_value(good().metadata["commands"].clone()).unwrap();
    Discovery { module_name: "testmodule".into(), version: 10203, commands }
}

fn said(change: impl FnOnce(&mut Discovery)) -> ProbeOutcome {
    let mut discovery = registered();
    change(&mut discovery);
    ProbeOutcome::Registered(discovery)
}

/// The commands of the good bundle, one member of one of them changed.
fn commands(index: usize, member: &str, value: impl Into<Value>) -> Value {
    let mut commands = good().metadata["commands"].clone();
    commands[index][member] = value.into();
    commands
}

/// Beside the two of the good bundle.
fn third() -> CommandSpec {
    CommandSpec { command_name: "test.third".into(), ..registered().commands[0].clone() }
}

pub(crate) fn cases() -> Vec<Case> {
    let agreeing = || said(|_| {});
    let third_json = || serde_json::to_value(third()).unwrap();
    let with_third = || {
        let mut commands = good().metadata["commands"].clone();
        commands.as_array_mut().unwrap().push(third_json());
        commands
    };
    vec![
        case("probe-module-name", "another name", set("module_name", "othertest"))
            .asked(said(|of| of.module_name = "testmodule2".into()))
            .twin(set("module_name", "testmodule2")),
        case("probe-version", "another build", good()).asked(said(|of| of.version = 10204)).twin_asked(agreeing()),
        case("probe-command-unlisted", "a command that came later", good())
            .asked(said(|of| of.commands.push(third())))
            .twin(set("commands", with_third())),
        case("probe-command-unlisted", "one that is left out in other letters", good())
            .asked(said(|of| of.commands.push(third())))
            .twin(set("exclude_commands", json!(["TEST.THIRD"]))),
        case("probe-command-absent", "a command that is gone", set("commands", with_third())).asked(agreeing()),
        case("probe-command-absent", "one that is added on purpose", set("commands", with_third()))
            .asked(agreeing())
            .twin(set("commands", with_third()).set("add_command", json!([third_json()]))),
        case("probe-command-differs", "another arity", set("commands", commands(0, "command_arity", 3)))
            .asked(agreeing())
            .twin(
                set("commands", commands(0, "command_arity", 3))
                    .set("overide_command", json!([commands(0, "command_arity", 3)[0]])),
            ),
        case("probe-command-differs", "a key that is all keys", set("commands", commands(1, "last_key", -1)))
            .asked(agreeing()),
        case("probe-command-differs", "a flag less", set("commands", commands(1, "flags", json!([]))))
            .asked(agreeing())
            .twin(set("commands", commands(1, "flags", json!(["write"])))),
        case("probe-command-differs", "a flag of a module in Redis 7", good())
            .asked(said(|of| of.commands[0].flags.push("denyoom".into())))
            .twin_asked(said(|of| of.commands[0].flags.push("module".into()))),
        case("probe-load-failed", "a crash", good())
            .asked(ProbeOutcome::Failed {
                why: "the module crashed the built-in host (as Redis 8.2.3) (signal 11, SIGSEGV)".into(),
                help: None,
            })
            .twin_asked(agreeing()),
        case("probe-not-possible", "a library that is not here", good())
            .asked(ProbeOutcome::NotPossible {
                why: "it needs libgomp.so.1, which is not found here".into(),
                help: Some("Install it, or ask the module where it runs.".into()),
            })
            .twin_asked(agreeing()),
    ]
}

/// Positions mean nothing where there is no first key: versions of Redis show them differently.
#[test]
fn commands_without_keys_agree() {
    let metadata = commands(0, "first_key", 0);
    let mut metadata = metadata;
    (metadata[0]["last_key"], metadata[0]["step"]) = (0.into(), (-1).into());
    let case = case("probe-command-differs", "no keys", set("commands", metadata)).asked(said(|of| {
        (of.commands[0].first_key, of.commands[0].last_key, of.commands[0].step) = (0, 0, 0);
    }));
    assert_eq!(case.findings(&Policy::strict()), []);
}

/// What is said of 100,000 commands that are not there is bounded, and takes no long time.
#[test]
fn many_commands() {
    let outcome = said(|of| {
        of.commands =
            (0..100_000).map(|number| CommandSpec { command_name: format!("test.{number}"), ..third() }).collect();
    });
    let case = case("probe-command-unlisted", "many", good()).asked(outcome);
    let found = case.findings(&Policy::strict());
    assert_eq!(found.len(), 50);
    assert!(found[49].message.ends_with("(and 99950 more like it)"), "{}", found[49].message);
}
