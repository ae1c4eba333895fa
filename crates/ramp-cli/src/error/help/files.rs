//! What to do about a file.

use std::io::{self, ErrorKind};

use ramp_pack::manifest::ManifestProblem;

pub(super) fn reading(source: &io::Error) -> Option<&'static str> {
    Some(match source.kind() {
        ErrorKind::NotFound => "Check the path; it is looked for from the directory that the command runs in.",
        ErrorKind::PermissionDenied => "Give whoever runs the command the permission to read it.",
        ErrorKind::IsADirectory | ErrorKind::InvalidInput => "Name a file.",
        _ => return None,
    })
}

pub(super) fn writing(source: &io::Error) -> Option<&'static str> {
    Some(match source.kind() {
        ErrorKind::NotFound => "Make the directory first, or name another place.",
        ErrorKind::IsADirectory => "Name a file in it.",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "Make space, or name a place that has more."
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "Name a place that may be written to.",
        ErrorKind::NotADirectory | ErrorKind::InvalidFilename => "Name another place.",
        _ => return None,
    })
}

pub(super) fn of_kubernetes(problem: &ManifestProblem) -> Option<&'static str> {
    Some(match problem {
        ManifestProblem::Syntax { .. } => {
            "Give what a Helm chart renders, not the chart: `helm template CHART | ramp validate --kubernetes - BUNDLE`."
        }
        ManifestProblem::NotUtf8 | ManifestProblem::Character { .. } => {
            "Name the YAML of the cluster; bundles come after it, without `--kubernetes`."
        }
        ManifestProblem::TooLarge { .. } => "Name the file of the cluster alone.",
        ManifestProblem::CyclicAlias | ManifestProblem::TooDeep { .. } | ManifestProblem::TooMuch { .. } => {
            "Write out what is meant, without aliases."
        }
        _ => return None,
    })
}
