//! How long a process that a module comes into lives: no longer than who has started it, and no longer than it may. Neither can be taken
//! back by the module: the calls that could are refused.

use std::io;
use std::mem::MaybeUninit;

use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};

/// Ends this process with the one that has started it, whose number that is; at once, where that one is gone already.
pub(super) fn ends_with(starter: u32) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let starter = i32::try_from(starter).ok().and_then(Pid::from_raw);
    if getppid() == starter { Ok(()) } else { Err(io::Error::other("who has started it is gone")) }
}

/// Kills this process after so many seconds, whether it works or sleeps.
pub(super) fn ends_after(seconds: u64) -> io::Result<()> {
    let mut event = MaybeUninit::<libc::sigevent>::zeroed();
    let mut timer = MaybeUninit::<libc::timer_t>::uninit();
    // SAFETY: all zeros are a value of these structures; the timer is made before it is set.
    unsafe {
        let event = event.assume_init_mut();
        event.sigev_notify = libc::SIGEV_SIGNAL;
        event.sigev_signo = libc::SIGKILL;
        if libc::timer_create(libc::CLOCK_MONOTONIC, event, timer.as_mut_ptr()) != 0 {
            return Err(io::Error::last_os_error());
        }
        let mut when = MaybeUninit::<libc::itimerspec>::zeroed().assume_init();
        when.it_value.tv_sec = libc::time_t::try_from(seconds).unwrap_or(libc::time_t::MAX);
        match libc::timer_settime(timer.assume_init(), 0, &raw const when, std::ptr::null_mut()) {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }
}
