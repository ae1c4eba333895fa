use serde::{Deserialize, Serialize};

use super::dynamic::DynamicFacts;
use super::kinds::{ElfClass, ElfType, Endianness, ExecStack, LibcFlavour, OsAbi, X86IsaLevel};
use super::symbols::SymbolFacts;
use super::versions::{VersionNeed, max_version};
use crate::module::architecture::Architecture;

/// The facts of an ELF module. Names are the ELF specification's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
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
