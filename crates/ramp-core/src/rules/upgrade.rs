//! Upgrade: what a new build of a module takes away from who uses the old one, and what keeps databases from it.
//!
//! Most of it is read off the differences of the two builds, which are told apart from what is found.

use std::cmp::Ordering;

use super::context::Context;
use super::declare::upgrade as rule;
use super::flags::{self, NEWER_FLAGS, OTHER_FLAGS};
use super::written::shown_text;
use crate::finding::{Location, Rule};
use crate::level::Level::{Error, Warning};
use crate::metadata::Value;
use crate::module::Architecture;
use crate::target::Target;
use crate::upgrade::{Area, Arity, Cause, Change, ChangeKind, Upgrade, shown, versions};
use crate::version::short;

pub(super) const RULES: &[&Rule] = &[
    &MODULE,
    &DOWNGRADE,
    &SAME_VERSION,
    &REDIS,
    &REDIS_RAISED,
    &COMPATIBLE,
    &CLUSTER,
    &CLUSTER_RAISED,
    &CAPABILITY,
    &PLATFORM,
    &COMMAND_REMOVED,
    &ARITY,
    &KEYS,
    &FLAGS,
];
/// Those that find something only where both modules were asked.
pub(super) const ASKED_RULES: &[&Rule] = &[&TYPE_REMOVED, &ENCODING_LOWERED, &ENCODING_RAISED, &CONFIG_REMOVED];

/// What the data of rules about one difference has.
const DATA: &[(&str, &str)] = &[("found", "what it is in the new build"), ("has", "what it is in the old build")];
const COMMAND_DATA: &[(&str, &str)] = &[
    ("command", "the name of the command"),
    ("found", "what it is in the new build"),
    ("has", "what it is in the old build"),
];

