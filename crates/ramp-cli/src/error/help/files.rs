//! What to do about a file.

use std::io::{self, ErrorKind};

use ramp_pack::manifest::{ManifestProblem, Slip};

use super::yaml::of_slip;
use crate::error::Form;

pub(super) fn reading(source: &io::Error) -> Option<&'static str> {
    Some(match source.kind() {
        ErrorKind::NotFound => "Check the path; a relative one starts from the directory that the command runs in.",
        ErrorKind::PermissionDenied => "Give whoever runs the command permission to read it.",
        ErrorKind::IsADirectory | ErrorKind::InvalidInput => "Name a file.",
        _ => return None,
    })
}

pub(super) fn writing(source: &io::Error) -> Option<&'static str> {
    Some(match source.kind() {
        ErrorKind::NotFound => "Create the directory first, or name another place.",
        ErrorKind::IsADirectory => "Name a file in it.",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "Free some space, or name a place that has more."
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "Name a place that is writable.",
        ErrorKind::NotADirectory | ErrorKind::InvalidFilename => "Name another place.",
        _ => return None,
    })
}

pub(super) fn of_kubernetes(problem: &ManifestProblem, form: Form) -> Option<&'static str> {
    Some(match (problem, form) {
        (_, Form::Zip) => "Name the cluster's YAML file; bundles come after it, without `--kubernetes`.",
        (ManifestProblem::Syntax { .. }, Form::Template) => {
            "Give what a Helm chart renders, not the chart: `helm template CHART | ramp validate --kubernetes - BUNDLE`."
        }
        (ManifestProblem::Syntax { slip: Slip::Indentation, .. }, _) => {
            "Indent the line as much as those that it belongs with."
        }
        (ManifestProblem::Syntax { slip, json, .. }, _) => of_slip(*slip, *json),
        (ManifestProblem::NotUtf8, _) => "Save it as UTF-8.",
        (ManifestProblem::Character { .. }, _) => "Leave the character out.",
        (ManifestProblem::TooLarge { .. }, _) => "Name only the file that describes the cluster.",
        (ManifestProblem::TooDeep { .. }, _) => "Check its brackets.",
        (ManifestProblem::CyclicAlias | ManifestProblem::TooMuch { .. }, _) => {
            "Write out what is meant, without aliases."
        }
        _ => return None,
    })
}
