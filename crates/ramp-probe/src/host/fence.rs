//! A server with a module in it, shut in: it writes into its own folder alone, connects to nobody, and leaves its process group
//! nobody.
//!
//! It needs more than the built-in host: to read its own libraries and files wherever they are, to listen, and to start processes,
//! which are killed with its group.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::process::{CommandExt as _, parent_id};
use std::path::{Path, PathBuf};
use std::process::Command;

use landlock::ABI;
use rustix::thread::CapabilitySet;

use super::{descriptors, files, life, refused, rights};
use crate::wire::Told;

/// Becomes the server: the arguments are the number of the process that watches over it, its folder, its program, and the program's own
/// arguments. Standard input is where events are told; the server does not get it.
pub(crate) fn fence(mut arguments: impl Iterator<Item = OsString>) -> ! {
    let watcher = arguments.next().and_then(|number| number.to_str()?.parse().ok()).unwrap_or_else(parent_id);
    let home = PathBuf::from(arguments.next().unwrap_or_default());
    let program = arguments.next().unwrap_or_default();
    if let Ok(mut events) = events(watcher) {
        // Whoever listens may be gone, and this process is then about to end.
        let mut tell = |told: Told| drop(told.line().map(|line| events.write_all(&line)));
        tell(Told::Unguarded(shut_in(&home)));
        let failed = Command::new(program).args(arguments).exec();
        tell(Told::NotStarted(failed.raw_os_error().unwrap_or_default()));
    }
    std::process::exit(126)
}

/// Lets go of all that this process was given, but for where events are told.
fn events(watcher: u32) -> io::Result<File> {
    life::ends_with(watcher)?;
    // A session of its own has no terminal, into which a module could type.
    rustix::process::setsid()?;
    let events: OwnedFd = descriptors::aside(io::stdin())?;
    descriptors::shut_inherited(&[&events]);
    descriptors::no_input()?;
    Ok(events.into())
}

/// Shuts this process in; tells what this system does not have for it.
fn shut_in(home: &Path) -> Vec<String> {
    let writable = [home, Path::new("/dev/null")];
    let (there, failed) = match files::shut_in([PathBuf::from("/")], writable) {
        Ok(there) => (there, None),
        Err(why) => (ABI::Unsupported, Some(why)),
    };
    // It reads files of others.
    let rights = rights::give_up(CapabilitySet::DAC_OVERRIDE | CapabilitySet::DAC_READ_SEARCH);
    let refused = refused::refuse(files::keeps_signals(there));
    let mut missing = files::missing(there, refused.is_ok());
    missing.extend(failed.into_iter().chain(rights));
    missing.extend(refused.err().map(|why| {
        format!("seccomp, which keeps a module from what is of others, and from leaving the server ({why})")
    }));
    missing
}
