//! Mach-O: what macOS loads. Read for what a developer's bundle may hold by mistake.

use goblin::mach::constants::cputype::{
    CPU_TYPE_ARM, CPU_TYPE_ARM64, CPU_TYPE_I386, CPU_TYPE_POWERPC64, CPU_TYPE_X86_64,
};
use goblin::mach::fat::{FAT_MAGIC, FatArch, SIZEOF_FAT_ARCH, SIZEOF_FAT_HEADER};
use goblin::mach::header::{MH_BUNDLE, MH_DSYM, MH_DYLIB, MH_DYLIB_STUB, MH_EXECUTE, MH_OBJECT};
use goblin::mach::load_command::{
    LC_BUILD_VERSION, LC_ID_DYLIB, LC_LAZY_LOAD_DYLIB, LC_LOAD_DYLIB, LC_LOAD_UPWARD_DYLIB, LC_LOAD_WEAK_DYLIB,
    LC_REEXPORT_DYLIB, LC_RPATH, LC_SYMTAB, LC_VERSION_MIN_IPHONEOS, LC_VERSION_MIN_MACOSX, LC_VERSION_MIN_TVOS,
    LC_VERSION_MIN_WATCHOS,
};
use goblin::mach::symbols::{N_EXT, N_PEXT, N_STAB, N_TYPE, N_UNDF};
use semver::Version;
use serde::{Deserialize, Serialize};

use super::architecture::Architecture;
use super::defect::{LimitKind, ModuleDefect, TableKind, TextKind};
use super::entry_points::ON_LOAD;
use super::read::{Encoding, Scan, Strings, narrow, slice, widen};

/// `FAT_MAGIC_64`: slices with 64-bit offsets.
const FAT_MAGIC_64: u32 = 0xcafe_babf;
const SIZEOF_FAT_ARCH_64: usize = 32;
const MAGIC_64: u32 = 0xfeed_facf;

/// The facts of a Mach-O file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MachOFacts {
    /// A universal (fat) file: one slice for each architecture.
    pub universal: bool,
    /// The slices; one, if the file is not universal.
    pub slices: Vec<MachOSlice>,
}

/// The facts of one architecture of a Mach-O file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MachOSlice {
    /// Where it begins in the file.
    pub offset: u64,
    /// Its bytes.
    pub size: u64,
    /// The architecture; Apple's `arm64` is `aarch64` here, as in `module.json`.
    pub architecture: Architecture,
    /// The CPU type as it stands.
    pub cpu_type: u32,
    /// Dynamic library, bundle, program, …
    pub file_type: MachOFileType,
    /// `LC_ID_DYLIB`: the name by which programs that link with it load it.
    pub install_name: Option<String>,
    /// The libraries to load first.
    pub needed: Vec<MachODylib>,
    /// `LC_RPATH`: where to look for libraries.
    pub rpaths: Vec<String>,
    /// `macos`, `ios`, …
    pub platform: Option<String>,
    /// The oldest system it is made for.
    pub min_os: Option<Version>,
    /// `_RedisModule_OnLoad` is exported.
    pub exports_on_load: bool,
}

/// A library a Mach-O file needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MachODylib {
    /// Its path.
    pub name: String,
    /// It may be missing.
    pub weak: bool,
}

/// What kind of Mach-O file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MachOFileType {
    /// `MH_OBJECT`: an object file.
    Object,
    /// `MH_EXECUTE`: a program.
    Execute,
    /// `MH_DYLIB`: a dynamic library.
    Dylib,
    /// `MH_DYLIB_STUB`: a dynamic library without code, to link with.
    DylibStub,
    /// `MH_BUNDLE`: a plug-in.
    Bundle,
    /// `MH_DSYM`: debug information only.
    Dsym,
    /// Another one.
    Other(u32),
}

