//! Reading an entry gives what was packed, or fails.

use std::io::{self, Cursor, ErrorKind, Read};

use ramp_core::bundle::{Bundle, BundleLimits, EntryError};
use ramp_fixtures::zip::{Entry, Header, ZipBuilder};

use crate::damage::shapes;

/// What comes out of the first entry, in pieces of that size.
fn read(bundle: &[u8], piece: usize, limits: &BundleLimits) -> io::Result<Vec<u8>> {
    let mut bundle = Bundle::open(Cursor::new(bundle), limits).unwrap();
    let entry = bundle.directory().entries[0].clone();
    let mut reader = bundle.reader(&entry).unwrap();
    let (mut content, mut buffer) = (Vec::new(), vec![0; piece]);
    loop {
        match reader.read(&mut buffer)? {
            0 => break,
            read => content.extend_from_slice(&buffer[..read]),
        }
    }
    assert_eq!(reader.read(&mut buffer)?, 0, "the end stays the end");
    Ok(content)
}

#[test]
fn what_was_packed_is_given_in_any_pieces() {
    let long: Vec<u8> = (0..200_000_u32).flat_map(|n| (n % 777).to_le_bytes()).collect();
    for content in [&b""[..], b"x", &long] {
        for entry in [Entry::deflated("a", content), Entry::stored("a", content)] {
            let bundle = ZipBuilder::new([entry]).build();
            for piece in [1000, 1 << 20] {
                assert!(read(&bundle, piece, &BundleLimits::default()).unwrap() == content);
            }
        }
    }
    for (shape, zip) in shapes() {
        let content = read(&zip.build(), 1, &BundleLimits::default()).unwrap();
        assert_eq!(content, b"\x7fELF, as good as a module", "{shape}");
    }
}

#[test]
fn what_is_not_as_claimed_fails() {
    type Change = fn(&mut Header);
    let text = b"text that is packed ".repeat(40);
    let cases: [(&str, Change, ErrorKind, &str); 4] = [
        ("another CRC-32", |header| header.crc32 ^= 1, ErrorKind::InvalidData, "CRC-32"),
        ("longer", |header| header.size -= 1, ErrorKind::InvalidData, "longer than the 799 bytes"),
        ("shorter", |header| header.size += 1, ErrorKind::UnexpectedEof, "800 of the 801 bytes"),
        ("cut off", |header| header.compressed_size -= 3, ErrorKind::UnexpectedEof, "cut short"),
    ];
    for (name, change, kind, words) in cases {
        let bundle = ZipBuilder::new([Entry::deflated("a", &text).both(change)]).build();
        let mut opened = Bundle::open(Cursor::new(&bundle), &BundleLimits::default()).unwrap();
        let entry = opened.directory().entries[0].clone();
        let mut reader = opened.reader(&entry).unwrap();
        let told = [(); 3].map(|()| io::copy(&mut reader, &mut io::sink()).unwrap_err().to_string());
        assert!(told[0] == told[1] && told[1] == told[2], "{name}: {told:?}");
        let err = read(&bundle, 7, &BundleLimits::default()).unwrap_err();
        assert!(err.kind() == kind && err.to_string().contains(words), "{name}: {:?}: {err}", err.kind());
    }
}

#[test]
fn of_a_bomb_no_more_is_read() {
    let bundle = ZipBuilder::new([Entry::deflated("a", &vec![0; 3 << 20])]).build();
    let mut limits = BundleLimits::default();
    (limits.inflation.max_ratio, limits.inflation.ratio_free_bytes) = (2, 1 << 20);
    let err = read(&bundle, 1000, &limits).unwrap_err();
    assert!(err.to_string().contains("beyond reason"), "{err}");
}

/// What of the entry is not in the file is not compressed data that allows for more.
#[test]
fn a_claim_beyond_the_file_is_no_excuse_for_a_bomb() {
    let bomb = Entry::deflated("a", &vec![0; 1 << 20]);
    let packed = bomb.central.compressed_size;
    let bundle =
        ZipBuilder::new([Entry::stored("b", &vec![7; 20_000]), bomb.both(|header| header.compressed_size += 60_000)]);
    let mut limits = BundleLimits::default();
    (limits.inflation.max_ratio, limits.inflation.ratio_free_bytes) = (100, 0);
    let bundle = bundle.build();
    let mut opened = Bundle::open(Cursor::new(bundle), &limits).unwrap();
    let entry = opened.directory().entries[1].clone();
    let told = io::copy(&mut opened.reader(&entry).unwrap(), &mut io::sink()).unwrap_err();
    assert!(told.to_string().contains("beyond reason"), "{packed}: {told}");
}

#[test]
fn what_cannot_be_opened_is_told_at_once() {
    let bundle = ZipBuilder::new([Entry::stored("a", b"x").both(|header| header.flags |= 1)]).build();
    let mut bundle = Bundle::open(Cursor::new(bundle), &BundleLimits::default()).unwrap();
    let entry = bundle.directory().entries[0].clone();
    assert!(matches!(bundle.reader(&entry), Err(EntryError::Open(_))));
}
