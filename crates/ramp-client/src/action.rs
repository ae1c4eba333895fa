//! Actions: what a cluster goes on doing after it has answered.

use std::thread::sleep;
use std::time::Instant;

use serde_json::Value;

use crate::connection::Connection;
use crate::error::ClientError;
use crate::event::Event;
use crate::json::{shortened, text};
use crate::segment::segment;

/// How an action has ended, as far as that is known.
pub(crate) enum Ended {
    /// It is done.
    Completed,
    /// It is not, and will not be.
    Failed {
        status: String,
        /// What the cluster says about it.
        what: Option<String>,
    },
    /// It goes on for longer than somebody waits.
    Unfinished { status: String },
    /// This user may not know.
    NotTold { why: String },
}

/// Waits for an action to end.
pub(crate) fn follow(
    cluster: &Connection,
    action_uid: &str,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Ended, ClientError> {
    let limits = cluster.limits();
    let path = format!("/v1/actions/{}", segment(action_uid));
    let began = Instant::now();
    loop {
        let action = match cluster.peer().get(&path)?.json() {
            Ok(action) => action,
            Err(ClientError::Refused(refused)) if matches!(refused.status, 403 | 404) => {
                return Ok(Ended::NotTold { why: refused.to_string() });
            }
            Err(err) => return Err(err),
        };
        let status = text(&action, "status").unwrap_or("unknown").to_owned();
        watch(Event::Acting { action_uid, progress: progress(&action) });
        match status.as_str() {
            "completed" => return Ok(Ended::Completed),
            "failed" | "cancelled" | "cancelling" => {
                let words = ["error_code", "error_message", "description"];
                let words: Vec<&str> = words.into_iter().filter_map(|key| text(&action, key)).collect();
                let what = (!words.is_empty()).then(|| shortened(&words.join(": ")));
                return Ok(Ended::Failed { status, what });
            }
            _ if began.elapsed() >= limits.action => return Ok(Ended::Unfinished { status }),
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
