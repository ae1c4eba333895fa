//! From 8.0 on: an object for the cluster, then the artifact on every node. Undone, where a step fails.

use ramp_core::{Endpoint, InstalledArtifact, Request};
use serde_json::Value;

use super::bundle::Bundle;
use super::uploaded::Uploaded;
use crate::answer::Answer;
use crate::connection::Connection;
use crate::error::{ClientError, Undone};
use crate::event::Event;
use crate::json::text;
use crate::modules::ClusterModule;
use crate::places::Place;
use crate::segment::segment;
use crate::survey::Survey;

/// Where the artifact is sent.
struct Goal {
    place: Place,
    /// Whether it had an artifact of this name and version before: that one is not ours to delete.
    had: bool,
}

/// What is uploaded.
struct Module {
    artifact: InstalledArtifact,
    object: Value,
}

/// What has been done so far, to be undone where a later step fails.
struct Done<'a> {
    /// The object, unless it was there before.
    uid: Option<&'a str>,
    /// Where the artifact was sent.
    sent: Vec<&'a Goal>,
}

/// Uploads; of a module that is `there` already, what is missing.
pub(super) fn upload(
    cluster: &Connection,
    survey: &Survey,
    there: Option<&ClusterModule>,
    bundle: &mut Bundle<'_>,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Uploaded, ClientError> {
    let module = describe(bundle.object.as_ref())?;
    let mut goals = Vec::new();
    // Before anything is changed: is every node there, and may this user ask it?
    for place in Place::of(cluster, &survey.nodes) {
        watch(Event::Step(&format!("asking {}", place.name())));
        let had = place.artifacts()?.contains(&module.artifact);
        goals.push(Goal { place, had });
    }
    if goals.is_empty() {
        return Err(ClientError::UnknownNodes);
    }
    let known = there.and_then(|module| module.uid.clone());
    let is_new = known.is_none();
    let uid = match known {
        Some(uid) => uid,
        None => {
            watch(Event::Step("the module's object"));
            create(cluster, &module)?
        }
    };
    let mut done = Done { uid: is_new.then_some(uid.as_str()), sent: Vec::new() };
    for goal in goals.iter().filter(|goal| there.is_none() || !goal.had) {
        let place = &goal.place;
        let step = format!("the artifact on {}", place.name());
        watch(Event::Step(&step));
        let sent = bundle.send(&place.peer, Request::Artifact.path(), watch).and_then(Answer::ok);
        if let Err(err) = sent {
            let failed = err.is_uncertain().then_some(goal);
            let undone = undo(cluster, &module, &done, failed, watch);
            return Err(ClientError::Step { step, source: Box::new(err), undone });
        }
        done.sent.push(goal);
    }
    let nodes = done.sent.iter().flat_map(|goal| goal.place.uids.clone()).collect();
    Ok(Uploaded { endpoint: Endpoint::UserDefined, module_uid: Some(uid.clone()), action_uid: None, nodes })
}

/// What the object is of.
fn describe(object: Option<&Value>) -> Result<Module, ClientError> {
    let wrong = |what| ClientError::Metadata { what };
    let object = object.ok_or_else(|| wrong("its `module.json` cannot be read"))?;
    let name = text(object, "module_name").ok_or_else(|| wrong("its `module_name` is missing"))?.to_owned();
    let version = object.get("version").and_then(Value::as_i64);
    let version = version.ok_or_else(|| wrong("its `version` is not an integer of 64 bits"))?;
    Ok(Module { artifact: InstalledArtifact { module_name: name, version }, object: object.clone() })
}

/// Makes the object; its `uid`.
fn create(cluster: &Connection, module: &Module) -> Result<String, ClientError> {
    let answer = cluster.peer().post_json(Request::Definition.path(), &module.object).and_then(Answer::json);
    let err = match answer {
        Ok(object) => match text(&object, "uid") {
            Some(uid) => return Ok(uid.to_owned()),
            None => ClientError::Unexpected {
                request: Request::Definition.to_string(),
                at: cluster.peer().at().to_owned(),
                what: "an object without `uid`".to_owned(),
            },
        },
        Err(err) => err,
    };
    if !err.is_uncertain() {
        return Err(err);
    }
    // Whether it was made is not known, and somebody else could have made what is found now: it is told and left.
    let left = vec![format!(
        "perhaps the object of {} {}; `GET /v1/modules` shows it",
        module.artifact.module_name, module.artifact.version
    )];
    let undone = Undone { undone: Vec::new(), left };
    Err(ClientError::Step { step: "the module's object".to_owned(), source: Box::new(err), undone })
}

/// Takes back what was done: the artifacts, the last first, then the object. `uncertain` is where an artifact may have arrived.
fn undo(
    cluster: &Connection,
    module: &Module,
    done: &Done<'_>,
    uncertain: Option<&Goal>,
    watch: &mut dyn FnMut(Event<'_>),
) -> Undone {
    let mut undone = Undone::default();
    let path =
        format!("{}/{}/{}", Request::Artifact.path(), segment(&module.artifact.module_name), module.artifact.version);
    for Goal { place, had } in uncertain.into_iter().chain(done.sent.iter().rev().copied()) {
        let what = format!("the artifact on {}", place.name());
        if *had {
            undone.left.push(format!("{what}, where there was one before"));
            continue;
        }
        watch(Event::Undoing(&what));
        undone.note(what, place.peer.delete(&path).and_then(Answer::gone));
    }
    let Some(uid) = done.uid else { return undone };
    let what = format!("the object {uid} of {} {}", module.artifact.module_name, module.artifact.version);
    watch(Event::Undoing(&what));
    undone.note(
        what,
        cluster.peer().delete(&format!("{}/{}", Request::Definition.path(), segment(uid))).and_then(Answer::gone),
    );
    undone
}

impl Undone {
    fn note(&mut self, what: String, deleted: Result<(), ClientError>) {
        match deleted {
            Ok(()) => self.undone.push(what),
            Err(err) => self.left.push(format!("{what}: {}", with_cause(&err))),
        }
    }
}

fn with_cause(err: &ClientError) -> String {
    let cause = std::error::Error::source(err).map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{err}{cause}")
}
