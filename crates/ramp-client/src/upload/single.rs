//! Up to 7.22: one request, and for v2 the action that it starts.

use std::thread::sleep;
use std::time::Instant;

use ramp_core::{Endpoint, Request};
use serde_json::Value;

use super::bundle::Bundle;
use super::event::{Event, Uploaded};
use super::segment::segment;
use crate::answer::Answer;
use crate::connection::Connection;
use crate::error::{ClientError, Undone};
use crate::json::{integer, shortened, text};
use crate::survey::{Survey, Warning};

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
    match follow(cluster, action_uid, watch) {
        Ok(()) => Ok(uploaded),
        Err(err @ ClientError::ActionFailed { .. }) => {
            let undone = undo(cluster, survey, &object, bundle, watch);
            Err(ClientError::Step { step: "the installation".to_owned(), source: Box::new(err), undone })
        }
        Err(err) => Err(err),
    }
}

/// Waits for an action to end.
fn follow(cluster: &Connection, action_uid: &str, watch: &mut dyn FnMut(Event<'_>)) -> Result<(), ClientError> {
    let limits = cluster.limits();
    let path = format!("/v1/actions/{}", segment(action_uid));
    let began = Instant::now();
    loop {
        let action = match cluster.peer().get(&path)?.json() {
            Ok(action) => action,
            // The bundle was taken; somebody who may look can tell the rest.
            Err(ClientError::Refused(refused)) if matches!(refused.status, 403 | 404) => {
                let what = format!("whether it is installed: {refused}");
                watch(Event::Unknown(&what));
                return Ok(());
            }
            Err(err) => return Err(err),
        };
        let status = text(&action, "status").unwrap_or("unknown").to_owned();
        watch(Event::Installing { action_uid, progress: progress(&action) });
        match status.as_str() {
            "completed" => return Ok(()),
            "failed" | "cancelled" | "cancelling" => {
                let words = ["error_code", "error_message", "description"];
                let words: Vec<&str> = words.into_iter().filter_map(|key| text(&action, key)).collect();
                let what = (!words.is_empty()).then(|| shortened(&words.join(": ")));
                return Err(ClientError::ActionFailed { action_uid: action_uid.to_owned(), status, what });
            }
            _ if began.elapsed() >= limits.action => {
                return Err(ClientError::ActionUnfinished { action_uid: action_uid.to_owned(), status });
            }
            _ => sleep(limits.poll),
        }
    }
}

/// A number in the documentation of some releases, a string in others.
fn progress(action: &Value) -> Option<u8> {
    let value = action.get("progress")?;
    let percent = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 100")]
    (0.0..=100.0).contains(&percent).then_some(percent as u8)
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
    let of = |object: &Value| Some((text(object, "module_name")?.to_owned(), integer(object.get("version")?)?));
    let Some((name, version)) = of(object).or_else(|| of(bundle.object.as_ref()?)) else {
        undone.left.push(format!("module {uid}, which may have been there before"));
        return undone;
    };
    let what = format!("module {uid} ({name} {version})");
    let same = |m: &ramp_core::InstalledModule| m.module_name == name && m.version == version;
    if survey.target.installed_modules().iter().any(same) {
        undone.left.push(format!("{what}, which was there before for other platforms"));
        return undone;
    }
    if survey.warnings.iter().any(|w| matches!(w, Warning::NotTold { request: "GET /v1/modules", .. })) {
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
