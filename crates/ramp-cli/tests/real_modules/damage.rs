//! What can happen to a bundle, one thing at a time, and what the command must then say.

use std::fs;
use std::path::Path;

use ramp_fixtures::bundle::sha256_hex;
use serde_json::{Value, json};

use crate::command::Outcome;
use crate::copies::{Contents, flip_module_bit, metadata, rewrite};
use crate::listing::Bundle;

type Of<T> = Box<dyn Fn(&Bundle) -> T + Sync>;

/// One thing that happens.
pub(crate) struct Damage {
    pub(crate) name: &'static str,
    make: Of<Vec<u8>>,
    /// More arguments for `ramp validate`.
    arguments: Of<Vec<String>>,
    pub(crate) reference: Outcome,
    pub(crate) strict: Outcome,
}

impl Damage {
    /// A damage that both policies see alike.
    fn new(name: &'static str, make: impl Fn(&Bundle) -> Vec<u8> + Sync + 'static, outcome: Outcome) -> Self {
        let reference = outcome.clone();
        Self { name, make: Box::new(make), arguments: Box::new(|_| Vec::new()), reference, strict: outcome }
    }

    /// A damage to the contents.
    fn contents(name: &'static str, change: fn(&Bundle, &mut Contents), outcome: Outcome) -> Self {
        Self::new(name, move |bundle| rewrite(&bundle.path, |contents| change(bundle, contents)), outcome)
    }

    /// A damage to the metadata.
    fn metadata(name: &'static str, change: fn(&Bundle, &mut Value), outcome: Outcome) -> Self {
        let make = move |bundle: &Bundle| rewrite(&bundle.path, |c| change(bundle, c.metadata.as_mut().unwrap()));
        Self::new(name, make, outcome)
    }

    /// One that the reference unpacker does not see.
    fn unseen(mut self) -> Self {
        self.reference = Outcome::Accepted;
        self
    }

    fn with(mut self, arguments: impl Fn(&Bundle) -> Vec<String> + Sync + 'static) -> Self {
        self.arguments = Box::new(arguments);
        self
    }

    pub(crate) fn apply(&self, bundle: &Bundle) -> Vec<u8> {
        (self.make)(bundle)
    }

    pub(crate) fn arguments(&self, bundle: &Bundle) -> Vec<String> {
        (self.arguments)(bundle)
    }
}

/// Every damage; files that the command must be given go into the directory.
pub(crate) fn all(directory: &Path) -> Vec<Damage> {
    let mut damages = of_the_archive();
    damages.extend(of_the_metadata());
    damages.extend(of_the_module());
    damages.extend(against_a_target(directory));
    damages
}

fn read(bundle: &Bundle) -> Vec<u8> {
    fs::read(&bundle.path).unwrap()
}

fn of_the_archive() -> Vec<Damage> {
    let truncate = |bundle: &Bundle| {
        let mut bytes = read(bundle);
        bytes.truncate(bytes.len() / 2);
        bytes
    };
    let append = |bundle: &Bundle| [read(bundle), b"more".to_vec()].concat();
    let prepend = |bundle: &Bundle| [b"#!/bin/sh\n".to_vec(), read(bundle)].concat();
    vec![
        // The twin of all that follow: rewritten, and nothing changed.
        Damage::contents("rewritten", |_, _| (), Outcome::Accepted),
        Damage::new("truncated", truncate, Outcome::by_rule("bundle-not-a-zip")),
        Damage::new("emptied", |_| Vec::new(), Outcome::by_rule("bundle-not-a-zip")),
        Damage::new("appended to", append, Outcome::by_rule("archive-trailing")).unseen(),
        Damage::new("prepended to", prepend, Outcome::by_rule("archive-prefix")).unseen(),
        Damage::new("bit flipped", |bundle| flip_module_bit(&bundle.path), Outcome::refused("invalid_module")).unseen(),
        Damage::contents("without module.json", |_, c| c.metadata = None, Outcome::by_rule("module-json-missing")),
        Damage::contents(
            "second module",
            |_, c| c.added.push(("another.so", b"x")),
            Outcome::unpacker("invalid_number_of_files"),
        ),
        Damage::contents(
            "module among the dependencies",
            |_, c| c.added.push(("deps/another.so", b"x")),
            Outcome::unpacker("invalid_number_of_files"),
        ),
        Damage::contents(
            "stray file",
            |_, c| c.added.push(("README.md", b"x")),
            Outcome::unpacker("invalid_number_of_files"),
        ),
        Damage::contents(
            "name that climbs",
            |_, c| c.added.push(("deps/../../evil.tgz", b"x")),
            Outcome::refused("invalid_module"),
        )
        .unseen(),
    ]
}

fn of_the_metadata() -> Vec<Damage> {
    vec![
        Damage::metadata(
            "version in words",
            |_, m| m["version"] = json!("8.4.0"),
            Outcome::unpacker("module_version_not_integer"),
        ),
        Damage::metadata(
            "version of nought",
            |_, m| m["version"] = json!(0),
            Outcome::unpacker("module_version_missing"),
        ),
        Damage::metadata("no version", |_, m| remove(m, "version"), Outcome::by_rule("metadata-key-missing")),
        Damage::metadata("no name", |_, m| m["module_name"] = json!(""), Outcome::unpacker("module_name_missing")),
        Damage::metadata(
            "architecture in Go's words",
            |_, m| m["architecture"] = json!("arm64"),
            Outcome::unpacker("module_architecture_not_supported"),
        ),
        Damage::metadata(
            "operating system by codename",
            |_, m| m["operating_systems"] = json!(["bionic"]),
            Outcome::unpacker("module_os_list_invalid"),
        ),
        Damage::metadata(
            "operating systems of the old key",
            |_, m| m["os_list"] = json!(["ubuntu22.04", "focal"]),
            Outcome::unpacker("module_os_list_invalid"),
        ),
    ]
}

