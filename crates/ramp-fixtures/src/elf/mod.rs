//! ELF modules built byte by byte, and Mach-O ones in [`macho`].
//!
//! [`ElfBuilder::module`] is a good Redis module that a loader really loads; every setter takes it one step away from
//! there. What no setter reaches, [`ElfBuilder::replace`] and [`Elf::patch`] do.

mod assembled;
pub mod macho;
mod parts;
mod relocations;
mod strings;
mod symbols;
mod tables;
mod write;

use std::collections::BTreeMap;

pub use assembled::{Elf, Place};
pub use parts::*;

/// A shared object to be built; all parts can be changed.
///
/// ```
/// use ramp_fixtures::elf::ElfBuilder;
///
/// let good = ElfBuilder::module().build();
/// let bad = ElfBuilder::module().need("libc.so.6", "GLIBC_2.99", &["from_the_future"]).build();
/// assert!(good.starts_with(b"\x7fELF") && bad.len() > good.len());
/// ```
#[derive(Debug, Clone)]
pub struct ElfBuilder {
    /// 64-bit, else 32-bit.
    pub wide: bool,
    /// Little-endian, else big-endian.
    pub little: bool,
    /// `e_machine`
    pub machine: u16,
    /// `e_type`
    pub file_type: u16,
    /// `EI_OSABI`
    pub os_abi: u8,
    /// `DT_NEEDED`, in order.
    pub needed: Vec<String>,
    /// `DT_SONAME`
    pub soname: Option<String>,
    /// `DT_RPATH`
    pub rpath: Option<String>,
    /// `DT_RUNPATH`
    pub runpath: Option<String>,
    /// `DT_VERNEED`
    pub needs: Vec<Need>,
    /// `DT_VERDEF`, without the base definition, which is added.
    pub definitions: Vec<String>,
    /// Symbols defined here.
    pub exports: Vec<Export>,
    /// Undefined symbols without a version: name and whether it is weak.
    pub undefined: Vec<(String, bool)>,
    /// Symbols of the static table (`.symtab`); stripped, if empty.
    pub statics: Vec<Export>,
    /// The build id.
    pub build_id: Option<Vec<u8>>,
    /// Strings of `.comment`.
    pub comments: Vec<String>,
    /// `PT_GNU_STACK`
    pub stack: Stack,
    /// `DT_FLAGS`
    pub flags: u64,
    /// `DT_FLAGS_1`
    pub flags_1: u64,
    /// Tags and values put into the dynamic table as they are.
    pub tags: Vec<(u64, u64)>,
    /// `PT_INTERP`
    pub interpreter: Option<String>,
    /// `GNU_PROPERTY_X86_ISA_1_NEEDED`
    pub isa_needed: Option<u32>,
    /// Bytes of `PT_TLS`.
    pub tls: Option<usize>,
    /// The name in `.gnu_debuglink`.
    pub debug_link: Option<String>,
    /// Adds a `.debug_info` section.
    pub debug_info: bool,
    /// Keeps only the debug information, as `objcopy --only-keep-debug` does.
    pub debug_companion: bool,
    /// Writes section headers.
    pub section_headers: bool,
    /// Which hash tables.
    pub hash: HashStyle,
    /// Section types to write instead of the right ones, by section name.
    pub retyped: BTreeMap<String, u32>,
    /// Contents to write instead of the right ones, by section name.
    pub replaced: BTreeMap<String, Vec<u8>>,
}

impl ElfBuilder {
    /// A shared object for x86-64 that needs nothing and exports nothing.
    #[must_use]
    pub fn new() -> Self {
        Self {
            wide: true,
            little: true,
            machine: EM_X86_64,
            file_type: ET_DYN,
            os_abi: 0,
            needed: Vec::new(),
            soname: None,
            rpath: None,
            runpath: None,
            needs: Vec::new(),
            definitions: Vec::new(),
            exports: Vec::new(),
            undefined: Vec::new(),
            statics: Vec::new(),
            build_id: None,
            comments: Vec::new(),
            stack: Stack::Plain,
            flags: 0,
            flags_1: 0,
            tags: Vec::new(),
            interpreter: None,
            isa_needed: None,
            tls: None,
            debug_link: None,
            debug_info: false,
            debug_companion: false,
            section_headers: true,
            hash: HashStyle::Gnu,
            retyped: BTreeMap::new(),
            replaced: BTreeMap::new(),
        }
    }

    /// A good Redis module for x86-64: it exports `RedisModule_OnLoad` and needs `libc.so.6` of glibc 2.17.
    #[must_use]
    pub fn module() -> Self {
        Self::new()
            .needed("libc.so.6")
            .need("libc.so.6", "GLIBC_2.17", &["secure_getenv"])
            .export("RedisModule_OnLoad")
            .build_id(&[0xab; 20])
            .comment("GCC: (GNU) 12.3.0")
    }

    /// For another machine, with its class and byte order.
    #[must_use]
    pub fn machine(mut self, machine: u16, wide: bool, little: bool) -> Self {
        (self.machine, self.wide, self.little) = (machine, wide, little);
        self
    }

    /// For aarch64.
    #[must_use]
    pub fn aarch64(self) -> Self {
        self.machine(EM_AARCH64, true, true)
    }

