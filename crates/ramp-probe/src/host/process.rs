//! The process that loads the module: what it is given, what it gives back.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};

use rustix::io::{dup2, fcntl_dupfd_cloexec};
use rustix::process::{Signal, set_parent_process_death_signal};

use super::load;
use super::registry::Registry;
use super::sandbox;
use super::shared::{self, registry, tell};
use crate::wire::{Event, Request};

/// The first number of the descriptors that this process keeps for itself: where a module does not expect any.
const OURS: i32 = 200;

/// Reads a request from standard input, loads the module, tells events on standard output, and ends.
pub(crate) fn run() -> ! {
    let status = match serve() {
        Ok(()) => 0,
        Err(err) => {
            tell(&Event::NoSandbox(err.to_string()));
            1
        }
    };
    load::leave(status)
}

fn serve() -> io::Result<()> {
    // Whoever started this may be killed, and must not leave it behind.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let mut text = Vec::new();
    io::stdin().lock().read_to_end(&mut text)?;
    let request: Request = serde_json::from_slice(&text)?;

    let events = fcntl_dupfd_cloexec(io::stdout(), OURS)?;
    let log = fcntl_dupfd_cloexec(io::stderr(), OURS)?;
    shut_inherited(&[events.as_raw_fd(), log.as_raw_fd()]);
    replace(&File::open("/dev/null")?, 0)?;
    // What the module writes is all one: it goes where the log goes.
    replace(&log, 1)?;
    shared::open(events.into(), log.into());

    *registry() = Registry::new(request.redis_version);
    let missing = sandbox::enter(&request.readable, request.seconds).map_err(io::Error::other)?;
    tell(&Event::Unguarded(missing));
    let outcome = load::load(&request.module, &request.arguments);
    tell(&outcome);
    Ok(())
}

/// Makes a standard descriptor another file.
fn replace(with: &impl std::os::fd::AsFd, standard: i32) -> io::Result<()> {
    // SAFETY: standard descriptors are open, and nobody else owns this one; it is not closed here.
    let mut standard = std::mem::ManuallyDrop::new(unsafe { OwnedFd::from_raw_fd(standard) });
    Ok(dup2(with.as_fd(), &mut standard)?)
}

/// Closes whatever was left open by who started this process: a secret may be behind it.
fn shut_inherited(ours: &[i32]) {
    let last = ours.iter().copied().max().unwrap_or(OURS);
    for number in 3..=last {
        if !ours.contains(&number) {
            // SAFETY: nothing of this process is behind it: it has opened nothing else yet.
            unsafe { libc::close(number) };
        }
    }
    let first = libc::c_uint::try_from(last + 1).unwrap_or(libc::c_uint::MAX);
    // SAFETY: as above. Where the kernel does not know the call, what is open further up stays open.
    unsafe { libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, 0) };
}
