//! What to do about a name that nothing has: of a release, a system, a rule, a topic.

use ramp_core::databases::OptionError;
use ramp_core::knowledge::Knowledge;
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

pub(super) fn of_database_option(err: &OptionError) -> String {
    match err {
        OptionError::Unknown { .. } => err.meant().map_or_else(
            || {
                let known = Knowledge::builtin().database_fields().iter().map(|field| field.name.as_str());
                format!("Name one of these: {}.", known.collect::<Vec<_>>().join(", "))
            },
            probably,
        ),
        OptionError::Value { name, expected, .. } => format!("Write `{name}=VALUE`; the value is {expected}."),
        _ => "Compare it with the fields of the REST API's bdb object.".to_owned(),
    }
}

/// Of a text that is not a Redis version, given the versions that the targets' databases can have.
pub(super) fn of_redis_version(has: &[String]) -> String {
    match has.split_last() {
        None => "Write a version of two numbers, such as 7.4.".to_owned(),
        Some((last, [])) => format!("Write a version that databases there can have: {last}."),
        Some((last, others)) => {
            format!("Write a version that databases there can have: {} or {last}.", others.join(", "))
        }
    }
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
