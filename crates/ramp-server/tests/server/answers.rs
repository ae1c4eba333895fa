//! What the library says that a cluster answers is what this server answers to the requests of an upload, release by release.

use std::fmt::Write as _;
use std::io::Cursor;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use ramp_core::metadata::definition;
use ramp_core::{Endpoint, Policy, Refusal, Report, Request, Target, validate};
use serde_json::{Value, json};

use crate::support::{ADMIN, Answer, BundleBuilder, TestServer};

const OBJECTS: &str = "/v2/modules/user-defined";
const ARTIFACTS: &str = "/v2/local/modules/user-defined/artifacts";

/// A server, what it plays, and through what bundles are uploaded to it.
struct Played {
    server: TestServer,
    target: Target,
}

/// Holds each of them against something, side by side: most of it is waiting.
fn for_each_played(hold: impl Fn(&Played) + Sync) {
    let ways = |release| match release {
        "8.0" | "8.2" => vec![Endpoint::UserDefined],
        _ => vec![Endpoint::V1, Endpoint::V2],
    };
    let releases = ["6.2", "6.4", "7.2", "7.4", "7.8", "7.22", "8.0", "8.2"];
    let pairs = releases.into_iter().flat_map(|release| ways(release).into_iter().map(move |way| (release, way)));
    let target = |release, way| {
        let target = Target::named(release).unwrap().with_operating_system("rhel8").unwrap();
        let target = target.with_architecture("x86_64").unwrap().with_endpoint(way).unwrap();
        // What an administrator of 8.2 has switched on.
        if release == "8.2" { target.with_allow_modules_upload(Some(true)) } else { target }
    };
    std::thread::scope(|scope| {
        for (release, way) in pairs {
            let (target, hold) = (target(release, way), &hold);
            scope.spawn(move || {
                let played = target.clone();
                let directory = std::sync::Arc::new(ramp_fixtures::directory::tempdir().unwrap());
                let server = TestServer::start(directory, release, |config| config.target = played);
                hold(&Played { server, target });
            });
        }
    });
}

impl Played {
    /// Uploads as a client does; what came of the request that was the last.
    fn upload(&self, bundle: &[u8], report: &Report) -> (Request, Answer) {
        let post = |path: &str| self.server.upload(path, bundle.to_vec());
        match self.target.effective_endpoint() {
            Endpoint::V1 => return (Request::V1Upload, post("/v1/modules")),
            Endpoint::V2 => return (Request::V2Upload, post("/v2/modules")),
            Endpoint::UserDefined | Endpoint::Bootstrap => {}
        }
        // Where the metadata cannot be read, there is no object to send.
        if let Some(metadata) = report.metadata() {
            let answer = self.server.json("POST", OBJECTS, &Value::from(&definition::object(metadata)));
            if answer.status != 200 {
                return (Request::Definition, answer);
            }
        }
        (Request::Artifact, post(ARTIFACTS))
    }

    /// Deletes every module; from 8.0 on the objects alone.
    fn delete_objects(&self) {
        let path = if self.target.effective_endpoint() == Endpoint::UserDefined { OBJECTS } else { "/v2/modules" };
        for module in self.server.get("/v1/modules").ok().json().as_array().unwrap() {
            self.server.delete(&format!("{path}/{}", module["uid"].as_str().unwrap())).ok();
        }
    }

    /// Takes back what an upload has left.
    fn clear(&self) {
        self.delete_objects();
        if self.target.effective_endpoint() != Endpoint::UserDefined {
            return;
        }
        for artifact in self.server.get(ARTIFACTS).ok().json().as_array().unwrap() {
            let mut name = String::new();
            for byte in artifact["module_name"].as_str().unwrap().bytes() {
                write!(name, "%{byte:02x}").unwrap();
            }
            self.server.delete(&format!("{ARTIFACTS}/{name}/{}", artifact["version"])).ok();
        }
    }

    fn compare(&self, about: &str, bundle: &[u8]) {
        // What the library could not evaluate the server refuses for its limits; that is not an answer of a cluster's.
        let Ok(report) = validate(Cursor::new(bundle), &self.target, &Policy::strict()) else { return };
        let (request, answer) = self.upload(bundle, &report);
        let about = format!("{about}, {}: {answer:?}", self.target.cluster_version().unwrap());
        match report.answer().refusal() {
            None => assert_eq!(answer.status, 200, "{about}"),
            Some(Refusal { request: expected, http_status, error_code, reason, .. }) => {
                assert_eq!(*expected, Some(request), "{about}");
                assert_eq!(*http_status, Some(answer.status), "{about}");
                let body = answer.json();
                assert_eq!(body["error_code"], error_code.as_str(), "{about}");
                let description = body["description"].as_str().unwrap();
                assert!(reason.as_deref().is_none_or(|reason| description.starts_with(reason)), "{about}");
            }
        }
        self.clear();
    }
}

