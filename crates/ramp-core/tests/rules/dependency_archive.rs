//! What is in the archives under `deps/`.

use std::io::Cursor;

use ramp_core::Limits;
use ramp_core::dependency::Flaw;
use ramp_core::facts::gather;
use ramp_core::{Limit, Policy, Target};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::tgz::{Checksum, GNU, Member, TarBuilder, TgzBuilder, good, members, octal, tgz};
use ramp_fixtures::zip::Entry;
use serde_json::json;

use crate::cases::{Case, case, dep, report, rule_of, with_deps};

/// A bundle with this under `deps/`.
fn named(name: &str, content: Vec<u8>) -> BundleBuilder {
    let url = format!("https://example.com/files/{name}");
    let mut bundle = BundleBuilder::good().set("dependencies", json!({"a": {"url": url}}));
    bundle.dependencies.push((format!("deps/{name}"), content));
    bundle
}

/// A bundle with this archive.
fn bundle(archive: Vec<u8>) -> Vec<u8> {
    named("a.tgz", archive).build()
}

/// The twins: the members, and them with the last one changed.
fn last(change: impl FnOnce(&mut Member)) -> Vec<u8> {
    let mut members = members();
    change(members.last_mut().unwrap());
    bundle(tgz(members))
}

fn and(more: impl IntoIterator<Item = Member>) -> Vec<u8> {
    bundle(tgz(members().into_iter().chain(more)))
}

fn pax(records: &[(&str, &str)]) -> Vec<u8> {
    and([Member::pax(records), Member::file("data/x", b"abc")])
}

fn tar(change: impl FnOnce(&mut TarBuilder)) -> Vec<u8> {
    let mut tar = TarBuilder::new(members());
    change(&mut tar);
    bundle(TgzBuilder::of(tar.build()).build())
}

fn gzip(change: impl FnOnce(&mut TgzBuilder)) -> Vec<u8> {
    bundle(TgzBuilder::of(TarBuilder::new(members()).build()).with(change).build())
}

/// A header of PAX whose last block is filled up with this.
fn filled(filling: &[u8]) -> Vec<u8> {
    and([Member::pax(&[("comment", "1")]).filled_with(filling), Member::file("data/x", b"abc")])
}

fn globals(count: usize) -> Vec<u8> {
    let header = Member::pax(&[("comment", "1")]).with(|member| member.type_flag = b'g');
    and(std::iter::repeat_n(header, count).chain([Member::file("data/x", b"abc")]))
}

fn time(field: &[u8]) -> Vec<u8> {
    last(|member| member.mtime = field.to_vec())
}

fn gnu(at: usize, bytes: &[u8]) -> Vec<u8> {
    and([Member::file("data/x", b"abc").gnu(at, bytes)])
}

fn gzip_name(len: usize) -> Vec<u8> {
    gzip(|gzip| (gzip.flags, gzip.fields) = (8, [vec![b'n'; len], vec![0]].concat()))
}

fn deep(folders: usize) -> Vec<u8> {
    and([Member::long_name("n/".repeat(folders) + "n"), Member::file("n", b"abc")])
}

fn headers_of_pax(count: usize) -> Vec<u8> {
    let header = Member::pax(&[("mtime", "1")]);
    and(std::iter::repeat_n(header, count).chain([Member::file("data/x", b"abc")]))
}

fn folder(size: u64) -> Vec<u8> {
    and([Member::folder("more/").with(|member| member.size = octal(size, 11))])
}

fn zeros(size: usize) -> Vec<u8> {
    let mut tar = Member::file("data/zeros", b"").with(|member| member.size = octal(size as u64, 11)).build();
    tar.resize(tar.len() + size.next_multiple_of(512) + 1024, 0);
    bundle(TgzBuilder::of(tar).build())
}

/// Members whose names have nearly `count` times a million bytes together.
fn long_names(count: usize) -> Vec<u8> {
    let long = |index: usize| {
        [Member::long_name(format!("{}{index}", ("n".repeat(199) + "/").repeat(20))), Member::file("n", b"")]
    };
    bundle(tgz((0..count * 250).flat_map(long)))
}

pub(crate) fn cases() -> Vec<Case> {
    [archives(), headers(), files()].concat()
}

