//! What Python raises where we have errors of our own.

use ramp_core::metadata::{ReadError, Rejection, RejectionKind};

/// What `json.load` raises; `None` for our limits, of which Python has none.
pub(crate) fn raised_by(error: &ReadError) -> Option<&'static str> {
    match error {
        ReadError::NotText { .. } => Some("UnicodeDecodeError"),
        ReadError::Syntax { .. } => Some("JSONDecodeError"),
        ReadError::IntegerTooLong { .. } => Some("ValueError"),
        ReadError::TooDeep { .. } => Some("RecursionError"),
        _ => None,
    }
}

/// What leaves the unpacker: its own exception, which has a reason, or one of Python's.
pub(crate) fn leaves(rejection: &Rejection) -> &'static str {
    match &rejection.kind {
        RejectionKind::NotAnObject { .. }
        | RejectionKind::ModuleFileUnhashable { .. }
        | RejectionKind::ArchitectureUnhashable { .. }
        | RejectionKind::OsListNotIterable { .. } => "TypeError",
        RejectionKind::MissingKey { .. } | RejectionKind::ModuleFileNoSuchEntry { .. } => "KeyError",
        RejectionKind::VersionOverflow { .. } => "OverflowError",
        _ => "UnpackerPackageError",
    }
}

#[test]
fn each_rejection_is_an_exception() {
    for (text, exception) in [
        ("[]", "TypeError"),
        ("{}", "KeyError"),
        (r#"{"module_file": 5}"#, "KeyError"),
        (r#"{"module_file": []}"#, "TypeError"),
        (r#"{"module_file": "\ud800"}"#, "KeyError"),
        (r#"{"module_file": "m"}"#, "KeyError"),
        (r#"{"module_file": "", "module_name": ""}"#, "UnpackerPackageError"),
        (r#"{"module_file": "", "module_name": "m"}"#, "UnpackerPackageError"),
    ] {
        let document = ramp_core::metadata::json::read(text.as_bytes()).unwrap();
        let first = super::first_rejection(&document).unwrap();
        assert_eq!(leaves(&first), exception, "{text}");
    }
}
