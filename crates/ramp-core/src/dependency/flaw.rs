//! What an irregularity makes of an archive.

use serde::{Deserialize, Serialize};

/// What an irregularity makes of the archive; there is a rule for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Flaw {
    /// It holds no tar.
    NotTar,
    /// It breaks off, or was changed.
    Damaged,
    /// It inflates beyond reason.
    Bomb,
    /// Something follows the first gzip member.
    SecondMember,
    /// Something follows the end of the tar.
    Trailing,
    /// A header is not one that all readers read.
    Header,
    /// An extended header is not one that all readers read.
    ExtendedHeader,
    /// Where a member ends depends on the reader.
    Size,
    /// A member is a link.
    Link,
    /// A member is neither file, nor folder, nor link.
    SpecialFile,
    /// A name leads elsewhere.
    NameUnsafe,
    /// A name cannot be written on some systems.
    NamePortability,
    /// Two members have one name.
    NameTwice,
    /// A file is also a folder.
    FileIsDirectory,
    /// A mode or an attribute grants privileges.
    Privileges,
    /// The format is one that not all readers know any more.
    OldHeader,
}
