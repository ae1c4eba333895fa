//! The program that becomes the built-in host, or watches over a server.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use crate::error::ProbeError;
use crate::options::ProbeOptions;
use crate::wire::{CAN_BE_HOST, HAS_HOST};

/// The one that becomes the host: the one that was named, or else this one; why there is none.
pub(crate) fn host(options: &ProbeOptions) -> Result<PathBuf, ProbeError> {
    if options.host_program.is_none() && !HAS_HOST {
        let why = "this program was not built with it: it is there on Linux with glibc, on x86-64 and aarch64";
        return Err(ProbeError::NoHost { why: why.to_owned() });
    }
    program(options).map_err(|why| ProbeError::NoHost { why })
}

/// The one that watches over a server.
pub(crate) fn keeper(options: &ProbeOptions) -> Result<PathBuf, ProbeError> {
    program(options).map_err(|why| ProbeError::NoKeeper { why })
}

fn program(options: &ProbeOptions) -> Result<PathBuf, String> {
    match &options.host_program {
        Some(program) => Ok(program.clone()),
        // Started once more, another program would do its work twice.
        None if !CAN_BE_HOST.load(Ordering::Relaxed) => {
            Err("this program does not become it: see `become_host_if_asked` and `host_program`".to_owned())
        }
        None => std::env::current_exe().map_err(|err| err.to_string()),
    }
}
