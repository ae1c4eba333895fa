//! What a probe comes to, for who holds the metadata of a bundle against it.

use ramp_core::module::ProbeOutcome;

use crate::cause::LoadCause;
use crate::error::ProbeError;
use crate::probed::Probed;

/// What a probe came to, as [`BundleFacts::asked`](ramp_core::facts::BundleFacts::asked) takes it.
///
/// `None` where the facts of the module say already what is wrong with it: it is not a module at all, or not whole.
///
/// ```
/// use ramp_probe::{ProbeError, outcome};
///
/// let failed = Err(ProbeError::NoHost { why: "this is a test".to_owned() });
/// let said = serde_json::to_value(outcome(&failed)).unwrap();
/// assert_eq!(said["not_possible"]["why"], "the built-in host cannot be used: this is a test");
/// ```
pub fn outcome(probed: &Result<Probed, ProbeError>) -> Option<ProbeOutcome> {
    let err = match probed {
        Ok(found) => return Some(ProbeOutcome::Registered(found.discovery.clone())),
        Err(err) => err,
    };
    let (why, help) = (why(err), help(err));
    match err {
        ProbeError::NotAModule { .. } => None,
        ProbeError::LoadFailed { cause, .. } => match cause {
            LoadCause::NoOnLoad { .. } | LoadCause::Truncated | LoadCause::DebugCompanion => None,
            LoadCause::ServerVersion { .. } | LoadCause::Arguments { .. } | LoadCause::InitializationFailed { .. } => {
                Some(ProbeOutcome::Failed { why, help })
            }
            // What the loader lacks, it lacks here; what the nodes have, the rules of the group load say.
            _ => Some(ProbeOutcome::NotPossible { why, help }),
        },
        ProbeError::Crashed { .. } | ProbeError::TimedOut { .. } | ProbeError::ServerFailed { .. } => {
            Some(ProbeOutcome::Failed { why, help })
        }
        _ => Some(ProbeOutcome::NotPossible { why, help }),
    }
}

/// What to do about it, of a bundle: what was logged is not in its report.
fn help(err: &ProbeError) -> Option<String> {
    const LOG: &str =
        "To see what was logged, unpack the bundle with `ramp unpack`, and run `ramp probe` on the module.";
    let log = err.log().map(|_| LOG.to_owned());
    let parts: Vec<String> = err.help().into_iter().chain(log).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The error and what is behind it, as a clause.
fn why(err: &ProbeError) -> String {
    match (err, std::error::Error::source(err)) {
        (ProbeError::LoadFailed { cause, .. }, _) => cause.to_string(),
        (_, Some(source)) => format!("{err}: {source}"),
        (_, None) => err.to_string(),
    }
}
