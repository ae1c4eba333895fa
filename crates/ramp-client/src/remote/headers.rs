//! Headers of an answer.

use ureq::http::{HeaderMap, HeaderName};

/// Whether a header that is to be there once is there with two values: somebody else may read the other one.
pub(super) fn is_ambiguous(headers: &HeaderMap, name: &HeaderName) -> bool {
    let mut values = headers.get_all(name).iter();
    values.next().is_some_and(|first| values.any(|other| other != first))
}