    /// For 32-bit x86.
    #[must_use]
    pub fn i386(self) -> Self {
        self.machine(EM_386, false, true)
    }

    /// For 32-bit ARM.
    #[must_use]
    pub fn arm(self) -> Self {
        self.machine(EM_ARM, false, true)
    }

    /// For s390x, which is big-endian.
    #[must_use]
    pub fn s390x(self) -> Self {
        self.machine(EM_S390, true, false)
    }

    /// Sets `e_type`.
    #[must_use]
    pub fn file_type(mut self, file_type: u16) -> Self {
        self.file_type = file_type;
        self
    }

    /// Sets `EI_OSABI`.
    #[must_use]
    pub fn os_abi(mut self, os_abi: u8) -> Self {
        self.os_abi = os_abi;
        self
    }

    /// Adds a needed library.
    #[must_use]
    pub fn needed(mut self, library: &str) -> Self {
        self.needed.push(library.to_owned());
        self
    }

    /// Sets the soname.
    #[must_use]
    pub fn soname(mut self, soname: &str) -> Self {
        self.soname = Some(soname.to_owned());
        self
    }

    /// Sets the rpath.
    #[must_use]
    pub fn rpath(mut self, rpath: &str) -> Self {
        self.rpath = Some(rpath.to_owned());
        self
    }

    /// Sets the runpath.
    #[must_use]
    pub fn runpath(mut self, runpath: &str) -> Self {
        self.runpath = Some(runpath.to_owned());
        self
    }

    /// Sets the build id.
    #[must_use]
    pub fn build_id(mut self, build_id: &[u8]) -> Self {
        self.build_id = Some(build_id.to_vec());
        self
    }

    /// Adds a string to `.comment`.
    #[must_use]
    pub fn comment(mut self, comment: &str) -> Self {
        self.comments.push(comment.to_owned());
        self
    }

    /// Sets what `PT_GNU_STACK` says.
    #[must_use]
    pub fn stack(mut self, stack: Stack) -> Self {
        self.stack = stack;
        self
    }

    /// Adds a tag to the dynamic table, as it is.
    #[must_use]
    pub fn tag(mut self, tag: u64, value: u64) -> Self {
        self.tags.push((tag, value));
        self
    }

    /// Marks relocations in code (`DF_TEXTREL`).
    #[must_use]
    pub fn text_relocations(mut self) -> Self {
        self.flags |= 4;
        self
    }

    /// Adds an empty `DT_RELR`.
    #[must_use]
    pub fn relr(self) -> Self {
        self.tag(36, 0).tag(35, 0).tag(37, 8)
    }

    /// Makes it a position-independent program: `DF_1_PIE` and an interpreter.
    #[must_use]
    pub fn pie(mut self) -> Self {
        self.flags_1 |= 0x0800_0000;
        self.interpreter = Some("/lib64/ld-linux-x86-64.so.2".to_owned());
        self
    }

    /// Sets the bits of `GNU_PROPERTY_X86_ISA_1_NEEDED`: 1 baseline, 2 v2, 4 v3, 8 v4.
    #[must_use]
    pub fn isa_needed(mut self, bits: u32) -> Self {
        self.isa_needed = Some(bits);
        self
    }

    /// Adds zeroed thread-local storage that must lie in the static block (`DF_STATIC_TLS`).
    #[must_use]
    pub fn static_tls(mut self, size: usize) -> Self {
        self.flags |= 0x10;
        self.tls = Some(size);
        self
    }

    /// Adds `.gnu_debuglink`.
    #[must_use]
    pub fn debug_link(mut self, name: &str) -> Self {
        self.debug_link = Some(name.to_owned());
        self
    }

    /// Adds a `.debug_info` section.
    #[must_use]
    pub fn debug_info(mut self) -> Self {
        self.debug_info = true;
        self
    }

    /// Makes it the companion that `objcopy --only-keep-debug` writes.
    #[must_use]
    pub fn debug_companion(mut self) -> Self {
        self.debug_companion = true;
        self.debug_info = true;
        self
    }

    /// Leaves out the section headers.
    #[must_use]
    pub fn without_section_headers(mut self) -> Self {
        self.section_headers = false;
        self
    }

    /// Chooses the hash tables.
    #[must_use]
    pub fn hash(mut self, hash: HashStyle) -> Self {
        self.hash = hash;
        self
    }

    /// Lies about the type of a section, which no loader looks at.
    #[must_use]
    pub fn retype(mut self, section: &str, sh_type: u32) -> Self {
        self.retyped.insert(section.to_owned(), sh_type);
        self
    }

    /// Replaces the content of a section, such as `.gnu.version_r`.
    #[must_use]
    pub fn replace(mut self, section: &str, content: Vec<u8>) -> Self {
        self.replaced.insert(section.to_owned(), content);
        self
    }

    /// The bytes.
    #[must_use]
    pub fn build(&self) -> Vec<u8> {
        self.assemble().bytes
    }

    /// The bytes, and where each section is.
    #[must_use]
    pub fn assemble(&self) -> Elf {
        write::assemble(self)
    }
}

impl Default for ElfBuilder {
    fn default() -> Self {
        Self::new()
    }
}