fn archives() -> Vec<Case> {
    let clean = || with_deps(&["a"]).build();
    let text = b"these are words, and no tar".repeat(30);
    vec![
        case("dependency-archive-unchecked", "a dependency that is not an archive", named("a.onnx", text.clone()))
            .twin(named("a.onnx", good())),
        case("dependency-archive-not-gzip", "a `.tgz` that is a bare tar", bundle(TarBuilder::new(members()).build()))
            .twin(clean()),
        case("dependency-archive-not-tar", "a `.tgz` of a text", bundle(TgzBuilder::of(text).build())).twin(clean()),
        case("dependency-archive-damaged", "a `.tgz` without its last byte", bundle(good()[..good().len() - 1].into()))
            .twin(clean()),
        case("dependency-archive-damaged", "a tar without the blocks at its end", tar(|tar| tar.end_blocks = 0))
            .twin(clean()),
        case("dependency-archive-damaged", "a wrong CRC-32", gzip(|gzip| gzip.crc32_xor = 1)).twin(clean()),
        case("dependency-archive-damaged", "another method than DEFLATE", gzip(|gzip| gzip.method = 7)).twin(clean()),
        case("dependency-archive-damaged", "flags that mean nothing yet", gzip(|gzip| gzip.flags = 0x20)).twin(clean()),
        case("dependency-archive-members", "two `.tgz` in one file", bundle([good(), good()].concat())).twin(clean()),
        case("dependency-archive-trailing", "a byte behind the end of the tar", tar(|tar| tar.suffix = vec![0, 1]))
            .twin(tar(|tar| tar.suffix = vec![0; 512])),
        case("dependency-archive-bomb", "an archive of more than 40 MiB of zeros", zeros((40 << 20) - 1024))
            .twin(zeros((40 << 20) - 1536)),
        case("dependency-archive-too-large", "an archive with more than 8 MiB of names", long_names(9))
            .twin(long_names(8)),
    ]
}

