//! What is said of each kind of irregularity: what is there, and what should be.

use crate::text::count;
use std::fmt;

use super::{AnomalyKind, HeaderField};

impl fmt::Display for AnomalyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherFormat { what } => {
                write!(f, "the file is {what} too, which is what some readers take it for")
            }
            Self::Prefix { len } => {
                write!(f, "the archive should start at 0, but has {} before it", count(len, "byte"))
            }
            Self::Gap { len } => write!(f, "no record covers the {} there", count(len, "byte")),
            Self::HeaderUnlisted { len } => {
                write!(
                    f,
                    "a local header, with {len} up to the next record, is not in the central directory",
                    len = count(len, "byte")
                )
            }
            Self::ForeignRecord { what, len } => {
                write!(
                    f,
                    "{what}, with {len} up to the next record, has no place in a package",
                    len = count(len, "byte")
                )
            }
            Self::Overlap { with: Some(other), start, end } => {
                write!(f, "its bytes from {start} to {end} belong to `{}` too", other.escape_debug())
            }
            Self::Overlap { with: None, start, end } => {
                write!(f, "its bytes from {start} to {end} belong to the central directory too")
            }
            Self::Order { after, after_offset } => write!(
                f,
                "it comes before `{}` at {after_offset}, which the central directory lists first",
                after.escape_debug()
            ),
            Self::Trailing { end, file_len } => write!(f, "the archive ends at {end}, the file at {file_len}"),
            Self::Padding { len } => {
                write!(f, "the file is filled up to a whole block with {}", count(len, "NUL byte"))
            }
            Self::RecordCutOff { claimed, present } => {
                write!(
                    f,
                    "its record claims {claimed}, of which the central directory holds {present}",
                    claimed = count(claimed, "byte")
                )
            }
            Self::SecondEnd { at, used } => {
                write!(
                    f,
                    "the end records at {at} and at {used} both fit the end of the file; the cluster's unpacker reads the second"
                )
            }
            Self::CommentCutOff { claimed, present } => {
                write!(
                    f,
                    "the archive comment claims {claimed}; the file ends after {present}",
                    claimed = count(claimed, "byte")
                )
            }
            Self::CommentNotText { len, at } => write!(
                f,
                "the archive comment of {len} is not plain text from its byte {at} on, and could hide records",
                len = count(len, "byte")
            ),
            Self::CommentLong { len, most } => write!(
                f,
                "the archive has a comment of {len}; the longest that every reader takes has {most}",
                len = count(len, "byte")
            ),
            Self::Comment { len } => write!(f, "the archive has a comment of {len}", len = count(len, "byte")),
            Self::DirectoryOffset { claimed, actual } => {
                write!(f, "the end record puts the central directory at {claimed}; it is at {actual}")
            }
            Self::EntryCount { claimed, claimed_here, counted } if claimed == claimed_here => {
                write!(
                    f,
                    "the end record counts {claimed}; the central directory has {counted}",
                    claimed = count(claimed, "entry")
                )
            }
            Self::EntryCount { claimed, claimed_here, counted } => write!(
                f,
                "the end record counts {claimed}, {claimed_here} on this disk; the central directory has {counted}",
                claimed = count(claimed, "entry")
            ),
            Self::Disk { claimed } => write!(f, "it claims to be on disk {claimed}, not 0"),
            Self::DiskCount { claimed } => write!(f, "the ZIP64 locator counts {}, not 1", count(claimed, "disk")),
            Self::Zip64End { field, one, other } => {
                write!(f, "the end records disagree about {field}: {one} in the classic one, {other} in the ZIP64 one")
            }
            Self::Zip64Missing { field, claimed } => {
                write!(f, "the end record says {claimed} for {field}, which leaves it to a ZIP64 record; there is none")
            }
            Self::Zip64Locator { claimed, actual: Some(actual) } => {
                write!(f, "the ZIP64 locator puts the ZIP64 end record at {claimed}; it is at {actual}")
            }
            Self::Zip64Locator { claimed, actual: None } => {
                write!(f, "a ZIP64 locator puts a ZIP64 end record at {claimed}; there is none before it")
            }
            Self::Zip64Extensible { claimed } => {
                write!(f, "the ZIP64 end record claims {claimed}; its fields have 44", claimed = count(claimed, "byte"))
            }
            Self::Zip64Needless { what } => {
                write!(f, "{what} is ZIP64, which nothing in this archive is large enough to need")
            }
            Self::HiddenSignature { what, signature } => write!(
                f,
                "these four bytes are the signature of {what}, `{}`, but none starts there",
                signature.escape_ascii()
            ),
            Self::HeaderLong { len, most } => write!(
                f,
                "its name, extra fields and comment have {len}; the longest that every reader takes have {most}",
                len = count(len, "byte")
            ),
            Self::VersionNeeded { version } => write!(
                f,
                "it needs version {}.{} to be unpacked; stored and deflated entries need 4.5 at most",
                version / 10,
                version % 10
            ),
            Self::DescriptorRepeated { field, local } => {
                write!(f, "a data descriptor follows it, but its local header gives the {field} too: {local}")
            }
            Self::Local(failure) => failure.fmt(f),
            Self::Header { field: HeaderField::Name, local, directory, record_offset } => write!(
                f,
                "its name is `{}` in the local header, and `{}` in the central directory at {record_offset}",
                local.escape_debug(),
                directory.escape_debug()
            ),
            Self::Header { field, local, directory, record_offset } => write!(
                f,
                "its headers disagree about the {field}: {local} in the local one, {directory} in the central \
                 directory at {record_offset}"
            ),
            Self::Descriptor { descriptor, directory } => {
                write!(f, "the data descriptor after it says {descriptor}; the central directory says {directory}")
            }
            Self::DescriptorUnsigned { found } => {
                write!(f, "its data descriptor starts with {found:02x?}, not with the signature [50, 4b, 07, 08]")
            }
            Self::DescriptorWidth { len, announced } => {
                write!(
                    f,
                    "its data descriptor has {len}; according to its headers it would have {announced}",
                    len = count(len, "byte")
                )
            }
            Self::StoredDescriptor => f.write_str("it is stored (method 0), and flag 0x0008 announces a descriptor"),
            Self::Flags { flags } => write!(f, "it has the unusual flags {flags:#06x}"),
            Self::Encrypted => f.write_str("it is encrypted: flag 0x0001"),
            Self::Method { method } => {
                write!(f, "its compression method is {method}, neither 0 (stored) nor 8 (DEFLATE)")
            }
            Self::StoredSizes { compressed, size } => {
                write!(
                    f,
                    "it is stored with {compressed} and claims a size of {size}",
                    compressed = count(compressed, "byte")
                )
            }
            Self::ExtraMalformed { left, len } => {
                write!(
                    f,
                    "its extra fields have {len}, but there is no field in the last {left}",
                    len = count(len, "byte")
                )
            }
            Self::ExtraForm { id, what, len } => {
                write!(f, "its extra field {id:#06x} ({what}) of {} is malformed", count(len, "byte"))
            }
            Self::ExtraTwice { id } => write!(f, "it has the extra field {id:#06x} twice"),
            Self::ExtraOverride { id, what } => write!(f, "it has the extra field {id:#06x} ({what})"),
            Self::ExtraZip64 { value, field, header } => {
                write!(f, "its ZIP64 field says {field} for {value}, but should say {header}")
            }
            Self::EntryComment { len } => write!(f, "it has a comment of {len}", len = count(len, "byte")),
            Self::Name(what) => what.fmt(f),
            Self::NameTwice { other_offset } => {
                write!(
                    f,
                    "it is listed twice, first in the record at {other_offset}; the cluster's unpacker reads the last"
                )
            }
            Self::NameCase { other, other_offset } => {
                write!(f, "it differs only in case from `{}`, in the record at {other_offset}", other.escape_debug())
            }
            Self::NameCaseFolder { other, other_offset } => {
                let other = other.escape_debug();
                write!(
                    f,
                    "it is a file, but without regard to case a directory in `{other}`, in the record at {other_offset}"
                )
            }
            Self::FileIsDirectory { other, other_offset } => {
                let other = other.escape_debug();
                write!(f, "it is a file, but a directory in `{other}`, in the record at {other_offset}")
            }
            Self::SpecialFile { what, mode } => write!(f, "it is a {what} by its mode {mode:o}"),
            Self::PrivilegeBits { mode } => write!(f, "its mode is {mode:o}, which grants privileges"),
            Self::Attributes { what, attributes } => {
                write!(f, "its attributes {attributes:#x} say that {what}")
            }
            Self::System { system } => {
                write!(f, "it was made on system {system}, whose attributes readers read in different ways")
            }
            Self::Mode { why, mode } => write!(f, "its mode is {mode:o}, {why}"),
            Self::ModeIncomplete { why, attributes } => {
                write!(f, "its attributes are {attributes:#010x}, {why}")
            }
            Self::DirectoryContent { value, claimed } => {
                write!(f, "it is a directory by name, and its {value} is {claimed}, not 0")
            }
            Self::DirectoryMode { by_name: true, attributes } => {
                write!(f, "it is a directory by name, and a file by its attributes {attributes:#010x}")
            }
            Self::DirectoryMode { by_name: false, attributes } => {
                write!(f, "it is a file by name, and a directory by its attributes {attributes:#010x}")
            }
            Self::OtherView { detail, .. } => write!(f, "another reader reads it differently: {detail}"),
        }
    }
}
