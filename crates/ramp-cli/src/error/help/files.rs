//! What to do about a file.

use std::io::{self, ErrorKind};

use ramp_pack::manifest::ManifestProblem;

pub(super) fn reading(source: &io::Error) -> Option<&'static str> {
    Some(match source.kind() {
        ErrorKind::NotFound => "check the path; it is looked for from the directory that the command runs in",
        ErrorKind::PermissionDenied => "give whoever runs the command the permission to read it",
        ErrorKind::IsADirectory | ErrorKind::InvalidInput => "name a file",
        _ => return None,
    })
}

pub(super) fn writing(source: &io::Error) -> Option<&'static str> {
    Some(match source.kind() {
        ErrorKind::NotFound => "make the directory first, or name another place",
        ErrorKind::IsADirectory => "name a file in it",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "make space, or name a place that has more"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "name a place that may be written to",
        ErrorKind::NotADirectory | ErrorKind::InvalidFilename => "name another place",
        _ => return None,
    })
}

pub(super) fn of_kubernetes(problem: &ManifestProblem) -> Option<&'static str> {
    Some(match problem {
        ManifestProblem::Syntax { .. } => {
            "for a Helm chart, give what it renders: `helm template CHART | ramp validate --kubernetes - BUNDLE`"
        }
        ManifestProblem::NotUtf8 | ManifestProblem::Character { .. } => {
            "name the YAML of the cluster; bundles come after it, without `--kubernetes`"
        }
        ManifestProblem::TooLarge { .. } => "name the file of the cluster alone",
        ManifestProblem::CyclicAlias | ManifestProblem::TooDeep { .. } | ManifestProblem::TooMuch { .. } => {
            "write out what is meant, without aliases"
        }
        _ => return None,
    })
}
