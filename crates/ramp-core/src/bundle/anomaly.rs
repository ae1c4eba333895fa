//! What about a zip's structure two readers could take in two ways.

use std::fmt;

use super::local::OpenFailure;
use super::name::UnsafeName;

/// One thing that is irregular about the structure, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anomaly {
    /// What it is.
    pub kind: AnomalyKind,
    /// Position of the entry concerned in the directory.
    pub entry: Option<usize>,
    /// Name of the entry concerned.
    pub name: Option<String>,
    /// Offset in the file.
    pub offset: Option<u64>,
}

/// A header field that stands in two places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderField {
    /// The name's bytes.
    Name,
    /// General purpose flags.
    Flags,
    /// Compression method.
    Method,
    /// CRC-32.
    Crc32,
    /// Compressed size.
    CompressedSize,
    /// Size.
    Size,
    /// MS-DOS time and date.
    Time,
}

impl fmt::Display for HeaderField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "name",
            Self::Flags => "flags",
            Self::Method => "method",
            Self::Crc32 => "CRC-32",
            Self::CompressedSize => "compressed size",
            Self::Size => "size",
            Self::Time => "time",
        })
    }
}

/// Kinds of irregularity.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnomalyKind {
    /// Bytes in front of the first record.
    Prefix {
        /// How many.
        len: u64,
    },
    /// Bytes between records that belong to none.
    Gap {
        /// How many.
        len: u64,
    },
    /// An entry starts inside another record.
    Overlap {
        /// By how many bytes.
        len: u64,
    },
    /// Bytes behind the end record and its comment.
    Trailing {
        /// How many.
        len: u64,
    },
    /// The file ends inside the archive comment.
    CommentCutOff {
        /// Bytes missing.
        missing: u64,
    },
    /// The archive comment holds bytes that could be records.
    CommentNotText,
    /// A plain archive comment.
    Comment {
        /// Its length in bytes.
        len: usize,
    },
    /// The end record's directory offset is not where the directory is, with nothing in front to explain it.
    DirectoryOffset {
        /// As claimed.
        claimed: u64,
        /// As it is.
        actual: u64,
    },
    /// The end record counts other than the directory holds.
    EntryCount {
        /// As claimed.
        claimed: u64,
        /// As claimed for this disk.
        claimed_here: u64,
        /// As counted.
        counted: u64,
    },
    /// A disk number other than zero.
    Disk {
        /// As claimed.
        claimed: u32,
    },
    /// The ZIP64 end record, its locator and the classic end record disagree.
    Zip64End {
        /// Which value.
        field: &'static str,
        /// What one says.
        one: u64,
        /// What the other says.
        other: u64,
    },
    /// No usable local header.
    Local(OpenFailure),
    /// A field of the local header is not what the directory says.
    Header {
        /// Which field.
        field: HeaderField,
        /// What the local header says.
        local: String,
        /// What the directory says.
        directory: String,
    },
    /// The data descriptor is not what the directory says.
    Descriptor,
    /// A stored entry with a data descriptor: its end can only be guessed by a streaming reader.
    StoredDescriptor,
    /// Flags that no ordinary writer sets.
    Flags {
        /// The unusual bits.
        flags: u16,
    },
    /// The entry is encrypted.
    Encrypted,
    /// A method other than stored and DEFLATE.
    Method {
        /// Its number.
        method: u16,
    },
    /// A stored entry whose two sizes differ.
    StoredSizes {
        /// Compressed size as claimed.
        compressed: u64,
        /// Size as claimed.
        size: u64,
    },
    /// Extra fields that do not divide into fields.
    ExtraMalformed {
        /// Bytes left over.
        left: usize,
    },
    /// Two extra fields with one identifier.
    ExtraTwice {
        /// The identifier.
        id: u16,
    },
    /// An extra field that gives the entry another name or reading.
    ExtraOverride {
        /// The identifier.
        id: u16,
        /// What it is.
        what: &'static str,
    },
    /// The entry has a comment.
    EntryComment {
        /// Its length in bytes.
        len: usize,
    },
    /// A name that is not the same everywhere.
    Name(UnsafeName),
    /// A second entry of the same name.
    NameTwice,
    /// A name that differs from another only in case.
    NameCase {
        /// The other name.
        other: String,
    },
    /// A file whose name is a directory in another entry's.
    FileIsDirectory {
        /// The other name.
        other: String,
    },
    /// A link, device, pipe or socket.
    SpecialFile {
        /// What the mode makes it.
        what: &'static str,
    },
    /// Set-user-ID, set-group-ID or sticky bits.
    PrivilegeBits {
        /// The whole mode.
        mode: u32,
    },
    /// A directory by name that is none by its mode, or has content.
    Directory {
        /// What contradicts the name.
        what: &'static str,
    },
    /// The `zip` crate reads the bundle in another way.
    OtherView {
        /// How.
        detail: String,
    },
}

