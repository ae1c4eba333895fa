//! Deleting a module, the way that the release has.
//!
//! From 8.0 on the object goes first: a cluster refuses that while a database uses it, and nothing is lost then. An artifact
//! whose object is gone is used by nobody, and is found again by its name and version.

use ramp_core::{Endpoint, Request};

use super::module::ClusterModule;
use crate::action::{Ended, follow};
use crate::answer::Answer;
use crate::connection::Connection;
use crate::error::ClientError;
use crate::event::Event;
use crate::json::text;
use crate::node::Node;
use crate::places::Place;
use crate::segment::segment;

/// What came of a deletion.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Deleted {
    /// What is gone: `module f00d…`, `the object f00d…`, `the artifact on node 1`.
    pub gone: Vec<String>,
    /// What is still there, and why; artifacts, once their object is gone.
    pub left: Vec<(String, ClientError)>,
    /// The action by which a cluster of up to 7.22 deleted it.
    pub action_uid: Option<String>,
}

pub(crate) fn delete(
    cluster: &Connection,
    nodes: &[Node],
    endpoint: Endpoint,
    module: &ClusterModule,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Deleted, ClientError> {
    match endpoint {
        Endpoint::V1 => whole(cluster, Request::V1Upload, module, watch),
        Endpoint::V2 => whole(cluster, Request::V2Upload, module, watch),
        Endpoint::UserDefined => in_parts(cluster, nodes, module, watch),
        Endpoint::Bootstrap => Err(ClientError::NotAnUpload),
    }
}

/// Up to 7.22: one request, and for v2 the action that it starts.
fn whole(
    cluster: &Connection,
    request: Request,
    module: &ClusterModule,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Deleted, ClientError> {
    let mut deleted = Deleted::default();
    let Some(uid) = &module.uid else { return Err(ClientError::WithoutUid { module: module.to_string() }) };
    watch(Event::Step("the deletion"));
    let answer = cluster.peer().delete(&format!("{}/{}", request.path(), segment(uid)))?;
    // What is gone when it is asked for again has no action.
    if answer.status != 404 {
        // Only v2 is documented to answer with one.
        let object = serde_json::from_slice(&answer.ok()?.body).unwrap_or_default();
        deleted.action_uid = text(&object, "action_uid").map(str::to_owned);
    }
    deleted.gone.push(format!("module {uid}"));
    let Some(action_uid) = deleted.action_uid.clone() else { return Ok(deleted) };
    match follow(cluster, &action_uid, watch)? {
        Ended::Completed => Ok(deleted),
        Ended::NotTold { why } => {
            watch(Event::Unknown(&format!("whether it is deleted: {why}")));
            Ok(deleted)
        }
        Ended::Unfinished { status } => Err(ClientError::DeletionUnfinished { action_uid, status }),
        Ended::Failed { status, what } => Err(ClientError::DeletionFailed { action_uid, status, what }),
    }
}

/// From 8.0 on: the object, then the artifact on each node that has it or did not say.
fn in_parts(
    cluster: &Connection,
    nodes: &[Node],
    module: &ClusterModule,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Deleted, ClientError> {
    let mut deleted = Deleted::default();
    if let Some(uid) = &module.uid {
        let what = format!("the object {uid}");
        watch(Event::Step(&what));
        let path = format!("{}/{}", Request::Definition.path(), segment(uid));
        cluster.peer().delete(&path).and_then(Answer::gone)?;
        deleted.gone.push(what);
    }
    let artifacts = module.artifacts.clone().unwrap_or_default();
    let path = format!("{}/{}/{}", Request::Artifact.path(), segment(&module.module_name), module.version);
    for place in Place::of(cluster, nodes) {
        let may_have = |uid: &u64| artifacts.on.contains(uid) || artifacts.unknown_on.contains(uid);
        if !place.uids.iter().any(may_have) {
            continue;
        }
        let what = format!("the artifact on {}", place.name());
        watch(Event::Step(&what));
        match place.peer.delete(&path).and_then(Answer::gone) {
            Ok(()) => deleted.gone.push(what),
            Err(err) => deleted.left.push((what, err)),
        }
    }
    Ok(deleted)
}
