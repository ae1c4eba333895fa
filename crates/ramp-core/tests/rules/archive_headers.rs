//! What the headers of an entry say, to each other and to different readers.

use std::io::Write as _;

use ramp_fixtures::tgz::{self, TarBuilder, TgzBuilder};
use ramp_fixtures::zip::{Entry, Header, ZipBuilder};

use crate::archive::field;
use crate::cases::{Case, case, dep, with_deps, zip, zip_of};

const NEEDLESS: &str = "nothing here is so large";

pub(crate) fn cases() -> Vec<Case> {
    [headers(), descriptors(), extras()].concat()
}

/// Whether the two headers of an entry agree, and what they say.
fn headers() -> Vec<Case> {
    let clean = || with_deps(&["a"]).build();
    let local = |change: fn(&mut Header)| dep(|entry| change(&mut entry.local));
    let both = |change: fn(&mut Header)| dep(|entry| *entry = entry.clone().both(change));
    let stored = |local: u16, central: u16| {
        dep(|entry| {
            *entry = Entry::stored("deps/a.tgz", &tgz::good());
            (entry.local.flags, entry.central.flags) = (local, central);
        })
    };
    let folder = |name: &[u8]| {
        let mut entry = Entry::directory("deps/");
        entry.local.name = name.to_vec();
        zip(|zip| zip.entries.push(entry))
    };
    vec![
        case(
            "archive-header-missing",
            "the first of two entries of one name points nowhere",
            zip_of(&with_deps(&["a"]), |zip| {
                let twin = Entry { record_only: true, offset_by: 3, ..zip.entries[2].clone() };
                zip.entries.push(twin);
                zip.entries.swap(2, 3);
            }),
        )
        .twin(clean())
        .also("archive-name-twice", "only an entry that another hides is not opened"),
        case("archive-header-name", "`deps/` with another name in its local header", folder(b"bin./"))
            .twin(folder(b"deps/")),
        case("archive-header-flags", "another way to write the name in the local header", local(|h| h.flags = 0x800))
            .twin(local(|h| h.flags = 2)),
        case("archive-header-flags", "another effort in the local header of what is stored", stored(0, 6))
            .twin(stored(6, 6)),
        case("archive-header-method", "a local header that says stored", local(|h| h.method = 0)).twin(clean()),
        case("archive-header-crc32", "another CRC-32 in the local header", local(|h| h.crc32 ^= 1)).twin(clean()),
        case("archive-header-size", "another size in the local header", local(|h| h.size += 1)).twin(clean()),
        case("archive-header-size", "no compressed size in the local header", local(|h| h.compressed_size = 0))
            .twin(clean()),
        case("archive-header-version", "another version in the local header", local(|h| h.version_needed = 45))
            .twin(clean()),
        case("archive-header-time", "another time in the local header", local(|h| h.time = 1)).twin(clean()),
        case("archive-header-time", "another date in the local header", local(|h| h.date += 1)).twin(clean()),
        case("archive-flags", "the flag of enhanced deflating", both(|h| h.flags |= 0x10)).twin(clean()),
        case("archive-flags", "the flag of masked headers", both(|h| h.flags |= 0x2000)).twin(clean()),
        case("archive-encrypted", "an encrypted dependency", both(|h| h.flags |= 1))
            .twin(clean())
            .also("entry-unreadable", "the unpacker opens dependencies too"),
        case("archive-method", "a dependency compressed by bzip2", dep(|entry| *entry = bzip2(entry.clone())))
            .twin(clean()),
        case(
            "archive-stored-size",
            "a stored dependency that claims a byte more",
            dep(|entry| {
                *entry = Entry::stored("deps/a.tgz", &tgz::good()).both(|header| header.size += 1);
            }),
        )
        .twin(clean())
        .also("content-size", "one of the two sizes cannot be right"),
        case("archive-header-long", "a dependency with 970 bytes of extra fields", padded_extra(978 - 10 - 4 + 1))
            .twin(padded_extra(978 - 10 - 4)),
        case("archive-version-needed", "a dependency that needs version 4.7", both(|h| h.version_needed = 47))
            .twin(both(|h| h.version_needed = 46)),
        case("archive-entry-comment", "a comment on a dependency", dep(|entry| entry.comment = b"note".to_vec()))
            .twin(clean()),
    ]
}

