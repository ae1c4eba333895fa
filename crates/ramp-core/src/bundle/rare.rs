//! Compression methods that Python's `zipfile` reads, and hardly anybody writes: bzip2 (12) and LZMA (14).

use std::io::{self, BufReader, Read};

use super::entry::Entry;

/// The largest LZMA dictionary that is allocated; Python's own writer uses 8 MiB.
const MAX_LZMA_DICTIONARY: u32 = 64 << 20;
/// General purpose flag bit 1, of an LZMA entry: an end marker ends the stream, not its size.
const FLAG_END_MARKER: u16 = 0x0002;

pub(super) fn bzip2<R: Read>(window: R, buffer: usize) -> bzip2::bufread::BzDecoder<BufReader<R>> {
    bzip2::bufread::BzDecoder::new(BufReader::with_capacity(buffer, window))
}

/// Opens an LZMA stream as zips hold it: two bytes of version, the length of the properties, the properties.
pub(super) fn lzma<R: Read>(
    window: R,
    buffer: usize,
    entry: &Entry,
) -> io::Result<lzma_rust2::LzmaReader<BufReader<R>>> {
    let mut input = BufReader::with_capacity(buffer, window);
    let mut header = [0; 9];
    input.read_exact(&mut header)?;
    let [_, _, props_len_low, props_len_high, props, dictionary @ ..] = header;
    let dictionary = u32::from_le_bytes(dictionary);
    if u16::from_le_bytes([props_len_low, props_len_high]) != 5 || dictionary > MAX_LZMA_DICTIONARY {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "unusable LZMA properties"));
    }
    let size = if entry.claimed_flags & FLAG_END_MARKER != 0 { u64::MAX } else { entry.claimed_size };
    lzma_rust2::LzmaReader::new_with_props(input, size, props, dictionary, None)
}
