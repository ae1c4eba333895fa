//! What a file is whose end is not that of a zip, by a bounded piece of its front.

use std::io::{self, Read, Seek};

use ramp_inflate::Inflate;

use super::{Given, documents, formats, zips};
use crate::bundle::{DirectoryFailure, EndMissing, Source};
use crate::checksum::is_tar;
use crate::module::{ElfType, ModuleFormat, ModuleLimits, inspect};

/// How much of the front is read.
const FRONT: usize = 64 << 10;
/// How much is inflated of what is compressed.
const INFLATED: usize = 4 << 10;

/// How a gzip member begins. Source: RFC 1952, 2.3.1.
const GZIP: &[u8] = &[0x1F, 0x8B, 8];
const LOCAL_HEADER: &[u8] = b"PK\x03\x04";
/// At the start of a zip that was split, or was to be.
const SPLIT: [&[u8]; 2] = [b"PK\x07\x08PK\x03\x04", b"PK00PK\x03\x04"];

/// What a file is that could not be opened as a zip.
pub(crate) fn of_file<R: Read + Seek>(reader: &mut R, failure: &DirectoryFailure) -> io::Result<Given> {
    let mut source = Source::new(reader)?;
    let front = source.read_at(0, FRONT)?;
    let no_end = matches!(failure, DirectoryFailure::End(EndMissing::NotFound | EndMissing::TooShort { .. }));
    if SPLIT.iter().any(|mark| front.starts_with(mark))
        || matches!(failure, DirectoryFailure::End(EndMissing::Spanned { .. }))
    {
        return Ok(Given::Part);
    }
    if front.starts_with(LOCAL_HEADER) {
        let cut = no_end || matches!(failure, DirectoryFailure::End(EndMissing::Truncated { .. }));
        return if cut { zips::cut_off(&mut source) } else { Ok(Given::Unknown) };
    }
    // What has an end record is a zip for somebody, whatever stands in front.
    Ok(if no_end || front.is_empty() { of_bytes(&front) } else { Given::Unknown })
}

/// How messages speak of the archive, the program or the file of another format that begins like this; `None` for text, and for what is
/// not known.
pub fn signature(front: &[u8]) -> Option<&'static str> {
    if let Some(format) = formats::of(front) {
        return Some(&format.what);
    }
    if front.first_chunk().is_some_and(is_tar) {
        return Some("a tar archive");
    }
    if front.starts_with(GZIP) {
        return Some("a file compressed with gzip");
    }
    match inspect(front, &ModuleLimits::default()).format {
        ModuleFormat::Elf => Some("an ELF file"),
        ModuleFormat::MachO => Some("a file for macOS"),
        ModuleFormat::Pe => Some("a program for Windows"),
        _ => None,
    }
}

/// What begins like this.
fn of_bytes(front: &[u8]) -> Given {
    if front.starts_with(LOCAL_HEADER) {
        // Only inside of something else; a file is looked at more closely.
        return Given::Bundle;
    }
    if let Some(holds) = inflated(front) {
        return Given::Gzip { holds: Box::new(of_bytes(&holds)) };
    }
    if let Some(format) = formats::of(front) {
        return Given::Format(format.name.clone());
    }
    let facts = inspect(front, &ModuleLimits::default());
    match facts.format {
        ModuleFormat::Empty => Given::Empty,
        ModuleFormat::Elf => facts.elf.map_or(Given::Unknown, |elf| Given::Elf {
            architecture: elf.machine,
            shared: elf.file_type == ElfType::Dyn,
        }),
        ModuleFormat::MachO => Given::MachO,
        ModuleFormat::Pe => Given::Pe,
        ModuleFormat::Script => Given::Script,
        ModuleFormat::Text => documents::of(front),
        _ => Given::Unknown,
    }
}

/// The start of what is in a gzip file; `None` for what is not one, nothing where it cannot be read.
fn inflated(front: &[u8]) -> Option<Vec<u8>> {
    let rest = front.strip_prefix(GZIP)?;
    let body = body_of(rest).unwrap_or_default();
    let (mut inflate, mut buffer, mut out) = (Inflate::new(body, INFLATED), Vec::new(), Vec::new());
    while out.len() < INFLATED {
        match inflate.next_piece(&mut buffer, INFLATED) {
            Ok(piece) if !piece.is_empty() => out.extend_from_slice(buffer.get(piece).unwrap_or_default()),
            _ => break,
        }
    }
    Some(out)
}

/// What stands behind the header of a gzip member, whose first three bytes are gone. Source: RFC 1952, 2.3.
fn body_of(rest: &[u8]) -> Option<&[u8]> {
    let flags = *rest.first()?;
    let mut rest = rest.get(7..)?;
    if flags & 4 != 0 {
        let (len, behind) = rest.split_first_chunk()?;
        rest = behind.get(usize::from(u16::from_le_bytes(*len))..)?;
    }
    for text in [8, 16] {
        if flags & text != 0 {
            let end = memchr::memchr(0, rest)?;
            rest = rest.get(end..)?.get(1..)?;
        }
    }
    if flags & 2 != 0 { rest.get(2..) } else { Some(rest) }
}
