//! The tables hold together, and the facts that rules lean on are in them.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::version::{parse, short};

mod bundled;
mod codes;
mod releases;

const ARCHITECTURES: [&str; 2] = ["x86_64", "aarch64"];

fn tables() -> &'static Knowledge {
    Knowledge::builtin()
}

fn platform(id: &str) -> &'static Platform {
    tables().platform(id).unwrap()
}

/// Every row's sources, with a name for the row.
fn rows() -> Vec<(String, &'static Sources)> {
    let mut rows = Vec::new();
    for module in tables().bundled_modules() {
        rows.push((module.module_name.clone(), &module.source));
        let name = |build: &BundledBuild| format!("{} {}", module.module_name, build.semantic_version);
        rows.extend(module.builds.iter().map(|build| (name(build), &build.source)));
    }
    rows.extend(tables().capabilities().iter().map(|c| (c.name.clone(), &c.source)));
    rows.extend(tables().codes().iter().map(|c| (c.code.clone(), &c.source)));
    rows.extend(tables().database_fields().iter().map(|f| (f.name.clone(), &f.source)));
    rows.extend(tables().redis_commands().iter().map(|row| (row.since.clone(), &row.source)));
    let providers = tables().providers.as_deref().unwrap_or_default();
    rows.extend(providers.iter().map(|row| (row.soname.clone(), &row.source)));
    let libraries = tables().versioned.as_ref().unwrap();
    rows.extend(libraries.versioned.iter().map(|row| (row.sonames.join(" "), &row.source)));
    rows.extend(libraries.defined.iter().map(|row| (format!("{} {}", row.soname, row.arch), &row.source)));
    rows.extend(libraries.preloaded.iter().map(|row| (row.sonames.join(" "), &row.source)));
    rows.extend(tables().nodes().iter().map(|n| (n.name.clone(), &n.source)));
    for p in tables().platforms() {
        let name = |part: &str| format!("{}: {part}", p.id);
        rows.extend([(name("row"), &p.source), (name("libc"), &p.libc.newest.source), (name("cpu"), &p.cpu.source)]);
        rows.extend(p.symbols.iter().map(|s| (name(&s.namespace), &s.newest.source)));
        rows.extend(p.nodes.iter().map(|n| (name(&n.name), &n.source)));
        rows.extend(p.libraries.iter().map(|l| (name(&l.soname), &l.source)));
    }
    for r in tables().releases() {
        let name = |part: &str| format!("{}: {part}", r.name);
        rows.push((name("row"), &r.source));
        rows.extend(r.platforms.iter().map(|p| (name(&p.os), &p.source)));
        rows.extend(r.endpoints.iter().map(|e| (name("endpoint"), &e.source)));
        rows.extend(r.database_versions.iter().map(|v| (name(&v.version), &v.source)));
        rows.extend(r.end_of_life.as_ref().map(|fact| (name("end_of_life"), &fact.source)));
        rows.extend([
            (name("newest_build"), &r.newest_build.source),
            (name("reads_compatible_redis_version"), &r.reads_compatible_redis_version.source),
            (name("bundled_modules"), &r.bundled_modules.source),
            (name("deprecated_modules"), &r.deprecated_modules.source),
            (name("upload_limit"), &r.upload_limit.source),
            (name("uploads_enabled_by_default"), &r.uploads_enabled_by_default.source),
            (name("upload_gated"), &r.upload_gated.source),
            (name("checks_min_redis_pack_version"), &r.checks_min_redis_pack_version.source),
            (name("os_check"), &r.os_check.source),
        ]);
    }
    rows
}

#[test]
fn each_command_of_redis_is_found_once_and_by_its_version() {
    let rows = tables().redis_commands();
    let mut seen = BTreeSet::new();
    for row in rows {
        assert!(row.names.is_sorted(), "{}", row.since);
        for name in &row.names {
            assert!(seen.insert(name) && *name == name.to_ascii_lowercase(), "{name}");
            assert_eq!(tables().command_since(name), Some(row.since.as_str()), "{name}");
        }
    }
    let versions: Vec<_> = rows.iter().map(|row| parse(&row.since).unwrap()).collect();
    assert!(versions.is_sorted() && seen.len() > 250, "{versions:?}");
}

