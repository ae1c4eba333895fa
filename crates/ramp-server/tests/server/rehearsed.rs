//! What `ramp rehearse` plays is what the server answers.

use std::io::Cursor;
use std::sync::Arc;

use ramp_core::databases::Options;
use ramp_core::facts::{self, BundleFacts};
use ramp_core::rehearsal::{Action, Plan, Step, rehearse};
use ramp_core::{Endpoint, Limits, Target};
use serde_json::{Value, json};

use crate::support::{ADMIN, BundleBuilder, TestServer, form};

fn facts(bundle: &BundleBuilder) -> BundleFacts {
    facts::gather(Cursor::new(bundle.build()), &Limits::default()).unwrap()
}

/// One that every release takes.
fn good() -> BundleBuilder {
    let systems = json!(["rhel8", "rhel9"]);
    BundleBuilder::good()
        .set("operating_systems", systems)
        .set("min_redis_pack_version", "6.0")
        .set("min_redis_version", "6.0")
}

fn next() -> BundleBuilder {
    good().set("version", 10300).set("semantic_version", "1.3.0")
}

/// The ids that the rehearsal has made up, and those that the server has given.
#[derive(Default)]
struct Ids(Vec<(String, String)>);

impl Ids {
    fn given(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (made_up, given)| text.replace(made_up, given))
    }
}

/// Asks the server what the rehearsal asked, up to where that ended, and compares each answer.
fn replayed(release: &str, old: Option<&BundleBuilder>, new: &BundleBuilder, change: impl FnOnce(&mut Plan)) -> bool {
    let target = Target::named(release).unwrap();
    let mut plan = Plan::new(target);
    change(&mut plan);
    let played = rehearse(&facts(new), old.map(facts).as_ref(), &plan).unwrap();
    let server = TestServer::of(release);
    let mut ids = Ids::default();
    let mut bundles = old.into_iter().chain([new]);
    let mut bundle = None;
    let mut made_up = made_up(&played.steps).into_iter();
    for step in played.steps.iter().filter(|step| step.answer.is_some()) {
        let (method, path) = (step.request.method.as_str(), ids.given(&step.request.path));
        let is_file = step.action == Action::Upload && step.request.body.is_none();
        let begins = step.action == Action::Upload && !path.ends_with("/artifacts");
        if begins {
            bundle = bundles.next();
        }
        let answer = if is_file {
            server.request(Some(ADMIN), method, &path, Some(form(&bundle.unwrap().build())))
        } else {
            let body = step.request.body.as_ref().map(|body| ids.given(&body.to_string()).into_bytes());
            server.request(Some(ADMIN), method, &path, body.map(|body| ("application/json", body)))
        };
        let expected = step.answer.as_ref().unwrap();
        assert_eq!(Some(answer.status), expected.http_status, "{release}: {}: {answer:?}", step.title);
        if !expected.accepted {
            let body = answer.json();
            assert_eq!(body["error_code"].as_str(), expected.error_code.as_deref(), "{release}: {}", step.title);
            assert_eq!(body["message"].as_str(), expected.message.as_deref(), "{release}: {}", step.title);
            if step.action != Action::DeleteModule {
                assert_eq!(body["description"].as_str(), expected.description.as_deref(), "{release}: {}", step.title);
            }
        } else if begins {
            let given = answer.json()["uid"].as_str().unwrap().to_owned();
            ids.0.extend(made_up.next().map(|made_up| (made_up, given)));
        }
    }
    played.passed
}

