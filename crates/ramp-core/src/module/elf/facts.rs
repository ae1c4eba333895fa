//! The facts of an ELF module, put together of what each table says.

use goblin::elf::header::{EI_ABIVERSION, EI_OSABI};
use goblin::elf::program_header::{PF_X, PT_GNU_STACK, PT_INTERP};
use serde::{Deserialize, Serialize};

use super::asked::Symbols;
use super::dynamic::{self, DynamicFacts, DynamicTable};
use super::hash::Lookup;
use super::image::Image;
use super::kinds::{ElfClass, ElfType, Endianness, ExecStack, LibcFlavour, OsAbi, X86IsaLevel};
use super::sections::Sections;
use super::symbols::{self, SymbolFacts};
use super::versions::{self, VersionNeed, max_version};
use super::{cross_check, header, notes, ranges, relocations};
use crate::module::architecture::Architecture;
use crate::module::defect::TextKind;
use crate::module::read::{Scan, Strings, slice};

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
    /// Bytes of memory that the loader reserves for it in one piece, zero-filled ones included.
    #[serde(default)]
    pub memory_size: u64,
    /// Bytes of thread-local storage that each thread gets (`PT_TLS`).
    #[serde(default)]
    pub tls_size: u64,
    /// What that storage is aligned to, in bytes.
    #[serde(default)]
    pub tls_align: u64,
    /// Whether it has to lie in the static block: a relocation takes an offset in there for granted, or `DF_STATIC_TLS` says so.
    #[serde(default)]
    pub static_tls: bool,
    /// Which C library it was made for.
    pub libc: LibcFlavour,
}

impl ElfFacts {
    /// The highest version needed of a namespace such as `GLIBC` or `GLIBCXX`.
    ///
    /// Weak needs do not count, since the loader tolerates their absence; nor do versions that are not numbers, such
    /// as `GLIBC_PRIVATE`.
    ///
    /// ```
    /// use ramp_core::module::{ModuleLimits, inspect};
    /// # let module = ramp_fixtures::elf::ElfBuilder::module()
    /// #     .need("libc.so.6", "GLIBC_2.9", &["pipe2"])
    /// #     .need("libc.so.6", "GLIBC_2.34", &["pthread_create"])
    /// #     .weak_need("libc.so.6", "GLIBC_2.38", &["strlcpy"])
    /// #     .build();
    ///
    /// // `module` needs GLIBC_2.9 for pipe2, GLIBC_2.34 for pthread_create, and weakly GLIBC_2.38 for strlcpy.
    /// let facts = inspect(&module, &ModuleLimits::default());
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

pub(in crate::module) fn read(scan: &mut Scan<'_>) -> Option<ElfFacts> {
    let (header, encoding) = header::read(scan)?;
    let image = Image::read(scan, &header, encoding);
    let sections = Sections::read(scan, &header, encoding);
    let table = DynamicTable::read(scan, &image);
    let dynamic = table.as_ref().map(|table| dynamic::facts(scan, table));
    let mut versions = table.as_ref().map(|table| versions::read(scan, &image, table)).unwrap_or_default();
    let count = table.as_ref().map(|table| symbols::count(scan, &image, table, &sections)).unwrap_or_default();
    cross_check::compare(scan, &sections, &image, table.as_ref(), count);
    let lookup = table.as_ref().map(|table| Lookup::read(scan, &image, table, count.entries)).unwrap_or_default();
    let code = ranges::code(&image);
    let relocations = table.as_ref().map(|table| {
        relocations::read(scan, &image, table, Symbols::new(&image, table, (count, &lookup), &versions), &code)
    });
    let relocations = relocations.unwrap_or_default();
    let how = (&relocations.asked, &lookup, &code);
    let symbols = table.as_ref().map(|table| symbols::read(scan, &image, table, count, &mut versions, &sections, how));
    let notes = notes::read(scan, &image, &sections);
    let needed = dynamic.as_ref().map_or(&[][..], |dynamic| dynamic.needed.as_slice());
    Some(ElfFacts {
        class: if encoding.wide { ElfClass::Elf64 } else { ElfClass::Elf32 },
        endianness: if encoding.little { Endianness::Little } else { Endianness::Big },
        machine: header::machine(&header, encoding),
        e_machine: header.e_machine,
        os_abi: OsAbi::new(header::ident(&header, EI_OSABI)),
        abi_version: header::ident(&header, EI_ABIVERSION),
        file_type: header::file_type(&header),
        pie: dynamic.as_ref().is_some_and(|dynamic| dynamic.flags.pie),
        interpreter: interpreter(scan, &image),
        libc: libc(needed, &versions.needs),
        static_tls: relocations.static_tls || dynamic.as_ref().is_some_and(|dynamic| dynamic.flags.static_tls),
        dynamic,
        symbols: symbols.unwrap_or_default(),
        version_needs: versions.needs,
        version_definitions: versions.definitions,
        build_id: notes.build_id,
        x86_isa_needed: notes.x86_isa_needed,
        compilers: sections.compilers(scan),
        has_section_headers: !sections.is_empty(),
        stripped: !sections.has_symtab(),
        has_debug_info: sections.has_debug_info(),
        debug_link: sections.debug_link(scan),
        debug_companion: sections.is_debug_companion(),
        exec_stack: exec_stack(&image),
        memory_size: image.memory_size(),
        tls_size: image.tls().map_or(0, |segment| segment.p_memsz),
        tls_align: image.tls().map_or(0, |segment| segment.p_align),
    })
}

fn interpreter(scan: &mut Scan<'_>, image: &Image<'_>) -> Option<String> {
    let segment = image.segment(PT_INTERP)?;
    let bytes = slice(scan.bytes, segment.p_offset, segment.p_filesz)?;
    Strings::new(bytes, segment.p_filesz).get(scan, 0, TextKind::Interpreter)
}

fn exec_stack(image: &Image<'_>) -> ExecStack {
    match image.segment(PT_GNU_STACK) {
        None => ExecStack::HeaderMissing,
        Some(segment) if segment.p_flags & PF_X != 0 => ExecStack::Yes,
        Some(_) => ExecStack::No,
    }
}

fn libc(needed: &[String], version_needs: &[VersionNeed]) -> LibcFlavour {
    let is_musl = |name: &String| name.starts_with("libc.musl-") && name.ends_with(".so.1");
    if version_needs.iter().any(|need| need.namespace == "GLIBC") || needed.iter().any(|name| name == "libc.so.6") {
        LibcFlavour::Glibc
    } else if needed.iter().any(|name| is_musl(name) || name == "libc.so") {
        LibcFlavour::Musl
    } else if needed.is_empty() {
        LibcFlavour::None
    } else {
        LibcFlavour::Unknown
    }
}
