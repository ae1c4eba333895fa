//! The process that loads the module: what it is given, what it gives back.

use std::io::{self, Read as _};
use std::os::unix::process::parent_id;

use super::registry::Registry;
use super::shared::{self, registry, tell};
use super::{descriptors, life, load, sandbox};
use crate::wire::{Event, Request};

/// How much longer this process lives than whoever has started it waits for it.
const GRACE: u64 = 5;

/// Reads a request from standard input, loads the module, tells events on standard output, and ends. The argument is the number of the
/// process that has started this one.
pub(crate) fn run(mut arguments: impl Iterator<Item = std::ffi::OsString>) -> ! {
    let starter = arguments.next().and_then(|number| number.to_str()?.parse().ok()).unwrap_or_else(parent_id);
    let status = match serve(starter) {
        Ok(()) => 0,
        Err(err) => {
            tell(&Event::NoSandbox(err.to_string()));
            1
        }
    };
    load::leave(status)
}

fn serve(starter: u32) -> io::Result<()> {
    life::ends_with(starter)?;
    let mut text = Vec::new();
    io::stdin().lock().read_to_end(&mut text)?;
    let request: Request = serde_json::from_slice(&text)?;
    life::ends_after(request.seconds.saturating_add(GRACE))?;

    let events = descriptors::aside(io::stdout())?;
    let log = descriptors::aside(io::stderr())?;
    descriptors::shut_inherited(&[&events, &log]);
    descriptors::no_input()?;
    // What the module writes is all one: it goes where the log goes.
    descriptors::replace(&log, 1)?;
    shared::open(events.into(), log.into());

    *registry() = Registry::new(request.redis_version);
    let missing =
        sandbox::enter(request.readable.into_iter().map(Into::into), request.seconds).map_err(io::Error::other)?;
    tell(&Event::Unguarded(missing));
    let outcome = load::load(request.module.as_ref(), &request.arguments);
    tell(&outcome);
    Ok(())
}
