//! The table of codes: it holds together, and has what a module's author can meet.

use std::collections::BTreeSet;

use super::tables;
use crate::error_code::UploadErrorCode;
use crate::knowledge::{Certainty, CodeArea};

#[test]
fn a_code_has_one_row_in_an_area() {
    let mut rows = BTreeSet::new();
    for row in tables().codes() {
        assert!(rows.insert((&row.code, row.area)), "{} twice", row.code);
        assert!(row.code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", row.code);
        assert!(!row.answers.is_empty(), "{}", row.code);
        for answer in &row.answers {
            let (method, path) = answer.request.split_once(' ').unwrap();
            assert!(["DELETE", "POST", "PUT"].contains(&method), "{}", answer.request);
            assert!(path.starts_with("/v1/") || path.starts_with("/v2/"), "{}", answer.request);
            assert!(answer.status.is_none_or(|status| [400, 404, 406].contains(&status)), "{}", row.code);
        }
        for text in [&row.meaning, &row.help] {
            assert!(text.ends_with(['.', '`']), "{}: {text:?} ends in no full stop", row.code);
            assert!(!text.contains("  "), "{}: {text:?}", row.code);
        }
        assert_ne!(row.certainty, Certainty::Inferred, "{}", row.code);
    }
    for &area in CodeArea::ALL {
        assert!(tables().codes().iter().any(|row| row.area == area), "{area:?}");
    }
}

/// Those of uploads are elsewhere; of these, two are answered to other requests too.
#[test]
fn codes_are_all_that_an_author_can_meet() {
    let codes: BTreeSet<&str> = tables().codes().iter().map(|row| row.code.as_str()).collect();
    let expected = [
        "db_not_exist",
        "dependencies_not_supported",
        "incompatible_modules",
        "invalid_schema",
        "invalid_version",
        "memcached_cannot_use_modules",
        "missing_field",
        "missing_module",
        "module_delete_failed",
        "module_download_failed",
        "module_downgrade_unsupported",
        "module_in_use",
        "module_not_exist",
        "param_error",
        "redis_incompatible_version",
        "redis_pack_incompatible_version",
        "unsupported_module_capabilities",
        "upgrade_bdb_failed",
    ];
    assert_eq!(codes, BTreeSet::from(expected));
    let also_of_uploads: Vec<&str> =
        UploadErrorCode::ALL.iter().map(|code| code.as_str()).filter(|code| codes.contains(code)).collect();
    assert_eq!(
        also_of_uploads,
        ["unsupported_module_capabilities", "dependencies_not_supported", "module_download_failed"]
    );
}