static MODULE: Rule = Rule {
    what: "The two bundles have different names of the module.",
    why: "A database that uses one of them is not upgraded to the other; they are compared as two builds of one module.",
    help: "Compare two builds of the same module.",
    example: "`search` and `searchlight`.",
    data: DATA,
    ..rule("upgrade-other-module", Error, "the builds are of different modules")
};
static DOWNGRADE: Rule = Rule {
    what: "The new build has a lower version than the old one.",
    why: "A cluster answers `module_downgrade_unsupported` to the upgrade of a database.",
    help: "Compare the old build with the new one, in this order; or give the new build a higher `semantic_version` and `version`.",
    example: "1.2.3, and a new build that says 1.1.0.",
    data: DATA,
    ..rule("upgrade-downgrade", Error, "the new build has a lower version")
};
static SAME_VERSION: Rule = Rule {
    what: "Both builds have the same version, and are not the same.",
    why: "A cluster knows a module by its name and version: it answers `module_exists` to the upload of the second, and no database is \
          upgraded.",
    help: "Give the new build a higher `semantic_version` and `version`.",
    example: "A build that was mended and packed again without a new version.",
    data: &[("version", "the version of both")],
    ..rule("upgrade-same-version", Error, "both builds have the same version")
};
static REDIS: Rule = Rule {
    what: "The new build's `min_redis_version` is newer than all databases of the target that can have the old one; or, from 7.8 on, no \
           database of the target is of its `compatible_redis_version`.",
    why: "A cluster answers `redis_incompatible_version`, or `upgrade_bdb_failed`, to the upgrade of each of them.",
    help: "Upgrade the databases first, or correct `min_redis_version` and `compatible_redis_version`, if the module works with theirs.",
    example: "Databases of 7.2 on the target, and a new build that needs 7.4.",
    data: &[("has", "the versions of the databases"), ("needs", "the version of Redis that the new build needs")],
    ..rule("upgrade-redis-incompatible", Error, "no database of the target can have the new build")
};
static REDIS_RAISED: Rule = Rule {
    what: "The new build's `min_redis_version` is newer than the old one's; some databases can have the old build and not the new one.",
    why: "A cluster answers `redis_incompatible_version` to the upgrade of those.",
    help: "Tell the users, who have to upgrade their databases first; or lower `min_redis_version`.",
    example: "`\"min_redis_version\": \"7.2\"` in the old build, `\"7.4\"` in the new one.",
    data: &[
        ("has", "the versions of the databases, where they are known"),
        ("needs", "the `min_redis_version` of the new build"),
    ],
    ..rule("upgrade-redis-raised", Warning, "the new build needs a newer Redis")
};
static COMPATIBLE: Rule = Rule {
    what: "The new build has another `compatible_redis_version` than the old one.",
    why: "From 7.8 on, a database has modules of its own Redis version: those that use the old build cannot have the new one until they are \
          upgraded to that version.",
    help: "Pack a build for the old Redis version, too, where its databases are to be upgraded.",
    example: "`\"compatible_redis_version\": \"7.4\"` in the old build, `\"8.0\"` in the new one.",
    data: DATA,
    ..rule("upgrade-other-redis", Warning, "the new build is for another version of Redis")
};
static CLUSTER: Rule = Rule {
    what: "The new build's `min_redis_pack_version` is newer than the target.",
    why: "The cluster takes neither the upload nor the upgrade: `min_redis_pack_version`, `redis_pack_incompatible_version`.",
    help: "Upgrade the cluster first, or lower `min_redis_pack_version` to the oldest release that the module works with.",
    example: "A target of 7.4, and a new build that needs 7.8.",
    data: &[("has", "the version of the cluster"), ("needs", "the `min_redis_pack_version` of the new build")],
    ..rule("upgrade-cluster-incompatible", Error, "the new build needs a newer cluster than the target")
};
static CLUSTER_RAISED: Rule = Rule {
    what: "The new build's `min_redis_pack_version` is newer than the old one's.",
    why: "Clusters that have the old build, and are older, answer `min_redis_pack_version` to the upload of the new one.",
    help: "Tell the users, who have to upgrade their clusters first; or lower `min_redis_pack_version`.",
    example: "`\"min_redis_pack_version\": \"7.2\"` in the old build, `\"7.8\"` in the new one.",
    data: &[("needs", "the `min_redis_pack_version` of the new build")],
    ..rule("upgrade-cluster-raised", Warning, "the new build needs a newer cluster")
};
static CAPABILITY: Rule = Rule {
    what: "The old build has a capability that the new one has not.",
    why: "A cluster answers `unsupported_module_capabilities` to the upgrade of a database whose configuration needs it.",
    help: "Add the capability to the manifest of the new build, if the module really has it; `ramp explain capabilities` says what each \
           opens.",
    example: "`replica_of` in the old build alone: no database with Replica Of is upgraded.",
    data: &[("capability", "the capability"), ("detail", "what it opens on a database, where that is known")],
    ..rule("upgrade-capability-lost", Error, "the new build lacks a capability of the old one")
};
static PLATFORM: Rule = Rule {
    what: "The old build is for a system or processor that the new one is not for. Where a target is given, only what its nodes run \
           counts: the systems and processors that are said of them, else those that its release runs on.",
    why: "Nodes of that platform have no new build: a cluster with such nodes does not get it, or loads it nowhere.",
    help: "Build and pack the module for that platform, too. If another bundle of the new release is for it, compare with that one.",
    example: "`rhel8` and `rhel9` in the old build, `rhel9` alone in the new one.",
    data: &[("platform", "the system and the processor")],
    ..rule("upgrade-platform-lost", Error, "the new build is not for a platform of the old one")
};
static COMMAND_REMOVED: Rule = Rule {
    what: "The old build has a command, or a subcommand, that the new one has not.",
    why: "Clients that call it get an error after the upgrade.",
    help: "Keep the command, or tell the users before.",
    example: "`hello.greet` in the old build alone.",
    data: &[("command", "the name of the command")],
    ..rule("upgrade-command-removed", Error, "a command is gone")
};
static ARITY: Rule = Rule {
    what: "A command of the new build refuses a number of arguments that the old one takes, by the arity that `command_arity` says: it \
           counts the name, and is negative where there may be more.",
    why: "Calls that are answered before the upgrade are refused after it.",
    help: "Go on taking what was taken, with new arguments optional: the arity -2, 1 argument or more, takes what 2 takes, exactly 1.",
    example: "3 in the old build, 4 in the new one.",
    data: COMMAND_DATA,
    ..rule("upgrade-command-arity", Error, "a command takes other numbers of arguments")
};
static KEYS: Rule = Rule {
    what: "A command has its keys at other positions in the new build than in the old one: `first_key`, `last_key` and `step`.",
    why: "Clients and proxies that know the old positions send it to the wrong shard; access by key patterns is checked against other \
          arguments.",
    help: "Check that this is meant. If the old positions were wrong, silence this rule for this upgrade.",
    example: "1 1 1 in the old build, 2 2 1 in the new one.",
    data: COMMAND_DATA,
    ..rule("upgrade-command-keys", Warning, "a command has its keys elsewhere")
};
static FLAGS: Rule = Rule {
    what: "A command has other flags in the new build than in the old one. Flags that only some servers show are passed over.",
    why: "Flags decide where and when a command is run: on replicas, in scripts, when memory is full, by whom.",
    help: "Check that this is meant.",
    example: "`readonly` in the old build, `write` in the new one: replicas refuse it.",
    data: COMMAND_DATA,
    ..rule("upgrade-command-flags", Warning, "a command has other flags")
};
static TYPE_REMOVED: Rule = Rule {
    what: "The old build registers a data type that the new one does not. Found only where both modules are asked: by `--probe`.",
    why: "Keys of that type cannot be loaded: a database that has one does not start with the new build.",
    help: "Keep the data type, if only to read what is there.",
    example: "`ft_index0` in the old build alone.",
    data: &[("detail", "the name of the data type"), ("has", "the version of its encoding in the old build")],
    ..rule("upgrade-type-removed", Error, "a data type is gone")
};
static ENCODING_LOWERED: Rule = Rule {
    what: "A data type has a lower version of its encoding in the new build than in the old one. Found only where both modules are asked: by \
           `--probe`.",
    why: "What the old build has saved is of a version that the new one does not know: a database that has such keys does not start.",
    help: "Raise the version that the module gives to `RedisModule_CreateDataType`, and read the older ones.",
    example: "3 in the old build, 2 in the new one.",
    data: &[
        ("detail", "the name of the data type"),
        ("found", "the version in the new build"),
        ("has", "the version in the old build"),
    ],
    ..rule("upgrade-encoding-lowered", Error, "a data type is saved in an older encoding")
};
static ENCODING_RAISED: Rule = Rule {
    what: "A data type has a higher version of its encoding in the new build than in the old one. Found only where both modules are asked: \
           by `--probe`.",
    why: "There is no way back: what the new build saves, the old one does not read. Nor do replicas and importing databases that have the \
          old one.",
    help: "Tell the users to make a backup before, and to upgrade replicas first.",
    example: "2 in the old build, 3 in the new one.",
    data: &[
        ("detail", "the name of the data type"),
        ("found", "the version in the new build"),
        ("has", "the version in the old build"),
    ],
    ..rule("upgrade-encoding-raised", Warning, "a data type is saved in a newer encoding")
};
static CONFIG_REMOVED: Rule = Rule {
    what: "The old build registers a configuration parameter that the new one does not. Found only where both modules are asked: by `--probe`.",
    why: "A database whose configuration sets it does not start with the new build.",
    help: "Keep the parameter, if only to pass it over.",
    example: "`hello.limit` in the old build alone.",
    data: &[("detail", "the name of the parameter")],
    ..rule("upgrade-config-removed", Error, "a configuration parameter is gone")
};

