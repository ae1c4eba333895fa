//! What about a zip's structure two readers could take in two ways.

use ramp_core::{Policy, Target};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::tgz::{self, TarBuilder, TgzBuilder, members};
use ramp_fixtures::zip::{Entry, ZipBuilder};
use serde_json::json;

use crate::cases::{Case, case, dep, good, with_deps, zip, zip_of};

const NEEDLESS: &str = "nothing here is so large";
const ONLY_OURS: &str = "the other reader goes by what lies";

pub(crate) fn cases() -> Vec<Case> {
    [structure(), end_records(), names(), kinds()].concat()
}

/// How the records follow each other.
fn structure() -> Vec<Case> {
    let clean = || with_deps(&["a", "b"]).build();
    let unlisted = |listed| zip(|zip| zip.entries.push(Entry { listed, ..Entry::directory("deps/") }));
    vec![
        case("archive-prefix", "a shell script in front", zip(|zip| zip.prefix = b"#!/bin/sh\nexit\n".to_vec())),
        case("archive-prefix", "a byte order mark in front", zip(|zip| zip.prefix = b"\xef\xbb\xbf".to_vec())),
        case("archive-gap", "bytes between the last entry and the directory", zip(|zip| zip.gap = b"hidden".to_vec())),
        case("archive-gap", "NULs between the last entry and the directory", zip(|zip| zip.gap = vec![0; 64])),
        case("archive-header-unlisted", "an entry that the directory does not list", unlisted(false))
            .twin(unlisted(true)),
        case(
            "archive-foreign-record",
            "an empty archive extra data record",
            zip(|zip| zip.gap = b"PK\x06\x08\0\0\0\0".to_vec()),
        ),
        case("archive-overlap", "an entry inside the data of another", overlapping()).twin(clean()),
        case(
            "archive-order",
            "a directory that lists the last entry first",
            zip_of(&with_deps(&["a", "b"]), |zip| zip.directory_reversed = true),
        )
        .twin(clean()),
        case(
            "archive-record-cut-off",
            "a last record that claims a comment of one byte",
            zip(|zip| zip.entries[1].comment_len_by = 1),
        ),
        case("archive-disk", "an entry that claims to start on disk 1", zip(|zip| zip.entries[0].disk = 1)),
        case("archive-other-view", "an empty time stamp field, which the other reader refuses", stamped(0))
            .twin(stamped(5))
            .also("archive-extra-malformed", "it has no flags"),
    ]
}

