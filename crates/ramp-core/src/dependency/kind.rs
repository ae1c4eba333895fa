//! The kinds of irregularity, and what each makes of the archive.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::flaw::Flaw;
use crate::name::UnsafeName;

mod data;
mod words;

/// Kinds of irregularity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IrregularityKind {
    /// What comes out of the gzip file does not start with a header of tar.
    NotTar,
    /// The gzip header has another method than DEFLATE.
    GzipMethod(u8),
    /// The gzip header has flags that mean nothing yet.
    GzipFlags(u8),
    /// The checksum of the gzip header is wrong.
    GzipHeaderChecksum {
        /// As claimed.
        claimed: u16,
        /// As it is.
        actual: u16,
    },
    /// A field of the gzip header is longer than all readers take.
    GzipField {
        /// Which.
        field: Cow<'static, str>,
        /// Its size.
        size: u64,
        /// The longest that all take.
        allowed: u64,
    },
    /// The compressed data is broken.
    Inflate,
    /// The gzip file ends before its data does.
    GzipCutShort,
    /// It inflates to more than can be meant; no more was read.
    Bomb,
    /// The CRC-32 at the end of the gzip file is wrong.
    Crc32 {
        /// As claimed.
        claimed: u32,
        /// As it is.
        actual: u32,
    },
    /// The size at the end of the gzip file is wrong.
    GzipSize {
        /// As claimed, modulo 4 GiB.
        claimed: u32,
        /// As it is.
        actual: u64,
    },
    /// Bytes follow the gzip member.
    BehindGzip {
        /// How many.
        len: u64,
        /// Whether they start like another member.
        member: bool,
    },
    /// The checksum of a header is wrong.
    HeaderChecksum,
    /// The tar ends inside a member or header.
    CutShort,
    /// The tar ends without the two blocks of NULs that mark its end.
    NoEnd {
        /// How many are there.
        blocks: u8,
    },
    /// Something else than NULs follows the first block of NULs.
    BehindEnd,
    /// The first header starts like a file of another format.
    OtherFormat {
        /// Which.
        what: Cow<'static, str>,
    },
    /// The NULs at the end do not fill whole blocks.
    PartOfBlock {
        /// How many there are behind the last whole block.
        len: u64,
    },
    /// The checksum is right only where bytes count as signed numbers.
    SignedChecksum,
    /// Neither the magic of POSIX, nor that of GNU, nor none.
    Magic,
    /// There are bytes where POSIX has the front of the name, in a header that is none of POSIX's.
    Prefix,
    /// The header is one of star, whose name is shorter.
    Star,
    /// Something other than NULs stands where the format of the header has nothing.
    Unused {
        /// Where in the header.
        at: u64,
    },
    /// A number that readers read in different ways.
    Number {
        /// The field.
        field: Cow<'static, str>,
        /// Its bytes, escaped.
        value: String,
    },
    /// The extended header gives another size than the header.
    SizeTwice {
        /// The header's.
        header: u64,
        /// The extended header's.
        extended: u64,
    },
    /// Something without content claims a size.
    SizeWithoutContent {
        /// What it is.
        what: Cow<'static, str>,
        /// The size.
        size: u64,
    },
    /// An extended header does not divide into records, or its name is malformed.
    ExtendedMalformed {
        /// Where in it.
        at: u64,
    },
    /// Something other than NULs fills the last block of an extended header.
    ExtendedPadding {
        /// The kind.
        what: Cow<'static, str>,
    },
    /// An extended header without a name of its own.
    ExtendedNameless {
        /// The kind.
        what: Cow<'static, str>,
    },
    /// An extended header that is too long to be one.
    ExtendedTooLong {
        /// Its size.
        size: u64,
        /// The longest that is read.
        allowed: u64,
    },
    /// A second extended header of a kind in front of one member.
    ExtendedTwice {
        /// The kind.
        what: Cow<'static, str>,
    },
    /// An extended header that belongs to no member, or not to this one.
    ExtendedStray {
        /// The kind.
        what: Cow<'static, str>,
    },
    /// A record stands twice in one extended header.
    RecordTwice {
        /// Its key.
        key: Cow<'static, str>,
    },
    /// A record has an unusable value.
    RecordValue {
        /// Its key.
        key: Cow<'static, str>,
    },
    /// A global header gives a name, a size, an owner or the like, to all members.
    GlobalRecord {
        /// Its key.
        key: Cow<'static, str>,
    },
    /// A record whose key some readers take for another, or fail at.
    RecordKey {
        /// Its key.
        key: String,
    },
    /// A name in a header of GNU's and another in one of PAX.
    TwoLongNames,
    /// A link.
    Link {
        /// `symbolic link` or `hard link`.
        what: Cow<'static, str>,
        /// Where it leads, as far as it can be shown.
        target: String,
    },
    /// Where a link would lead, of something that is not one.
    LinkNameStray {
        /// Where, as far as it can be shown.
        target: String,
    },
    /// Something that is not a file, folder or link.
    Special {
        /// What.
        what: Cow<'static, str>,
    },
    /// A type that is not known.
    UnknownType(u8),
    /// An unsafe name.
    Name(UnsafeName),
    /// A name that is not UTF-8.
    NameNotUtf8,
    /// A name with a character that is not shown, or turns the direction of what follows.
    NameInvisible(char),
    /// A name that is not in Unicode's composed form.
    NameNotComposed,
    /// A name that cannot be written on some systems.
    NamePortability(UnsafeName),
    /// A second member of the same name.
    NameTwice {
        /// Offset of the first in the tar.
        first: u64,
    },
    /// A second folder of the same name, with another mode.
    FolderModes {
        /// Offset of the first in the tar.
        first: u64,
    },
    /// A file whose name is a folder in another's.
    FileIsDirectory {
        /// The other name.
        other: String,
    },
    /// A file by its type, a folder by its name.
    FileNamedDirectory,
    /// Set-user-ID, set-group-ID or sticky bits.
    PrivilegeBits {
        /// The whole mode.
        mode: u64,
    },
    /// File capabilities, in an extended attribute.
    Capabilities,
    /// An access control list.
    AccessList,
    /// Another extended attribute that grants or takes rights.
    Attribute {
        /// Its name.
        name: String,
    },
    /// More, or larger, extended attributes than file systems keep.
    AttributesTooLarge {
        /// What they take.
        size: u64,
        /// What all file systems keep.
        allowed: u64,
    },
    /// Flags of a file system.
    FileFlags {
        /// As they are given.
        flags: String,
    },
    /// A header from before POSIX, without magic.
    OldHeader,
}

