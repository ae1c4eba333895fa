use crate::text::count;
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

mod data;
mod kinds;

pub use kinds::{ChainBreak, CrossCheck, HashFault, LimitKind, RelocationFault, TableKind, TextKind};

/// Something in a module's bytes that contradicts the format, another part of the module, or our limits.
///
/// A defect is an observation; whether it matters is for the rules. Numbers are file offsets unless the field is
/// called `address`, which is a virtual address as the module was linked.
///
/// ```
/// use ramp_core::module::{ModuleDefect, ModuleLimits, inspect};
///
/// let facts = inspect(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0", &ModuleLimits::default());
/// assert_eq!(facts.defects, [ModuleDefect::TruncatedHeader { needed: 64, size: 20 }]);
/// assert_eq!(facts.defects[0].to_string(), "the header needs 64 bytes, the file has 20");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ModuleDefect {
    /// The file ends inside its first header.
    #[error("the header needs {needed}, the file has {size}", needed = count(needed, "byte"))]
    TruncatedHeader {
        /// Bytes the header takes.
        needed: u64,
        /// Bytes there are.
        size: u64,
    },
    /// The identification bytes name a class or an encoding that does not exist.
    #[error("byte {offset} of the header is {value}, which is not a known class or data encoding")]
    UnknownIdentification {
        /// Where.
        offset: u64,
        /// The byte.
        value: u8,
    },
    /// A field of the header has a value with which the loader refuses the file.
    #[error("`{field}` of the header is {claimed}, not {expected}")]
    HeaderField {
        /// The field, such as `e_version`.
        field: Cow<'static, str>,
        /// What the header says.
        claimed: u64,
        /// What the format says.
        expected: u64,
    },
    /// The header states a size for table entries that is not the format's.
    #[error("the header says that an entry of the {table} has {claimed}, not \
             {expected}", claimed = count(claimed, "byte"))]
    EntrySize {
        /// Which table.
        table: TableKind,
        /// What the header says.
        claimed: u64,
        /// What the format says.
        expected: u64,
    },
    /// A table reaches past the end of the file, or of the segment that holds it.
    #[error("the {table} needs {needed} at {offset:#x}, but has {available}", needed = count(needed, "byte"))]
    TablePastEnd {
        /// Which table.
        table: TableKind,
        /// Where it begins.
        offset: u64,
        /// Bytes it takes.
        needed: u64,
        /// Bytes there are.
        available: u64,
    },
    /// A segment reaches past the end of the file: the module was cut off.
    #[error("segment {index} ({segment}) ends {past_end} past the end of the file", past_end = count(past_end, "byte"))]
    SegmentPastEnd {
        /// Number of the program header.
        index: u64,
        /// Its type, such as `PT_LOAD`.
        segment: Cow<'static, str>,
        /// Where the segment begins.
        offset: u64,
        /// Bytes it should have.
        size: u64,
        /// How many of them are missing.
        past_end: u64,
    },
    /// A section that has bytes reaches past the end of the file.
    #[error("section {index} ends {past_end} past the end of the file", past_end = count(past_end, "byte"))]
    SectionPastEnd {
        /// Number of the section header.
        index: u64,
        /// Where the section begins.
        offset: u64,
        /// Bytes it should have.
        size: u64,
        /// How many of them are missing.
        past_end: u64,
    },
    /// A segment's offset and address differ modulo its alignment, so it cannot be mapped.
    #[error("segment {index} at {offset:#x} cannot be mapped at {address:#x} with alignment {align:#x}")]
    SegmentMisaligned {
        /// Number of the program header.
        index: u64,
        /// `p_offset`.
        offset: u64,
        /// `p_vaddr`.
        address: u64,
        /// `p_align`.
        align: u64,
    },
    /// Two `PT_LOAD` segments claim the same addresses.
    #[error("segment {index} begins at {address:#x}, before the end of another segment")]
    SegmentsOverlap {
        /// Number of the program header that has the higher address.
        index: u64,
        /// Where it begins.
        address: u64,
    },
    /// A `PT_LOAD` segment begins on the page on which another ends, and that page cannot be what both want it to be.
    #[error("segment {index} begins at {address:#x}, on the page on which another segment ends")]
    SegmentsShareAPage {
        /// Number of the program header that has the higher address.
        index: u64,
        /// Where it begins.
        address: u64,
    },
    /// A `PT_LOAD` segment stands behind one of a higher address, against the format.
    #[error("segment {index} at {address:#x} stands behind a segment of a higher address")]
    SegmentsUnordered {
        /// Number of the program header.
        index: u64,
        /// Where it begins.
        address: u64,
    },
    /// A `PT_LOAD` segment has more bytes in the file than in memory.
    #[error("segment {index} has {file} in the file and {memory} in memory", file = count(file, "byte"))]
    SegmentShrinks {
        /// Number of the program header.
        index: u64,
        /// `p_filesz`.
        file: u64,
        /// `p_memsz`.
        memory: u64,
    },
    /// A `PT_LOAD` segment may be neither read, written nor executed.
    #[error("segment {index} may be neither read, written nor executed")]
    SegmentWithoutRights {
        /// Number of the program header.
        index: u64,
    },
    /// A second header of a kind of which the loader takes the last.
    #[error("more than one {segment} segment")]
    SegmentRepeated {
        /// The type, such as `PT_DYNAMIC`.
        segment: Cow<'static, str>,
    },
    /// `PT_GNU_RELRO` takes from code the right to be executed.
    #[error("PT_GNU_RELRO makes code at {address:#x} read-only, which then cannot be executed")]
    CodeProtected {
        /// Where the first such code is.
        address: u64,
    },
    /// `PT_PHDR` leads the loader to notes that no program header has, or to fewer headers than there are.
    #[error("PT_PHDR leads to {address:#x}, where the program headers are not, or not all of them")]
    HeadersElsewhere {
        /// Where it leads.
        address: u64,
    },
    /// The dynamic table has no `DT_NULL` before its bytes end.
    #[error("the dynamic table at {address:#x} has no end within its segment")]
    DynamicPastEnd {
        /// Where it begins.
        address: u64,
    },
    /// The `PT_DYNAMIC` segment has no bytes in the file.
    #[error("the dynamic table is empty")]
    DynamicEmpty,
    /// A dynamic entry has another value than the only one there is.
    #[error("{tag} is {claimed}, not {expected}")]
    DynamicValue {
        /// The entry, such as `DT_RELAENT`.
        tag: Cow<'static, str>,
        /// What it says.
        claimed: u64,
        /// What the loader demands.
        expected: u64,
    },
    /// A dynamic entry lacks another that belongs to it.
    #[error("there is {tag} without {lacks}")]
    DynamicLacks {
        /// The entry that is there.
        tag: Cow<'static, str>,
        /// The one that is not.
        lacks: Cow<'static, str>,
    },
    /// A table has a place and no bytes, so that what is in it is left out.
    #[error("{tag} is 0, though there is {of}")]
    DynamicEmptied {
        /// The entry that says how long it is, such as `DT_PLTRELSZ`.
        tag: Cow<'static, str>,
        /// The entry that says where it is.
        of: Cow<'static, str>,
    },
    /// A dynamic entry leads the loader to call what is not code.
    #[error("{tag} leads to {address:#x}, where there is no code")]
    NotCode {
        /// The entry, such as `DT_INIT`.
        tag: Cow<'static, str>,
        /// Where it leads.
        address: u64,
    },
    /// Relocations that the loader refuses, or that make it crash.
    #[error("the {table} is broken in {entries}, first in entry {index}: it {reason}", entries = count(found, "entry"))]
    RelocationBroken {
        /// Which table.
        table: TableKind,
        /// Number of the first one, from 0.
        index: u64,
        /// What is wrong.
        reason: RelocationFault,
        /// How many there are.
        found: u64,
    },
    /// A header or dynamic entry points to an address that no segment fills from the file.
    #[error("{tag} points to {address:#x}, where no segment has bytes")]
    UnmappedAddress {
        /// The entry, such as `DT_STRTAB`.
        tag: Cow<'static, str>,
        /// Where it points.
        address: u64,
    },
    /// There is no hash table, so that `dlsym` finds nothing.
    #[error("no symbol hash table: neither DT_HASH nor DT_GNU_HASH")]
    HashMissing,
    /// The hash table by which the loader looks for every symbol would make it crash, or never end.
    #[error("the {table} is broken: {reason}")]
    HashBroken {
        /// Which table.
        table: TableKind,
        /// What is wrong.
        reason: HashFault,
    },
    /// The two hash tables count the symbols differently.
    #[error("DT_HASH counts {sysv} dynamic symbols, DT_GNU_HASH {gnu}")]
    HashTablesDisagree {
        /// By `DT_HASH`.
        sysv: u64,
        /// By `DT_GNU_HASH`.
        gnu: u64,
    },
    /// A string begins or ends outside its string table.
    #[error("the {text} at {offset:#x} reaches outside the string table, whose size is {table_size:#x}")]
    StringOutOfTable {
        /// What the string is.
        text: TextKind,
        /// Offset in the table.
        offset: u64,
        /// Bytes of the table.
        table_size: u64,
    },
    /// A chain of version records cannot be followed; nothing after `offset` was read.
    #[error("the {table} is broken at its byte {offset:#x}: {reason}")]
    VersionChainBroken {
        /// Which table.
        table: TableKind,
        /// Offset in the table of the record.
        offset: u64,
        /// Why.
        reason: ChainBreak,
    },
    /// The count beside a version table is not the number of records on its chain, which is what the loader follows.
    #[error("the {table} claims {claimed}, but its chain has {found}", claimed = count(claimed, "record"))]
    VersionCountDisagrees {
        /// Which table.
        table: TableKind,
        /// `DT_VERNEEDNUM` or `DT_VERDEFNUM`.
        claimed: u64,
        /// Records on the chain.
        found: u64,
    },
    /// The hash stored beside a version's name is not the name's; the loader compares both.
    #[error("version `{name}` is stored with hash {claimed:#x}, its hash is {computed:#x}")]
    VersionHashWrong {
        /// The version.
        name: String,
        /// `vna_hash`.
        claimed: u32,
        /// The real one.
        computed: u32,
    },
    /// A version that the module defines has the number of one that it needs; the loader then asks libraries for the former.
    #[error("version `{name}` is defined as number {index}, which is that of a version that is needed")]
    VersionIndexTwice {
        /// The number, by which symbols have their versions.
        index: u16,
        /// The version that is defined.
        name: String,
    },
    /// The section headers tell another story than the dynamic table, which the loader believes.
    ///
    /// Values are file offsets or counts, see [`CrossCheck`]; `None` means that there is no such thing.
    #[error("{what}: the loader finds {}, the section headers say {}", shown(*.loader), shown(*.section))]
    SectionsDisagree {
        /// What was compared.
        what: CrossCheck,
        /// By the program headers and the dynamic table.
        loader: Option<u64>,
        /// By the section headers.
        section: Option<u64>,
    },
    /// A note is cut off, or longer than what holds it.
    #[error("the note at {offset:#x} is cut off")]
    NoteBroken {
        /// Where.
        offset: u64,
    },
    /// A Mach-O load command has an impossible size or content; nothing after it was read.
    #[error("the load command at {offset:#x} is broken")]
    LoadCommandBroken {
        /// Where.
        offset: u64,
    },
    /// A slice of a universal Mach-O file reaches past the end of the file, or is not a Mach-O file.
    #[error("slice {index} at {offset:#x}, of size {size:#x}, is cut off or not a Mach-O file")]
    SliceBroken {
        /// Number of the slice.
        index: u64,
        /// Where it begins.
        offset: u64,
        /// Bytes it should have.
        size: u64,
    },
    /// A bound of [`ModuleLimits`](super::ModuleLimits) was hit: the facts are incomplete.
    #[error("more than {limit} {what}")]
    LimitReached {
        /// Which bound.
        what: LimitKind,
        /// Its value.
        limit: u64,
    },
}