/// What the end records say, and where the file ends.
fn end_records() -> Vec<Case> {
    let zip64 = |change: fn(&mut ZipBuilder)| {
        zip(|zip| {
            zip.zip64 = true;
            change(zip);
        })
    };
    vec![
        case("archive-trailing", "a signature appended", zip(|zip| zip.suffix = b"signature".to_vec())),
        case("archive-trailing", "the end of a line appended", zip(|zip| zip.suffix = b"\r\n".to_vec())),
        case("archive-trailing", "a file filled up with NULs to 10,239 bytes", padded(10_239)),
        case("archive-padding", "a file filled up with NULs to 10,240 bytes", padded(10_240)),
        case("archive-second-end", "an end record in stored content that fits the end of the file", second_end(0))
            .twin(second_end(1)),
        case("archive-comment", "a comment of plain text", zip(|zip| zip.comment = b"packed by hand".to_vec())),
        case("archive-comment-long", "a comment of 59 bytes", zip(|zip| zip.comment = vec![b'a'; 59])),
        case(
            "archive-comment-not-text",
            "a comment that starts like a record",
            zip(|zip| {
                zip.comment = b"PK\x03\x04".to_vec();
            }),
        ),
        case("archive-comment-cut-off", "a comment of one byte that is not there", zip(|zip| zip.comment_len_by = 1))
            .also("archive-other-view", "the other reader wants the whole comment"),
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
        case("archive-entry-count", "a count of one on this disk over two records", one_here())
            .also("archive-other-view", "the other reader takes it for one of several disks"),
        case(
            "archive-zip64",
            "a classic record that claims a smaller directory",
            zip64(|zip| zip.directory_size_by = -1),
        )
        .also("archive-zip64-needless", NEEDLESS),
        case("archive-zip64", "a count that leaves it to a record that is not there", zip(|zip| zip.count_by = 65_533))
            .also("archive-entry-count", "there are two")
            .also("archive-other-view", ONLY_OURS),
        case("archive-zip64-locator", "a locator that points a byte too far", zip64(|zip| zip.zip64_offset_by = 1))
            .also("archive-zip64-needless", NEEDLESS),
        case("archive-hidden-signature", "an end record in the last extra field", last_extra(*b"PK\x05\x06", 54))
            .twin(last_extra(*b"PK\x05\x06", 55)),
        case("archive-hidden-signature", "a locator in the last extra field", last_extra(*b"PK\x06\x07", 15))
            .twin(last_extra(*b"PK\x06\x07", 17)),
        case("archive-hidden-signature", "a ZIP64 end record in the last extra field", last_extra(*b"PK\x06\x06", 16))
            .twin(last_extra(*b"PK\x06\x06", 17)),
        case("archive-hidden-signature", "an end record across two extra fields", across(*b"PK\x05\x06"))
            .twin(across(*b"PK\x05\x05")),
        case("archive-hidden-signature", "an end record as the time of the last entry", dated(0x4b50, 0x0605))
            .twin(dated(0x4b50, 0x0705)),
        case("archive-zip64-locator", "a locator in the last extra field", hidden_locator(*b"PK\x06\x07"))
            .twin(hidden_locator(*b"PK\x06\x09")),
        case(
            "archive-zip64-extensible",
            "a ZIP64 end record that claims a byte more",
            zip64(|zip| zip.zip64_record_size_by = 1),
        )
        .also("archive-zip64-needless", NEEDLESS),
        case("archive-zip64-needless", "a ZIP64 end record over two entries", zip64(|_| ())),
        case("archive-disk", "a ZIP64 locator that counts no disk", zip64(|zip| zip.zip64_disks_by = -1))
            .also("archive-zip64-needless", NEEDLESS),
    ]
}

/// Names that are not the same everywhere.
fn names() -> Vec<Case> {
    let utf8 = |name: &str| {
        zip_of(&with_deps(&[name]), |zip| {
            zip.entries[2] = zip.entries[2].clone().both(|header| header.flags |= 0x800);
        })
    };
    vec![
        case("archive-name-characters", "a name outside ASCII", utf8("ä")).twin(utf8("a")),
        case("archive-name-unsafe", "a name that climbs out", with_deps(&["../../etc/cron.d/x"]))
            .twin(with_deps(&["x"])),
        case("archive-name-reserved", "the name of a device", with_deps(&["aux"])).twin(with_deps(&["aus"])),
        case("archive-name-reserved", "the name of a device to read from", with_deps(&["CONIN$"]))
            .twin(with_deps(&["CONIN"])),
        case("archive-name-reserved", "a device with spaces behind it", module_named("nul  .so"))
            .twin(module_named("null  .so")),
        case("archive-name-reserved", "a module whose name starts with two dots", module_named("...so"))
            .twin(module_named(".a..so")),
        case("archive-name-reserved", "a name with a colon", with_deps(&["a:b"])).twin(with_deps(&["a-b"])),
        case("archive-name-reserved", "a name with a version", versioned("1"))
            .twin(versioned("b"))
            .also("wrong-form", "the URL names the file"),
        case("archive-name-long", "a folder of 256 letters", with_deps(&[&format!("{}/a", "x".repeat(256))]))
            .twin(with_deps(&[&format!("{}/a", "x".repeat(255))])),
        case("archive-name-long", "257 components", with_deps(&[&("a/".repeat(255) + "b")]))
            .twin(with_deps(&[&("a/".repeat(254) + "b")])),
        case(
            "archive-name-twice",
            "a dependency packed twice",
            zip_of(&with_deps(&["a"]), |zip| {
                zip.entries.push(zip.entries[2].clone());
            }),
        )
        .twin(with_deps(&["a"])),
        case("archive-name-case", "two names that differ in case", with_deps(&["a", "A"])).twin(with_deps(&["a", "b"])),
        case("archive-name-case", "a file that is a folder but for case", with_deps(&["A", "a.tgz/x"]))
            .twin(with_deps(&["A", "b.tgz/x"])),
        case("archive-file-is-directory", "a file whose name is another's directory", with_deps(&["a", "a.tgz/b"]))
            .twin(with_deps(&["a", "b/c"])),
    ]
}

