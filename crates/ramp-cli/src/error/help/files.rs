//! What to do about a file.

use std::io::{self, ErrorKind};

use ramp_pack::manifest::ManifestProblem;

use crate::error::Form;

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

pub(super) fn of_kubernetes(problem: &ManifestProblem, form: Form) -> Option<&'static str> {
    Some(match (problem, form) {
        (_, Form::Zip) => "name the YAML of the cluster; bundles come after it, without `--kubernetes`",
        (ManifestProblem::Syntax { .. }, Form::Template) => {
            "for a Helm chart, give what it renders: `helm template CHART | ramp validate --kubernetes - BUNDLE`"
        }
        (ManifestProblem::Syntax { message }, _) if message.contains("tab") => "indent with spaces",
        (ManifestProblem::Syntax { .. }, _) => "correct it there, or in the lines above it",
        (ManifestProblem::NotUtf8, _) => "save it as UTF-8",
        (ManifestProblem::Character { .. }, _) => "leave the character out",
        (ManifestProblem::TooLarge { .. }, _) => "name the file of the cluster alone",
        (ManifestProblem::TooDeep { .. }, _) => "check its brackets",
        (ManifestProblem::CyclicAlias | ManifestProblem::TooMuch { .. }, _) => {
            "write out what is meant, without aliases"
        }
        _ => return None,
    })
}
