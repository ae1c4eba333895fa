//! What the headers of an entry say, to each other and to different readers.

use std::io::Write as _;

use ramp_fixtures::tgz;
use ramp_fixtures::zip::{Entry, Header};

use crate::archive::field;
use crate::cases::{Case, case, dep, with_deps, zip, zip_of};

pub(crate) fn cases() -> Vec<Case> {
    [headers(), descriptors(), extras()].concat()
}

/// Whether the two headers of an entry agree, and what they say.
fn headers() -> Vec<Case> {
    let clean = || with_deps(&["a"]).build();
    let local = |change: fn(&mut Header)| dep(|entry| change(&mut entry.local));
    let both = |change: fn(&mut Header)| dep(|entry| *entry = entry.clone().both(change));
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
        case("archive-header-flags", "another compression effort in the local header", local(|h| h.flags = 2))
            .twin(clean()),
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
        .twin(announced(|entry| {
            entry.central.extra = field(1, &u64::from(entry.central.size).to_le_bytes());
            entry.central.size = u32::MAX;
        })),
        case(
            "archive-descriptor-width",
            "a descriptor of 16 bytes behind a ZIP64 field",
            announced(|entry| entry.descriptor = entry.clone().streamed().descriptor),
        )
        .twin(announced(|_| ())),
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
        .twin(dep(|entry| entry.local.extra = field(0x7076, b"\x01\0\0\0\0deps/b.tgz"))),
        case("archive-extra-zip64", "a ZIP64 field that repeats the size wrongly", zip64(1)).twin(zip64(0)),
        case(
            "archive-extra-zip64",
            "a ZIP64 field with a byte behind the sizes that are left to it",
            left(|data| data.push(0)),
        )
        .twin(left(|_| ())),
        case("archive-extra-zip64", "a ZIP64 field with one size only in a local header", only_size(8))
            .twin(only_size(16)),
    ]
}

fn bzip2(entry: Entry) -> Entry {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(&tgz::good()).unwrap();
    let data = encoder.finish().unwrap();
    let size = u32::try_from(data.len()).unwrap();
    let entry = entry.both(|header| (header.method, header.compressed_size) = (12, size));
    Entry { data, ..entry }
}