/// Data descriptors.
fn descriptors() -> Vec<Case> {
    let streamed = |change: fn(&mut Entry)| {
        dep(|entry| {
            *entry = entry.clone().streamed();
            change(entry);
        })
    };
    let wide = |entry: &mut Entry| {
        let sizes = [entry.central.compressed_size, entry.central.size];
        entry.descriptor.truncate(8);
        entry.descriptor.extend(sizes.into_iter().flat_map(|size| u64::from(size).to_le_bytes()));
    };
    let announced = |change: fn(&mut Entry)| {
        dep(|entry| {
            *entry = entry.clone().streamed();
            (entry.local.compressed_size, entry.local.size) = (u32::MAX, u32::MAX);
            entry.local.extra = field(1, &[0; 16]);
            wide(entry);
            change(entry);
        })
    };
    let stored = |streamed: bool| {
        dep(|entry| {
            let plain = Entry::stored("deps/a.tgz", &tgz::good());
            *entry = if streamed { plain.streamed() } else { plain };
        })
    };
    vec![
        case("archive-descriptor", "a wrong checksum in the descriptor", streamed(|entry| entry.descriptor[4] ^= 1))
            .twin(streamed(|_| ())),
        case("archive-descriptor", "a wrong size in the descriptor", streamed(|entry| entry.descriptor[12] ^= 1))
            .twin(streamed(|_| ())),
        case("archive-descriptor", "no descriptor at all", streamed(|entry| entry.descriptor.clear()))
            .twin(streamed(|_| ())),
        case(
            "archive-descriptor-repeated",
            "a CRC-32 in the local header, and a descriptor",
            streamed(|entry| entry.local.crc32 = entry.central.crc32),
        )
        .twin(streamed(|_| ())),
        case(
            "archive-descriptor-repeated",
            "a compressed size in the local header, and a descriptor",
            streamed(|entry| {
                entry.local.compressed_size = entry.central.compressed_size;
            }),
        )
        .twin(streamed(|entry| entry.local.size = entry.central.size)),
        case(
            "archive-hidden-signature",
            "a CRC-32 that is the signature of the descriptor",
            dep(|entry| *entry = entry.clone().both(|header| header.crc32 = 0x0807_4b50).streamed()),
        )
        .twin(streamed(|_| ()))
        .also("content-crc32", "the content has another"),
        case("archive-descriptor-stored", "a stored dependency with a descriptor", stored(true)).twin(stored(false)),
        case(
            "archive-descriptor-unsigned",
            "a descriptor without signature",
            streamed(|entry| drop(entry.descriptor.drain(..4))),
        )
        .twin(streamed(|_| ())),
        case(
            "archive-descriptor-width",
            "a descriptor of 24 bytes that no ZIP64 field announces",
            dep(|entry| {
                *entry = entry.clone().streamed();
                wide(entry);
            }),
        )
        .twin(streamed(|_| ())),
        case(
            "archive-descriptor-width",
            "a descriptor of 16 bytes behind an entry whose size the directory leaves to a ZIP64 field",
            streamed(|entry| {
                entry.central.extra = field(1, &u64::from(entry.central.size).to_le_bytes());
                entry.central.size = u32::MAX;
            }),
        )
        .twin(streamed(|_| ()))
        .also("archive-zip64-needless", NEEDLESS),
        case(
            "archive-descriptor-width",
            "a descriptor of 16 bytes behind a ZIP64 field",
            announced(|entry| entry.descriptor = entry.clone().streamed().descriptor),
        )
        .twin(streamed(|_| ()))
        .also("archive-zip64-needless", NEEDLESS),
        case("archive-zip64-needless", "a wide descriptor, and the field that announces it", announced(|_| ()))
            .twin(streamed(|_| ())),
    ]
}

