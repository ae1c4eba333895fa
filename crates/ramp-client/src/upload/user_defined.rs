//! From 8.0 on: an object for the cluster, then the artifact on every node. Undone, where a step fails.

use ramp_core::Endpoint;
use serde_json::Value;

use super::bundle::Bundle;
use super::event::{Event, Uploaded};
use super::segment::segment;
use crate::answer::Answer;
use crate::connection::Connection;
use crate::error::{ClientError, Undone};
use crate::http::Peer;
use crate::json::{integer, text};
use crate::survey::Survey;

const OBJECTS: &str = "/v2/modules/user-defined";
const ARTIFACTS: &str = "/v2/local/modules/user-defined/artifacts";

/// Nodes that are reached at one address, which is where they are sent the artifact.
struct Place {
    uids: Vec<u64>,
    peer: Peer,
    /// Whether it had an artifact of this name and version before: that one is not ours to delete.
    had: bool,
}

impl Place {
    fn name(&self) -> String {
        let uids: Vec<String> = self.uids.iter().map(u64::to_string).collect();
        format!("node{} {}", if uids.len() == 1 { "" } else { "s" }, uids.join(", "))
    }
}

/// What is uploaded.
struct Module {
    name: String,
    version: i64,
    object: Value,
}

pub(super) fn upload(
    cluster: &Connection,
    survey: &Survey,
    bundle: &mut Bundle<'_>,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Uploaded, ClientError> {
    let module = describe(bundle.object.as_ref())?;
    let mut places = places(cluster, survey)?;
    // Before anything is changed: is every node there, and may this user ask it?
    for place in &mut places {
        watch(Event::Step(&format!("asking {}", place.name())));
        place.had = has_artifact(&place.peer, &module)?;
    }
    watch(Event::Step("the module's object"));
    let uid = create(cluster, &module)?;
    for (done, place) in places.iter().enumerate() {
        let step = format!("the artifact on {}", place.name());
        watch(Event::Step(&step));
        let sent = bundle.send(&place.peer, ARTIFACTS, watch).and_then(Answer::ok);
        if let Err(err) = sent {
            let uncertain = err.is_uncertain();
            let (before, failed) = (places.get(..done).unwrap_or_default(), uncertain.then_some(place));
            let undone = undo(cluster, &module, &uid, before, failed, watch);
            return Err(ClientError::Step { step, source: Box::new(err), undone });
        }
    }
    let nodes = places.into_iter().flat_map(|place| place.uids).collect();
    Ok(Uploaded { endpoint: Endpoint::UserDefined, module_uid: Some(uid), action_uid: None, nodes })
}

/// What the object is of.
fn describe(object: Option<&Value>) -> Result<Module, ClientError> {
    let wrong = |what| ClientError::Metadata { what };
    let object = object.ok_or_else(|| wrong("its `module.json` cannot be read"))?;
    let name = text(object, "module_name").ok_or_else(|| wrong("its `module_name` is missing"))?.to_owned();
    let version = object.get("version").and_then(Value::as_i64);
    let version = version.ok_or_else(|| wrong("its `version` is not an integer of 64 bits"))?;
    Ok(Module { name, version, object: object.clone() })
}

/// Where the nodes are reached, those that share an address together.
fn places(cluster: &Connection, survey: &Survey) -> Result<Vec<Place>, ClientError> {
    let known = cluster.addresses();
    let alone = survey.nodes.len() == 1;
    let mut found: Vec<(Option<Vec<_>>, Vec<u64>)> = Vec::new();
    for node in &survey.nodes {
        let at = node.reached_at(cluster.url(), &known, alone);
        match found.iter_mut().find(|(there, _)| *there == at) {
            Some((_, uids)) => uids.push(node.uid),
            None => found.push((at, vec![node.uid])),
        }
    }
    if found.is_empty() {
        return Err(ClientError::UnknownNodes);
    }
    let place = |(at, uids): (Option<Vec<std::net::SocketAddr>>, Vec<u64>)| {
        let mut place = Place { peer: cluster.node(String::new(), None), uids, had: false };
        let called = match at.as_ref().and_then(|at| at.first()) {
            Some(first) => format!("{} at {first}", place.name()),
            None => format!("{} at {}", place.name(), cluster.url()),
        };
        place.peer = cluster.node(called, at);
        place
    };
    Ok(found.into_iter().map(place).collect())
}

fn has_artifact(peer: &Peer, module: &Module) -> Result<bool, ClientError> {
    let artifacts = peer.get(ARTIFACTS)?.json()?;
    let same = |artifact: &Value| {
        text(artifact, "module_name") == Some(module.name.as_str())
            && artifact.get("version").and_then(integer) == Some(module.version)
    };
    Ok(artifacts.as_array().is_some_and(|artifacts| artifacts.iter().any(same)))
}

/// Makes the object; its `uid`.
fn create(cluster: &Connection, module: &Module) -> Result<String, ClientError> {
    let answer = cluster.peer().post_json(OBJECTS, &module.object).and_then(Answer::json);
    let err = match answer {
        Ok(object) => match text(&object, "uid") {
            Some(uid) => return Ok(uid.to_owned()),
            None => ClientError::Unexpected {
                request: format!("POST {OBJECTS}"),
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
    let left = vec![format!("perhaps the object of {} {}; `GET /v1/modules` shows it", module.name, module.version)];
    let undone = Undone { undone: Vec::new(), left };
    Err(ClientError::Step { step: "the module's object".to_owned(), source: Box::new(err), undone })
}

/// Takes back what was done: the artifacts, the last first, then the object. `uncertain` is where an artifact may have arrived.
fn undo(
    cluster: &Connection,
    module: &Module,
    uid: &str,
    done: &[Place],
    uncertain: Option<&Place>,
    watch: &mut dyn FnMut(Event<'_>),
) -> Undone {
    let mut undone = Undone::default();
    let path = format!("{ARTIFACTS}/{}/{}", segment(&module.name), module.version);
    for place in uncertain.into_iter().chain(done.iter().rev()) {
        let what = format!("the artifact on {}", place.name());
        if place.had {
            undone.left.push(format!("{what}, where there was one before"));
            continue;
        }
        watch(Event::Undoing(&what));
        undone.note(what, place.peer.delete(&path).and_then(Answer::gone));
    }
    let what = format!("the object {uid} of {} {}", module.name, module.version);
    watch(Event::Undoing(&what));
    undone.note(what, cluster.peer().delete(&format!("{OBJECTS}/{}", segment(uid))).and_then(Answer::gone));
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