/// A directory of nothing, deflated to this.
fn deflated(entry: &mut Entry, data: &[u8]) {
    entry.data = data.to_vec();
    *entry = entry.clone().both(|header| {
        header.method = 8;
        header.compressed_size = u32::try_from(data.len()).unwrap();
    });
}

/// What an entry is.
fn kinds() -> Vec<Case> {
    let attributes = |attributes: u32| dep(|entry| entry.external_attributes = attributes);
    let plain = || attributes(0o100_644 << 16);
    let folder = |change: fn(&mut Entry)| {
        let mut entry = Entry::directory("deps/");
        change(&mut entry);
        zip(|zip| zip.entries.push(entry))
    };
    vec![
        case("archive-special-file", "a symbolic link", attributes(0o120_777 << 16)).twin(plain()),
        case("archive-special-file", "a named pipe", attributes(0o010_644 << 16)).twin(plain()),
        case("archive-privilege-bits", "a dependency of mode 4755", attributes(0o104_755 << 16)).twin(plain()),
        case("archive-directory-content", "a directory with content", directory(b"content")).twin(directory(b"")),
        case(
            "archive-directory-content",
            "a directory that is deflated, but not there",
            folder(|entry| deflated(entry, b"")),
        )
        .twin(folder(|entry| deflated(entry, b"\x01\0\0\xff\xff")))
        .also("content-corrupt", "nothing is no stream"),
        case("archive-directory-mode", "a file with a directory's mode", attributes(0o040_755 << 16)).twin(plain()),
        case("archive-directory-mode", "a file with the directory bit of MS-DOS", attributes(0o100_644 << 16 | 0x10))
            .twin(plain()),
        case(
            "archive-directory-mode",
            "a directory with a file's mode",
            folder(|entry| entry.external_attributes = 0o100_755 << 16 | 0x10),
        )
        .twin(folder(|_| ())),
        case("archive-attributes", "a label of a volume", attributes(0o100_644 << 16 | 8)).twin(plain()),
        case("archive-attributes", "a reparse point", attributes(0o100_644 << 16 | 0x400)).twin(plain()),
        case("archive-attributes", "bit 2 of the internal attributes", dep(|entry| entry.internal_attributes = 4))
            .twin(dep(|entry| entry.internal_attributes = 1)),
        case("archive-system", "a dependency made on BeOS", made_on(16, 0o100_644)).twin(made_on(0, 0o100_644)),
        case("archive-mode", "a mode of MS-DOS that can be executed", made_on(0, 0o100_755)).twin(made_on(0, 0)),
        case("archive-mode", "a mode that grants nothing", made_on(3, 0o100_000)).twin(made_on(3, 0o100_600)),
        case("archive-mode-incomplete", "no mode, made on Unix", made_on(3, 0)).twin(made_on(0, 0)),
        case("archive-mode-incomplete", "a mode that does not say that it is a file's", made_on(3, 0o755))
            .twin(made_on(3, 0o600)),
        case("archive-mode-incomplete", "a file that Windows has read-only", read_only(10)).twin(read_only(3)),
        case("archive-mode-incomplete", "a mode of MS-DOS that only the owner may read", made_on(0, 0o600))
            .twin(made_on(3, 0o600)),
        case(
            "archive-mode-incomplete",
            "a folder that Windows has read-only",
            folder_made_on(10, 0o040_755 << 16 | 0x11),
        )
        .twin(folder_made_on(3, 0o040_755 << 16 | 0x11)),
        case("archive-mode-incomplete", "a folder of MS-DOS for its owner only", folder_made_on(0, 0o700 << 16 | 0x10))
            .twin(folder_made_on(0, 0x10)),
        case("archive-mode", "a mode of MS-DOS that its owner may not write with", made_on(0, 0o100_444))
            .twin(made_on(3, 0o100_444)),
        case("archive-mode", "a folder that its owner may not write to", folder_made_on(3, 0o040_555 << 16 | 0x10))
            .twin(folder_made_on(3, 0o040_700 << 16 | 0x10)),
        case("archive-mode", "a folder that its owner may not enter", folder_made_on(3, 0o040_677 << 16))
            .twin(folder_made_on(3, 0o040_777 << 16)),
        case("archive-mode-incomplete", "a folder without a mode", folder_made_on(3, 0))
            .twin(folder_made_on(3, 0o040_755 << 16)),
        case(
            "archive-mode-incomplete",
            "a mode that does not say that it is a folder's",
            folder_made_on(3, 0o700 << 16),
        )
        .twin(folder_made_on(3, 0o040_700 << 16)),
        case("archive-bomb", "a dependency filled up with zeros to more than 40 MiB", zeros((40 << 20) + 1))
            .twin(zeros(40 << 20)),
    ]
}