pub(super) fn read(scan: &mut Scan<'_>) -> Option<MachOFacts> {
    let big = Encoding { wide: false, little: false };
    let magic = big.u32(scan.bytes, 0)?;
    if !matches!(magic, FAT_MAGIC | FAT_MAGIC_64) {
        let slice = read_slice(scan, scan.bytes, 0)?;
        return Some(MachOFacts { universal: false, slices: vec![slice] });
    }
    let claimed = big.u32(scan.bytes, 4)?;
    let count = scan.at_most(u64::from(claimed), LimitKind::Slices, scan.limits.slices);
    let entry = if magic == FAT_MAGIC { SIZEOF_FAT_ARCH } else { SIZEOF_FAT_ARCH_64 };
    let mut facts = MachOFacts { universal: true, slices: Vec::new() };
    for index in 0..count {
        let at = index.saturating_mul(entry).saturating_add(SIZEOF_FAT_HEADER);
        let place = if magic == FAT_MAGIC {
            FatArch::parse(scan.bytes, at).ok().map(|arch| (u64::from(arch.offset), u64::from(arch.size)))
        } else {
            big.u64(scan.bytes, at.saturating_add(8)).zip(big.u64(scan.bytes, at.saturating_add(16)))
        };
        let Some((offset, size)) = place else {
            scan.defect(ModuleDefect::TablePastEnd {
                table: TableKind::Slices,
                offset: widen(SIZEOF_FAT_HEADER),
                needed: widen(count.saturating_mul(entry)),
                available: widen(scan.bytes.len().saturating_sub(SIZEOF_FAT_HEADER)),
            });
            break;
        };
        let found = slice(scan.bytes, offset, size).and_then(|bytes| read_slice(scan, bytes, offset));
        if found.is_none() {
            scan.defect(ModuleDefect::SliceBroken { index: widen(index), offset, size });
        }
        facts.slices.extend(found);
    }
    Some(facts)
}

fn architecture(cpu_type: u32) -> Architecture {
    match cpu_type {
        CPU_TYPE_X86_64 => Architecture::X86_64,
        CPU_TYPE_ARM64 => Architecture::Aarch64,
        CPU_TYPE_ARM => Architecture::Arm,
        CPU_TYPE_I386 => Architecture::I386,
        CPU_TYPE_POWERPC64 => Architecture::Ppc64,
        other => Architecture::Unknown(other),
    }
}

fn file_type(file_type: u32) -> MachOFileType {
    match file_type {
        MH_OBJECT => MachOFileType::Object,
        MH_EXECUTE => MachOFileType::Execute,
        MH_DYLIB => MachOFileType::Dylib,
        MH_DYLIB_STUB => MachOFileType::DylibStub,
        MH_BUNDLE => MachOFileType::Bundle,
        MH_DSYM => MachOFileType::Dsym,
        other => MachOFileType::Other(other),
    }
}

fn read_slice(scan: &mut Scan<'_>, bytes: &[u8], offset: u64) -> Option<MachOSlice> {
    let encoding = match bytes.first_chunk().map(|raw| (u32::from_le_bytes(*raw), u32::from_be_bytes(*raw)))? {
        (magic, _) if magic | 1 == MAGIC_64 => Encoding { wide: magic == MAGIC_64, little: true },
        (_, magic) if magic | 1 == MAGIC_64 => Encoding { wide: magic == MAGIC_64, little: false },
        _ => return None,
    };
    let header_size = if encoding.wide { 32_usize } else { 28 };
    let field = |at| encoding.u32(bytes, at);
    let header = (field(4), field(12), field(16), field(20), bytes.get(header_size..));
    let (Some(cpu_type), Some(kind), Some(commands), Some(commands_size), Some(rest)) = header else {
        scan.defect(ModuleDefect::TruncatedHeader { needed: widen(header_size), size: widen(bytes.len()) });
        return None;
    };
    let commands_bytes = rest.get(..narrow(u64::from(commands_size))).unwrap_or_else(|| {
        scan.defect(ModuleDefect::TablePastEnd {
            table: TableKind::LoadCommands,
            offset: offset.saturating_add(widen(header_size)),
            needed: u64::from(commands_size),
            available: widen(rest.len()),
        });
        rest
    });
    let mut found = MachOSlice {
        offset,
        size: widen(bytes.len()),
        architecture: architecture(cpu_type),
        cpu_type,
        file_type: file_type(kind),
        install_name: None,
        needed: Vec::new(),
        rpaths: Vec::new(),
        platform: None,
        min_os: None,
        exports_on_load: false,
    };
    let count = scan.at_most(u64::from(commands), LimitKind::LoadCommands, scan.limits.load_commands);
    let mut symtab = None;
    let mut at = 0_usize;
    for _ in 0..count {
        let size = encoding.u32(commands_bytes, at.saturating_add(4)).map(|size| narrow(u64::from(size)));
        let command = size.filter(|size| *size >= 8).and_then(|size| {
            let end = at.checked_add(size)?;
            Some((commands_bytes.get(at..end)?, end))
        });
        let Some((command, end)) = command else {
            let at = widen(header_size).saturating_add(widen(at));
            scan.defect(ModuleDefect::LoadCommandBroken { offset: offset.saturating_add(at) });
            break;
        };
        if encoding.u32(command, 0) == Some(LC_SYMTAB) {
            symtab = Some(command);
        } else {
            read_command(scan, encoding, command, &mut found);
        }
        at = end;
    }
    // There may be only one; a thousand would be a thousand searches.
    if let Some(command) = symtab {
        found.exports_on_load = exports_on_load(scan, encoding, bytes, command, offset);
    }
    Some(found)
}