pub(super) fn check(context: &mut Context<'_>, upgrade: &Upgrade, changes: &[Change], target: &Target) {
    let at = |key: &str| Location::file(upgrade.new.bundle()).and_key(key);
    let Upgrade { old, new } = upgrade;
    if old.module_name() != new.module_name() {
        let name =
            |name: Option<&str>| name.map_or_else(|| "not there".to_owned(), |name| format!("`{}`", shown_text(name)));
        let said = format!("`module_name` is {}, and was {}", name(new.module_name()), name(old.module_name()));
        let reported = context.report(&MODULE, at("module_name"), said);
        reported.maybe("found", new.module_name()).maybe("has", old.module_name());
        return;
    }
    let is_another = old.sha256() != new.sha256() || changes.iter().any(|change| change.area != Area::Size);
    if is_another && new.compared_with(old) == Some(Ordering::Equal) {
        let said = format!("both are version {}, and they are not the same", new.shown_version());
        context.report(&SAME_VERSION, at("version"), said).data("version", new.shown_version());
    }
    for cause in upgrade.causes(target) {
        check_cause(context, upgrade, &cause);
    }
    for change in changes {
        check_change(context, upgrade, change);
    }
}

/// What a cluster refuses for it.
fn check_cause(context: &mut Context<'_>, upgrade: &Upgrade, cause: &Cause) {
    let at = |key: &str| Location::file(upgrade.new.bundle()).and_key(key);
    let about = cause.databases().map(|databases| format!("; it is about databases {databases}")).unwrap_or_default();
    let said = format!("{}{about}", cause.description(upgrade));
    match cause {
        Cause::Downgrade => {
            let (old, new) = (upgrade.old.shown_version(), upgrade.new.shown_version());
            context.report(&DOWNGRADE, at("version"), said).data("found", new).data("has", old);
        }
        Cause::Redis { needs, lost, all } => {
            let rule = if *all { &REDIS } else { &REDIS_RAISED };
            let has = (!lost.is_empty()).then(|| versions(lost));
            let said = if *all { format!("{said}; the target's databases are of {}", versions(lost)) } else { said };
            let reported = context.report(rule, at("min_redis_version"), said);
            reported.data("needs", short(needs)).maybe("has", has);
        }
        Cause::OtherRedis { only, databases } => {
            let reported = context.report(&REDIS, at("compatible_redis_version"), said);
            reported.data("needs", versions(std::slice::from_ref(only))).data("has", versions(databases));
        }
        Cause::Cluster { needs, known } => {
            let rule = if *known { &CLUSTER } else { &CLUSTER_RAISED };
            let has = context.target.cluster_version().filter(|_| *known);
            let said = has.map_or_else(|| said.clone(), |has| format!("{said}, and the cluster {has}"));
            let reported = context.report(rule, at("min_redis_pack_version"), said);
            reported.data("needs", short(needs)).maybe("has", has);
        }
        Cause::Capability { name, gates, .. } => {
            let reported = context.report(&CAPABILITY, at("capabilities"), said);
            reported.data("capability", name).maybe("detail", *gates);
        }
    }
}