/// A value that somebody might have written.
fn any_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        Just(""),
        Just("x"),
        Just("../x"),
        Just("7.4"),
        Just("99.0"),
        Just("seven"),
        Just("10203"),
        Just("x86_64"),
        Just("aarch64"),
        Just("amd64"),
        Just("rhel8"),
        Just("debian12"),
        Just("ubuntu"),
        Just("types"),
    ];
    let leaf = prop_oneof![
        3 => text.prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        2 => prop_oneof![Just(0), Just(1), Just(-1), Just(10203)].prop_map(Value::from),
        1 => prop_oneof![Just(10203.0), Just(0.5), Just(80400.25)].prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let keys = prop_oneof![Just("url"), Just("sha256"), Just("d")].prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((keys, inner), 0..3).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// A bundle in which up to three keys are something else, or not there.
fn any_bundle() -> impl Strategy<Value = (String, Vec<u8>)> {
    let keys = vec![
        "module_name",
        "module_file",
        "version",
        "semantic_version",
        "display_name",
        "commands",
        "command_line_args",
        "capabilities",
        "min_redis_version",
        "min_redis_pack_version",
        "architecture",
        "operating_systems",
        "os_list",
        "dependencies",
        "sha256",
    ];
    let change = (prop::sample::select(keys), prop::option::weighted(0.8, any_value()));
    (any::<bool>(), prop::collection::vec(change, 0..4)).prop_map(|(dependency, changes)| {
        let bundle = if dependency { BundleBuilder::with_dependency() } else { BundleBuilder::good() };
        let start = bundle.set("operating_systems", json!(["rhel8"])).set("min_redis_pack_version", "6.0");
        let about = format!("{changes:?}, {dependency}");
        let bundle = changes.into_iter().fold(start, |bundle, (key, value)| match value {
            Some(value) => bundle.set(key, value),
            None => bundle.without(key),
        });
        (about, bundle.build())
    })
}

#[test]
fn the_answer_is_what_the_server_answers() {
    let mut runner = TestRunner::deterministic();
    let mut bundles: Vec<(String, Vec<u8>)> =
        (0..96).map(|_| any_bundle().new_tree(&mut runner).unwrap().current()).collect();
    let good = BundleBuilder::good().set("operating_systems", json!(["rhel8"])).build();
    for cut in [0, 1, 21, 22, 100, good.len() / 2, good.len() - 1] {
        bundles.push((format!("cut off at {cut}"), good[..cut].to_vec()));
    }
    bundles.push(("good".to_owned(), good));
    bundles.push(("a page".to_owned(), b"<!DOCTYPE html><title>404</title>".to_vec()));
    for_each_played(|played| {
        for (about, bundle) in &bundles {
            played.compare(about, bundle);
        }
    });
}

/// Of every bundle that the rules are tested with; `RAMP_CASES` names a folder that `ramp-core`'s tests have put them into.
#[test]
fn the_answer_to_each_case_is_what_the_server_answers() {
    let Some(folder) = std::env::var_os("RAMP_CASES") else {
        eprintln!("skipped: RAMP_CASES is not set");
        return;
    };
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 200, "{} cases", paths.len());
    for_each_played(|played| {
        for path in &paths {
            played.compare(&path.display().to_string(), &std::fs::read(path).unwrap());
        }
    });
}

/// A module that would not load is taken by the cluster, and by this server: the gate alone says so.
#[test]
fn what_would_not_load_is_taken() {
    let server = TestServer::of("7.22");
    let module = ramp_fixtures::elf::ElfBuilder::module().need("libc.so.6", "GLIBC_2.35", &["future"]).build();
    let bundle = BundleBuilder::good().module(module).set("operating_systems", json!(["ubuntu22"]));
    let target = Target::named("7.22").unwrap().with_operating_system("rhel9").unwrap();
    let report = validate(Cursor::new(bundle.build()), &target, &Policy::strict()).unwrap();
    assert!(report.answer().accepted() && !report.passed());
    let answer = server.request(Some(ADMIN), "POST", "/v2/modules", Some(crate::support::form(&bundle.build())));
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// What is there of a module already decides, and both say the same of it: the same again, for another system, the next version.
#[test]
fn what_is_there_already_is_answered() {
    let good = || BundleBuilder::good().set("operating_systems", json!(["rhel8"])).without("min_redis_pack_version");
    let others = [
        good(),
        good().set("operating_systems", json!(["rhel8", "rhel9"])),
        good().set("operating_systems", json!(["ubuntu20"])),
        good().without("operating_systems"),
        good().set("version", 10204),
    ];
    for_each_played(|played| {
        let of_release = played.target.effective_endpoint();
        for other in &others {
            let report = |bundle: &[u8]| validate(Cursor::new(bundle), &played.target, &Policy::strict()).unwrap();
            let bundle = good().build();
            let first = played.upload(&bundle, &report(&bundle)).1;
            assert_eq!(first.status, 200, "{first:?} {:?}", played.target.cluster_version());
            // From 8.0 on, an artifact stays when the object is deleted.
            let objects = if of_release == Endpoint::UserDefined { vec![true, false] } else { vec![true] };
            for has_object in objects {
                if !has_object {
                    played.delete_objects();
                }
                let bundle = other.clone().build();
                let said = played.server.upload("/ramp/v1/validate", bundle.clone()).ok().json()["answer"].clone();
                let (request, answer) = played.upload(&bundle, &report(&bundle));
                let about = format!("{said} {request} {answer:?} {:?}", played.target.cluster_version());
                let code = if answer.status == 200 { Value::Null } else { answer.json()["error_code"].clone() };
                assert_eq!(said["error_code"], code, "{about}");
                if answer.status != 200 {
                    assert_eq!(said["request"], request.to_string(), "{about}");
                }
            }
            played.clear();
        }
    });
}
