//! The data descriptor behind an entry's data, which says once more what the directory says.

use std::io::{self, Read, Seek};

use super::super::anomaly::AnomalyKind;
use super::super::entry::Entry;
use super::super::extra;
use super::super::local::{FLAG_DESCRIPTOR, LocalHeader};
use super::super::source::{Fields, Source};
use super::found::Framing;
use super::hidden;

const SIGNATURE: [u8; 4] = *b"PK\x07\x08";
/// Lengths with signature: sizes of eight bytes, of four.
const WIDE: u64 = 24;
const NARROW: u64 = 16;

/// Checks the descriptor at `offset`, and gives its length; zero where there must be none.
///
/// Its signature may be left out by the specification, and the width of its sizes hangs on the local header's ZIP64
/// field: all writers that are known write the signature, and keep to the width.
pub(super) fn check<R: Read + Seek>(
    source: &mut Source<R>,
    framing: &mut Framing,
    entry: &Entry,
    local: &LocalHeader,
    offset: u64,
) -> io::Result<u64> {
    if entry.claimed_flags & FLAG_DESCRIPTOR == 0 {
        return Ok(0);
    }
    let bytes = source.read_at(offset, 24)?;
    let expected = (entry.claimed_crc32, entry.claimed_compressed_size, entry.claimed_size);
    let agrees = |signed: bool, wide: bool| parse(&bytes, signed, wide) == Some(expected);
    let announced = announced(entry, local);
    for (wide, len) in [(true, WIDE), (false, NARROW)] {
        if agrees(true, wide) {
            if let Some(announced) = announced.into_iter().find(|announced| *announced != len) {
                framing.about(entry, Some(offset), AnomalyKind::DescriptorWidth { len, announced });
            }
            let values = usize::try_from(len).ok().and_then(|len| bytes.get(SIGNATURE.len()..len)).unwrap_or_default();
            hidden::in_descriptor(framing, entry, offset.saturating_add(SIGNATURE.len() as u64), values);
            return Ok(len);
        }
    }
    for (wide, len) in [(true, WIDE), (false, NARROW)] {
        if agrees(false, wide) {
            let found = bytes.first_chunk().copied().unwrap_or_default();
            framing.about(entry, Some(offset), AnomalyKind::DescriptorUnsigned { found });
            return Ok(len.saturating_sub(SIGNATURE.len() as u64));
        }
    }
    let [by_local, _] = announced;
    let said = match parse(&bytes, true, by_local == WIDE) {
        Some(values) => (words(values), by_local),
        None => (format!("nothing, since {:02x?} does not start one", bytes.get(..4).unwrap_or(&bytes)), 0),
    };
    let kind = AnomalyKind::Descriptor { descriptor: said.0, directory: words(expected) };
    framing.about(entry, Some(offset), kind);
    Ok(said.1)
}

/// The descriptor's length by the local header, and by the directory where that is of the ZIP64 format.
///
/// Sizes have eight bytes each where the local header has a ZIP64 field, or one of them needs it. A directory that
/// leaves a size to a ZIP64 field announces the same.
fn announced(entry: &Entry, local: &LocalHeader) -> [u64; 2] {
    let large = entry.claimed_size.max(entry.claimed_compressed_size) >= extra::UNKNOWN_32;
    let has_field = extra::fields(&local.extra).any(|field| field.is_ok_and(|(id, _)| id == extra::ZIP64));
    let by_local = if has_field || large { WIDE } else { NARROW };
    let [size, compressed_size, _] = entry.left_to_zip64;
    [by_local, if size || compressed_size { WIDE } else { by_local }]
}

/// CRC-32, compressed size and size of a descriptor.
fn parse(bytes: &[u8], signed: bool, wide: bool) -> Option<(u32, u64, u64)> {
    let mut fields = Fields::new(bytes);
    if signed && *fields.bytes(4)? != SIGNATURE {
        return None;
    }
    let crc32 = fields.u32()?;
    let mut size = || if wide { fields.u64() } else { fields.u32().map(u64::from) };
    Some((crc32, size()?, size()?))
}

fn words((crc32, compressed_size, size): (u32, u64, u64)) -> String {
    format!("CRC-32 {crc32:08x}, compressed size {compressed_size}, size {size}")
}