fn read_command(scan: &mut Scan<'_>, encoding: Encoding, command: &[u8], found: &mut MachOSlice) {
    let field = |at| encoding.u32(command, at);
    // The offset of a path is counted from the start of its command.
    let path = |scan: &mut Scan<'_>| {
        let strings = Strings::new(command, u64::MAX);
        strings.get(scan, u64::from(field(8)?), TextKind::LoadCommand)
    };
    match field(0).unwrap_or_default() {
        LC_ID_DYLIB => found.install_name = path(scan),
        kind @ (LC_LOAD_DYLIB | LC_LOAD_WEAK_DYLIB | LC_REEXPORT_DYLIB | LC_LOAD_UPWARD_DYLIB | LC_LAZY_LOAD_DYLIB) => {
            if found.needed.len() == scan.limits.needed_libraries {
                scan.limit(LimitKind::NeededLibraries, scan.limits.needed_libraries);
            } else if let Some(name) = path(scan) {
                found.needed.push(MachODylib { name, weak: kind == LC_LOAD_WEAK_DYLIB });
            }
        }
        LC_RPATH => found.rpaths.extend(path(scan)),
        LC_BUILD_VERSION => {
            found.platform = field(8).map(platform);
            found.min_os = field(12).map(os_version);
        }
        LC_VERSION_MIN_MACOSX => old_version(found, "macos", field(8)),
        LC_VERSION_MIN_IPHONEOS => old_version(found, "ios", field(8)),
        LC_VERSION_MIN_TVOS => old_version(found, "tvos", field(8)),
        LC_VERSION_MIN_WATCHOS => old_version(found, "watchos", field(8)),
        _ => {}
    }
}

fn old_version(found: &mut MachOSlice, platform: &str, version: Option<u32>) {
    found.platform = Some(platform.to_owned());
    found.min_os = version.map(os_version);
}

/// Packed as `xxxx.yy.zz`, one byte for each of the last two.
fn os_version(packed: u32) -> Version {
    let [high, low, minor, patch] = packed.to_be_bytes();
    Version::new(u64::from(u16::from_be_bytes([high, low])), u64::from(minor), u64::from(patch))
}

fn platform(number: u32) -> String {
    let name = match number {
        1 => "macos",
        2 => "ios",
        3 => "tvos",
        4 => "watchos",
        5 => "bridgeos",
        6 => "maccatalyst",
        7 => "iossimulator",
        8 => "tvossimulator",
        9 => "watchossimulator",
        10 => "driverkit",
        11 => "visionos",
        12 => "visionossimulator",
        other => return format!("unknown({other})"),
    };
    name.to_owned()
}

fn exports_on_load(scan: &mut Scan<'_>, encoding: Encoding, bytes: &[u8], command: &[u8], base: u64) -> bool {
    let field = |at| encoding.u32(command, at).map_or(0, u64::from);
    let (symbols_at, count, strings_at, strings_size) = (field(8), field(12), field(16), field(20));
    let entry = if encoding.wide { 16_usize } else { 12 };
    let count = scan.at_most(count, LimitKind::Symbols, scan.limits.symbols);
    let needed = count.saturating_mul(entry);
    let tables = slice(bytes, symbols_at, widen(needed)).zip(slice(bytes, strings_at, strings_size));
    let Some((symbols, strings)) = tables else {
        scan.defect(ModuleDefect::TablePastEnd {
            table: TableKind::Symbols,
            offset: base.saturating_add(symbols_at),
            needed: widen(needed),
            available: widen(bytes.len()).saturating_sub(symbols_at),
        });
        return false;
    };
    let strings = Strings::new(strings, strings_size);
    let name = format!("_{ON_LOAD}");
    symbols.chunks_exact(entry).any(|symbol| {
        let n_type = symbol.get(4).copied().unwrap_or_default();
        let exported = n_type & N_STAB == 0 && n_type & N_EXT != 0 && n_type & N_PEXT == 0 && n_type & N_TYPE != N_UNDF;
        exported && encoding.u32(symbol, 0).is_some_and(|offset| strings.is(offset, name.as_bytes()))
    })
}
