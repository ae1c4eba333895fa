//! The kinds of irregularity, in words, and what each makes of the archive.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::flaw::Flaw;
use crate::name::UnsafeName;
use crate::text::count;

mod data;

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
    /// The checksum is right only where bytes count as signed numbers.
    SignedChecksum,
    /// Neither the magic of POSIX, nor that of GNU, nor none.
    Magic,
    /// There are bytes where POSIX has the front of the name, in a header that is none of POSIX's.
    Prefix,
    /// The header is one of star, whose name is shorter.
    Star,
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
    /// A global header gives a name or size, to all members.
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
    /// A name that cannot be written on some systems.
    NamePortability(UnsafeName),
    /// A second member of the same name.
    NameTwice {
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
            Self::BehindEnd => Flaw::Trailing,
            Self::Number { field, .. } if field == "size" => Flaw::Size,
            Self::SizeTwice { .. } | Self::SizeWithoutContent { .. } => Flaw::Size,
            Self::SignedChecksum | Self::Magic | Self::Prefix | Self::Star | Self::Number { .. } => Flaw::Header,
            Self::ExtendedMalformed { .. }
            | Self::ExtendedTooLong { .. }
            | Self::ExtendedTwice { .. }
            | Self::ExtendedStray { .. }
            | Self::RecordTwice { .. }
            | Self::RecordValue { .. }
            | Self::RecordKey { .. }
            | Self::GlobalRecord { .. }
            | Self::TwoLongNames => Flaw::ExtendedHeader,
            Self::Link { .. } => Flaw::Link,
            Self::Special { .. } | Self::UnknownType(_) => Flaw::SpecialFile,
            Self::Name(_) | Self::NameNotUtf8 | Self::NameInvisible(_) => Flaw::NameUnsafe,
            Self::NamePortability(_) => Flaw::NamePortability,
            Self::NameTwice { .. } => Flaw::NameTwice,
            Self::FileIsDirectory { .. } | Self::FileNamedDirectory => Flaw::FileIsDirectory,
            Self::PrivilegeBits { .. } | Self::Capabilities | Self::AccessList => Flaw::Privileges,
            Self::OldHeader => Flaw::OldHeader,
        }
    }
}

impl fmt::Display for IrregularityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTar => f.write_str("what it inflates to does not start with a tar header"),
            Self::GzipMethod(method) => write!(f, "its compression method is {method}, not DEFLATE"),
            Self::GzipFlags(flags) => write!(f, "its header has the unknown flags {flags:#04x}"),
            Self::GzipHeaderChecksum { claimed, actual } => {
                write!(f, "its header has the checksum {actual:04x} and says {claimed:04x}")
            }
            Self::Inflate => f.write_str("its compressed data is broken"),
            Self::GzipCutShort => f.write_str("it is cut off before its compressed data ends"),
            Self::Bomb => f.write_str("it inflates beyond reason; no more was read"),
            Self::Crc32 { claimed, actual } => {
                write!(f, "its content has the CRC-32 {actual:08x}, its trailer says {claimed:08x}")
            }
            Self::GzipSize { claimed, actual } => {
                write!(f, "its content has {actual}, its trailer says {claimed}", actual = count(actual, "byte"))
            }
            Self::BehindGzip { len, member: true } => {
                write!(f, "another gzip member follows the first, in the last {len}", len = count(len, "byte"))
            }
            Self::BehindGzip { len, member: false } => {
                write!(f, "the compressed data is followed by {}", count(len, "byte"))
            }
            Self::HeaderChecksum => f.write_str("there is a header with a wrong checksum"),
            Self::CutShort => f.write_str("the tar is cut off there"),
            Self::NoEnd { blocks: 0 } => f.write_str("the two blocks of NULs that end a tar are missing"),
            Self::NoEnd { .. } => f.write_str("one of the two blocks of NULs that end a tar is missing"),
            Self::BehindEnd => f.write_str("something follows the block of NULs that ends the tar"),
            Self::SignedChecksum => {
                f.write_str("the checksum of its header is right only for readers that take bytes as signed")
            }
            Self::Magic => f.write_str("its header has neither the POSIX magic nor the GNU one"),
            Self::Prefix => f.write_str(
                "its header is not a POSIX one, but has bytes where POSIX keeps the name prefix: some readers take \
                 them for it",
            ),
            Self::Star => {
                f.write_str("its header is from `star`: some readers take the times in it for part of the name")
            }
            Self::Number { field, value } => {
                write!(f, "the field `{field}` of its header is `{value}`, which readers read in different ways")
            }
            Self::SizeTwice { header, extended } => {
                write!(
                    f,
                    "its header gives it {header}, its extended header {extended}",
                    header = count(header, "byte")
                )
            }
            Self::SizeWithoutContent { what, size } => {
                write!(
                    f,
                    "it is a {what} that claims {size}; some readers skip them, some read headers there",
                    size = count(size, "byte")
                )
            }
            Self::ExtendedMalformed { at } => {
                write!(f, "the extended header is malformed from its byte {at} on")
            }
            Self::ExtendedTooLong { size, allowed } => {
                write!(
                    f,
                    "there is an extended header of {size}; the longest that is read has {allowed}",
                    size = count(size, "byte")
                )
            }
            Self::ExtendedTwice { what } => write!(f, "there is a second {what} for the same member"),
            Self::ExtendedStray { what } => write!(f, "the {what} belongs to nothing after it"),
            Self::RecordTwice { key } => write!(f, "the extended header gives `{key}` twice"),
            Self::RecordValue { key } => write!(f, "the extended header gives `{key}` an unusable value"),
            Self::RecordKey { key } => {
                write!(
                    f,
                    "the extended header has the key `{}`, which some readers take for another",
                    key.escape_debug()
                )
            }
            Self::GlobalRecord { key } => write!(f, "a global header gives `{key}` for every member"),
            Self::TwoLongNames => {
                f.write_str("a GNU header gives it this name, a PAX one another; some readers take the last")
            }
            Self::Link { what, target } => write!(f, "it is a {what} to `{}`", target.escape_debug()),
            Self::Special { what } => write!(f, "it is a {what}"),
            Self::UnknownType(flag) => {
                write!(f, "its type is `{}`, which is not known", char::from(*flag).escape_debug())
            }
            Self::Name(what) => write!(f, "its name is not safe: {what}"),
            Self::NamePortability(what) => write!(f, "its name is not portable: {what}"),
            Self::NameNotUtf8 => f.write_str("its name is not UTF-8, and readers decode it in different ways"),
            Self::NameInvisible(c) => {
                write!(f, "its name holds the character U+{:04X}, which is not shown", u32::from(*c))
            }
            Self::NameTwice { first } => {
                write!(f, "there is already a member of this name at byte {first}; the last replaces the first")
            }
            Self::FileIsDirectory { other } => {
                write!(f, "it is a file, but a folder in `{}`", other.escape_debug())
            }
            Self::FileNamedDirectory => f.write_str("it is a file by its type, and a folder by its name"),
            Self::PrivilegeBits { mode } => write!(f, "its mode is {mode:o}, which grants privileges"),
            Self::Capabilities => f.write_str("it has file capabilities in an extended attribute"),
            Self::AccessList => f.write_str("it has an access control list, which some readers restore"),
            Self::OldHeader => f.write_str("its header is in the format from before POSIX, which has no magic"),
        }
    }
}
