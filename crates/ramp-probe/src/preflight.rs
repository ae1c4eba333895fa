//! What can be told of a module before a server is started.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use ramp_core::module::{self, Architecture, ModuleFacts, ModuleFormat, ModuleLimits};
use ramp_core::{Limit, Limits};

use crate::cause::LoadCause;
use crate::error::ProbeError;

/// As much of the server as has its architecture.
const HEADER: u64 = 4096;

pub(crate) fn inspect(path: &Path) -> Result<ModuleFacts, ProbeError> {
    let fail = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => ProbeError::ModuleMissing { path: path.to_owned() },
        _ => ProbeError::Io { what: "read the module", source },
    };
    // Whatever is not a file may block, or never end.
    if !fs::metadata(path).map_err(fail)?.is_file() {
        return Err(fail(io::Error::other("it is not a file")));
    }
    let facts = module::inspect(&read(path).map_err(fail)?, &ModuleLimits::default());
    match facts.format {
        ModuleFormat::Elf | ModuleFormat::MachO => Ok(facts),
        format => Err(ProbeError::NotAModule { path: path.to_owned(), format }),
    }
}

/// The file, if it is no longer than a module may be.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let allowed = Limits::default().max_module_bytes;
    let file = File::open(path)?;
    let measured = file.metadata()?.len();
    let exceeded = |measured| {
        let exceeded = ramp_core::Error::LimitExceeded { limit: Limit::ModuleBytes, measured, allowed };
        io::Error::new(io::ErrorKind::FileTooLarge, exceeded)
    };
    if measured > allowed {
        return Err(exceeded(measured));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(measured).unwrap_or_default());
    // It may grow meanwhile.
    file.take(allowed + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > allowed { Err(exceeded(bytes.len() as u64)) } else { Ok(bytes) }
}

/// Refuses what that server, or without one this process's machine, cannot load whatever it tries.
pub(crate) fn check(facts: &ModuleFacts, server: Option<&Path>) -> Result<(), ProbeError> {
    match hindrance(facts, &server.map_or_else(Machine::here, Machine::of)) {
        Some(cause) => Err(ProbeError::LoadFailed { cause, log: String::new() }),
        None => Ok(()),
    }
}

/// What the server runs on.
#[derive(Debug)]
struct Machine {
    format: ModuleFormat,
    architecture: Option<Architecture>,
}

impl Machine {
    /// By the server's own executable, since that may run by emulation; where it is a script, this process's machine.
    fn of(server: &Path) -> Self {
        let mut header = Vec::new();
        let read = File::open(server).and_then(|file| file.take(HEADER).read_to_end(&mut header));
        let facts = module::inspect(&header, &ModuleLimits::default());
        if read.is_ok() && matches!(facts.format, ModuleFormat::Elf | ModuleFormat::MachO) {
            return Self { format: facts.format, architecture: facts.architecture() };
        }
        Self::here()
    }

    fn here() -> Self {
        let format = if cfg!(target_vendor = "apple") { ModuleFormat::MachO } else { ModuleFormat::Elf };
        Self { format, architecture: this_machine() }
    }
}

fn this_machine() -> Option<Architecture> {
    Some(match std::env::consts::ARCH {
        "x86_64" => Architecture::X86_64,
        "aarch64" => Architecture::Aarch64,
        "arm" => Architecture::Arm,
        "x86" => Architecture::I386,
        "powerpc64" if cfg!(target_endian = "little") => Architecture::Ppc64le,
        "powerpc64" => Architecture::Ppc64,
        "s390x" => Architecture::S390x,
        "riscv64" => Architecture::Riscv64,
        "loongarch64" => Architecture::Loongarch64,
        _ => return None,
    })
}

fn hindrance(facts: &ModuleFacts, machine: &Machine) -> Option<LoadCause> {
    if facts.format != machine.format {
        return Some(LoadCause::OtherFormat { mach_o: facts.format == ModuleFormat::MachO });
    }
    if let (Some(module), Some(server)) = (facts.architecture(), machine.architecture) {
        if module != server {
            return Some(LoadCause::OtherArchitecture { module: module.to_string(), server: server.to_string() });
        }
    }
    if facts.elf.as_ref().is_some_and(|elf| elf.debug_companion) {
        return Some(LoadCause::DebugCompanion);
    }
    // A loader that maps a segment past the end of the file may crash the server instead of refusing.
    facts.truncated().then_some(LoadCause::Truncated)
}

#[cfg(test)]
mod tests {
    use super::*;

    const X86_64: u16 = 62;
    const AARCH64: u16 = 183;

    /// A shared object of its header and one segment, which is the whole file.
    fn elf(machine: u16) -> Vec<u8> {
        const SIZE: u16 = 64 + 56;
        let mut bytes = vec![0; SIZE.into()];
        bytes[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
        let header = [(16, 3), (18, machine), (20, 1), (32, 64), (52, 64), (54, 56), (56, 1)];
        let segment = [(64, 1), (96, SIZE), (104, SIZE)];
        for (offset, value) in header.into_iter().chain(segment) {
            bytes[offset..offset + 2].copy_from_slice(&value.to_le_bytes());
        }
        bytes
    }

    /// A library for Macs, of its header alone.
    fn mach_o() -> Vec<u8> {
        let words: [u32; 8] = [0xfeed_facf, 0x0100_0007, 3, 6, 0, 0, 0, 0];
        words.into_iter().flat_map(u32::to_le_bytes).collect()
    }

    fn of(bytes: &[u8]) -> Option<LoadCause> {
        let machine = Machine { format: ModuleFormat::Elf, architecture: Some(Architecture::X86_64) };
        hindrance(&module::inspect(bytes, &ModuleLimits::default()), &machine)
    }

    #[test]
    fn what_can_never_load() {
        assert_eq!(of(&elf(X86_64)), None);
        let other = LoadCause::OtherArchitecture { module: "aarch64".into(), server: "x86_64".into() };
        assert_eq!(of(&elf(AARCH64)), Some(other));
        assert_eq!(of(&mach_o()), Some(LoadCause::OtherFormat { mach_o: true }));
        let mut cut = elf(X86_64);
        cut.pop();
        assert_eq!(of(&cut), Some(LoadCause::Truncated));
        assert_eq!(of(b"\x7fELF"), Some(LoadCause::Truncated));
    }

    #[test]
    fn files_that_are_none() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name| directory.path().join(name);
        fs::write(at("text"), "Remember the milk.\n").unwrap();
        File::create(at("long")).unwrap().set_len((1 << 30) + 1).unwrap();
        assert!(
            matches!(inspect(&at("long")), Err(ProbeError::Io { source, .. }) if source.kind() == io::ErrorKind::FileTooLarge)
        );
        assert!(matches!(inspect(&at("none")), Err(ProbeError::ModuleMissing { .. })));
        assert!(matches!(inspect(directory.path()), Err(ProbeError::Io { .. })));
        assert!(matches!(inspect(&at("text")), Err(ProbeError::NotAModule { format: ModuleFormat::Text, .. })));
    }

    #[test]
    fn the_server_itself_tells_its_machine() {
        let this = Machine::of(&std::env::current_exe().unwrap());
        assert_eq!(this.architecture, this_machine());
        let directory = tempfile::tempdir().unwrap();
        let server = directory.path().join("redis-server");
        fs::write(&server, elf(AARCH64)).unwrap();
        assert_eq!(Machine::of(&server).architecture, Some(Architecture::Aarch64));
        fs::write(&server, "#!/bin/sh\n").unwrap();
        assert_eq!(Machine::of(&server).architecture, this_machine());
    }
}
