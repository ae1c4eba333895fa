//! What about a zip's structure two readers could take in two ways.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::local::OpenFailure;
use crate::name::UnsafeName;

mod data;
mod header_field;
mod words;

pub use header_field::HeaderField;

/// One thing that is irregular about the structure, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
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

/// Kinds of irregularity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnomalyKind {
    /// The file is an archive of another format too.
    OtherFormat {
        /// What it is.
        what: Cow<'static, str>,
    },
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
    /// A local header that no record of the directory points at.
    HeaderUnlisted {
        /// How many bytes no listed record accounts for.
        len: u64,
    },
    /// A record that has no place in a package.
    ForeignRecord {
        /// Which.
        what: Cow<'static, str>,
        /// How many bytes no record of a package accounts for.
        len: u64,
    },
    /// An entry starts inside another record.
    Overlap {
        /// The name of the entry that it shares bytes with; `None` for the directory.
        with: Option<String>,
        /// Where the shared bytes start.
        start: u64,
        /// Where they end.
        end: u64,
    },
    /// An entry stands in front of one that the directory lists before it.
    Order {
        /// The name of the entry listed before.
        after: String,
        /// Where that one stands.
        after_offset: u64,
    },
    /// Bytes behind the end record and its comment.
    Trailing {
        /// Where the archive ends.
        end: u64,
        /// Length of the file.
        file_len: u64,
    },
    /// NUL bytes behind the end record that fill the file up to whole blocks.
    Padding {
        /// How many.
        len: u64,
    },
    /// Another end record, further in front, that reaches to the end of the file as well.
    SecondEnd {
        /// Where it stands.
        at: u64,
        /// Where the one in use stands.
        used: u64,
    },
    /// The file ends inside the archive comment.
    CommentCutOff {
        /// Length as claimed.
        claimed: u64,
        /// Bytes that there are.
        present: u64,
    },
    /// The archive comment is longer than all readers take.
    CommentLong {
        /// Its length in bytes.
        len: usize,
        /// How long it may be.
        most: usize,
    },
    /// The archive comment holds bytes that could be records.
    CommentNotText {
        /// Its length in bytes.
        len: usize,
        /// Position of the first such byte in it.
        at: usize,
    },
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
    /// The directory ends inside the last record's name, extra fields or comment.
    RecordCutOff {
        /// Length of the record as claimed.
        claimed: u64,
        /// Bytes that there are.
        present: u64,
    },
    /// A disk number other than zero.
    Disk {
        /// As claimed.
        claimed: u32,
    },
    /// The ZIP64 locator counts other than one disk.
    DiskCount {
        /// As claimed.
        claimed: u32,
    },
    /// The ZIP64 end record, its locator and the classic end record disagree.
    Zip64End {
        /// Which value.
        field: Cow<'static, str>,
        /// What one says.
        one: u64,
        /// What the other says.
        other: u64,
    },
    /// The end record leaves a value to a ZIP64 one that is not there.
    Zip64Missing {
        /// Which value.
        field: Cow<'static, str>,
        /// What it says instead.
        claimed: u64,
    },
    /// The ZIP64 locator points elsewhere than to the record in front of it.
    Zip64Locator {
        /// As claimed.
        claimed: u64,
        /// Where the record is; `None` where none is in front of the locator.
        actual: Option<u64>,
    },
    /// The ZIP64 end record claims to be longer than its fields.
    Zip64Extensible {
        /// Its length without the first twelve bytes, as claimed; 44 without extensible data.
        claimed: u64,
    },
    /// ZIP64 where the classic fields have room for the value.
    Zip64Needless {
        /// Which structure.
        what: Cow<'static, str>,
    },
    /// The signature of a record where readers look for one, and none is.
    HiddenSignature {
        /// Which record starts with it.
        what: Cow<'static, str>,
        /// Its four bytes.
        signature: [u8; 4],
    },
    /// A header whose name, extra fields and comment are longer than all readers take.
    HeaderLong {
        /// How long they are.
        len: u64,
        /// How long they may be.
        most: u64,
    },
    /// A version needed to extract that none of the methods of a package needs.
    VersionNeeded {
        /// As claimed, times ten.
        version: u8,
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
        /// Where the directory's record stands.
        record_offset: u64,
    },
    /// The data descriptor is not what the directory says.
    Descriptor {
        /// What stands there: CRC-32 and sizes, or bytes that are not a descriptor.
        descriptor: String,
        /// What the directory says.
        directory: String,
    },
    /// A value that stands in the data descriptor and in the local header.
    DescriptorRepeated {
        /// Which value.
        field: HeaderField,
        /// What the local header says.
        local: String,
    },
    /// A data descriptor without its signature.
    DescriptorUnsigned {
        /// The four bytes in its place.
        found: [u8; 4],
    },
    /// A data descriptor whose sizes are wider or narrower than a header announces.
    DescriptorWidth {
        /// Its length in bytes.
        len: u64,
        /// The length that the header announces.
        announced: u64,
    },
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
        /// Bytes of all extra fields of the header.
        len: usize,
    },
    /// An extra field of a known kind that has not the form of its kind.
    ExtraForm {
        /// The identifier.
        id: u16,
        /// What it is.
        what: Cow<'static, str>,
        /// How many bytes it has.
        len: usize,
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
        what: Cow<'static, str>,
    },
    /// A ZIP64 extra field that does not repeat the header, or lacks what the header leaves to it.
    ExtraZip64 {
        /// Which value.
        value: Cow<'static, str>,
        /// What the field says.
        field: String,
        /// What it should say.
        header: String,
    },
    /// The entry has a comment.
    EntryComment {
        /// Its length in bytes.
        len: usize,
    },
    /// A name that is not the same everywhere.
    Name(UnsafeName),
    /// A second entry of the same name.
    NameTwice {
        /// Where the other record stands.
        other_offset: u64,
    },
    /// A name that differs from another only in case.
    NameCase {
        /// The other name.
        other: String,
        /// Where the other record stands.
        other_offset: u64,
    },
    /// A file whose name is a directory in another entry's, but for case.
    NameCaseFolder {
        /// The other name.
        other: String,
        /// Where the other record stands.
        other_offset: u64,
    },
    /// A file whose name is a directory in another entry's.
    FileIsDirectory {
        /// The other name.
        other: String,
        /// Where the other record stands.
        other_offset: u64,
    },
    /// A link, device, pipe or socket.
    SpecialFile {
        /// What the mode makes it.
        what: Cow<'static, str>,
        /// The whole mode.
        mode: u32,
    },
    /// Set-user-ID, set-group-ID or sticky bits.
    PrivilegeBits {
        /// The whole mode.
        mode: u32,
    },
    /// Attributes that make the entry something else than a file or directory to some readers.
    Attributes {
        /// What they say.
        what: Cow<'static, str>,
        /// Which attributes.
        attributes: u32,
    },
    /// A system whose attributes readers read in different ways.
    System {
        /// Its number.
        system: u8,
    },
    /// A mode that readers give in different ways.
    Mode {
        /// Why they do.
        why: Cow<'static, str>,
        /// The whole mode.
        mode: u32,
    },
    /// Permissions that some readers leave out.
    ModeIncomplete {
        /// What is missing, and what becomes of it.
        why: Cow<'static, str>,
        /// The external attributes.
        attributes: u32,
    },
    /// A directory by name, with content.
    DirectoryContent {
        /// What of its content is not nothing.
        value: Cow<'static, str>,
        /// As claimed.
        claimed: u64,
    },
    /// A directory by name and a file by its attributes, or the other way round.
    DirectoryMode {
        /// Whether the name ends in a slash.
        by_name: bool,
        /// The external attributes.
        attributes: u32,
    },
    /// The `zip` crate reads the bundle in another way.
    OtherView {
        /// How.
        detail: String,
        /// Whether it reads nothing at all there.
        refuses: bool,
    },
}
