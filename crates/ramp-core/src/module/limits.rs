use serde::Serialize;

/// How much of a module is read before [`inspect`](super::inspect) stops and says so.
///
/// Each default leaves a factor of ten or more above the largest module known (FalkorDB: 42 MB, 23,000 dynamic
/// symbols, 40 sections, some hundred version records), and keeps the worst input under 1 MiB well below 200 ms.
///
/// ```
/// use ramp_core::module::{ModuleDefect, ModuleLimits, inspect};
/// # let module = ramp_fixtures::elf::ElfBuilder::module().build();
///
/// let limits = ModuleLimits { symbols: 1, ..ModuleLimits::default() };
/// let facts = inspect(&module, &limits);
/// assert!(matches!(facts.defects[..], [ModuleDefect::LimitReached { limit: 1, .. }]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModuleLimits {
    /// Program headers (segments) of an ELF module. Default 65,535, as many as can be counted.
    pub program_headers: usize,
    /// Section headers of an ELF module. Default 4,096.
    pub section_headers: usize,
    /// Entries of the dynamic table. Default 4,096.
    pub dynamic_entries: usize,
    /// Entries of a symbol table, and steps along a hash chain. Default 1,048,576.
    pub symbols: usize,
    /// Records of the version tables, needs and definitions together. Default 4,096.
    pub version_records: usize,
    /// Needed libraries. Default 512.
    pub needed_libraries: usize,
    /// Bytes of one string. Default 65,536: a mangled C++ name may have some thousand.
    pub string_length: usize,
    /// Bytes of all strings that are kept, together, each as JSON writes it and with 64 more. Default 1 MiB.
    pub text: usize,
    /// Notes, and properties inside notes. Default 1,024.
    pub notes: usize,
    /// Load commands of one Mach-O slice. Default 4,096.
    pub load_commands: usize,
    /// Slices of a universal Mach-O file. Default 16.
    pub slices: usize,
    /// Defects recorded. Default 256.
    pub defects: usize,
}

impl Default for ModuleLimits {
    fn default() -> Self {
        Self {
            program_headers: 65_535,
            section_headers: 4_096,
            dynamic_entries: 4_096,
            symbols: 1 << 20,
            version_records: 4_096,
            needed_libraries: 512,
            string_length: 65_536,
            text: 1 << 20,
            notes: 1_024,
            load_commands: 4_096,
            slices: 16,
            defects: 256,
        }
    }
}
