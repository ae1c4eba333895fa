//! Upgrades: for each rule builds that trip it, and a twin, one step away, that does not.

use std::io::Cursor;

use ramp_core::facts::{self, BundleFacts};
use ramp_core::module::{DataType, ModuleConfig, Registration};
use ramp_core::upgrade::{Build, Upgrade};
use ramp_core::{Limits, Target};
use ramp_fixtures::bundle::BundleBuilder;
use serde_json::{Value, json};

use crate::files::{FileCase, Given};

pub(crate) fn facts(bundle: &BundleBuilder) -> BundleFacts {
    facts::gather(Cursor::new(bundle.build()), &Limits::default()).unwrap()
}

pub(crate) fn build(name: &str, bundle: &BundleBuilder) -> Build {
    Build::new(name, &facts(bundle)).unwrap()
}

/// The bundle of the tests, and the next version of it with another module.
pub(crate) fn next() -> BundleBuilder {
    BundleBuilder::good().set("version", 10204).set("semantic_version", "1.2.4")
}

pub(crate) fn upgrade(change: impl Fn(BundleBuilder) -> BundleBuilder) -> Upgrade {
    Upgrade { old: build("old.zip", &BundleBuilder::good()), new: build("new.zip", &change(next())) }
}

/// From a build in which `key` is that, to one in which it is this.
pub(crate) fn raised(key: &'static str, old: &Value, new: &Value) -> Upgrade {
    // What databases have modules by from 7.8 on stands in the way of what older ones go by.
    let is_minimum = key == "min_redis_version";
    let with = |bundle: BundleBuilder, value: &Value| {
        let bundle = if is_minimum { bundle.without("compatible_redis_version") } else { bundle };
        bundle.set(key, value.clone())
    };
    Upgrade { old: build("old.zip", &with(BundleBuilder::good(), old)), new: build("new.zip", &with(next(), new)) }
}

pub(crate) fn command(arity: i64, keys: [i64; 3], flags: &[&str]) -> Value {
    let [first_key, last_key, step] = keys;
    json!([{"command_name": "test.get", "command_arity": arity, "flags": flags,
        "first_key": first_key, "last_key": last_key, "step": step}])
}

/// A module that registers data types and configs.
pub(crate) fn registering(types: &[(&str, i64)], configs: &[&str]) -> Registration {
    let data_type = |(name, encoding_version): &(&str, i64)| DataType {
        name: (*name).to_owned(),
        encoding_version: *encoding_version,
    };
    let config = |name: &&str| ModuleConfig { name: (*name).to_owned(), kind: "numeric".into(), default: "1".into() };
    Registration {
        data_types: types.iter().map(data_type).collect(),
        configs: configs.iter().map(config).collect(),
        ..Registration::default()
    }
}

pub(crate) fn asked(old: Registration, new: Registration) -> Upgrade {
    let Upgrade { old: before, new: after } = upgrade(|b| b);
    Upgrade { old: before.registering(old), new: after.registering(new) }
}

/// What the new build of each case is compared with, beside the one that trips the rule.
fn case(rule: &'static str, name: &'static str, bad: Upgrade, good: Upgrade, target: &Target) -> FileCase {
    let given = |upgrade| Given::Upgrade(Box::new(upgrade), Box::new(target.clone()));
    FileCase { rule, name, bad: given(bad), good: given(good) }
}

