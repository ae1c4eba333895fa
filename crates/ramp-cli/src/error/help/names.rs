//! What to do about a name that nothing has: of a release, a system, a rule, a topic.

use ramp_core::{PolicyError, TargetError};

pub(super) fn of_target(err: &TargetError) -> Option<String> {
    let help = match err {
        TargetError::UnknownRelease { .. } => {
            "Name a release or a version of it, such as `8.0` or `8.0.10-64`; `ramp target list` has them."
        }
        TargetError::UnknownOperatingSystem { meant: Some(meant), .. } => return Some(probably(meant)),
        TargetError::UnknownOperatingSystem { .. } => "Name one of these; `ramp explain platforms` describes them.",
        TargetError::UnknownArchitecture { .. } => "Write `x86_64` or `aarch64`.",
        TargetError::NoSuchEndpoint { .. } => "Name an endpoint that the release has, or leave it out.",
        TargetError::Version { .. } => "Write a version such as `8.0.10-64`.",
        TargetError::Json(_) => "Compare it with what `ramp target show` prints.",
        _ => return None,
    };
    Some(help.to_owned())
}

pub(super) fn of_policy(err: &PolicyError) -> Option<String> {
    let help = match err {
        PolicyError::UnknownRule { suggestion: Some(meant), .. } => return Some(probably(meant)),
        PolicyError::UnknownRule { .. } => "Name one of those that `ramp rules` lists.",
        PolicyError::Fixed { .. } => "Leave the option out, and repair the bundle.",
        PolicyError::UnknownPolicy(_) => "Write `strict` or `reference`.",
        _ => return None,
    };
    Some(help.to_owned())
}

pub(super) fn of_topic(hint: Option<&str>) -> String {
    match hint {
        Some(meant) => format!("Write `ramp explain {meant}`, if that is what is meant."),
        None => "Run `ramp explain` without an argument; it lists the topics, and `ramp rules` the rules.".to_owned(),
    }
}

fn probably(meant: &str) -> String {
    format!("Write `{meant}`, if that is what is meant.")
}
