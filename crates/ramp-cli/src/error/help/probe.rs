//! What to do where a module cannot be asked.

use ramp_probe::{Asked, LoadCause, ProbeError};

use crate::error::Packing;

/// How a module is packed that cannot be asked on this machine.
const ELSEWHERE: &str = "Run `ramp probe --format json` where the module runs, and give what it prints to `--commands-from` \
                         here; or do not ask it: `--probe none --module-name NAME --module-version NUMBER`.";
const BY_A_SERVER: &str =
    "Where you trust the module, have a server load it, which shuts it in less: `--probe redis-server`.";
const BY_THE_HOST: &str = "The built-in host needs no Redis: `--probe builtin`.";

pub(super) fn help(err: &ProbeError, packing: Option<Packing>) -> Option<String> {
    let own = err.help();
    let Some(Packing { asked_the_host }) = packing else { return own };
    let host = (!asked_the_host && may_be_the_servers_fault(err)).then_some(BY_THE_HOST);
    let server = (asked_the_host && is_refused(err)).then_some(BY_A_SERVER);
    let elsewhere = is_of_this_machine(err).then_some(ELSEWHERE);
    let ways: Vec<&str> = own.as_deref().into_iter().chain(host).chain(server).chain(elsewhere).collect();
    (!ways.is_empty()).then(|| ways.join(" "))
}

/// Whether the built-in host may do better than a server that was named.
fn may_be_the_servers_fault(err: &ProbeError) -> bool {
    match err {
        ProbeError::ServerNotFound { .. }
        | ProbeError::ServerNotStarted { .. }
        | ProbeError::ServerFailed { .. }
        | ProbeError::Crashed { by: Asked::RedisServer, .. } => true,
        _ => is_refused(err),
    }
}

/// Whether the module itself does not want to be loaded by what loads it.
fn is_refused(err: &ProbeError) -> bool {
    let ProbeError::LoadFailed { cause, .. } = err else { return false };
    matches!(cause, LoadCause::ServerVersion { .. } | LoadCause::InitializationFailed { .. })
}

/// Whether another machine may do better, where the error's own help does not say so.
fn is_of_this_machine(err: &ProbeError) -> bool {
    matches!(err, ProbeError::ServerNotFound { .. } | ProbeError::ServerNotStarted { .. } | ProbeError::Unsupported)
}