fn headers() -> Vec<Case> {
    let clean = || with_deps(&["a"]).build();
    let prefix = |magic| last(|member| (member.magic, member.prefix) = (magic, b"14704300000".to_vec()));
    vec![
        case("dependency-archive-header", "access times where Python reads a folder", prefix(GNU))
            .twin(prefix(*b"ustar\x0000")),
        case(
            "dependency-archive-header",
            "an owner that some readers take",
            last(|member| member.uid = b"0o17".to_vec()),
        )
        .twin(last(|member| member.uid = octal(0o17, 7))),
        case("dependency-archive-extended-header", "a record of PAX twice", pax(&[("path", "a"), ("path", "b")]))
            .twin(pax(&[("path", "a"), ("mtime", "1")])),
        case("dependency-archive-extended-header", "two headers of PAX for one file", headers_of_pax(2))
            .twin(headers_of_pax(1)),
        case("dependency-archive-extended-header", "a record that is none", and([Member::new("x", b'x', b"none")]))
            .twin(and([])),
        case(
            "dependency-archive-extended-header",
            "a header of a million bytes",
            pax(&[("comment", &"c".repeat(999_984))]),
        )
        .twin(pax(&[("comment", &"c".repeat(999_983))])),
        case("dependency-archive-extended-header", "a name behind the records", filled(b"11 path=up\n"))
            .twin(filled(b"\0\0\0\0\0\0\0\0\0\0\0")),
        case("dependency-archive-extended-header", "a header without a name of its own", {
            and([Member::pax(&[("mtime", "1")]).with(|header| header.name.clear()), Member::file("data/x", b"abc")])
        })
        .twin(headers_of_pax(1)),
        case("dependency-archive-extended-header", "two global headers in a row", globals(2)).twin(globals(1)),
        case("dependency-archive-extended-header", "an attribute of no namespace", pax(&[("SCHILY.xattr.x", "v")]))
            .twin(pax(&[("SCHILY.xattr.user.x", "v")])),
        case(
            "dependency-archive-extended-header",
            "an attribute that does not fit into a block",
            pax(&[("SCHILY.xattr.user.x", &"v".repeat(3_971))]),
        )
        .twin(pax(&[("SCHILY.xattr.user.x", &"v".repeat(3_970))])),
        case("dependency-archive-extended-header", "a key with a space before it", {
            and([Member::new("x", b'x', b"14  path=evil\n"), Member::file("data/x", b"abc")])
        })
        .twin(and([Member::new("x", b'x', b"13 path=evil\n"), Member::file("data/x", b"abc")])),
        case("dependency-archive-extended-header", "a time that is not a number", pax(&[("mtime", "nan")]))
            .twin(pax(&[("mtime", "-1.5")])),
        case("dependency-archive-extended-header", "a global header that nothing follows", {
            and([Member::pax(&[("comment", "x")]).with(|member| member.type_flag = b'g')])
        })
        .twin(and([
            Member::pax(&[("comment", "x")]).with(|member| member.type_flag = b'g'),
            Member::file("data/x", b""),
        ])),
        case(
            "dependency-archive-header",
            "a mode in base 256",
            last(|member| member.mode = vec![0x80, 0, 0, 0, 0, 0, 1, 0o244]),
        )
        .twin(last(|member| member.mode = octal(0o644, 7))),
        case("dependency-archive-header", "a time that is out of range", time(b"\x80\0\0\0\x80\0\0\0\0\0\0\0"))
            .twin(time(b"\x80\0\0\0\0\0\0\x02\0\0\0\0")),
        case("dependency-archive-header", "a checksum in base 256", last(|file| file.checksum = Checksum::Base256))
            .twin(last(|file| file.checksum = Checksum::Right)),
        case("dependency-archive-header", "a real size that only bsdtar obeys", gnu(483, b"00000000100\0"))
            .twin(gnu(357, b"14704300000\0")),
        case("dependency-archive-header", "a name of 512 bytes in the gzip header", gzip_name(512))
            .twin(gzip_name(511)),
        case("dependency-archive-old-header", "a header from before POSIX", last(|member| member.magic = [0; 8]))
            .twin(clean()),
        case("dependency-archive-size-ambiguous", "a size of PAX that is not the header's", pax(&[("size", "2")]))
            .twin(pax(&[("size", "3")])),
        case(
            "dependency-archive-size-ambiguous",
            "a size that some readers take",
            last(|member| member.size = b"0o17".to_vec()),
        )
        .twin(and([])),
        case("dependency-archive-size-ambiguous", "a folder that claims bytes", folder(512)).twin(folder(0)),
    ]
}

