//! A server with a module in it, shut in: it writes into its own folder alone, connects to nobody, and leaves its process group
//! nobody.
//!
//! It needs more than the built-in host: to read its own libraries and files wherever they are, to listen, and to start processes,
//! which are killed with its group.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::thread::CapabilitySet;
use seccompiler::{
    SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition as Condition, SeccompRule as Rule,
};

use super::rights;
use super::sandbox::{files, filter};
use crate::wire::{NOT_STARTED, NOT_STARTED_STATUS, UNFENCED};

/// What a server does not need, and what would lead out: to other processes, and out of its process group. By `io_uring` all else could
/// be asked for.
const REFUSED: [libc::c_long; 8] = [
    libc::SYS_connect,
    libc::SYS_io_uring_setup,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    libc::SYS_sendmmsg,
    libc::SYS_sendmsg,
    libc::SYS_setpgid,
    libc::SYS_setsid,
];

/// Becomes the server: the arguments are its folder, its program, and the program's own arguments.
pub(crate) fn fence(mut arguments: impl Iterator<Item = OsString>) -> ! {
    let home = PathBuf::from(arguments.next().unwrap_or_default());
    let program = arguments.next().unwrap_or_default();
    // Standard error is the log, which is bounded, and whose reader may be gone.
    let tell = |line: String| drop(std::io::stderr().write_all(line.as_bytes()));
    let writable = [home.as_path(), Path::new("/dev/null")];
    match files([PathBuf::from("/")], writable) {
        Ok(None) => {}
        Ok(Some(what)) => tell(format!("{UNFENCED}{what}\n")),
        Err(why) => tell(format!("{UNFENCED}{why}\n")),
    }
    if let Err(why) = calls() {
        tell(format!("{UNFENCED}seccomp, which keeps a module from connecting and from leaving the server ({why})\n"));
    }
    // It reads files of others.
    if let Some(what) = rights::give_up(CapabilitySet::DAC_OVERRIDE | CapabilitySet::DAC_READ_SEARCH) {
        tell(format!("{UNFENCED}{what}\n"));
    }
    let failed = Command::new(program).args(arguments).exec();
    tell(format!("{NOT_STARTED}{}\n", failed.raw_os_error().unwrap_or_default()));
    std::process::exit(NOT_STARTED_STATUS)
}

fn calls() -> Result<(), String> {
    let fail = |err: seccompiler::BackendError| err.to_string();
    let mut refused: BTreeMap<i64, Vec<Rule>> = REFUSED.into_iter().map(|call| (call, Vec::new())).collect();
    let local = Condition::new(0, Len::Dword, Op::Ne, libc::AF_UNIX as u64).map_err(fail)?;
    refused.insert(libc::SYS_socket, vec![Rule::new(vec![local]).map_err(fail)?]);
    let to_somebody = Condition::new(4, Len::Qword, Op::Ne, 0).map_err(fail)?;
    refused.insert(libc::SYS_sendto, vec![Rule::new(vec![to_somebody]).map_err(fail)?]);
    filter(refused, SeccompAction::Allow, SeccompAction::Errno(libc::EACCES.unsigned_abs()))
}
