use serde::{Deserialize, Serialize};

use super::architecture::Architecture;
use super::defect::ModuleDefect;
use super::elf::{ElfFacts, VersionNeed};
use super::format::ModuleFormat;
use super::macho::MachOFacts;

/// Everything known about the bytes of one module; made by [`inspect`](super::inspect).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
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
    /// The architecture; `None` for what is not an object file, and for a universal Mach-O file of several.
    ///
    /// ```
    /// use ramp_core::module::{ModuleLimits, inspect};
    /// # let elf = ramp_fixtures::elf::ElfBuilder::module().aarch64().build();
    /// # let mach_o = ramp_fixtures::elf::macho::MachOBuilder::arm64().build();
    ///
    /// let architecture = |bytes: &[u8]| inspect(bytes, &ModuleLimits::default()).architecture().map(|a| a.to_string());
    /// assert_eq!(architecture(&elf).as_deref(), Some("aarch64"));
    /// assert_eq!(architecture(&mach_o).as_deref(), Some("aarch64"));
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

    /// Whether bytes that the loader reads are missing at the end: a header, a segment or a table reaches past it.
    ///
    /// ```
    /// use ramp_core::module::{ModuleLimits, inspect};
    /// # let mut module = ramp_fixtures::elf::ElfBuilder::module().without_section_headers();
    /// # module.comments.clear();
    /// # let mut module = module.build();
    ///
    /// assert!(!inspect(&module, &ModuleLimits::default()).truncated());
    /// module.pop();
    /// assert!(inspect(&module, &ModuleLimits::default()).truncated());
    /// ```
    pub fn truncated(&self) -> bool {
        self.defects.iter().any(ModuleDefect::is_truncation)
    }
}

impl ModuleDefect {
    /// Whether it says that bytes are missing at the end. The section headers are what linkers write last: where these are not there,
    /// the file was cut off, though the loader may not miss them.
    fn is_truncation(&self) -> bool {
        use super::defect::TableKind::{LoadCommands, ProgramHeaders, SectionHeaders, Slices};
        let is_read = match self {
            Self::TablePastEnd { table, .. } => {
                matches!(table, ProgramHeaders | SectionHeaders | LoadCommands | Slices)
            }
            _ => self.matters_to_loader(),
        };
        is_read && self.is_past_end()
    }

    /// Whether it says that something lies behind the end of the file.
    pub(crate) const fn is_past_end(&self) -> bool {
        matches!(
            self,
            Self::TruncatedHeader { .. }
                | Self::SegmentPastEnd { .. }
                | Self::SectionPastEnd { .. }
                | Self::SliceBroken { .. }
                | Self::TablePastEnd { .. }
        )
    }
}