fn files() -> Vec<Case> {
    let clean = || with_deps(&["a"]).build();
    let special = |type_flag| and([Member::new("data/x", type_flag, b"")]);
    vec![
        case("dependency-archive-link", "a symbolic link", and([Member::link("data/x", "/etc")])).twin(special(b'0')),
        case("dependency-archive-special-file", "a character device", special(b'3')).twin(special(b'0')),
        case("dependency-archive-special-file", "a type of nobody", special(b'Z')).twin(special(b'0')),
        case(
            "dependency-archive-name-unsafe",
            "a name that climbs out",
            last(|member| member.name = b"data/../../etc/cron.d/x".to_vec()),
        )
        .twin(last(|member| member.name = b"data/etc/cron.d/x".to_vec())),
        case(
            "dependency-archive-name-unsafe",
            "a name with a character that turns what follows",
            last(|member| member.name = "data/\u{202e}x".into()),
        )
        .twin(last(|member| member.name = b"data/x".to_vec())),
        case("dependency-archive-name-unsafe", "a file in 256 folders", deep(256)).twin(deep(255)),
        case(
            "dependency-archive-name-unsafe",
            "a name that ends in a filler",
            last(|member| member.name = "data/x\u{ffa0}".into()),
        )
        .twin(last(|member| member.name = "data/x\u{ffa1}".into())),
        case("dependency-archive-name-unsafe", "a drive", last(|member| member.name = b"C:x".to_vec()))
            .twin(last(|member| member.name = b"Cx".to_vec())),
        case("dependency-archive-special-file", "a size that only bsdtar obeys", pax(&[("SCHILY.realsize", "100")]))
            .twin(pax(&[("SCHILY.dev", "100")])),
        case(
            "dependency-archive-file-is-directory",
            "a folder by its slash only",
            and([Member::new("data/x/", 0, b"")]),
        )
        .twin(and([Member::folder("data/x/")])),
        case(
            "dependency-archive-privilege-bits",
            "an access control list",
            pax(&[("SCHILY.acl.access", "user::rwx,group::r-x,other::r-x")]),
        )
        .twin(pax(&[("SCHILY.fflags", "nodump")])),
        case("dependency-archive-privilege-bits", "a flag that forbids all changes", pax(&[("SCHILY.fflags", "schg")]))
            .twin(pax(&[("SCHILY.fflags", "noatime")])),
        case("dependency-archive-privilege-bits", "a label of SELinux", pax(&[("RHT.security.selinux", "x")]))
            .twin(pax(&[("comment", "x")])),
        case(
            "dependency-archive-privilege-bits",
            "capabilities, percent-encoded",
            pax(&[("LIBARCHIVE.xattr.security%2Ecapability", "AQ==")]),
        )
        .twin(pax(&[("LIBARCHIVE.xattr.user%2Ecapability", "AQ==")])),
        case("dependency-archive-special-file", "holes that only bsdtar obeys", pax(&[("SUN.holesdata", " 0 3")]))
            .twin(pax(&[("comment", " 0 3")])),
        case("dependency-archive-special-file", "the label of a volume", {
            and([Member::new("label", b'V', b"").with(|label| (label.magic, label.size) = ([0; 8], Vec::new()))])
        })
        .twin(and([])),
        case(
            "dependency-archive-name-unsafe",
            "a name that bsdtar composes",
            pax(&[("path", "data/\u{1100}\u{1161}")]),
        )
        .twin(pax(&[("path", "data/\u{AC00}")])),
        case(
            "dependency-archive-name-portability",
            "a page of a manual for Perl",
            last(|member| member.name = b"data/Foo::Bar.3pm".to_vec()),
        )
        .twin(last(|member| member.name = b"data/Foo.3pm".to_vec())),
        case("dependency-archive-name-twice", "one file twice", and([Member::file("./data/words.txt", b"")]))
            .twin(and([Member::file("./data/word.txt", b"")])),
        case("dependency-archive-file-is-directory", "a file in a file", and([Member::file("data/words.txt/x", b"")]))
            .twin(and([Member::file("data/words/x", b"")])),
        case("dependency-archive-privilege-bits", "a file of mode 4755", last(|file| file.mode = octal(0o4755, 7)))
            .twin(last(|member| member.mode = octal(0o755, 7))),
        case(
            "dependency-archive-privilege-bits",
            "a file with capabilities",
            pax(&[("SCHILY.xattr.security.capability", "\u{1}")]),
        )
        .twin(clean()),
    ]
}

fn rules_of(bundle: &[u8]) -> Vec<&'static str> {
    let report = report(bundle, &Target::default(), &Policy::strict());
    report.findings().iter().map(rule_of).collect()
}

#[test]
fn which_files_are_archives() {
    let text = b"text".to_vec();
    let linked = || tgz([Member::link("x", "/")]);
    for (name, content, expected) in [
        ("a.tgz", linked(), Some("dependency-archive-link")),
        ("a.TAR.GZ", linked(), Some("dependency-archive-link")),
        ("a.bin", linked(), Some("dependency-archive-link")),
        ("a", linked(), Some("dependency-archive-link")),
        ("a.bin", good(), None),
        ("a.gz", TgzBuilder::of(text.clone()).build(), Some("dependency-archive-unchecked")),
        ("a.tgz.sha256", text.clone(), Some("dependency-archive-unchecked")),
        ("a.tar.gz", text, Some("dependency-archive-not-gzip")),
        ("a.tgz", Vec::new(), Some("dependency-archive-not-gzip")),
    ] {
        let found = rules_of(&named(name, content).build());
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{name}");
    }
}

/// What the zip's own checks have found is not said again of the archive in it.
#[test]
fn damage_is_said_once() {
    for bundle in [
        dep(|entry| entry.data[0] = 0xFF),
        dep(|entry| entry.data.truncate(20)),
        dep(|entry| *entry = entry.clone().both(|header| header.size -= 1)),
    ] {
        let found = rules_of(&bundle.build());
        assert!(found.iter().all(|rule| !rule.starts_with("dependency-archive")), "{found:?}");
    }
}