impl fmt::Display for AnomalyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefix { len } => write!(f, "{len} bytes stand in front of the archive"),
            Self::Gap { len } => write!(f, "{len} bytes belong to no record"),
            Self::Overlap { len } => write!(f, "its record starts {len} bytes inside another"),
            Self::Trailing { len } => write!(f, "{len} bytes follow the end of the archive"),
            Self::CommentCutOff { missing } => write!(f, "the archive comment lacks its last {missing} bytes"),
            Self::CommentNotText => f.write_str("the archive comment is not plain text and could hide records"),
            Self::Comment { len } => write!(f, "the archive has a comment of {len} bytes"),
            Self::DirectoryOffset { claimed, actual } => {
                write!(f, "the end record puts the central directory at {claimed}; it is at {actual}")
            }
            Self::EntryCount { claimed, claimed_here, counted } if claimed == claimed_here => {
                write!(f, "the end record counts {claimed} entries; the central directory has {counted}")
            }
            Self::EntryCount { claimed, claimed_here, counted } => write!(
                f,
                "the end record counts {claimed} entries, {claimed_here} on this disk; the central directory has {counted}"
            ),
            Self::Disk { claimed } => write!(f, "it claims to be on disk {claimed}"),
            Self::Zip64End { field, one, other } => write!(f, "two end records disagree about {field}: {one}, {other}"),
            Self::Local(failure) => failure.fmt(f),
            Self::Header { field, local, directory } => {
                write!(f, "its {field} is {local} in the local header and {directory} in the central directory")
            }
            Self::Descriptor => f.write_str("the data descriptor behind it does not say what the directory says"),
            Self::StoredDescriptor => f.write_str("it is stored, and its sizes follow in a data descriptor"),
            Self::Flags { flags } => write!(f, "it has the unusual flags {flags:#06x}"),
            Self::Encrypted => f.write_str("it is encrypted"),
            Self::Method { method } => write!(f, "its compression method is {method}, neither stored nor DEFLATE"),
            Self::StoredSizes { compressed, size } => {
                write!(f, "it is stored with {compressed} bytes and claims a size of {size}")
            }
            Self::ExtraMalformed { left } => write!(f, "the last {left} bytes of its extra fields are no field"),
            Self::ExtraTwice { id } => write!(f, "it has the extra field {id:#06x} twice"),
            Self::ExtraOverride { id, what } => write!(f, "it has the extra field {id:#06x} ({what})"),
            Self::EntryComment { len } => write!(f, "it has a comment of {len} bytes"),
            Self::Name(what) => what.fmt(f),
            Self::NameTwice => f.write_str("it is there twice; the reference reads the last"),
            Self::NameCase { other } => write!(f, "it differs from `{other}` only in case"),
            Self::FileIsDirectory { other } => write!(f, "it is a file, and a directory in `{other}`"),
            Self::SpecialFile { what } => write!(f, "it is a {what}"),
            Self::PrivilegeBits { mode } => write!(f, "its mode is {mode:o}"),
            Self::Directory { what } => write!(f, "it is a directory by name, and {what}"),
            Self::OtherView { detail } => write!(f, "another reader takes it differently: {detail}"),
        }
    }
}
