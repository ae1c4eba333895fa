//! What bundles are read from.

use std::io::{Read, Seek};

use tempfile::SpooledTempFile;

use crate::error::CliError;

/// Something to read a bundle from.
pub(crate) trait Input: Read + Seek + Send {
    /// What kept it from being read, where that is known better than by the error that reading gave; whatever was then made of what
    /// had come is worth nothing.
    fn failure(&self) -> Option<CliError> {
        None
    }

    /// Whether reading it is fetching it, and its length was not known before it was opened.
    fn is_far(&self) -> bool {
        false
    }
}

impl Input for SpooledTempFile {}

impl<T: Input + ?Sized> Input for Box<T> {
    fn failure(&self) -> Option<CliError> {
        (**self).failure()
    }

    fn is_far(&self) -> bool {
        (**self).is_far()
    }
}