impl IrregularityKind {
    /// What it makes of the archive.
    pub fn flaw(&self) -> Flaw {
        match self {
            Self::NotTar => Flaw::NotTar,
            Self::GzipMethod(_)
            | Self::GzipFlags(_)
            | Self::GzipHeaderChecksum { .. }
            | Self::Inflate
            | Self::GzipCutShort
            | Self::Crc32 { .. }
            | Self::GzipSize { .. }
            | Self::HeaderChecksum
            | Self::CutShort
            | Self::NoEnd { .. } => Flaw::Damaged,
            Self::Bomb => Flaw::Bomb,
            Self::BehindGzip { .. } => Flaw::SecondMember,
            Self::BehindEnd | Self::PartOfBlock { .. } => Flaw::Trailing,
            Self::Number { field, .. } if field == "size" => Flaw::Size,
            Self::SizeTwice { .. } | Self::SizeWithoutContent { .. } => Flaw::Size,
            Self::GzipField { .. }
            | Self::OtherFormat { .. }
            | Self::SignedChecksum
            | Self::Magic
            | Self::Prefix
            | Self::Star
            | Self::Unused { .. }
            | Self::Number { .. } => Flaw::Header,
            Self::ExtendedMalformed { .. }
            | Self::ExtendedPadding { .. }
            | Self::ExtendedNameless { .. }
            | Self::ExtendedTooLong { .. }
            | Self::ExtendedTwice { .. }
            | Self::ExtendedStray { .. }
            | Self::RecordTwice { .. }
            | Self::RecordValue { .. }
            | Self::RecordKey { .. }
            | Self::GlobalRecord { .. }
            | Self::AttributesTooLarge { .. }
            | Self::TwoLongNames => Flaw::ExtendedHeader,
            Self::Link { .. } | Self::LinkNameStray { .. } => Flaw::Link,
            Self::Special { .. } | Self::UnknownType(_) => Flaw::SpecialFile,
            Self::Name(_) | Self::NameNotUtf8 | Self::NameInvisible(_) | Self::NameNotComposed => Flaw::NameUnsafe,
            Self::NamePortability(_) => Flaw::NamePortability,
            Self::NameTwice { .. } | Self::FolderModes { .. } => Flaw::NameTwice,
            Self::FileIsDirectory { .. } | Self::FileNamedDirectory => Flaw::FileIsDirectory,
            Self::PrivilegeBits { .. }
            | Self::Capabilities
            | Self::AccessList
            | Self::Attribute { .. }
            | Self::FileFlags { .. } => Flaw::Privileges,
            Self::OldHeader => Flaw::OldHeader,
        }
    }
}
