//! Archives of dependencies built field by field: gzip around tar.
//!
//! By default everything is as ordinary writers have it; tests change one field of a [`Member`], of the [`TarBuilder`] or
//! of the [`TgzBuilder`] and have a bad archive one step away from a good one.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

const BLOCK: usize = 512;
const POSIX: [u8; 8] = *b"ustar\x0000";
/// The magic of GNU's headers.
pub const GNU: [u8; 8] = *b"ustar  \0";

/// What the checksum of a header is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    /// Right.
    Right,
    /// Right where bytes are signed numbers.
    Signed,
    /// Too large by that.
    Off(u32),
    /// Right, but in base 256.
    Base256,
}

/// A member: the fields of its header as they are to be written, and what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Name, 100 bytes.
    pub name: Vec<u8>,
    /// Mode, 8 bytes.
    pub mode: Vec<u8>,
    /// Owner, 8 bytes.
    pub uid: Vec<u8>,
    /// When it was changed, as it stands in the header.
    pub mtime: Vec<u8>,
    /// Size, 12 bytes.
    pub size: Vec<u8>,
    /// The type.
    pub type_flag: u8,
    /// Where a link leads, 100 bytes.
    pub link: Vec<u8>,
    /// Magic and version.
    pub magic: [u8; 8],
    /// The first number of a device, 8 bytes.
    pub device: Vec<u8>,
    /// The front of a long name, 155 bytes.
    pub prefix: Vec<u8>,
    /// The last 12 bytes.
    pub tail: Vec<u8>,
    /// The checksum.
    pub checksum: Checksum,
    /// The bytes behind the header, filled up with NULs to whole blocks.
    pub content: Vec<u8>,
}

impl Member {
    /// A member of any type.
    pub fn new(name: impl AsRef<[u8]>, type_flag: u8, content: &[u8]) -> Self {
        Self {
            name: name.as_ref().to_vec(),
            mode: octal(0o644, 7),
            uid: octal(0, 7),
            mtime: octal(0, 11),
            size: octal(content.len() as u64, 11),
            type_flag,
            link: Vec::new(),
            magic: POSIX,
            device: Vec::new(),
            prefix: Vec::new(),
            tail: Vec::new(),
            checksum: Checksum::Right,
            content: content.to_vec(),
        }
    }

    /// A file.
    pub fn file(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        Self::new(name, b'0', content)
    }

    /// A folder.
    pub fn folder(name: impl AsRef<[u8]>) -> Self {
        Self { mode: octal(0o755, 7), ..Self::new(name, b'5', b"") }
    }

    /// A symbolic link.
    pub fn link(name: impl AsRef<[u8]>, to: impl AsRef<[u8]>) -> Self {
        Self { link: to.as_ref().to_vec(), ..Self::new(name, b'2', b"") }
    }

    /// An extended header of PAX with these records.
    pub fn pax(records: &[(&str, &str)]) -> Self {
        let content: Vec<u8> = records.iter().flat_map(|(key, value)| record(key, value)).collect();
        Self::new("PaxHeaders/x", b'x', &content)
    }

    /// The next member's name as GNU writes long ones.
    pub fn long_name(name: impl AsRef<[u8]>) -> Self {
        let content = [name.as_ref(), b"\0"].concat();
        Self { magic: GNU, ..Self::new("././@LongLink", b'L', &content) }
    }

    /// With one thing changed.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// With these bytes behind its content, which its size does not count.
    #[must_use]
    pub fn filled_with(self, filling: &[u8]) -> Self {
        self.with(|member| member.content.extend(filling))
    }

    /// As GNU writes it, with these bytes at that place of the header.
    ///
    /// Panics where that is not behind the names of the owners.
    #[must_use]
    pub fn gnu(self, at: usize, bytes: &[u8]) -> Self {
        self.with(|member| {
            member.magic = GNU;
            member.prefix = [&vec![0; at - 345], bytes].concat();
        })
    }

