//! Up to 7.22: one request, and for v2 the action that it starts.

use ramp_core::{Endpoint, Request};
use serde_json::Value;

use super::bundle::Bundle;
use super::uploaded::Uploaded;
use crate::action::{Ended, follow};
use crate::answer::Answer;
use crate::connection::Connection;
use crate::error::{ClientError, Undone};
use crate::event::Event;
use crate::json::text;
use crate::object::Named;
use crate::segment::segment;
use crate::survey::{MODULES, Survey};
use crate::warning::Warning;

pub(super) fn v1(
    cluster: &Connection,
    bundle: &mut Bundle<'_>,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Uploaded, ClientError> {
    watch(Event::Step("the upload"));
    let answer = bundle.send(cluster.peer(), Request::V1Upload.path(), watch)?.ok()?;
    // The documentation has no row for success, so nothing is demanded of its body.
    let object: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let module_uid = text(&object, "uid").map(str::to_owned);
    Ok(Uploaded { endpoint: Endpoint::V1, module_uid, action_uid: None, nodes: Vec::new() })
}

pub(super) fn v2(
    cluster: &Connection,
    survey: &Survey,
    bundle: &mut Bundle<'_>,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Uploaded, ClientError> {
    watch(Event::Step("the upload"));
    let object = bundle.send(cluster.peer(), Request::V2Upload.path(), watch)?.json()?;
    let uploaded = Uploaded {
        endpoint: Endpoint::V2,
        module_uid: text(&object, "uid").map(str::to_owned),
        action_uid: text(&object, "action_uid").map(str::to_owned),
        nodes: Vec::new(),
    };
    let Some(action_uid) = &uploaded.action_uid else { return Ok(uploaded) };
    let action_uid = action_uid.clone();
    match follow(cluster, &action_uid, watch)? {
        Ended::Completed => Ok(uploaded),
        // The bundle was taken; somebody who may look can tell the rest.
        Ended::NotTold { why } => {
            watch(Event::Unknown(&format!("whether it is installed: {why}")));
            Ok(uploaded)
        }
        Ended::Unfinished { status } => Err(ClientError::ActionUnfinished { action_uid, status }),
        Ended::Failed { status, what } => {
            let undone = undo(cluster, survey, &object, bundle, watch);
            let source = Box::new(ClientError::ActionFailed { action_uid, status, what });
            Err(ClientError::Step { step: "the installation".to_owned(), source, undone })
        }
    }
}

/// Deletes the module whose installation failed, unless it was there before: then the upload was to add a platform to it, and
/// deleting it would take the others away.
fn undo(
    cluster: &Connection,
    survey: &Survey,
    object: &Value,
    bundle: &Bundle<'_>,
    watch: &mut dyn FnMut(Event<'_>),
) -> Undone {
    let mut undone = Undone::default();
    let Some(uid) = text(object, "uid") else { return undone };
    let Some(Named { module_name: name, version }) = Named::of(object).or_else(|| Named::of(bundle.object.as_ref()?))
    else {
        undone.left.push(format!("module {uid}, which may have been there before"));
        return undone;
    };
    let what = format!("module {uid} ({name} {version})");
    let same = |m: &ramp_core::InstalledModule| m.module_name == name && m.version == version;
    if survey.target.installed_modules().iter().any(same) {
        undone.left.push(format!("{what}, which was there before for other platforms"));
        return undone;
    }
    if survey.warnings.iter().any(|w| matches!(w, Warning::NotTold { request: MODULES, .. })) {
        undone.left.push(format!("{what}, which may have been there before"));
        return undone;
    }
    watch(Event::Undoing(&what));
    match cluster.peer().delete(&format!("{}/{}", Request::V2Upload.path(), segment(uid))).and_then(Answer::gone) {
        Ok(()) => undone.undone.push(what),
        Err(err) => undone.left.push(format!("{what}: {err}")),
    }
    undone
}