/// Extra fields.
fn extras() -> Vec<Case> {
    let extra = |bytes: &[u8]| dep(|entry| *entry = entry.clone().both(|header| header.extra = bytes.to_vec()));
    let known = field(0x9999, b"");
    let zip64 = |by: u64| {
        dep(|entry| {
            entry.central.extra = field(1, &(u64::from(entry.central.size) + by).to_le_bytes());
        })
    };
    let left = |change: fn(&mut Vec<u8>)| {
        dep(|entry| {
            let sizes = [entry.local.size, entry.local.compressed_size];
            let mut data: Vec<u8> = sizes.into_iter().flat_map(|size| u64::from(size).to_le_bytes()).collect();
            change(&mut data);
            (entry.local.size, entry.local.compressed_size) = (u32::MAX, u32::MAX);
            entry.local.extra = field(1, &data);
        })
    };
    let only_size = |len: usize| {
        dep(|entry| {
            let sizes = [entry.local.size, entry.local.compressed_size];
            let data: Vec<u8> = sizes.into_iter().flat_map(|size| u64::from(size).to_le_bytes()).collect();
            entry.local.size = u32::MAX;
            entry.local.extra = field(1, &data[..len]);
        })
    };
    vec![
        case(
            "archive-extra-malformed",
            "three bytes behind the last extra field",
            extra(&[&known[..], b"abc"].concat()),
        )
        .twin(extra(&known)),
        case("archive-extra-twice", "one extra field twice", extra(&[&known[..], &known].concat())).twin(extra(&known)),
        case(
            "archive-extra-override",
            "a Unicode path",
            dep(|entry| entry.local.extra = field(0x7075, b"\x01\0\0\0\0deps/b.tgz")),
        )
        .twin(dep(|entry| *entry = same_path(entry))),
        case(
            "archive-extra-override",
            "the same name as a Unicode path, before a data descriptor",
            dep(|entry| *entry = same_path(entry).streamed()),
        )
        .twin(dep(|entry| *entry = same_path(entry).streamed().both(|header| header.flags |= 0x800))),
        case("archive-extra-override", "libarchive's field makes it a link", extra(&libarchive(0o120_777 << 16)))
            .twin(extra(&libarchive(0o100_644 << 16))),
        case(
            "archive-extra-override",
            "libarchive's field gives it another system",
            extra(&field(0x6C78, &[1, 20, 0])),
        )
        .twin(extra(&field(0x6C78, &[1, 20, 3]))),
        case(
            "archive-extra-override",
            "libarchive's field gives external attributes and no system",
            extra(&field(0x6C78, &[&[4][..], &(0o100_644_u32 << 16).to_le_bytes()].concat())),
        )
        .twin(extra(&field(0x6C78, &[&[5, 20, 3][..], &(0o100_644_u32 << 16).to_le_bytes()].concat()))),
        case("archive-extra-override", "the field of ASi makes it a link", extra(&asi(0o120_777)))
            .twin(extra(&asi(0o100_644))),
        case("archive-extra-malformed", "a field of ASi with where a link leads", extra(&field(0x756E, &[0; 20])))
            .twin(extra(&asi(0o100_644))),
        case("archive-extra-malformed", "a link in the field of PKWARE's Unix", extra(&field(0x000D, &[b'x'; 13])))
            .twin(extra(&field(0x000D, &[b'x'; 12]))),
        case("archive-extra-malformed", "time stamps without times", extra(&field(0x5455, &[7])))
            .twin(extra(&field(0x5455, &[1, 0, 0, 0, 0]))),
        case(
            "archive-extra-malformed",
            "time stamps in the directory without that of modification",
            dep(|entry| entry.central.extra = field(0x5455, &[2, 0, 0, 0, 0])),
        )
        .twin(dep(|entry| entry.local.extra = field(0x5455, &[2, 0, 0, 0, 0]))),
        case("archive-extra-malformed", "no times of NTFS", extra(&field(0x000A, &[])))
            .twin(extra(&field(0x000A, &[&[0, 0, 0, 0, 1, 0, 24, 0][..], &[0; 24]].concat()))),
        case("archive-extra-malformed", "an owner of three bytes", extra(&field(0x5855, &[1, 2, 3])))
            .twin(extra(&field(0x5855, &[0; 8]))),
        case("archive-extra-malformed", "an owner without a group", extra(&field(0x7875, &[1, 1, 0])))
            .twin(extra(&field(0x7875, &[1, 1, 0, 1, 0]))),
        case("archive-hidden-signature", "a local header in an extra field", extra(&field(0x1234, b"PK\x03\x04")))
            .twin(extra(&field(0x1234, b"PK\x03\x05"))),
        case("archive-hidden-signature", "a descriptor in deflated data, before its descriptor", looks_ended(true))
            .twin(looks_ended(false)),
        case("archive-extra-zip64", "a ZIP64 field that repeats the size wrongly", zip64(1))
            .twin(with_deps(&["a"]))
            .also("archive-zip64-needless", NEEDLESS),
        case("archive-zip64-needless", "a ZIP64 field that repeats the size", zip64(0)).twin(with_deps(&["a"])),
        case("archive-zip64-needless", "a local header that leaves its sizes to a ZIP64 field", left(|_| ()))
            .twin(with_deps(&["a"])),
        case(
            "archive-extra-zip64",
            "a ZIP64 field with a byte behind the sizes that are left to it",
            left(|data| data.push(0)),
        )
        .twin(with_deps(&["a"]))
        .also("archive-zip64-needless", NEEDLESS),
        case("archive-extra-zip64", "a ZIP64 field with one size only in a local header", only_size(8))
            .twin(with_deps(&["a"]))
            .also("archive-zip64-needless", NEEDLESS),
    ]
}

