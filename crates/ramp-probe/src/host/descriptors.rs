//! What is open in a process that a module comes into.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd as _, FromRawFd as _, OwnedFd};

use rustix::io::{dup2, fcntl_dupfd_cloexec};

/// The first number of the descriptors that such a process keeps for itself: where a module does not expect any.
const OURS: i32 = 200;

/// The same open file under a number that a module does not expect, and not in programs that this process becomes.
pub(super) fn aside(open: impl AsFd) -> io::Result<OwnedFd> {
    Ok(fcntl_dupfd_cloexec(open, OURS)?)
}

/// Standard input of which nothing comes.
pub(super) fn no_input() -> io::Result<()> {
    replace(&File::open("/dev/null")?, 0)
}

/// Makes a standard descriptor another file.
pub(super) fn replace(with: &impl AsFd, standard: i32) -> io::Result<()> {
    // SAFETY: standard descriptors are open, and nobody else owns this one; it is not closed here.
    let mut standard = std::mem::ManuallyDrop::new(unsafe { OwnedFd::from_raw_fd(standard) });
    Ok(dup2(with.as_fd(), &mut standard)?)
}

/// Closes whatever else was left open by who started this process: a secret may be behind it.
pub(super) fn shut_inherited(ours: &[&OwnedFd]) {
    let ours: Vec<i32> = ours.iter().map(|descriptor| descriptor.as_raw_fd()).collect();
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
