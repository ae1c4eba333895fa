//! Extra fields: what stands behind a name in both headers.
//!
//! Source: APPNOTE 6.3.10 §4.5; Python 3.11's `zipfile` for how the ZIP64 field of the directory is applied.

use super::entry::Entry;
use super::failure::DirectoryFailure;
use super::source::Fields;

/// Identifier of the ZIP64 extended information.
pub(crate) const ZIP64: u16 = 0x0001;

/// What a 32-bit field says that leaves its value to the ZIP64 field.
pub(super) const UNKNOWN_32: u64 = 0xFFFF_FFFF;

/// The fields as (identifier, data); the last item is an error where the bytes do not divide into fields.
pub(crate) fn fields(extra: &[u8]) -> impl Iterator<Item = Result<(u16, &[u8]), Malformed>> {
    let mut rest = Fields::new(extra);
    std::iter::from_fn(move || {
        if rest.remaining() == 0 {
            return None;
        }
        let left = rest.remaining();
        let header = rest.u16().zip(rest.u16());
        let field = header.and_then(|(id, len)| Some((id, rest.bytes(usize::from(len))?)));
        if field.is_none() {
            rest = Fields::new(&[]);
        }
        Some(field.ok_or(Malformed { id: header.map(|(id, _)| id), left }))
    })
}

/// Extra fields that do not divide into (identifier, length, data).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// The identifier of the field that is cut off, where there is one.
    pub(crate) id: Option<u16>,
    /// How many bytes are left over.
    pub(crate) left: usize,
}

/// Replaces what `entry` leaves to its ZIP64 field: sizes and the local header's offset.
pub(super) fn apply_zip64(entry: &mut Entry) -> Result<(), DirectoryFailure> {
    entry.left_to_zip64 =
        [entry.claimed_size, entry.claimed_compressed_size, entry.claimed_local_offset].map(|v| v == UNKNOWN_32);
    for field in fields(&entry.extra) {
        let (id, data) = match field {
            Ok(field) => field,
            // Fewer than four bytes left over are ignored; a field that is cut off is not.
            Err(Malformed { id: None, .. }) => break,
            Err(Malformed { id: Some(id), .. }) => {
                return Err(DirectoryFailure::ExtraCutOff { name: entry.name.clone(), id });
            }
        };
        if id != ZIP64 {
            continue;
        }
        let mut data = Fields::new(data);
        let unknown_size = entry.claimed_size == u64::MAX;
        for (value, unknown) in [
            (&mut entry.claimed_size, unknown_size),
            (&mut entry.claimed_compressed_size, false),
            (&mut entry.claimed_local_offset, false),
        ] {
            if *value == UNKNOWN_32 || unknown {
                *value = data.u64().ok_or_else(|| DirectoryFailure::Zip64Missing { name: entry.name.clone() })?;
            }
        }
    }
    Ok(())
}

/// The sizes (size, compressed size) of a local header, its ZIP64 field applied; `None` where a value is missing.
pub(crate) fn local_sizes(extra: &[u8], size: u32, compressed_size: u32) -> Option<(u64, u64)> {
    let (mut size, mut compressed_size) = (u64::from(size), u64::from(compressed_size));
    if size == UNKNOWN_32 || compressed_size == UNKNOWN_32 {
        let (_, data) = fields(extra).filter_map(Result::ok).find(|(id, _)| *id == ZIP64)?;
        let mut data = Fields::new(data);
        for value in [&mut size, &mut compressed_size] {
            if *value == UNKNOWN_32 {
                *value = data.u64()?;
            }
        }
    }
    Some((size, compressed_size))
}
