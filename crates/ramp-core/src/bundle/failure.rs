//! Why the central directory cannot be read.

use serde::{Deserialize, Serialize};

use super::end::EndMissing;
use crate::datum::{Data, data};
use crate::error::Error;
use crate::text::count;

/// Why the directory cannot be read. Where, says [`offset`](Self::offset), and not the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DirectoryFailure {
    /// No usable end record.
    #[error(transparent)]
    End(#[from] EndMissing),
    /// The directory would start before the file does.
    #[error("the central directory of {size} would start before the file does", size = count(size, "byte"))]
    BeforeStart {
        /// Its claimed size.
        size: u64,
    },
    /// A record is cut off by the end of the directory.
    #[error("a record is cut off by the end of the central directory")]
    Truncated {
        /// Where the record starts.
        offset: u64,
    },
    /// No record signature where one must be.
    #[error("there is no central directory record where one should be")]
    BadSignature {
        /// Where the record should be.
        offset: u64,
    },
    /// A name is flagged as UTF-8 and is not.
    #[error("the name in a record of the central directory is not the UTF-8 that its flag promises")]
    NameNotUtf8 {
        /// Where the record starts.
        offset: u64,
    },
    /// An entry wants a newer unzip than exists.
    #[error("the entry `{name}` needs version {}.{} of the zip format", needed / 10, needed % 10)]
    VersionNeeded {
        /// Name of the entry.
        name: String,
        /// Ten times the version.
        needed: u8,
    },
    /// An extra field runs past the extra fields' end.
    #[error("the extra field {id:#06x} of `{name}` is cut off")]
    ExtraCutOff {
        /// Name of the entry.
        name: String,
        /// Its identifier.
        id: u16,
    },
    /// A ZIP64 extra field is too short for what the record leaves to it.
    #[error("the ZIP64 extra field of `{name}` lacks a value that the record leaves to it")]
    Zip64Missing {
        /// Name of the entry.
        name: String,
    },
}

impl DirectoryFailure {
    /// Where in the file the trouble is, where that is one place.
    pub const fn offset(&self) -> Option<u64> {
        match self {
            Self::Truncated { offset }
            | Self::BadSignature { offset }
            | Self::NameNotUtf8 { offset }
            | Self::End(EndMissing::Truncated { offset } | EndMissing::Zip64CutOff { offset }) => Some(*offset),
            _ => None,
        }
    }

    /// Its values, by the keys of [`Finding::data`](crate::Finding::data).
    pub(crate) fn data(&self) -> Data {
        match self {
            Self::End(EndMissing::TooShort { len }) => data([("size", (*len).into())]),
            Self::End(EndMissing::Spanned { disks }) => data([("claimed", (*disks).into())]),
            Self::BeforeStart { size } => data([("claimed", (*size).into())]),
            Self::VersionNeeded { name, needed } => {
                data([("entry", name.into()), ("needs", format!("{}.{}", needed / 10, needed % 10).into())])
            }
            Self::ExtraCutOff { name, id } => data([("entry", name.into()), ("id", format!("{id:#06x}").into())]),
            Self::Zip64Missing { name } => data([("entry", name.into())]),
            _ => Data::new(),
        }
    }
}

/// Why a bundle could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is not a zip, or its directory cannot be read.
    #[error("the bundle is not a zip that can be opened: {0}")]
    NotAZip(#[from] DirectoryFailure),
    /// Reading failed, or a limit was hit.
    #[error(transparent)]
    Failed(#[from] Error),
}
