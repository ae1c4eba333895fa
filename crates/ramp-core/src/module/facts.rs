use serde::Serialize;

use super::defect::ModuleDefect;
use super::dynamic::DynamicFacts;
use super::format::ModuleFormat;
use super::kinds::{Architecture, ElfClass, ElfType, Endianness, ExecStack, LibcFlavour, OsAbi, X86IsaLevel};
use super::macho::MachOFacts;
use super::symbols::SymbolFacts;
use super::versions::{VersionNeed, max_version};

/// Everything known about the bytes of one module; made by [`inspect`](super::inspect).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModuleFacts {
    /// What kind of file it is.
    pub format: ModuleFormat,
    /// Its bytes.
    pub size: u64,
    /// If it is ELF and its header can be read.
    pub elf: Option<ElfFacts>,
    /// If it is Mach-O and its header can be read.
    pub mach_o: Option<MachOFacts>,
    /// What is broken or contradictory, in the order of discovery.
    pub defects: Vec<ModuleDefect>,
}

impl ModuleFacts {
    /// The architecture; `None` for what is no object file, and for a universal Mach-O file of several.
    ///
    /// ```
    /// use ramp_core::module::{ModuleLimits, inspect};
    /// use ramp_fixtures::elf::{ElfBuilder, macho};
    ///
    /// let architecture = |bytes: &[u8]| inspect(bytes, &ModuleLimits::default()).architecture().map(|a| a.to_string());
    /// assert_eq!(architecture(&ElfBuilder::module().aarch64().build()).as_deref(), Some("aarch64"));
    /// assert_eq!(architecture(&macho::MachOBuilder::arm64().build()).as_deref(), Some("aarch64"));
    /// assert_eq!(architecture(b"hello"), None);
    /// ```
    pub fn architecture(&self) -> Option<Architecture> {
        if let Some(elf) = &self.elf {
            return Some(elf.machine);
        }
        match self.mach_o.as_ref()?.slices.as_slice() {
            [slice] => Some(slice.architecture),
            _ => None,
        }
    }

    /// The highest version needed of a namespace such as `GLIBC`, see [`ElfFacts::max_version`].
    pub fn max_version(&self, namespace: &str) -> Option<&VersionNeed> {
        self.elf.as_ref()?.max_version(namespace)
    }

    /// Whether bytes are missing at the end: a header, a segment, a section or a table reaches past it.
    ///
    /// ```
    /// use ramp_core::module::{ModuleLimits, inspect};
    /// use ramp_fixtures::elf::ElfBuilder;
    ///
    /// let mut bytes = ElfBuilder::module().build();
    /// assert!(!inspect(&bytes, &ModuleLimits::default()).truncated());
    /// bytes.pop();
    /// assert!(inspect(&bytes, &ModuleLimits::default()).truncated());
    /// ```
    pub fn truncated(&self) -> bool {
        use super::defect::TableKind::{LoadCommands, ProgramHeaders, SectionHeaders, Slices};
        self.defects.iter().any(|defect| {
            matches!(
                defect,
                ModuleDefect::TruncatedHeader { .. }
                    | ModuleDefect::SegmentPastEnd { .. }
                    | ModuleDefect::SectionPastEnd { .. }
                    | ModuleDefect::SliceBroken { .. }
                    | ModuleDefect::TablePastEnd { table: ProgramHeaders | SectionHeaders | LoadCommands | Slices, .. }
            )
        })
    }
}

/// The facts of an ELF module. Names are the ELF specification's.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ElfFacts {
    /// 32 or 64 bits.
    pub class: ElfClass,
    /// The order of bytes.
    pub endianness: Endianness,
    /// The architecture, by `e_machine`, class and byte order together.
    pub machine: Architecture,
    /// `e_machine` as it stands.
    pub e_machine: u16,
    /// `EI_OSABI`.
    pub os_abi: OsAbi,
    /// `EI_ABIVERSION`.
    pub abi_version: u8,
    /// Shared object, program, object file, …
    pub file_type: ElfType,
    /// `DF_1_PIE`: a program, whatever the type says; `dlopen` refuses it.
    pub pie: bool,
    /// `PT_INTERP`: the loader a program asks for.
    pub interpreter: Option<String>,
    /// The dynamic table; `None` if there is none that can be read.
    pub dynamic: Option<DynamicFacts>,
    /// The dynamic symbols.
    pub symbols: SymbolFacts,
    /// The symbol versions that must exist in other libraries, in the order of the table.
    pub version_needs: Vec<VersionNeed>,
    /// The symbol versions this module defines itself.
    pub version_definitions: Vec<String>,
    /// `NT_GNU_BUILD_ID`, in hexadecimal.
    pub build_id: Option<String>,
    /// The x86 level the module says it needs; `None` if it says nothing.
    pub x86_isa_needed: Option<X86IsaLevel>,
    /// What compilers and linkers left in `.comment`, each once.
    pub compilers: Vec<String>,
    /// Whether there are section headers at all. The loader does not need them.
    pub has_section_headers: bool,
    /// No static symbol table (`SHT_SYMTAB`).
    pub stripped: bool,
    /// DWARF inside: `.debug_info` or `.zdebug_info`.
    pub has_debug_info: bool,
    /// `.gnu_debuglink`: the name of the file that has the debug information.
    pub debug_link: Option<String>,
    /// The file of `objcopy --only-keep-debug`: all code sections are there by name only, without bytes.
    pub debug_companion: bool,
    /// Whether the stack is to be executable.
    pub exec_stack: ExecStack,
    /// Which C library it was made for.
    pub libc: LibcFlavour,
}

impl ElfFacts {
    /// The highest version needed of a namespace such as `GLIBC` or `GLIBCXX`.
    ///
    /// Weak needs do not count, since the loader tolerates their absence; nor do versions that are no numbers, such
    /// as `GLIBC_PRIVATE`.
    ///
    /// ```
    /// use ramp_core::module::{ModuleLimits, inspect};
    /// use ramp_fixtures::elf::ElfBuilder;
    ///
    /// let bytes = ElfBuilder::module()
    ///     .need("libc.so.6", "GLIBC_2.9", &["pipe2"])
    ///     .need("libc.so.6", "GLIBC_2.34", &["pthread_create"])
    ///     .weak_need("libc.so.6", "GLIBC_2.38", &["strlcpy"])
    ///     .build();
    /// let facts = inspect(&bytes, &ModuleLimits::default());
    /// let highest = facts.elf.as_ref().unwrap().max_version("GLIBC").unwrap();
    /// assert_eq!(highest.name, "GLIBC_2.34");
    /// assert_eq!(highest.symbols[0].name, "pthread_create");
    /// assert!(facts.max_version("GLIBCXX").is_none());
    /// ```
    pub fn max_version(&self, namespace: &str) -> Option<&VersionNeed> {
        max_version(&self.version_needs, namespace)
    }

    /// The needed libraries, in order.
    pub fn needed(&self) -> &[String] {
        self.dynamic.as_ref().map_or(&[], |dynamic| &dynamic.needed)
    }
}
