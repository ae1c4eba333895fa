//! An entry, as its record in the central directory claims it to be.
//!
//! Source: APPNOTE 6.3.10 §4.3.12 for the record; §4.4.4 and appendix D for the encoding of names.

use serde::{Deserialize, Serialize};

/// Length of a record without its name, extra fields and comment.
pub(super) const RECORD_LEN: usize = 46;
/// General purpose flag bit 0: encrypted.
pub(super) const FLAG_ENCRYPTED: u16 = 0x0001;
/// General purpose flag bits 1 and 2: how much effort it was to deflate it.
pub(super) const FLAGS_EFFORT: u16 = 0x0006;
/// General purpose flag bit 11: the name is UTF-8.
pub(crate) const FLAG_UTF8: u16 = 0x0800;

/// One record of the central directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entry {
    /// Position in the directory, from 0.
    pub index: usize,
    /// Where the record stands in the file.
    pub record_offset: u64,
    /// Length of the record with its name, extra fields and comment, as claimed.
    pub claimed_record_len: u64,
    /// The name as the bytes that stand in the record.
    pub raw_name: Vec<u8>,
    /// The name decoded: UTF-8 where the flag says so, else code page 437.
    pub decoded_name: String,
    /// The name the reference goes by: the decoded name up to its first NUL.
    pub name: String,
    /// System that made the entry, as claimed: 3 is Unix.
    pub claimed_system: u8,
    /// Version needed to extract, as claimed, times ten.
    pub claimed_version_needed: u8,
    /// The byte above that version, which the reference ignores.
    pub claimed_version_upper: u8,
    /// General purpose flags, as claimed.
    pub claimed_flags: u16,
    /// Compression method, as claimed.
    pub claimed_method: u16,
    /// MS-DOS time, as claimed.
    pub claimed_time: u16,
    /// MS-DOS date, as claimed.
    pub claimed_date: u16,
    /// CRC-32 of the content, as claimed.
    pub claimed_crc32: u32,
    /// Compressed size in bytes, as claimed (the ZIP64 field where it is used).
    pub claimed_compressed_size: u64,
    /// Size in bytes, as claimed (the ZIP64 field where it is used).
    pub claimed_size: u64,
    /// Disk on which the entry starts, as claimed.
    pub claimed_disk: u16,
    /// Internal attributes, as claimed: bit 0 says that the content is text.
    pub claimed_internal_attributes: u16,
    /// External attributes, as claimed: the Unix mode in the upper half.
    pub claimed_external_attributes: u32,
    /// Where the local header stands, as claimed and shifted by `Directory::shift`; `None` before the file's start.
    pub local_offset: Option<u64>,
    /// Whether the record leaves size, compressed size and offset to a ZIP64 field.
    pub(super) left_to_zip64: [bool; 3],
    /// Where the local header stands, as claimed.
    pub(super) claimed_local_offset: u64,
    /// Extra fields.
    pub extra: Vec<u8>,
    /// Comment.
    pub comment: Vec<u8>,
}

impl Entry {
    /// Whether the name ends in a slash.
    pub fn is_directory(&self) -> bool {
        self.name.ends_with('/')
    }

    /// Whether its flags claim that it is encrypted.
    pub(crate) const fn is_encrypted(&self) -> bool {
        self.claimed_flags & FLAG_ENCRYPTED != 0
    }

    /// Length of the record in the directory.
    pub fn record_len(&self) -> u64 {
        [self.raw_name.len(), self.extra.len(), self.comment.len()]
            .into_iter()
            .fold(RECORD_LEN as u64, |sum, len| sum.saturating_add(len as u64))
    }

    /// The Unix mode, where the entry was made on Unix and has one.
    pub fn unix_mode(&self) -> Option<u32> {
        let mode = self.claimed_external_attributes >> 16;
        (self.claimed_system == 3 && mode != 0).then_some(mode)
    }
}

/// Decodes a name: UTF-8 where the flag says so (`None` where it is not), else code page 437.
pub(crate) fn decode_name(raw: &[u8], flags: u16) -> Option<String> {
    if flags & FLAG_UTF8 != 0 {
        return std::str::from_utf8(raw).ok().map(str::to_owned);
    }
    Some(raw.iter().map(|&b| cp437(b)).collect())
}

/// The upper half of code page 437, the historical encoding of names in zips.
/// Source: the Unicode Consortium's mapping table CP437.TXT.
const CP437_UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

fn cp437(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(upper) => CP437_UPPER.chars().nth(usize::from(upper)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_page_437_is_whole() {
        assert_eq!(CP437_UPPER.chars().count(), 128);
        assert_eq!(decode_name(b"a\x81\xff", 0).as_deref(), Some("aü\u{a0}"));
        assert_eq!(decode_name(b"a\xc3\xbc", FLAG_UTF8).as_deref(), Some("aü"));
        assert_eq!(decode_name(b"a\x81", FLAG_UTF8), None);
    }
}