/// A dependency made on this system, with this mode.
fn made_on(system: u8, mode: u32) -> ZipBuilder {
    dep(|entry| (entry.system, entry.external_attributes) = (system, mode << 16))
}

/// The directory `deps/`, made on this system, with these external attributes.
fn folder_made_on(system: u8, attributes: u32) -> ZipBuilder {
    zip(|zip| {
        let folder = Entry { system, external_attributes: attributes, ..Entry::directory("deps/") };
        zip.entries.push(folder);
    })
}

/// A dependency that MS-DOS has read-only, made on this system.
fn read_only(system: u8) -> ZipBuilder {
    dep(|entry| (entry.system, entry.external_attributes) = (system, 0o100_644 << 16 | 1))
}

/// A bundle filled up with NULs to so many bytes.
fn padded(len: usize) -> Vec<u8> {
    let mut bundle = good().build();
    bundle.resize(len, 0);
    bundle
}

/// A bundle whose end record counts one entry less on this disk.
fn one_here() -> Vec<u8> {
    let mut bundle = good().build();
    let at = bundle.len() - 22 + 8;
    bundle[at] -= 1;
    bundle
}

/// A bundle with a dependency whose name ends in `;` and this.
fn versioned(version: &str) -> BundleBuilder {
    let name = format!("a.tgz;{version}");
    let mut bundle = good().set("dependencies", json!({"a": {"url": format!("https://example.com/{name}")}}));
    bundle.dependencies.push((format!("deps/{name}"), tgz::good()));
    bundle
}

/// A bundle in whose stored dependency an end record stands, whose comment misses the end of the file by so much.
fn second_end(by: u16) -> ZipBuilder {
    let with_comment = |len: u16| {
        // It stands in the extra field of the gzip file, about which nothing else is wrong.
        let record = [&[22, 0][..], b"PK\x05\x06", &[0; 16], &len.to_le_bytes()].concat();
        let archive = TgzBuilder::of(TarBuilder::new(members()).build());
        let archive = archive.with(|archive| (archive.flags, archive.fields) = (4, record)).build();
        dep(|entry| *entry = Entry::stored("deps/a.tgz", &archive))
    };
    let bytes = with_comment(0).build();
    let at = bytes.windows(4).position(|w| w == b"PK\x05\x06").unwrap();
    with_comment(u16::try_from(bytes.len() - at - 22).unwrap() + by)
}

