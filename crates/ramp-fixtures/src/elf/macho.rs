//! Mach-O libraries, as found in bundles packed on a Mac.

const CPU_ARM64: u32 = 0x0100_000c;
const CPU_X86_64: u32 = 0x0100_0007;

/// A dynamic library of one architecture.
///
/// ```
/// use ramp_fixtures::elf::macho::{MachOBuilder, fat};
///
/// let both = fat(&[MachOBuilder::arm64(), MachOBuilder::x86_64()]);
/// assert_eq!(both[..4], [0xca, 0xfe, 0xba, 0xbe]);
/// ```
#[derive(Debug, Clone)]
pub struct MachOBuilder {
    /// `cputype`
    pub cpu_type: u32,
    /// `filetype`: 6 a dynamic library, 8 a bundle.
    pub file_type: u32,
    /// `LC_ID_DYLIB`
    pub install_name: String,
    /// `LC_LOAD_DYLIB`
    pub needed: Vec<String>,
    /// Platform and oldest system of `LC_BUILD_VERSION`: major, minor, patch.
    pub build_version: Option<(u32, [u8; 3])>,
    /// Exported symbols, with their leading underscore.
    pub exports: Vec<String>,
}

impl MachOBuilder {
    fn new(cpu_type: u32) -> Self {
        Self {
            cpu_type,
            file_type: 6,
            install_name: "@rpath/module.dylib".to_owned(),
            needed: vec!["/usr/lib/libSystem.B.dylib".to_owned()],
            build_version: Some((1, [14, 2, 0])),
            exports: vec!["_RedisModule_OnLoad".to_owned()],
        }
    }

    /// For Apple's own processors.
    #[must_use]
    pub fn arm64() -> Self {
        Self::new(CPU_ARM64)
    }

    /// For Intel's.
    #[must_use]
    pub fn x86_64() -> Self {
        Self::new(CPU_X86_64)
    }

    /// Drops all exports.
    #[must_use]
    pub fn without_exports(mut self) -> Self {
        self.exports.clear();
        self
    }

    /// The bytes.
    #[must_use]
    pub fn build(&self) -> Vec<u8> {
        let mut commands = vec![path_command(0xd, &self.install_name)];
        commands.extend(self.needed.iter().map(|name| path_command(0xc, name)));
        if let Some((platform, [major, minor, patch])) = self.build_version {
            let version = u32::from_be_bytes([0, major, minor, patch]);
            commands.push(words(&[0x32, 24, platform, version, version, 0]));
        }
        let size: usize = commands.iter().map(Vec::len).sum::<usize>() + 24;
        let symbols_at = 32 + size;
        let mut strings = vec![0_u8];
        let mut symbols = Vec::new();
        for name in &self.exports {
            symbols.extend(words(&[narrow(strings.len())]));
            // N_SECT | N_EXT, section 1, no description, an address.
            symbols.extend([0x0f, 1, 0, 0]);
            symbols.extend(0x1000_u64.to_le_bytes());
            strings.extend(name.as_bytes());
            strings.push(0);
        }
        let strings_at = symbols_at + symbols.len();
        commands.push(words(&[
            2,
            24,
            narrow(symbols_at),
            narrow(self.exports.len()),
            narrow(strings_at),
            narrow(strings.len()),
        ]));
        let header = [0xfeed_facf, self.cpu_type, 0, self.file_type, narrow(commands.len()), narrow(size), 0x85, 0];
        let mut bytes = words(&header);
        bytes.extend(commands.concat());
        bytes.extend(symbols);
        bytes.extend(strings);
        bytes
    }
}

/// A universal file of several architectures.
#[must_use]
pub fn fat(slices: &[MachOBuilder]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut contents = Vec::new();
    let mut offset = 8 + slices.len() * 20;
    for value in [0xcafe_babe_u32, narrow(slices.len())] {
        bytes.extend(value.to_be_bytes());
    }
    for slice in slices {
        let content = slice.build();
        for value in [slice.cpu_type, 0, narrow(offset), narrow(content.len()), 0] {
            bytes.extend(value.to_be_bytes());
        }
        offset += content.len();
        contents.extend(content);
    }
    bytes.extend(contents);
    bytes
}

fn path_command(command: u32, path: &str) -> Vec<u8> {
    let size = (24 + path.len() + 1).next_multiple_of(8);
    let mut bytes = words(&[command, narrow(size), 24, 0, 0, 0]);
    bytes.extend(path.as_bytes());
    bytes.resize(size, 0);
    bytes
}

fn words(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

#[allow(clippy::expect_used)]
fn narrow(value: usize) -> u32 {
    value.try_into().expect("a fixture under 4 GiB")
}
