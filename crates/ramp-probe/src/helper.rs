//! The program that becomes the built-in host, or starts a server shut in.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use crate::error::ProbeError;
use crate::options::ProbeOptions;
use crate::wire::{CAN_BE_HOST, HAS_HOST};

/// The one that was named, or else this one; why there is none.
pub(crate) fn program(options: &ProbeOptions) -> Result<PathBuf, ProbeError> {
    let none = |why: &str| Err(ProbeError::NoHost { why: why.to_owned() });
    match &options.host_program {
        Some(program) => Ok(program.clone()),
        None if !HAS_HOST => {
            none("this program was not built with it: it is there on Linux with glibc, on x86-64 and aarch64")
        }
        // Started once more, another program would do its work twice.
        None if !CAN_BE_HOST.load(Ordering::Relaxed) => {
            none("this program does not become it: see `become_host_if_asked` and `host_program`")
        }
        None => std::env::current_exe().map_err(|err| ProbeError::NoHost { why: err.to_string() }),
    }
}
