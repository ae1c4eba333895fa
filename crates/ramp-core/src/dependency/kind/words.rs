//! The kinds of irregularity, in words.

use std::fmt;

use super::IrregularityKind;
use crate::text::count;

impl fmt::Display for IrregularityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTar => f.write_str("what it inflates to does not start with a tar header"),
            Self::GzipMethod(method) => write!(f, "its compression method is {method}, not DEFLATE"),
            Self::GzipFlags(flags) => write!(f, "its header has the unknown flags {flags:#04x}"),
            Self::GzipHeaderChecksum { claimed, actual } => {
                write!(f, "its header has the checksum {actual:04x} and says {claimed:04x}")
            }
            Self::GzipField { field, size, allowed } => {
                write!(
                    f,
                    "the {field} in its header has {size}; some readers take no more than {allowed}",
                    size = count(size, "byte")
                )
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
            Self::PartOfBlock { len } => {
                write!(f, "the last block of NULs at its end has only {}", count(*len, "byte"))
            }
            Self::OtherFormat { what } => {
                write!(f, "the tar starts with its name, which is how {what} starts: some readers take it for that")
            }
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
            Self::Unused { at } => {
                write!(
                    f,
                    "byte {at} of its header is not a NUL, but its format has nothing there for such a member; some readers go \
                     by it"
                )
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
            Self::ExtendedPadding { what } => {
                write!(
                    f,
                    "the last block of the {what} is filled with something other than NULs; some readers read on there"
                )
            }
            Self::ExtendedNameless { what } => {
                write!(f, "the {what} has no name of its own, without which some readers do not take it for one")
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
                    "the extended header has the key `{}`, which some readers take for another, or fail at",
                    key.escape_debug()
                )
            }
            Self::GlobalRecord { key } => write!(f, "a global header gives `{key}` for every member"),
            Self::TwoLongNames => {
                f.write_str("a GNU header gives it this name, a PAX one another; some readers take the last")
            }
            Self::Link { what, target } => write!(f, "it is a {what} to `{}`", target.escape_debug()),
            Self::LinkNameStray { target } => write!(
                f,
                "it has the link name `{}`, and is not a link; some readers make it one, or leave it out",
                target.escape_debug()
            ),
            Self::Special { what } => write!(f, "it is a {what}"),
            Self::UnknownType(flag) => {
                write!(f, "its type is `{}`, which is not known", char::from(*flag).escape_debug())
            }
            Self::Name(what) => write!(f, "its name is not safe: {what}"),
            Self::NamePortability(what) => write!(f, "its name is not portable: {what}"),
            Self::NameNotUtf8 => f.write_str("its name is not UTF-8, and readers decode it in different ways"),
            Self::NameNotComposed => {
                f.write_str("its name is not in Unicode's composed form (NFC), in which some readers write it")
            }
            Self::NameInvisible(c) => {
                write!(f, "its name holds the character U+{:04X}, which is not shown", u32::from(*c))
            }
            Self::NameTwice { first } => {
                write!(f, "there is already a member of this name at byte {first}; the last replaces the first")
            }
            Self::FolderModes { first } => {
                write!(f, "there is already this folder with another mode at byte {first}; some readers keep the first")
            }
            Self::FileIsDirectory { other } => {
                write!(f, "it is a file, but a folder in `{}`", other.escape_debug())
            }
            Self::FileNamedDirectory => f.write_str("it is a file by its type, and a folder by its name"),
            Self::PrivilegeBits { mode } => write!(f, "its mode is {mode:o}, which grants privileges"),
            Self::Capabilities => f.write_str("it has file capabilities in an extended attribute"),
            Self::AccessList => f.write_str("it has an access control list, which some readers restore"),
            Self::Attribute { name } => {
                write!(
                    f,
                    "it has the extended attribute `{}`, which grants or takes rights where a reader restores it",
                    name.escape_debug()
                )
            }
            Self::AttributesTooLarge { size, allowed } => {
                write!(
                    f,
                    "the extended header gives attributes that take {size}; some file systems keep no more than \
                     {allowed}, and bsdtar fails there",
                    size = count(size, "byte")
                )
            }
            Self::FileFlags { flags } => {
                write!(f, "it has the file flags `{}`, which some readers set", flags.escape_debug())
            }
            Self::OldHeader => f.write_str("its header is in the format from before POSIX, which has no magic"),
        }
    }
}