/// They change what is known of an archive, never whether the bundle can be evaluated.
#[test]
fn limits_hold_over_all_archives() {
    let mut bundle = with_deps(&["a", "b"]).zip();
    let size = TarBuilder::new(members()).build().len() as u64;
    let stopped = |bytes: u64, entries: usize| -> Vec<Option<Limit>> {
        let mut limits = Limits::default();
        (limits.bundle.inflation.max_bytes, limits.dependency.max_entries) = (bytes, entries);
        let facts = gather(Cursor::new(bundle.build()), &limits).unwrap();
        let dependencies = facts.archive.unwrap().dependencies;
        dependencies.iter().map(|dependency| dependency.walked.stopped.map(|(limit, _)| limit)).collect()
    };
    let entries: u64 = bundle.entries.iter().map(|entry| u64::from(entry.central.size)).sum();
    assert!(entries < 2 * size - 1);
    assert_eq!(stopped(2 * size, 3), [None, None]);
    assert_eq!(stopped(2 * size - 1, 3), [None, Some(Limit::DependencyArchiveBytes)]);
    assert_eq!(stopped(2 * size, 2), [Some(Limit::DependencyArchiveEntries); 2]);
    // What shares its bytes with another entry is not read, and not walked over.
    let again = Entry { record_only: true, ..bundle.entries[3].clone() };
    bundle.entries.push(again);
    let facts = gather(Cursor::new(bundle.build()), &Limits::default()).unwrap();
    assert_eq!(facts.archive.unwrap().dependencies.len(), 1);
}

/// Neither may many archives inflate to what one may not, nor one that the zip has compressed again.
#[test]
fn many_small_bombs_are_one() {
    let mut limits = Limits::default();
    (limits.bundle.inflation.max_ratio, limits.bundle.inflation.ratio_free_bytes) = (30, 30_000);
    let sizes = |archives: &[Vec<u8>]| -> Vec<(u64, u64)> {
        let names: Vec<String> = (0..archives.len()).map(|index| format!("d{index}")).collect();
        let mut bundle = with_deps(&names.iter().map(String::as_str).collect::<Vec<_>>());
        for (dependency, archive) in bundle.dependencies.iter_mut().zip(archives) {
            dependency.1.clone_from(archive);
        }
        let archive = gather(Cursor::new(bundle.build()), &limits).unwrap().archive.unwrap();
        archive.dependencies.iter().map(|d| (d.walked.size, d.walked.irregularities.count(Flaw::Bomb))).collect()
    };
    let padded = |len: usize| {
        let mut tar = TarBuilder::new(members()).build();
        tar.resize(len, 0);
        TgzBuilder::of(tar).build()
    };
    // Each takes some 200 bytes in the bundle, for which it may inflate to some 6,000 beside the 30,000.
    let found = sizes(&vec![padded(20_480); 4]);
    assert_eq!(found.iter().map(|(_, bomb)| *bomb).collect::<Vec<_>>(), [0, 1, 1, 1], "{found:?}");
    assert!(found.iter().map(|(size, _)| size).sum::<u64>() <= 30_000 + 4 * 30 * 300, "{found:?}");
    // Its tar is thirty times as long as the archive is, but not as long as it is in the zip.
    let twice = padded(4 << 20);
    assert!(twice.len() * 1_000 < 5 << 20 && sizes(&[twice])[0].1 == 1);
}

#[test]
fn many_findings_are_counted() {
    let many = |count: usize| tgz((0..count).map(|index| Member::link(format!("{index}"), "x")));
    let mut bundle = with_deps(&["a", "b"]);
    bundle.dependencies[0].1 = many(60);
    bundle.dependencies[1].1 = many(30);
    let report = report(&bundle.build(), &Target::default(), &Policy::strict());
    let links: Vec<_> = report.findings().iter().filter(|f| f.rule == "dependency-archive-link").collect();
    assert_eq!(links.len(), 50);
    assert!(links[49].message.ends_with("(and 40 more like it)"), "{}", links[49].message);
    assert!(report.findings().iter().all(|finding| finding.rule == "dependency-archive-link"));
}
