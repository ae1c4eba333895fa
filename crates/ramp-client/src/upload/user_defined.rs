//! From 8.0 on: an object for the cluster, then the artifact on every node. Undone, where a step fails.

use ramp_core::{Endpoint, InstalledArtifact, Request};
use serde_json::Value;

use super::bundle::Bundle;
use super::event::{Event, Uploaded};
use super::segment::segment;
use crate::answer::Answer;
use crate::connection::Connection;
use crate::error::{ClientError, Undone};
use crate::json::text;
use crate::places::Place;
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

pub(super) fn upload(
    cluster: &Connection,
    survey: &Survey,
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
    watch(Event::Step("the module's object"));
    let uid = create(cluster, &module)?;
    for (done, goal) in goals.iter().enumerate() {
        let place = &goal.place;
        let step = format!("the artifact on {}", place.name());
        watch(Event::Step(&step));
        let sent = bundle.send(&place.peer, Request::Artifact.path(), watch).and_then(Answer::ok);
        if let Err(err) = sent {
            let uncertain = err.is_uncertain();
            let (before, failed) = (goals.get(..done).unwrap_or_default(), uncertain.then_some(goal));
            let undone = undo(cluster, &module, &uid, before, failed, watch);
            return Err(ClientError::Step { step, source: Box::new(err), undone });
        }
    }
    let nodes = goals.into_iter().flat_map(|goal| goal.place.uids).collect();
    Ok(Uploaded { endpoint: Endpoint::UserDefined, module_uid: Some(uid), action_uid: None, nodes })
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
    uid: &str,
    done: &[Goal],
    uncertain: Option<&Goal>,
    watch: &mut dyn FnMut(Event<'_>),
) -> Undone {
    let mut undone = Undone::default();
    let path =
        format!("{}/{}/{}", Request::Artifact.path(), segment(&module.artifact.module_name), module.artifact.version);
    for Goal { place, had } in uncertain.into_iter().chain(done.iter().rev()) {
        let what = format!("the artifact on {}", place.name());
        if *had {
            undone.left.push(format!("{what}, where there was one before"));
            continue;
        }
        watch(Event::Undoing(&what));
        undone.note(what, place.peer.delete(&path).and_then(Answer::gone));
    }
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
