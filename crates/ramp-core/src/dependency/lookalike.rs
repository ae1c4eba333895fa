//! Tars whose first bytes, which are a name, are those of another format.
//!
//! Source: what the readers and filters of libarchive bid (`archive_read_support_*.c`). A filter goes before all formats: where a tar
//! starts like a file of bzip2, bsdtar unpacks that. Of formats a tar of POSIX or GNU has the highest bid, 106, but one from before
//! POSIX has 50, and a cabinet 64. GNU cpio, which reads tars too, asks for the signatures of cpio first.

/// Which format a tar would be, and what it would start with.
type Row = (&'static str, &'static [u8]);

const FORMATS: [Row; 35] = [
    ("bzip2", b"BZh"),
    ("compress", b"\x1F\x9D"),
    ("compress", b"\x1F\xA0"),
    ("gzip", b"\x1F\x8B"),
    ("grzip", b"GRZipII"),
    ("lrzip", b"LRZI"),
    ("lz4", b"\x04\x22\x4D\x18"),
    ("lz4", b"\x02\x21\x4C\x18"),
    ("lzip", b"LZIP"),
    ("lzop", b"\x89LZO"),
    ("rpm", b"\xED\xAB\xEE\xDB"),
    ("uuencode", b"begin "),
    ("uuencode", b"begin-base64 "),
    ("xz", b"\xFD7zXZ"),
    ("zstd", b"\x28\xB5\x2F\xFD"),
    ("7z", b"7z\xBC\xAF\x27\x1C"),
    ("ar", b"!<arch>"),
    ("cab", b"MSCF"),
    ("cpio", b"070701"),
    ("cpio", b"070702"),
    ("cpio", b"070707"),
    ("cpio", b"070727"),
    ("cpio", b"\x71\xC7"),
    ("cpio", b"\xC7\x71"),
    ("mtree", b"#mtree"),
    ("rar", b"Rar!\x1A"),
    ("warc", b"WARC/"),
    ("xar", b"xar!"),
    ("zip", b"PK\x01\x02"),
    ("zip", b"PK\x03\x04"),
    ("zip", b"PK\x05\x06"),
    ("zip", b"PK\x06\x06"),
    ("zip", b"PK\x07\x08"),
    ("zip", b"PK00"),
    ("ELF", b"\x7FELF"),
];
/// A program of Windows, in which bsdtar looks for a cabinet: an ordinary beginning of names, so asked for only where that would win.
const PROGRAM: Row = ("a program", b"MZ");
/// What LHA has behind the first two bytes.
const LHA: [&[u8]; 3] = [b"-lh", b"-lz", b"-pm"];
/// Frames of lz4 and zstd that are passed over: any first byte of sixteen, and this.
const SKIPPABLE: &[u8] = b"\x2A\x4D\x18";

/// Which other format a tar starts like, whose first header this is; `is_old` says whether it is from before POSIX.
pub(super) fn of(block: &[u8], is_old: bool) -> Option<&'static str> {
    let known = FORMATS.iter().chain(is_old.then_some(&PROGRAM)).find(|(_, signature)| block.starts_with(signature));
    if let Some((what, _)) = known {
        return Some(what);
    }
    match block {
        [0x50..=0x5F, rest @ ..] if rest.starts_with(SKIPPABLE) => Some("zstd"),
        [_, _, rest @ ..] if LHA.iter().any(|method| rest.starts_with(method)) && rest.get(4) == Some(&b'-') => {
            Some("LHA")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_of_other_formats() {
        for (start, what) in [
            (&b"BZh91AY&SY"[..], "bzip2"),
            (b"MSCF\0\0\0\0", "cab"),
            (b"070707", "cpio"),
            ("q\u{1CE}".as_bytes(), "cpio"),
            (b"\xFD7zXZ\0", "xz"),
            (b"\x5A\x2A\x4D\x18", "zstd"),
            (b"x -lh5-", "LHA"),
            (b"begin 644 x\n", "uuencode"),
        ] {
            assert_eq!(of(start, false), Some(what), "{start:?}");
        }
        for start in ["BZ/h", "MSC", "07070/", "0707", "qa", "a-lh5-", "aa-lhasa", "begin/", "PK", "`*M\u{18}", ""] {
            assert_eq!(of(start.as_bytes(), false), None, "{start:?}");
        }
        assert_eq!((of(b"MZ", false), of(b"MZ", true)), (None, Some("a program")));
    }
}