impl ModuleDefect {
    /// Whether the loader comes upon it. What only other tools read may be wrong, and the module still loads.
    ///
    /// ```
    /// use ramp_core::module::{ModuleLimits, inspect};
    /// # let module = ramp_fixtures::elf::ElfBuilder::module();
    ///
    /// // `e_shentsize`: no loader looks at section headers.
    /// let facts = inspect(&module.assemble().patch(58, &[0, 0]).bytes, &ModuleLimits::default());
    /// assert!(!facts.defects.is_empty() && !facts.defects.iter().any(|defect| defect.matters_to_loader()));
    /// ```
    pub fn matters_to_loader(&self) -> bool {
        use TableKind::SectionHeaders;
        match self {
            Self::SegmentPastEnd { segment, .. } => segment == "PT_LOAD" || segment == "PT_TLS",
            Self::EntrySize { table, .. } | Self::TablePastEnd { table, .. } => *table != SectionHeaders,
            Self::LimitReached { what, .. } => *what != LimitKind::SectionHeaders,
            Self::SectionPastEnd { .. }
            | Self::SectionsDisagree { .. }
            | Self::SegmentsUnordered { .. }
            | Self::SegmentRepeated { .. }
            | Self::VersionCountDisagrees { .. } => false,
            _ => true,
        }
    }
}

fn shown(value: Option<u64>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| format!("{value:#x}"))
}
