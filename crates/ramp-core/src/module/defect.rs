use crate::text::count;
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

mod data;

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
    /// Two `PT_LOAD` segments claim the same addresses, or stand in the wrong order.
    #[error("segment {index} begins at {address:#x}, before the end of the segment before it")]
    SegmentsOverlap {
        /// Number of the later program header.
        index: u64,
        /// Where it begins.
        address: u64,
    },
    /// A second header of a kind of which the loader takes the last.
    #[error("more than one {segment} segment")]
    SegmentRepeated {
        /// The type, such as `PT_DYNAMIC`.
        segment: Cow<'static, str>,
    },
    /// The dynamic table has no `DT_NULL` before its bytes end.
    #[error("the dynamic table at {address:#x} has no end within its segment")]
    DynamicPastEnd {
        /// Where it begins.
        address: u64,
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

fn shown(value: Option<u64>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| format!("{value:#x}"))
}

macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident => $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $(Self::$variant => $text,)+ })
            }
        }
    };
}

named! {
    /// A table of a module, in a [`ModuleDefect`].
    TableKind {
        /// `e_phoff`.
        ProgramHeaders => "program header table",
        /// `e_shoff`.
        SectionHeaders => "section header table",
        /// `DT_SYMTAB`, or `LC_SYMTAB` of a Mach-O file.
        Symbols => "symbol table",
        /// `DT_HASH`.
        Hash => "symbol hash table",
        /// `DT_GNU_HASH`.
        GnuHash => "GNU symbol hash table",
        /// `DT_VERSYM`.
        VersionSymbols => "symbol version table",
        /// `DT_VERNEED`.
        VersionNeeds => "version need table",
        /// `DT_VERDEF`.
        VersionDefinitions => "version definition table",
        /// The load commands of a Mach-O file.
        LoadCommands => "load command table",
        /// The slices of a universal Mach-O file.
        Slices => "slice table",
    }
}

named! {
    /// What a string that leaves its table is, in a [`ModuleDefect`].
    TextKind {
        /// `PT_INTERP`.
        Interpreter => "interpreter",
        /// `DT_NEEDED`.
        Needed => "name of a needed library",
        /// `DT_SONAME`.
        Soname => "soname",
        /// `DT_RPATH`.
        Rpath => "rpath",
        /// `DT_RUNPATH`.
        Runpath => "runpath",
        /// `DT_FILTER`, `DT_AUXILIARY`.
        Filter => "name of a filtered library",
        /// `vn_file`.
        VersionFile => "library of a version need",
        /// `vna_name`, `vda_name`.
        VersionName => "name of a version",
        /// `st_name`.
        Symbol => "name of a symbol",
        /// A path in a Mach-O load command.
        LoadCommand => "path of a load command",
    }
}

named! {
    /// Why a chain of version records ended early, in a [`ModuleDefect`].
    ChainBreak {
        /// The next record lies on one already read, or goes in a circle.
        Overlap => "a record overlaps another one",
        /// The next record is not in the file.
        PastEnd => "a record lies outside its segment",
        /// The record is not of version 1, the only one there is.
        UnknownVersion => "a record has an unknown structure version",
    }
}

named! {
    /// What the loader's view and the section headers were compared in, in a [`ModuleDefect`].
    CrossCheck {
        /// File offset of the dynamic table.
        DynamicTable => "offset of the dynamic table",
        /// File offset of the dynamic symbols.
        Symbols => "offset of the dynamic symbols",
        /// Number of dynamic symbols, the null symbol included.
        SymbolCount => "number of dynamic symbols",
        /// File offset of the dynamic strings.
        Strings => "offset of the dynamic strings",
        /// File offset of the symbol versions.
        VersionSymbols => "offset of the symbol versions",
        /// File offset of the version needs.
        VersionNeeds => "offset of the version needs",
        /// Number of libraries in the version needs.
        VersionNeedCount => "number of version needs",
        /// File offset of the version definitions.
        VersionDefinitions => "offset of the version definitions",
    }
}

named! {
    /// A bound of [`ModuleLimits`](super::ModuleLimits), in a [`ModuleDefect`].
    LimitKind {
        /// `program_headers`.
        ProgramHeaders => "program headers",
        /// `section_headers`.
        SectionHeaders => "section headers",
        /// `dynamic_entries`.
        DynamicEntries => "dynamic entries",
        /// `symbols`.
        Symbols => "symbols",
        /// `version_records`.
        VersionRecords => "version records",
        /// `needed_libraries`.
        NeededLibraries => "needed libraries",
        /// `string_length`.
        StringLength => "bytes in a string",
        /// `text`.
        Text => "bytes of text",
        /// `notes`.
        Notes => "notes",
        /// `load_commands`.
        LoadCommands => "load commands",
        /// `slices`.
        Slices => "slices",
        /// `defects`.
        Defects => "defects",
    }
}