/// What users of the old build lose by it.
fn check_change(context: &mut Context<'_>, upgrade: &Upgrade, change: &Change) {
    let at = |key: &str| Location::file(upgrade.new.bundle()).and_key(key);
    let module = || Location::file(upgrade.new.bundle());
    let name = shown_text(&change.name);
    match (change.area, change.kind) {
        (Area::Metadata, ChangeKind::Changed) if change.name == "compatible_redis_version" => {
            let (old, new) = (upgrade.old.text(&change.name), upgrade.new.text(&change.name));
            if let (Some(old), Some(new)) = (old, new) {
                let said = format!("`compatible_redis_version` is {}, and was {}", shown_text(new), shown_text(old));
                context.report(&COMPATIBLE, at(&change.name), said).data("found", new).data("has", old);
            }
        }
        (Area::Platforms, ChangeKind::Removed) if is_of_nodes(&change.name, context.target) => {
            let said = format!("the old build is for {name}, and the new one is not");
            context.report(&PLATFORM, at("operating_systems"), said).data("platform", &change.name);
        }
        (Area::Commands, ChangeKind::Removed) => {
            let said = format!("the command `{name}` is gone");
            context.report(&COMMAND_REMOVED, at("commands"), said).data("command", &change.name);
        }
        (Area::Commands, ChangeKind::Changed) => check_command(context, upgrade, change),
        (Area::DataTypes, ChangeKind::Removed) => {
            let old = change.old.as_ref().map(ToString::to_string).unwrap_or_default();
            let said = format!("the data type `{name}` is gone, which was saved in the encoding {old}");
            context.report(&TYPE_REMOVED, module(), said).data("detail", &change.name).data("has", old);
        }
        (Area::DataTypes, ChangeKind::Changed) => {
            let Some((before, after)) = change.numbers() else { return };
            let rule = if after < before { &ENCODING_LOWERED } else { &ENCODING_RAISED };
            let said = format!("the data type `{name}` is saved in the encoding {after}, and was in {before}");
            let reported = context.report(rule, module(), said).data("detail", &change.name);
            reported.data("found", after).data("has", before);
        }
        (Area::Configs, ChangeKind::Removed) => {
            let said = format!("the configuration parameter `{name}` is gone");
            context.report(&CONFIG_REMOVED, module(), said).data("detail", &change.name);
        }
        _ => {}
    }
}

/// Whether nodes of the target can be of that platform: `rhel9/x86_64`, or a system or a processor alone.
fn is_of_nodes(platform: &str, target: &Target) -> bool {
    match platform.split_once('/') {
        Some((system, processor)) => target.may_run(Some(system), Some(processor)),
        None if Architecture::meant(platform).is_some() => target.may_run(None, Some(platform)),
        None => target.may_run(Some(platform), None),
    }
}

fn check_command(context: &mut Context<'_>, upgrade: &Upgrade, change: &Change) {
    let name = shown_text(&change.name);
    let mut report = |rule: &'static Rule, what: &str, old: String, new: String, help: Option<String>| {
        let said = format!("`{name}` has {what} {new}, and had {old}");
        let at = Location::file(upgrade.new.bundle()).and_key("commands");
        context.report(rule, at, said).help(help).data("command", &change.name).data("found", new).data("has", old);
    };
    let arities = change.numbers().map(|(old, new)| (Arity::new(old), Arity::new(new)));
    match change.field.as_deref() {
        // What is no number takes nothing, as far as anybody knows.
        Some("command_arity") if arities.is_none_or(|(old, new)| new.takes_less_than(old)) => {
            let shown = |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), shown);
            let help = arities.map(|(old, new)| new.help(old, &name));
            report(&ARITY, "the arity", shown(&change.old), shown(&change.new), help);
        }
        Some("keys") => {
            if let Some([old, new]) =
                change.positions().filter(|[old, new]| !(old.starts_with("0 ") && new.starts_with("0 ")))
            {
                report(&KEYS, "keys at", old, new, None);
            }
        }
        Some("flags") => {
            let (old, new) = change.texts();
            let matters = |flag: &&&str| !NEWER_FLAGS.contains(flag) && !OTHER_FLAGS.contains(flag);
            if old.symmetric_difference(&new).any(|flag| matters(&flag)) {
                report(&FLAGS, "the flags", flags::list(old), flags::list(new), None);
            }
        }
        _ => {}
    }
}
