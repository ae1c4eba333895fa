//! What to do where a module cannot be asked.

use ramp_probe::{Asked, LoadCause, ProbeError, Tried};

use crate::error::Packing;

/// How a module is packed that cannot be asked on this machine.
const ELSEWHERE: &str = "Run `ramp probe --format json` where the module runs, and give what it prints to `--commands-from` \
                         here; or do not ask it: `--probe none --module-name NAME --module-version NUMBER`.";
const BY_A_SERVER: &str =
    "Where you trust the module, have a server load it, which shuts it in less: `--probe redis-server`.";
const BY_THE_HOST: &str = "The built-in host needs no Redis: `--probe builtin`.";

/// Where the one that was named is another, or none.
const BY_OPTION: &str = "`--redis-version` names another, and `--probe redis-server` has a server load it.";

/// With what the options of the command can do about it.
pub(super) fn help(err: &ProbeError, packing: Option<Packing>) -> Option<String> {
    let own = err.help();
    let option = by_option(err, packing.is_some());
    let packs = packing.is_some();
    let asked_the_host = packing.is_some_and(|packing| packing.asked_the_host);
    let host = packs && !asked_the_host && may_be_the_servers_fault(err);
    let server = asked_the_host && is_refused(err);
    let ways: Vec<&str> = own
        .as_deref()
        .into_iter()
        .chain(option)
        .chain(host.then_some(BY_THE_HOST))
        .chain(server.then_some(BY_A_SERVER).filter(|_| option != Some(BY_OPTION)))
        .chain((packs && is_of_this_machine(err)).then_some(ELSEWHERE))
        .collect();
    (!ways.is_empty()).then(|| ways.join(" "))
}

/// The options by which what the error advises is done.
fn by_option(err: &ProbeError, packs: bool) -> Option<&'static str> {
    Some(match err {
        ProbeError::LoadFailed { cause: LoadCause::ServerVersion { .. }, .. }
        | ProbeError::Crashed { by: Asked::Builtin(_), .. } => BY_OPTION,
        ProbeError::LoadFailed { cause: LoadCause::Arguments { .. }, .. } if packs => {
            "They are given with `--cmdargs` or `--runcmdargs`."
        }
        ProbeError::LoadFailed { cause: LoadCause::Arguments { .. }, .. } => "They come after the module's name.",
        ProbeError::TimedOut { .. } => "`--timeout` is how long.",
        ProbeError::NoHost { .. } => "`--redis-server` names one, too.",
        ProbeError::ServerNotFound { tried } if !matches!(tried.first(), Some(Tried::Option(_))) => {
            "`--redis-server` names one, too."
        }
        _ => return None,
    })
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

/// Whether another machine may do better.
fn is_of_this_machine(err: &ProbeError) -> bool {
    match err {
        ProbeError::LoadFailed { cause, .. } => cause.is_of_this_machine(),
        ProbeError::ServerNotFound { .. }
        | ProbeError::ServerNotStarted { .. }
        | ProbeError::NoHost { .. }
        | ProbeError::Unsupported => true,
        _ => false,
    }
}
