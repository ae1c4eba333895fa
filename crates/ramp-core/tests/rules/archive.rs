//! What about a zip's structure two readers could take in two ways.

use std::io::Write as _;

use ramp_fixtures::tgz;
use ramp_fixtures::zip::{Entry, ZipBuilder};

use crate::cases::{Case, case, dep, good, with_deps, zip, zip_of};

const ONLY_OURS: &str = "the other reader goes by what lies";

pub(crate) fn cases() -> Vec<Case> {
    [structure(), entries(), names()].concat()
}

fn structure() -> Vec<Case> {
    let clean = || with_deps(&["a", "b"]).build();
    vec![
        case("archive-prefix", "a shell script in front", zip(|zip| zip.prefix = b"#!/bin/sh\nexit\n".to_vec())),
        case("archive-gap", "bytes between the last entry and the directory", zip(|zip| zip.gap = b"hidden".to_vec())),
        case("archive-overlap", "an entry inside the data of another", overlapping()).twin(clean()),
        case("archive-trailing", "a signature appended", zip(|zip| zip.suffix = b"signature".to_vec())),
        case("archive-comment", "a comment of plain text", zip(|zip| zip.comment = b"packed by hand".to_vec())),
        case(
            "archive-comment-not-text",
            "a comment that starts like a record",
            zip(|zip| {
                zip.comment = b"PK\x03\x04".to_vec();
            }),
        ),
        case(
            "archive-directory-offset",
            "every offset too large by ten",
            zip(|zip| {
                zip.directory_offset_by = 10;
                for entry in &mut zip.entries {
                    entry.offset_by = 10;
                }
            }),
        )
        .also("archive-other-view", ONLY_OURS),
        case("archive-entry-count", "a count of one over two records", zip(|zip| zip.count_by = -1))
            .also("archive-other-view", ONLY_OURS),
        case("archive-disk", "an entry that claims to start on disk 1", zip(|zip| zip.entries[0].disk = 1)),
        case("archive-zip64", "a classic count of three and a ZIP64 count of two", counts_differ())
            .twin(zip(|zip| zip.zip64 = true))
            .also("archive-other-view", ONLY_OURS),
        case("archive-other-view", "an end record whose count the other reader believes", counts_differ())
            .twin(zip(|zip| zip.zip64 = true))
            .also("archive-zip64", "that the end records disagree is why the readers do"),
    ]
}

fn entries() -> Vec<Case> {
    let clean = || with_deps(&["a"]).build();
    let streamed = |spoil: u8| {
        dep(|entry| {
            *entry = entry.clone().streamed();
            entry.descriptor[4] ^= spoil;
        })
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
        case("archive-header-mismatch", "another time in the local header", dep(|entry| entry.local.time = 1))
            .twin(clean()),
        case("archive-descriptor", "a wrong checksum in the descriptor", streamed(1)).twin(streamed(0)),
        case(
            "archive-flags",
            "the flag of enhanced deflating",
            dep(|entry| {
                *entry = entry.clone().both(|header| header.flags |= 0x10);
            }),
        )
        .twin(clean()),
        case(
            "archive-encrypted",
            "an encrypted dependency",
            dep(|entry| {
                *entry = entry.clone().both(|header| header.flags |= 1);
            }),
        )
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
        case(
            "archive-extra-field",
            "one extra field twice",
            dep(|entry| {
                *entry = entry.clone().both(|header| header.extra = [field(0x9999, b""), field(0x9999, b"")].concat());
            }),
        )
        .twin(dep(|entry| *entry = entry.clone().both(|header| header.extra = field(0x9999, b"")))),
        case("archive-entry-comment", "a comment on a dependency", dep(|entry| entry.comment = b"note".to_vec()))
            .twin(clean()),
        case("archive-special-file", "a symbolic link", dep(|entry| entry.external_attributes = 0o120_777 << 16))
            .twin(clean()),
        case(
            "archive-privilege-bits",
            "a dependency of mode 4755",
            dep(|entry| {
                entry.external_attributes = 0o104_755 << 16;
            }),
        )
        .twin(clean()),
        case("archive-directory-content", "a directory with content", directory(b"content")).twin(directory(b"")),
        case("archive-bomb", "a dependency of more than 64 MiB of zeros", zeros((64 << 20) + 1))
            .twin(zeros(64 << 20))
            .also("dependency-archive-not-gzip", "zeros are no archive"),
    ]
}

fn names() -> Vec<Case> {
    vec![
        case("archive-name-unsafe", "a name that climbs out", with_deps(&["../../etc/cron.d/x"]))
            .twin(with_deps(&["x"])),
        case(
            "archive-name-twice",
            "a dependency packed twice",
            zip_of(&with_deps(&["a"]), |zip| {
                zip.entries.push(zip.entries[2].clone());
            }),
        )
        .twin(with_deps(&["a"])),
        case("archive-name-case", "two names that differ in case", with_deps(&["a", "A"])).twin(with_deps(&["a", "b"])),
        case("archive-file-is-directory", "a file whose name is another's directory", with_deps(&["a", "a.tgz/b"]))
            .twin(with_deps(&["a", "b/c"])),
    ]
}

/// The classic end record counts an entry more than the ZIP64 one.
fn counts_differ() -> ZipBuilder {
    zip(|zip| {
        zip.zip64 = true;
        zip.count_by = 1;
    })
}

/// An extra field.
fn field(id: u16, data: &[u8]) -> Vec<u8> {
    let len = u16::try_from(data.len()).unwrap();
    [&id.to_le_bytes()[..], &len.to_le_bytes(), data].concat()
}

/// `deps/b.tgz` stands inside the stored content of `deps/a.tgz`.
fn overlapping() -> ZipBuilder {
    let inner = Entry::stored("deps/b.tgz", b"b");
    let header = 30 + inner.local.name.len();
    let record = ZipBuilder::new([inner.clone()]).build()[..header + inner.data.len()].to_vec();
    let mut zip = with_deps(&["a", "b"]).zip();
    zip.entries.truncate(2);
    zip.entries.push(Entry::stored("deps/a.tgz", &record));
    zip.entries.push(Entry { record_only: true, offset_by: i64::try_from(header).unwrap(), ..inner });
    zip
}

fn bzip2(entry: Entry) -> Entry {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(&tgz::good()).unwrap();
    let data = encoder.finish().unwrap();
    let size = u32::try_from(data.len()).unwrap();
    let entry = entry.both(|header| (header.method, header.compressed_size) = (12, size));
    Entry { data, ..entry }
}

fn directory(content: &[u8]) -> ZipBuilder {
    let mut entry = Entry::stored("deps/", content);
    entry.external_attributes = Entry::directory("deps/").external_attributes;
    zip_of(&good(), |zip| zip.entries.push(entry))
}

fn zeros(size: usize) -> Vec<u8> {
    let mut bundle = with_deps(&["a"]);
    bundle.dependencies[0].1 = vec![0; size];
    bundle.build()
}
