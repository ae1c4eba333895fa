//! The small vocabularies of defects.

use serde::{Deserialize, Serialize};

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
    /// A table of a module, in a [`ModuleDefect`](crate::module::ModuleDefect).
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
        /// `DT_RELA`.
        Relocations => "relocation table",
        /// `DT_JMPREL`.
        PltRelocations => "relocation table of the functions",
        /// `DT_RELR`.
        CompactRelocations => "table of compact relocations",
        /// `DT_INIT_ARRAY`.
        InitArray => "table of constructors",
        /// The load commands of a Mach-O file.
        LoadCommands => "load command table",
        /// The slices of a universal Mach-O file.
        Slices => "slice table",
    }
}

named! {
    /// What a string that leaves its table is, in a [`ModuleDefect`](crate::module::ModuleDefect).
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
    /// Why a chain of version records ended early, in a [`ModuleDefect`](crate::module::ModuleDefect).
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
    /// What is wrong with a table of hashes, in a [`ModuleDefect`](crate::module::ModuleDefect).
    HashFault {
        /// A chain comes back to a symbol that it, or another one, had before.
        Circle => "a chain goes in a circle, or into another one",
        /// A chain leads to a symbol that does not exist.
        Outside => "a chain leads to a symbol that does not exist",
        /// The loader takes the number of words as a mask.
        Bloom => "the number of words of its filter is not a power of two",
    }
}

named! {
    /// What is wrong with a relocation, in a [`ModuleDefect`](crate::module::ModuleDefect).
    RelocationFault {
        /// The loader knows no such type.
        UnknownType => "names a type that the loader does not know",
        /// It writes where no segment is.
        Outside => "writes outside every segment",
        /// It writes where the loader may not.
        ReadOnly => "writes into a read-only segment",
        /// Its symbol is not in the table of symbols.
        NoSymbol => "names a symbol that does not exist",
        /// It makes a function of an address where there is no code.
        NotCode => "makes a function of what is not code",
        /// It asks for the module's thread-local storage, and the module has none.
        NoTls => "asks for thread-local storage that the module does not have",
        /// It asks for the place of a symbol in thread-local storage, and the symbol is something else.
        NotTls => "takes a symbol for thread-local storage that is not",
        /// It asks for the size of a weak symbol, which no library has to have.
        NoSize => "asks for the size of a symbol that may not be there",
        /// Its symbol is the module's own, and the hash table does not lead to it.
        NotFound => "names a symbol of the module that its hash table does not lead to",
        /// Its symbol is of a version that no table of the module has.
        NoVersion => "names a symbol of a version that does not exist",
        /// The name of its symbol lies outside the string table.
        NoName => "names a symbol whose name lies outside the string table",
        /// It stands among those that the dynamic table says are relative.
        NotRelative => "is counted as relative and is not",
    }
}

named! {
    /// What the loader's view and the section headers were compared in, in a [`ModuleDefect`](crate::module::ModuleDefect).
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
    /// A bound of [`ModuleLimits`](crate::module::ModuleLimits), in a [`ModuleDefect`](crate::module::ModuleDefect).
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