fn of_the_module() -> Vec<Damage> {
    vec![
        Damage::metadata(
            "other architecture",
            |bundle, m| m["architecture"] = json!(if bundle.architecture == "x86_64" { "aarch64" } else { "x86_64" }),
            Outcome::by_rule("module-architecture-mismatch"),
        )
        .unseen(),
        Damage::metadata("other digest", |_, m| m["sha256"] = json!("0".repeat(64)), Outcome::by_rule("module-sha256"))
            .unseen(),
        Damage::contents(
            "no module at all",
            |_, c| replace_module(c, b"not a module".to_vec()),
            Outcome::by_rule("module-not-elf"),
        )
        .unseen(),
        Damage::contents(
            "half a module",
            |bundle, c| {
                let mut module = fs::read(&bundle.module).unwrap();
                module.truncate(module.len() / 2);
                replace_module(c, module);
            },
            Outcome::refused("invalid_module"),
        )
        .unseen(),
    ]
}

/// Each cluster's nodes have what the bundle was made for, but where that is the point.
fn against_a_target(directory: &Path) -> Vec<Damage> {
    let unchanged = |name, outcome| Damage::contents(name, |_, _| (), outcome);
    let dependency: fn(&Bundle, &mut Contents) = |_, contents| {
        contents.metadata.as_mut().unwrap()["dependencies"]["d"] =
            json!({"url": "https://example.com/d.bin", "sha256": sha256_hex(b"x")});
        contents.added.push(("deps/d.bin", b"x"));
    };
    // No version: a cluster of 7.22 has neither Debian nor aarch64.
    let any = target_file(&directory.join("any.json"), &json!({}));
    let any = move |more: &str, bundle: &Bundle| [any.clone(), words(more), nodes(bundle)].concat();
    let (over_v1, over_v2) = (any.clone(), any.clone());
    let picky = json!({"required_capabilities": ["levitation"]});
    let closed = json!({"cluster_version": "8.2.0-25", "allow_modules_upload": false});
    let closed = target_file(&directory.join("closed.json"), &closed);
    let picky = target_file(&directory.join("picky.json"), &picky);
    let directory = directory.to_owned();
    let crowded = move |bundle: &Bundle| {
        let metadata = metadata(&bundle.path);
        // The packer writes a float.
        let version: u32 = metadata["version"].to_string().trim_end_matches(".0").parse().unwrap();
        let module = json!({"module_name": metadata["module_name"], "version": version});
        let target = json!({"installed_modules": [module]});
        [target_file(&directory.join(format!("with {}.json", bundle.name())), &target), nodes(bundle)].concat()
    };
    vec![
        unchanged("not yet uploaded", Outcome::Accepted).with(move |bundle| any("", bundle)),
        unchanged("uploaded already", Outcome::refused("module_exists")).with(crowded),
        unchanged("capability wanted", Outcome::refused("unsupported_module_capabilities"))
            .with(move |bundle| [picky.clone(), nodes(bundle)].concat()),
        unchanged("uploads disabled", Outcome::refused("modules_upload_disabled").with_status(403))
            .with(move |bundle| [closed.clone(), nodes(bundle)].concat()),
        // Where only the release is known, nobody can tell whether they are.
        unchanged("uploads perhaps disabled", Outcome::Accepted)
            .with(|bundle| [words("--target 8.2"), nodes(bundle)].concat()),
        Damage::metadata(
            "made for a later cluster",
            |_, m| m["min_redis_pack_version"] = json!("99.0"),
            Outcome::refused("min_redis_pack_version"),
        )
        .with(|bundle| [words("--target 7.22"), nodes(bundle)].concat()),
        Damage::metadata(
            "made for an old system",
            |_, m| m["operating_systems"] = json!(["ubuntu16"]),
            Outcome::refused("os_not_supported"),
        )
        .with(|_| words("--target 7.22")),
        Damage::contents("dependency over v1", dependency, Outcome::refused("dependencies_not_supported"))
            .with(move |bundle| over_v1("--endpoint v1", bundle)),
        Damage::contents("dependency over v2", dependency, Outcome::Accepted)
            .with(move |bundle| over_v2("--endpoint v2", bundle)),
    ]
}

/// The arguments for a cluster whose nodes are as the bundle declares.
fn nodes(bundle: &Bundle) -> Vec<String> {
    let metadata = metadata(&bundle.path);
    let systems = metadata["operating_systems"].as_array().unwrap().iter();
    let systems = systems.flat_map(|system| ["--os".to_owned(), system.as_str().unwrap().to_owned()]);
    systems.chain(["--arch".to_owned(), bundle.architecture.clone()]).collect()
}

fn target_file(path: &Path, target: &Value) -> Vec<String> {
    fs::write(path, target.to_string()).unwrap();
    vec!["--target".to_owned(), path.to_str().unwrap().to_owned()]
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn remove(metadata: &mut Value, key: &str) {
    metadata.as_object_mut().unwrap().remove(key);
}

/// Puts another module in, and its digest into the metadata.
fn replace_module(contents: &mut Contents, module: Vec<u8>) {
    contents.metadata.as_mut().unwrap()["sha256"] = json!(sha256_hex(&module));
    contents.module = Some(module);
}