#[test]
fn every_table_parses() {
    tables().check().unwrap();
    assert_eq!(tables().capabilities().len(), 20);
    assert_eq!(tables().codes().len(), 20);
    assert_eq!(tables().database_fields().len(), 12);
    assert_eq!(tables().platforms().len(), 24);
    assert_eq!(tables().releases().len(), 8);
}

#[test]
fn every_row_names_sources_that_are_defined_and_used() {
    let mut used = BTreeSet::new();
    for (row, sources) in rows() {
        assert!(sources.keys().count() > 0, "{row}: no source");
        for key in sources.keys() {
            assert!(tables().source(key).is_some(), "{row}: source `{key}` is not defined");
            used.insert(key);
        }
    }
    let defined = tables().sources.as_ref().unwrap();
    let idle: Vec<_> = defined.keys().filter(|key| !used.contains(key.as_str())).collect();
    assert!(idle.is_empty(), "sources nobody cites: {idle:?}");
}

/// What asks for a capability is a field that there is, and a value that it can have asks for it.
#[test]
fn capabilities_are_asked_for_by_fields_that_there_are() {
    let mut asking = BTreeSet::new();
    for row in tables().capabilities() {
        for ask in &row.asked_by {
            let field = tables().database_fields().iter().find(|field| field.name == ask.field).unwrap();
            asking.insert(&field.name);
            assert!(row.gates.is_some(), "{}", row.name);
            assert!(!field.default.as_ref().is_some_and(|default| ask.when.holds_for(default)), "{}", row.name);
            let values: &[serde_json::Value] = match &ask.when {
                AskedWhen::Is(value) => std::slice::from_ref(value),
                AskedWhen::Above(_) => &[],
                AskedWhen::OtherThan(values) => values,
            };
            assert!(values.iter().all(|value| field.kind.accepts(value)), "{}", row.name);
        }
    }
    let fields: BTreeSet<_> = tables().database_fields().iter().map(|field| &field.name).collect();
    assert_eq!(asking, fields, "a field that asks for nothing does not matter");
    for field in tables().database_fields() {
        assert!(field.default.as_ref().is_none_or(|default| field.kind.accepts(default)), "{}", field.name);
    }
}

#[test]
fn a_name_means_one_thing() {
    let mut names = BTreeMap::new();
    for p in tables().platforms() {
        for name in std::iter::once(&p.id).chain(&p.aliases).chain(&p.codenames) {
            assert_eq!(names.insert(name, &p.id), None, "{name} is taken");
            assert_eq!(platform(name).id, p.id);
        }
        assert_eq!(platform(&p.title).id, p.id);
        assert!(p.aliases.iter().all(|a| a.contains(|c: char| c.is_ascii_digit())), "{}", p.id);
        assert!(p.codenames.iter().all(|c| !c.contains(|c: char| c.is_ascii_digit())), "{}", p.id);
        let spelt = if p.family == "alpine" { &p.version } else { &p.major };
        assert_eq!(p.id, format!("{}{spelt}", p.family));
    }
    let capabilities: BTreeSet<_> = tables().capabilities().iter().map(|c| &c.name).collect();
    assert_eq!(capabilities.len(), tables().capabilities().len());
    let releases: BTreeSet<_> = tables().releases().iter().map(|r| &r.name).collect();
    assert_eq!(releases.len(), tables().releases().len());
}

#[test]
fn capabilities_are_the_sixteen_and_the_later_ones() {
    let reference = tables().capabilities().iter().filter(|c| c.standing == CapabilityStanding::Reference);
    assert_eq!(reference.count(), 16);
    for c in tables().capabilities() {
        assert_eq!(c.wording.is_some(), c.standing == CapabilityStanding::Reference, "{}", c.name);
        if let CapabilityStanding::Mistaken { instead } = &c.standing {
            assert!(tables().capability(instead).is_some(), "{instead}");
        }
    }
    let slip = tables().capability("resharding").unwrap();
    assert_eq!(slip.standing, CapabilityStanding::Mistaken { instead: "reshard_rebalance".into() });
}