/// A bundle whose last extra field, right in front of the end record, looks like a ZIP64 locator.
fn hidden_locator(signature: [u8; 4]) -> ZipBuilder {
    let locator = [&signature[..], &[0; 12], &[1, 0, 0, 0]].concat();
    zip(|zip| zip.entries[1] = zip.entries[1].clone().both(|header| header.extra = field(0x9999, &locator)))
}

/// A bundle with these four bytes in its last extra field, and so many between them and the end record.
fn last_extra(signature: [u8; 4], behind: usize) -> ZipBuilder {
    let data = [&signature[..], &vec![0; behind]].concat();
    zip(|zip| zip.entries[1] = zip.entries[1].clone().both(|header| header.extra = field(0x9999, &data)))
}

/// A bundle whose last extra field has half a signature for its data, before the rest in another.
fn across(signature: [u8; 4]) -> ZipBuilder {
    let [p, k, rest @ ..] = signature;
    let fields = [field(0x9999, &[p, k]), field(u16::from_le_bytes(rest), &[])].concat();
    zip(|zip| zip.entries[1] = zip.entries[1].clone().both(|header| header.extra = fields.clone()))
}

/// A bundle whose module's file has this name.
fn module_named(name: &str) -> ZipBuilder {
    zip_of(&good().set("module_file", name), |zip| {
        zip.entries[0] = zip.entries[0].clone().both(|header| header.name = name.as_bytes().to_vec());
    })
}

/// A bundle whose last entry is of this time.
fn dated(time: u16, date: u16) -> ZipBuilder {
    zip(|zip| zip.entries[1] = zip.entries[1].clone().both(|header| (header.time, header.date) = (time, date)))
}

/// A dependency with an extended time stamp of so many bytes.
fn stamped(len: usize) -> ZipBuilder {
    dep(|entry| *entry = entry.clone().both(|header| header.extra = field(0x5455, &[1, 0, 0, 0, 0][..len])))
}

/// An extra field.
pub(crate) fn field(id: u16, data: &[u8]) -> Vec<u8> {
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

fn directory(content: &[u8]) -> ZipBuilder {
    let mut entry = Entry::stored("deps/", content);
    entry.external_attributes = Entry::directory("deps/").external_attributes;
    zip_of(&good(), |zip| zip.entries.push(entry))
}

fn zeros(size: usize) -> Vec<u8> {
    let mut bundle = with_deps(&["a"]);
    bundle.dependencies[0].1.resize(size, 0);
    bundle.build()
}

/// Any stream of nothing is fine in a directory: Python's, Java's without compression, one that was flushed.
#[test]
fn a_directory_can_be_deflated_from_nothing() {
    for data in [&b"\x03\0"[..], b"\x01\0\0\xff\xff", b"\0\0\0\xff\xff\x03\0"] {
        let mut entry = Entry::directory("deps/");
        deflated(&mut entry, data);
        for entry in [entry.clone(), entry.streamed()] {
            let bundle = zip(|zip| zip.entries.push(entry)).build();
            let report = crate::cases::report(&bundle, &Target::default(), &Policy::strict());
            assert!(report.findings().is_empty(), "{data:?}: {:?}", report.findings());
        }
    }
}

/// That what is deflated in a directory is nothing is not believed.
#[test]
fn a_deflated_directory_is_inflated() {
    for data in [&b"\x01\x00"[..], b"\x4b\x04", b"\xff\xff", b"\x03\0\0", b"\x01\x01\0\xfe\xff\0"] {
        let mut entry = Entry::directory("deps/");
        deflated(&mut entry, data);
        let bundle = zip(|zip| zip.entries.push(entry)).build();
        let report = crate::cases::report(&bundle, &Target::default(), &Policy::strict());
        assert!(report.findings().iter().any(|finding| finding.rule.starts_with("content-")), "{data:?}");
    }
}