    /// Header and content.
    pub fn build(&self) -> Vec<u8> {
        let mut block = vec![0; BLOCK];
        for (at, len, bytes) in [
            (0, 100, &self.name),
            (100, 8, &self.mode),
            (108, 8, &self.uid),
            (116, 8, &octal(0, 7)),
            (124, 12, &self.size),
            (136, 12, &self.mtime),
            (157, 100, &self.link),
            (329, 8, &self.device),
            (345, 155, &self.prefix),
            (500, 12, &self.tail),
        ] {
            put(&mut block, at, bytes.get(..len).unwrap_or(bytes));
        }
        put(&mut block, 156, &[self.type_flag]);
        put(&mut block, 257, &self.magic);
        put(&mut block, 148, b"        ");
        let unsigned: i64 = block.iter().map(|byte| i64::from(*byte)).sum();
        let sum = match self.checksum {
            Checksum::Right | Checksum::Base256 => unsigned,
            Checksum::Off(by) => unsigned + i64::from(by),
            Checksum::Signed => block.iter().map(|byte| i64::from(byte.cast_signed())).sum(),
        };
        let sum = match self.checksum {
            Checksum::Base256 => [&[0x80][..], sum.to_be_bytes().get(1..).unwrap_or_default()].concat(),
            _ => format!("{sum:06o}\0").into_bytes(),
        };
        put(&mut block, 148, &sum);
        block.extend(&self.content);
        block.resize(block.len().next_multiple_of(BLOCK), 0);
        block
    }
}

/// A number in octal, of so many digits, and a NUL.
pub fn octal(number: u64, digits: usize) -> Vec<u8> {
    format!("{number:0digits$o}\0").into_bytes()
}

/// A record of PAX.
pub fn record(key: &str, value: &str) -> Vec<u8> {
    let rest = format!(" {key}={value}\n");
    let mut len = rest.len() + 1;
    while len.to_string().len() + rest.len() > len {
        len += 1;
    }
    format!("{len}{rest}").into_bytes()
}

fn put(block: &mut [u8], at: usize, bytes: &[u8]) {
    for (slot, byte) in block.iter_mut().skip(at).zip(bytes) {
        *slot = *byte;
    }
}

/// A tar in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TarBuilder {
    /// Members and extended headers.
    pub members: Vec<Member>,
    /// Blocks of NULs behind them.
    pub end_blocks: usize,
    /// What follows these.
    pub suffix: Vec<u8>,
}

impl TarBuilder {
    /// A tar of these members.
    pub fn new(members: impl IntoIterator<Item = Member>) -> Self {
        Self { members: members.into_iter().collect(), end_blocks: 2, suffix: Vec::new() }
    }

    /// The bytes.
    pub fn build(&self) -> Vec<u8> {
        let mut out: Vec<u8> = self.members.iter().flat_map(Member::build).collect();
        out.resize(out.len() + self.end_blocks * BLOCK, 0);
        out.extend(&self.suffix);
        out
    }
}

/// A gzip file in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TgzBuilder {
    /// What is compressed.
    pub tar: Vec<u8>,
    /// The compression method in the header.
    pub method: u8,
    /// The flags in the header.
    pub flags: u8,
    /// What follows the first ten bytes of the header, as the flags announce it.
    pub fields: Vec<u8>,
    /// What is done with the CRC-32 at the end: exclusive or.
    pub crc32_xor: u32,
    /// Added to the size at the end.
    pub size_by: u32,
    /// What follows.
    pub suffix: Vec<u8>,
}

impl TgzBuilder {
    /// These bytes, compressed.
    pub fn of(tar: impl Into<Vec<u8>>) -> Self {
        let (fields, suffix) = (Vec::new(), Vec::new());
        Self { tar: tar.into(), method: 8, flags: 0, fields, crc32_xor: 0, size_by: 0, suffix }
    }

    /// With one thing changed.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The bytes.
    pub fn build(&self) -> Vec<u8> {
        let mut out = vec![0x1F, 0x8B, self.method, self.flags, 0, 0, 0, 0, 0, 0xFF];
        out.extend(&self.fields);
        let mut encoder = DeflateEncoder::new(out, Compression::default());
        let mut out = encoder.write_all(&self.tar).and_then(|()| encoder.finish()).unwrap_or_default();
        let size = u32::try_from(self.tar.len() & 0xFFFF_FFFF).unwrap_or_default();
        out.extend((crc32fast::hash(&self.tar) ^ self.crc32_xor).to_le_bytes());
        out.extend(size.wrapping_add(self.size_by).to_le_bytes());
        out.extend(&self.suffix);
        out
    }
}

/// A folder with two files, as ordinary writers pack it.
pub fn members() -> Vec<Member> {
    vec![
        Member::folder("data/"),
        Member::file("data/numbers.bin", &[1, 2, 3]),
        Member::file("data/words.txt", b"some words, which would compress if there were more\n"),
    ]
}

/// An archive of a dependency about which nothing is odd.
pub fn good() -> Vec<u8> {
    tgz(members())
}

/// An archive of these members.
pub fn tgz(members: impl IntoIterator<Item = Member>) -> Vec<u8> {
    TgzBuilder::of(TarBuilder::new(members).build()).build()
}