#[test]
fn platforms_are_found_by_the_names_people_use() {
    for (asked, id) in [
        ("rocky9", "rhel9"),
        ("almalinux9", "rhel9"),
        ("oracle9", "rhel9"),
        ("centos9", "rhel9"),
        ("RHEL 9.6", "rhel9"),
        ("Red Hat Enterprise Linux 8", "rhel8"),
        ("ubuntu22", "ubuntu22"),
        ("Ubuntu 22.04", "ubuntu22"),
        ("ubuntu22.04.5", "ubuntu22"),
        ("bionic", "ubuntu18"),
        ("amzn2", "amzn2"),
        ("amzn2023", "amzn2023"),
        ("amzn2023.12", "amzn2023"),
        ("amzn2018.03", "amzn1"),
        ("debian12.5", "debian12"),
        ("alpine3.20", "alpine3.20"),
        ("alpine3.20.3", "alpine3.20"),
    ] {
        assert_eq!(tables().platform(asked).map(|p| p.id.as_str()), Some(id), "{asked}");
    }
    for asked in ["", ".", "9", "rhel", "rhel77", "alpine3", "ubuntu22.10", "fedora40", "3.20"] {
        assert!(tables().platform(asked).is_none(), "{asked:?}");
    }
}

#[test]
fn floors_are_below_what_updates_bring_and_updates_are_explained() {
    for p in tables().platforms() {
        for Newest { floor, later, note, .. } in p.symbols.iter().map(|s| &s.newest).chain([&p.libc.newest]) {
            if let Some(later) = later {
                assert!(floor < later, "{}: {floor} {later}", p.id);
                assert!(note.is_some(), "{}: {later} without a note", p.id);
            }
        }
        assert!(p.nodes.iter().all(|n| !n.later || n.note.is_some()), "{}", p.id);
        assert!((1..=3).contains(&p.cpu.x86_64), "{}", p.id);
        let no_exec_stack = p.libc.kind == LibcKind::Glibc && p.libc.newest.floor >= parse("2.41").unwrap();
        assert_eq!(p.refuses_executable_stack, no_exec_stack, "{}", p.id);
    }
}

/// One that is asked for by name is read with its family alone, and is the same.
#[test]
fn a_platform_by_its_name_is_that_of_the_whole_table() {
    for p in tables().platforms() {
        let names = std::iter::once(&p.id).chain(&p.aliases).chain(&p.codenames).chain([&p.title]);
        for name in names {
            assert_eq!(tables().platform(name), Some(p), "{name}");
            assert_eq!(tables().platform(&format!(" {} ", name.to_uppercase())), Some(p), "{name}");
        }
    }
    for name in ["", "\"", "rhel", "rhel9\"", "base", "P6", "glibc", "id"] {
        assert_eq!(tables().platform(name), None, "{name}");
    }
}

#[test]
fn a_symbol_namespace_has_one_row_per_architecture() {
    for p in tables().platforms() {
        for arch in ARCHITECTURES {
            let mut seen = BTreeSet::new();
            for row in p.symbols.iter().filter(|s| s.arch.as_deref().is_none_or(|a| a == arch)) {
                assert!(seen.insert(&row.namespace), "{} {arch} {}", p.id, row.namespace);
            }
        }
    }
}

#[test]
fn newer_releases_of_a_family_offer_no_less() {
    for pair in tables().platforms().windows(2) {
        let [older, newer] = pair else { unreachable!() };
        if older.family != newer.family {
            continue;
        }
        assert!(older.libc.newest.floor <= newer.libc.newest.floor, "{} {}", older.id, newer.id);
        for arch in ARCHITECTURES {
            for row in older.symbols.iter().filter(|s| s.namespace != "GLIBC" && older.has_arch(arch)) {
                // Amazon Linux 1 ended with zlib 1.2.8, and 2 began with 1.2.7.
                let stepped_back = older.id == "amzn1" && row.namespace == "ZLIB";
                if row.arch.as_deref().is_none_or(|a| a == arch) && !stepped_back {
                    let offer = newer.symbol_version(arch, &row.namespace, &row.newest.floor);
                    let fine = matches!(offer, SymbolOffer::Floor | SymbolOffer::Unknown);
                    assert!(fine, "{} -> {}: {} {offer:?}", older.id, newer.id, row.namespace);
                }
            }
        }
    }
}