pub(crate) fn upgrade_cases() -> Vec<FileCase> {
    let none = Target::default();
    let named = |name: &str| Target::named(name).unwrap();
    let plain = |rule, name, bad| case(rule, name, bad, upgrade(|b| b), &none);
    let with = |key: &'static str, value: Value| upgrade(move |bundle| bundle.set(key, value.clone()));
    let redis = |old: &str, new: &str| raised("min_redis_version", &json!(old), &json!(new));
    let cluster = |old: &str, new: &str| raised("min_redis_pack_version", &json!(old), &json!(new));
    let commands = |old: Value, new: Value| raised("commands", &old, &new);
    let get = || command(2, [1, 1, 1], &["readonly"]);
    let types = |old: &[(&str, i64)], new: &[(&str, i64)]| asked(registering(old, &[]), registering(new, &[]));
    let same_types = || types(&[("hello-dt1", 2)], &[("hello-dt1", 2), ("hello-dt2", 1)]);
    vec![
        plain("upgrade-other-module", "another name", with("module_name", json!("other"))),
        plain(
            "upgrade-downgrade",
            "a lower version",
            upgrade(|bundle| bundle.set("version", 10100).set("semantic_version", "1.1.0")),
        ),
        plain(
            "upgrade-downgrade",
            "a lower number, and no other version",
            Upgrade {
                old: build("old.zip", &BundleBuilder::good().without("semantic_version")),
                new: build("new.zip", &BundleBuilder::good().without("semantic_version").set("version", 10202)),
            },
        ),
        plain(
            "upgrade-same-version",
            "the same, with another author",
            upgrade(|bundle| bundle.set("version", 10203).set("semantic_version", "1.2.3").set("author", "x")),
        ),
        case("upgrade-redis-incompatible", "none is left", redis("7.2", "7.4"), redis("7.2", "7.2"), &{
            named("7.22").with_database_version("7.2").unwrap()
        }),
        case(
            "upgrade-redis-incompatible",
            "none is of its version",
            raised("compatible_redis_version", &json!("8.0"), &json!("8.0")),
            raised("compatible_redis_version", &json!("7.4"), &json!("7.4")),
            &named("7.22"),
        ),
        case("upgrade-redis-raised", "some are left", redis("7.2", "7.4"), redis("7.4", "7.4"), &named("7.22")),
        case("upgrade-redis-raised", "nobody knows which", redis("7.2", "7.4"), redis("7.4", "7.2"), &none),
        case(
            "upgrade-other-redis",
            "for another",
            raised("compatible_redis_version", &json!("7.4"), &json!("8.0")),
            raised("compatible_redis_version", &json!("8.0"), &json!("8.0")),
            &none,
        ),
        case(
            "upgrade-cluster-incompatible",
            "a newer one",
            cluster("7.2", "7.8"),
            cluster("7.2", "7.4"),
            &named("7.4"),
        ),
        case("upgrade-cluster-raised", "nobody knows which", cluster("7.2", "7.8"), cluster("7.8", "7.2"), &none),
        case(
            "upgrade-capability-lost",
            "one less",
            raised("capabilities", &json!(["types", "replica_of"]), &json!(["types"])),
            raised("capabilities", &json!(["types"]), &json!(["replica_of", "types"])),
            &none,
        ),
        case(
            "upgrade-platform-lost",
            "a system less",
            raised("operating_systems", &json!(["rhel8", "rhel9"]), &json!(["rhel9"])),
            raised("operating_systems", &json!(["rhel9"]), &json!(["rhel8", "rhel9"])),
            &none,
        ),
        case(
            "upgrade-platform-lost",
            "a system of the nodes less",
            raised("operating_systems", &json!(["rhel8", "rhel9"]), &json!(["rhel9"])),
            raised("operating_systems", &json!(["ubuntu22", "rhel9"]), &json!(["rhel9"])),
            &named("7.22").with_operating_system("rhel8").unwrap().with_operating_system("rhel9").unwrap(),
        ),
        case("upgrade-command-removed", "one less", commands(get(), json!([])), commands(json!([]), get()), &none),
        case(
            "upgrade-command-arity",
            "an argument more",
            commands(get(), command(3, [1, 1, 1], &["readonly"])),
            commands(get(), command(-2, [1, 1, 1], &["readonly"])),
            &none,
        ),
        case(
            "upgrade-command-keys",
            "one further on",
            commands(get(), command(2, [2, 2, 1], &["readonly"])),
            commands(command(2, [0, 0, 0], &[]), command(2, [0, -1, 1], &[])),
            &none,
        ),
        case(
            "upgrade-command-flags",
            "it writes",
            commands(get(), command(2, [1, 1, 1], &["write"])),
            commands(get(), command(2, [1, 1, 1], &["module", "readonly"])),
            &none,
        ),
        case("upgrade-type-removed", "one less", types(&[("hello-dt1", 2)], &[]), same_types(), &none),
        case(
            "upgrade-encoding-lowered",
            "an older one",
            types(&[("hello-dt1", 2)], &[("hello-dt1", 1)]),
            same_types(),
            &none,
        ),
        case(
            "upgrade-encoding-raised",
            "a newer one",
            types(&[("hello-dt1", 2)], &[("hello-dt1", 3)]),
            same_types(),
            &none,
        ),
        case(
            "upgrade-config-removed",
            "one less",
            asked(registering(&[], &["limit"]), registering(&[], &[])),
            asked(registering(&[], &["limit"]), registering(&[], &["limit", "more"])),
            &none,
        ),
    ]
}
