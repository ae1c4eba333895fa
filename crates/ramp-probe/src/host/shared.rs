//! What all functions lent to the module share: what was registered, and the way out for events and the log. A module calls from
//! several threads.

use std::fs::File;
use std::io::Write as _;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use super::registry::Registry;
use crate::played::PlayedVersion;
use crate::wire::Event;

static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(|| Mutex::new(Registry::new(PlayedVersion::NEWEST)));
static OUTPUT: Mutex<Output> = Mutex::new(Output { events: None, log: None });

struct Output {
    events: Option<File>,
    log: Option<File>,
}

/// What was registered so far.
pub(super) fn registry() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

fn output() -> MutexGuard<'static, Output> {
    OUTPUT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where events go to, and lines of the log.
pub(super) fn open(events: File, log: File) {
    let mut output = output();
    output.events = Some(events);
    output.log = Some(log);
}

/// Tells who started the host. Where nobody listens any more there is nobody to tell.
pub(super) fn tell(event: &Event) {
    if let (Some(events), Ok(mut line)) = (&mut output().events, serde_json::to_vec(event)) {
        line.push(b'\n');
        let _ = events.write_all(&line);
    }
}

/// A line of the module's, as a server's log has it, without time and level.
pub(super) fn log(text: &[u8]) {
    let name = registry().attributes.as_ref().map_or_else(|| b"module".to_vec(), |(name, _)| name.clone());
    let line = [b"<", name.as_slice(), b"> ", text, b"\n"].concat();
    if let Some(log) = &mut output().log {
        let _ = log.write_all(&line);
    }
}

/// Notes what was called and is not played.
pub(super) fn unplayed(what: String) {
    registry().unplayed.insert(what);
}