#[test]
fn the_numbers_rules_lean_on() {
    let libc = |id: &str| {
        let libc = &platform(id).libc().newest;
        (short(&libc.floor), libc.later.as_ref().map(short))
    };
    assert_eq!(libc("ubuntu22"), ("2.35".into(), None));
    assert_eq!(libc("rhel9"), ("2.34".into(), Some("2.35".into())));
    assert_eq!(libc("rhel10"), ("2.39".into(), Some("2.40".into())));

    let offer = |id: &str, arch: &str, namespace: &str, version: &str| {
        platform(id).symbol_version(arch, namespace, &parse(version).unwrap())
    };
    let absent = |max: &str| SymbolOffer::Absent { max: parse(max).unwrap() };
    for arch in ARCHITECTURES {
        assert_eq!(offer("amzn2023", arch, "GLIBCXX", "3.4.29"), SymbolOffer::Floor);
        assert!(matches!(offer("amzn2023", arch, "GLIBCXX", "3.4.33"), SymbolOffer::Later { .. }));
        assert_eq!(offer("amzn2023", arch, "GLIBCXX", "3.4.34"), absent("3.4.33"));
    }
    // The names libgcc_s gives its newer symbols differ by architecture.
    assert_eq!(offer("ubuntu22", "x86_64", "GCC", "12.0.0"), SymbolOffer::Floor);
    assert_eq!(offer("ubuntu22", "aarch64", "GCC", "11.0"), SymbolOffer::Floor);
    assert_eq!(offer("ubuntu22", "aarch64", "GCC", "14.0"), absent("11.0"));
    assert_eq!(offer("rhel9", "x86_64", "GCC", "11.0"), absent("7.0.0"));
    assert_eq!(offer("rhel7", "x86_64", "GLIBC", "2.18"), absent("2.17"));
    assert_eq!(offer("rhel7", "aarch64", "GLIBC", "2.18"), SymbolOffer::Floor);
    assert_eq!(offer("ubuntu22", "x86_64", "OPENSSL", "3.0.3"), absent("3.0.2"));
    assert!(matches!(offer("rhel9", "x86_64", "OPENSSL", "3.4.0"), SymbolOffer::Later { .. }));
    assert_eq!(offer("amzn1", "x86_64", "GOMP", "4.0"), SymbolOffer::Unknown);
    assert_eq!(offer("amzn1", "aarch64", "GLIBC", "2.17"), SymbolOffer::Unknown);
    assert_eq!(offer("rhel9", "s390x", "GLIBC", "2.17"), SymbolOffer::Unknown);
    assert_eq!(offer("alpine3.20", "x86_64", "GLIBC", "2.17"), SymbolOffer::Unknown);
    assert_eq!(offer("rhel9", "x86_64", "LIBEVENT", "2.0"), SymbolOffer::Unknown);
}