/// A dependency, deflated to one block as it is, in which there is the signature of a data descriptor.
fn looks_ended(streamed: bool) -> ZipBuilder {
    let archive = TgzBuilder::of(TarBuilder::new(tgz::members()).build());
    // In the extra field of the gzip file, about which nothing is wrong.
    let archive = archive.with(|archive| (archive.flags, archive.fields) = (4, b"\x04\0PK\x07\x08".to_vec())).build();
    let len = u16::try_from(archive.len()).unwrap();
    let data = [&[1][..], &len.to_le_bytes(), &(!len).to_le_bytes(), &archive].concat();
    dep(|entry| {
        let size = u32::try_from(data.len()).unwrap();
        let plain = Entry::deflated("deps/a.tgz", &archive).both(|header| header.compressed_size = size);
        let plain = Entry { data, ..plain };
        *entry = if streamed { plain.streamed() } else { plain };
    })
}

/// An entry whose Unicode path says its name once more.
fn same_path(entry: &Entry) -> Entry {
    entry.clone().both(|header| {
        let data = [&[1][..], &crc32fast::hash(&header.name).to_le_bytes(), &header.name].concat();
        header.extra = field(0x7075, &data);
    })
}

/// libarchive's field with these external attributes.
fn libarchive(attributes: u32) -> Vec<u8> {
    field(0x6C78, &[&[7, 20, 3, 0, 0][..], &attributes.to_le_bytes()].concat())
}

/// The field of `ASi` with this mode.
fn asi(mode: u16) -> Vec<u8> {
    let rest = [&mode.to_le_bytes()[..], &[0; 8]].concat();
    field(0x756E, &[&crc32fast::hash(&rest).to_le_bytes()[..], &rest].concat())
}

/// A dependency with a field of so many bytes in its local header.
fn padded_extra(len: usize) -> ZipBuilder {
    dep(|entry| entry.local.extra = field(0x9999, &vec![0; len]))
}

fn bzip2(entry: Entry) -> Entry {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(&tgz::good()).unwrap();
    let data = encoder.finish().unwrap();
    let size = u32::try_from(data.len()).unwrap();
    let entry = entry.both(|header| (header.method, header.compressed_size) = (12, size));
    Entry { data, ..entry }
}