/// The ids in the order of the uploads: that of the module which the database uses, then that of the one which it gets.
fn made_up(steps: &[Step]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let used = steps.iter().filter(|step| step.action == Action::CreateDatabase);
    let used = used.filter_map(|step| step.request.body.as_ref()?["module_list"][0]["module_id"].as_str());
    ids.extend(used.map(ToOwned::to_owned));
    let deleted =
        steps.iter().filter(|step| step.action == Action::DeleteModule && !step.request.path.contains("artifacts"));
    for id in deleted.filter_map(|step| step.request.path.rsplit('/').next()) {
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    ids
}

#[test]
fn a_life_is_answered_as_it_is_played() {
    for release in ["6.2", "7.4", "7.22", "8.0", "8.2"] {
        let redis = if ["6.2", "7.4"].contains(&release) { None } else { Some("7.4".to_owned()) };
        let systems = |bundle: BundleBuilder| {
            if release == "6.2" { bundle.set("operating_systems", json!(["rhel8"])) } else { bundle }
        };
        let (old, new) = (systems(good()), systems(next()));
        assert!(replayed(release, None, &old, |plan| plan.redis_version.clone_from(&redis)), "{release}");
        assert!(replayed(release, Some(&old), &new, |plan| plan.redis_version.clone_from(&redis)), "{release}");
    }
    let for_8 = next().set("compatible_redis_version", "8.0");
    let to_8 = |plan: &mut Plan| (plan.redis_version, plan.upgrade_to) = (Some("7.4".into()), Some("8.0".into()));
    assert!(replayed("8.2", Some(&good()), &for_8, to_8));
    let old = good().set("compatible_redis_version", "7.2");
    let to_7_4 = |plan: &mut Plan| (plan.redis_version, plan.upgrade_to) = (Some("7.2".into()), Some("7.4".into()));
    assert!(replayed("7.22", Some(&old), &next(), to_7_4));
    // Where nothing reads the other field, the newest is asked for.
    let to_7_2 = |plan: &mut Plan| (plan.redis_version, plan.upgrade_to) = (Some("6.2".into()), Some("7.2".into()));
    assert!(replayed("7.4", Some(&good()), &next(), to_7_2));
}

/// What a cluster is made with is what its node takes.
#[test]
fn a_bootstrap_is_asked_for_as_it_is_played() {
    let target = Target::named("8.2").unwrap().with_endpoint(Endpoint::Bootstrap).unwrap();
    let played = rehearse(&facts(&next()), Some(&facts(&good())), &Plan::new(target)).unwrap();
    let request = &played.steps[0].request;
    let path = request.path.replace("/bootstrap/", "/bootstrap/validate/");
    let server =
        TestServer::start(Arc::new(tempfile::tempdir().unwrap()), "8.2", |config| config.unbootstrapped = true);
    let body = request.body.as_ref().unwrap().to_string().into_bytes();
    server.request(None, &request.method, &path, Some(("application/json", body))).ok();
}

#[test]
fn refusals_are_those_that_are_played() {
    let asking = |name: &'static str, value: Value| {
        move |plan: &mut Plan| {
            let mut options = Options::default();
            options.set(name, value).unwrap();
            plan.options = options;
        }
    };
    let rows = [
        replayed("7.22", None, &good(), asking("eviction_policy", json!("allkeys-lru"))),
        replayed("7.22", None, &good(), asking("crdt", json!(true))),
        replayed("7.22", None, &good(), |plan| plan.redis_version = Some("8.0".into())),
        replayed("7.22", None, &good(), |plan| plan.redis_version = Some("7.2".into())),
        replayed("8.2", None, &good(), |_| {}),
        replayed("7.22", None, &good().set("version", "8.4.0"), |_| {}),
        replayed("7.22", None, &good().set("min_redis_pack_version", "9.0"), |_| {}),
        replayed("7.22", Some(&good()), &good(), |_| {}),
        replayed("7.22", Some(&next()), &good(), |_| {}),
        replayed("7.22", Some(&good()), &next().set("compatible_redis_version", "7.2"), |_| {}),
        replayed(
            "7.22",
            Some(&good()),
            &next().set("capabilities", json!([])),
            asking("data_persistence", json!("aof")),
        ),
        replayed("8.0", Some(&good()), &next(), |plan| {
            (plan.redis_version, plan.upgrade_to) = (Some("7.4".into()), Some("8.0".into()));
        }),
        replayed("8.0", Some(&good()), &next(), |plan| {
            (plan.redis_version, plan.upgrade_to) = (Some("7.4".into()), Some("7.2".into()));
        }),
    ];
    assert_eq!(rows, [false; 13]);
}