#[test]
fn named_symbol_versions() {
    let node = |id: &str, arch: &str, name: &str| platform(id).node(arch, name);
    assert_eq!(node("rhel7", "x86_64", "CXXABI_FLOAT128"), NodeOffer::Absent);
    assert_eq!(node("rhel8", "x86_64", "CXXABI_FLOAT128"), NodeOffer::Floor);
    assert_eq!(node("rhel8", "aarch64", "CXXABI_FLOAT128"), NodeOffer::Absent);
    assert_eq!(node("rhel8", "aarch64", "CXXABI_TM_1"), NodeOffer::Floor);
    assert_eq!(node("rhel9", "x86_64", "GLIBC_ABI_DT_RELR"), NodeOffer::Absent);
    assert_eq!(node("debian13", "aarch64", "GLIBC_ABI_DT_RELR"), NodeOffer::Floor);
    assert!(matches!(node("debian13", "x86_64", "GLIBC_ABI_GNU2_TLS"), NodeOffer::Later { .. }));
    assert_eq!(node("debian13", "aarch64", "GLIBC_ABI_GNU2_TLS"), NodeOffer::Absent);
    assert_eq!(node("alpine3.22", "x86_64", "GLIBC_ABI_DT_RELR"), NodeOffer::Unknown);
    assert_eq!(node("rhel9", "x86_64", "GLIBC_PRIVATE"), NodeOffer::Unknown);
    assert_eq!(platform("rhel9").glibc_abi("x86_64", "DT_RELR"), NodeOffer::Unknown);
}

#[test]
fn a_platform_knows_each_library_once() {
    let sonames: BTreeSet<_> =
        tables().platforms().iter().flat_map(|p| &p.libraries).map(|l| l.soname.as_str()).collect();
    // What the sources do not say.
    let unknown = [("amzn1", "libgomp.so.1"), ("amzn1", "libatomic.so.1")];
    for p in tables().platforms() {
        for arch in ARCHITECTURES {
            for &soname in &sonames {
                let on_arch = |l: &&LibraryOffer| l.arch.as_deref().is_none_or(|a| a == arch);
                let rows = p.libraries.iter().filter(|l| l.soname == soname).filter(on_arch).count();
                let expected = usize::from(!unknown.contains(&(p.id.as_str(), soname)));
                assert_eq!(rows, expected, "{} {arch} {soname}", p.id);
            }
        }
        let has_openssl = p.library("libssl.so.3").is_some_and(|l| l.offer.is_installed());
        assert!(has_openssl || p.symbols.iter().all(|s| s.namespace != "OPENSSL"), "{}", p.id);
    }
    let offer = |id: &str, soname: &str| &platform(id).library(soname).unwrap().offer;
    assert_eq!(offer("rhel8", "libssl.so.1.1"), &Offer::Default);
    assert_eq!(offer("amzn2", "libcrypto.so.1.1"), &Offer::Package { name: "openssl11-libs".into() });
    assert_eq!(offer("rhel8", "libssl.so.3"), &Offer::Elsewhere { name: "openssl3-libs".into() });
    assert_eq!(offer("ubuntu22", "libc.musl-x86_64.so.1"), &Offer::Absent);
    assert_eq!(offer("alpine3.22", "libc.so.6"), &Offer::ByLibc);
    assert_eq!(offer("alpine3.22", "ld-linux-x86-64.so.2"), &Offer::Absent);
}

#[test]
fn unknown_keys_are_refused() {
    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[serde(rename = "capabilities")]
        _capabilities: Vec<Capability>,
    }
    let row = |more: &str| {
        format!(
            r#"{{"capabilities": [{{"name": "a", "description": "b", "standing": "later", "source": "gk"{more}}}]}}"#
        )
    };
    assert!(load::read::<File>("test", &row("")).is_ok());
    let error = load::read::<File>("test", &row(r#", "gate": "c""#)).unwrap_err();
    assert!(error.to_string().contains("gate"), "{error}");

    // What is told of the newest version is a part by itself, whose fields stand among those of the row.
    let libc = |more: &str| {
        let row = format!(r#"{{"kind": "glibc", "floor": "2.34", "later": "2.35", "source": "gk"{more}}}"#);
        load::read::<Libc>("test", &row)
    };
    let read = libc("").unwrap();
    assert_eq!(serde_json::from_value::<Libc>(serde_json::to_value(&read).unwrap()).unwrap(), read);
    let error = libc(r#", "flor": "2.34""#).unwrap_err();
    assert!(error.to_string().contains("flor"), "{error}");
    let row = r#"{"namespace": "GLIBCXX", "floor": "3.4", "source": "gk", "newest": {}}"#;
    let error = load::read::<SymbolRange>("test", row).unwrap_err();
    assert!(error.to_string().contains("newest"), "{error}");
}
