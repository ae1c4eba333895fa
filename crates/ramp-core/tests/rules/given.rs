//! What is given in place of a bundle: recognised, said once, and answered as the unpacker does.

use std::io::{Cursor, Write as _};

use base64::Engine as _;
use flate2::Compression;
use flate2::write::GzEncoder;
use ramp_core::given::Given;
use ramp_core::{Finding, Limits, Policy, Target, facts, judge};
use ramp_fixtures::bundle::{BundleBuilder, MODULE_FILE};
use ramp_fixtures::elf::ElfBuilder;
use ramp_fixtures::elf::macho::MachOBuilder;
use ramp_fixtures::zip::{Entry, ZipBuilder};

use crate::cases::{CASES, Case, case, good, zip};

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

const MANIFEST: &str = "display_name: Hello\nauthor: Someone\nmin_redis_version: \"7.2\"\ncapabilities:\n    - types\n";
const REC: &str = "apiVersion: app.redislabs.com/v1\nkind: RedisEnterpriseCluster\nmetadata:\n  name: rec\n";
const LFS: &str = "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 1234567\n";
const S3: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not \
                  exist.</Message><Key>hello.zip</Key></Error>";
const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in to GitHub</title></head><body></body></html>";
const PROBLEM: &str = "{\"message\": \"Bad credentials\", \"status\": \"401\"}";

fn checksum() -> String {
    format!("{}  dist/hello.zip\n", "0a".repeat(32))
}

/// Everything of the good bundle in a folder.
fn in_folder(folder: &str) -> ZipBuilder {
    let inside = |entry: &Entry| {
        let name = [folder.as_bytes(), b"/", &entry.local.name].concat();
        entry.clone().both(|header| header.name.clone_from(&name))
    };
    ZipBuilder::new(
        std::iter::once(Entry::directory(format!("{folder}/"))).chain(good().zip().entries.iter().map(inside)),
    )
}

fn artifact() -> ZipBuilder {
    ZipBuilder::new([
        Entry::stored(MODULE_FILE, &good().module),
        Entry::stored("hello.zip", &good().build()),
        Entry::stored("hello.zip.sha256", checksum().as_bytes()),
    ])
}

/// The same, zipped with the folder that it was in.
fn artifact_in_folder() -> ZipBuilder {
    ZipBuilder::new([
        Entry::stored(format!("dist/{MODULE_FILE}"), &good().module),
        Entry::stored("dist/hello.zip", &good().build()),
    ])
}

fn artifact_with_metadata() -> ZipBuilder {
    ZipBuilder::new([
        Entry::stored("module.json", &good().metadata_text()),
        Entry::stored("hello.zip", &good().build()),
    ])
}

fn renamed(name: &str) -> ZipBuilder {
    zip(|zip| zip.entries[1] = zip.entries[1].clone().both(|header| header.name = name.as_bytes().to_vec()))
}

fn from_macos() -> ZipBuilder {
    zip(|zip| {
        zip.entries.push(Entry::stored(format!("__MACOSX/._{MODULE_FILE}"), b"\0\x05\x16\x07"));
        zip.entries.push(Entry::stored("__MACOSX/._module.json", b"\0\x05\x16\x07"));
        zip.entries.push(Entry::stored(".DS_Store", b"Bud1"));
    })
}

/// Another part has the module.
fn last_part() -> ZipBuilder {
    zip(|zip| {
        zip.disk = 1;
        zip.entries[0].disk = 0;
        zip.entries[0].offset_by = 1 << 20;
    })
}

/// The front of a bundle of one stored module.
fn cut_off() -> Vec<u8> {
    let whole = ZipBuilder::new([Entry::stored(MODULE_FILE, &[7; 3000]), Entry::stored("module.json", b"{}")]).build();
    whole[..1000].to_vec()
}

/// The things that are not a zip at all.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let base64 = base64::engine::general_purpose::STANDARD.encode(good().build());
    vec![
        ("an empty file", Vec::new()),
        ("the bare module", good().module),
        ("an object file", ElfBuilder { file_type: 1, ..ElfBuilder::module() }.build()),
        ("a library for macOS", MachOBuilder::arm64().build()),
        ("`module.json`", good().metadata_text()),
        ("a manifest", MANIFEST.into()),
        ("a `.tar.gz`", ramp_fixtures::tgz::good()),
        ("a zip compressed with gzip", gzip(&good().build())),
        ("a module compressed with gzip", gzip(&good().module)),
        ("a text compressed with gzip", gzip(b"hello")),
        ("a file compressed with xz", b"\xfd7zXZ\0\0\x04".to_vec()),
        ("a 7z archive", b"7z\xbc\xaf\x27\x1c\0\x04".to_vec()),
        ("a PDF document", b"%PDF-1.7\n".to_vec()),
        ("a zip that was cut off", cut_off()),
        ("the first part of a zip that was split", [b"PK\x07\x08", cut_off().as_slice()].concat()),
        ("an error document of S3", S3.into()),
        ("a web page", PAGE.into()),
        ("an error document of an API", PROBLEM.into()),
        ("a Git LFS pointer", LFS.into()),
        ("a manifest of Kubernetes", REC.into()),
        ("a checksum", checksum().into()),
        ("a checksum as BSD writes it", format!("SHA256 (hello.zip) = {}\n", "0a".repeat(32)).into()),
        ("a zip written as Base64", base64.into()),
        ("a script", b"#!/bin/sh\nexit 1\n".to_vec()),
        ("another text", b"404: Not Found".to_vec()),
    ]
}

fn zips() -> Vec<(&'static str, &'static str, ZipBuilder)> {
    vec![
        ("invalid-number-of-files", "a folder zipped with its name", in_folder("hello-1.2")),
        ("invalid-number-of-files", "the artifact of a CI run, which holds the bundle", artifact()),
        ("invalid-number-of-files", "a folder with the bundle beside its module", artifact_in_folder()),
        ("invalid-number-of-files", "the bundle beside its metadata", artifact_with_metadata()),
        ("invalid-number-of-files", "`Module.json`", renamed("Module.json")),
        ("invalid-number-of-files", "a bundle that was zipped in the Finder", from_macos()),
        (
            "invalid-number-of-files",
            "a Java archive",
            ZipBuilder::new([Entry::stored("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\n")]),
        ),
        ("module-json-missing", "a zip without entries", ZipBuilder::new([])),
        ("module-file-unreadable", "the last part of a zip that was split", last_part()),
        (
            "module-json-missing",
            "a folder with a module in it",
            ZipBuilder::new([Entry::stored("a/b.so", &good().module)]),
        ),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    let files = files().into_iter().map(|(name, bytes)| case("bundle-not-a-zip", name, bytes));
    let parts = ["archive-header-unlisted", "archive-disk", "archive-other-view"];
    let zips = zips().into_iter().map(|(rule, name, zip)| {
        let case = case(rule, name, zip);
        let also = if name.contains("part of a zip") { &parts[..] } else { &[] };
        also.iter().fold(case, |case, rule| case.also(rule, "a part is unsound by its nature"))
    });
    files.chain(zips).collect()
}

fn findings(bytes: &[u8], name: Option<&str>, target: &Target) -> Vec<Finding> {
    let mut facts = facts::gather(Cursor::new(bytes), &Limits::default()).unwrap();
    if let Some(name) = name {
        facts = facts.called(name);
    }
    judge(&facts, target, &Policy::strict()).findings().to_vec()
}

fn given(bytes: &[u8]) -> Given {
    facts::gather(Cursor::new(bytes), &Limits::default()).unwrap().given
}

/// In place of a pile of consequences.
#[test]
fn one_finding_says_what_it_is() {
    let zips = zips().into_iter().map(|(_, name, zip)| (name, zip.build()));
    for (name, bytes) in files().into_iter().chain(zips) {
        for target in [Target::default(), Target::named("7.22").unwrap()] {
            let found = findings(&bytes, None, &target);
            // What else one part of a zip has wrong with it follows from that, and says so.
            let by_itself = found.iter().filter(|finding| finding.follows.is_none());
            assert_eq!(by_itself.count(), 1, "{name}: {found:#?}");
            assert!(found.len() == 1 || given(&bytes) == Given::Part, "{name}: {found:#?}");
            assert!(!given(&bytes).is_bundle() && given(&bytes) != Given::Unknown, "{name}");
        }
    }
}

/// One step away: what is told by a few bytes or a name is not told where they are others.
#[test]
fn what_is_alike_is_not_taken_for_it() {
    for (bytes, is) in [
        (&b"\x7fELG\0"[..], Given::Unknown),
        (b"\xfd7zXY\0", Given::Unknown),
        (b"\x1f\x8c\x08", Given::Unknown),
        (
            b"{\"name\": \"hello\", \"version\": \"1.0.0\", \"description\": \"of npm\"}",
            Given::Json { says: Some("of npm".into()) },
        ),
        (b"name: hello\nversion: 1\n", Given::Text { begins: "name: hello".into() }),
        (b"0a0a  hello.zip\n", Given::Text { begins: "0a0a  hello.zip".into() }),
    ] {
        assert_eq!(given(bytes), is, "{bytes:?}");
    }
    // A bundle, whatever else may be said of it, and one with a stranger in it, are judged as bundles.
    for zip in [
        good().zip(),
        BundleBuilder::with_dependency().zip(),
        zip(|zip| zip.entries.push(Entry::stored("README", b""))),
    ] {
        assert_eq!(given(&zip.build()), Given::Bundle);
    }
    // The number of a disk alone does not make a part of what is whole.
    let whole = findings(&zip(|zip| zip.disk = 1).build(), None, &Target::default());
    assert!(whole.iter().all(|finding| finding.rule.starts_with("archive-")), "{whole:#?}");
    // So is a folder that has something beside it.
    let mut beside = in_folder("hello");
    beside.entries.push(Entry::stored("README", b""));
    assert_eq!(given(&beside.build()), Given::Bundle);
}

/// In that folder stand names that macOS never writes: what they do to who unpacks them is said wherever they stand.
#[test]
fn no_folder_hides_what_a_zip_does() {
    type Change = fn(&mut ZipBuilder);
    let unsafe_name: Change = |zip| zip.entries.push(Entry::stored("__MACOSX/../../x", b""));
    let link: Change = |zip| {
        zip.entries.push(Entry::stored("__MACOSX/x", b"/etc/passwd"));
        if let Some(last) = zip.entries.last_mut() {
            last.external_attributes = 0o120_777 << 16;
        }
    };
    let damaged: Change = |zip| {
        if let Some(last) = zip.entries.last_mut() {
            *last = last.clone().both(|header| header.crc32 ^= 1);
        }
    };
    let plain = findings(&from_macos().build(), None, &Target::default());
    for (change, expected) in
        [(unsafe_name, "archive-name-unsafe"), (link, "archive-special-file"), (damaged, "content-crc32")]
    {
        let mut zip = from_macos();
        change(&mut zip);
        let found = findings(&zip.build(), None, &Target::default());
        assert!(found.iter().any(|finding| finding.rule == expected), "{expected}: {found:#?}");
        assert!(plain.iter().all(|finding| finding.rule != expected), "{expected}");
    }
}

/// What macOS adds is said; what is wrong with the bundle all the same, too.
#[test]
fn what_macos_adds_does_not_hide_the_rest() {
    let mut zip = from_macos();
    zip.entries[1] = Entry::deflated("module.json", &good().set("display_name", "").metadata_text());
    let rules: Vec<String> =
        findings(&zip.build(), None, &Target::default()).iter().map(|f| f.rule.to_string()).collect();
    assert_eq!(rules, ["invalid-number-of-files", "display-name-empty"]);
}

#[test]
fn commands_name_the_file() {
    for (bytes, name, command) in [
        (good().module, "hello.so", "`ramp pack hello.so -m ramp.yml`"),
        (good().module, "my module.so", "`ramp pack 'my module.so' -m ramp.yml`"),
        (good().metadata_text(), "module.json", "`ramp pack testmodule.so -m ramp.yml`"),
        (MANIFEST.into(), "ci/ramp.yml", "`ramp pack MODULE.so -m ci/ramp.yml`"),
        (gzip(&good().build()), "hello.zip.gz", "`gunzip -c hello.zip.gz > hello.zip`"),
        (artifact().build(), "artifact.zip", "`unzip artifact.zip hello.zip`, then `ramp validate hello.zip`"),
        (in_folder("hello-1.2").build(), "x.zip", "`cd hello-1.2 && zip -rXD ../bundle.zip *`"),
        (LFS.into(), "x.zip", "`git lfs pull`"),
        (REC.into(), "rec.yaml", "`ramp validate --kubernetes rec.yaml BUNDLE.zip`"),
    ] {
        let found = findings(&bytes, Some(name), &Target::default());
        assert!(found[0].help.contains(command), "{name}: {}", found[0].help);
    }
}

/// What a stranger calls an entry is not put into a command that people copy.
#[test]
fn no_command_has_what_a_shell_would_run() {
    for name in ["a'; reboot; '.zip", "$(reboot)`.zip", "a\n reboot.zip", "\u{202e}piz.zip"] {
        let zip = ZipBuilder::new([Entry::stored(name, &good().build())]).build();
        let help = &findings(&zip, Some("x.zip"), &Target::default())[0].help;
        assert!(!help.contains("reboot") && !help.contains("piz"), "{help}");
    }
}

/// The front is all that is read, and what is compressed is not inflated whole.
#[test]
fn little_is_read_of_it() {
    /// Counts what is read.
    struct Counting<'a>(Cursor<&'a [u8]>, &'a std::cell::Cell<u64>);
    impl std::io::Read for Counting<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let read = self.0.read(buffer)?;
            self.1.set(self.1.get() + read as u64);
            Ok(read)
        }
    }
    impl std::io::Seek for Counting<'_> {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            self.0.seek(to)
        }
    }
    let mut large = good().module;
    large.resize(8 << 20, 0);
    let mut text = b"<html>".to_vec();
    text.resize(8 << 20, b'<');
    let mut headers = Vec::new();
    for _ in 0..100_000 {
        headers.extend(&Entry::stored("a", b"").local_header());
    }
    for bytes in [large, text, headers, gzip(&vec![0; 8 << 20])] {
        let count = std::cell::Cell::new(0);
        let facts = facts::gather(Counting(Cursor::new(&bytes), &count), &Limits::default()).unwrap();
        assert!(!facts.given.is_bundle());
        assert!(count.get() < 256 << 10, "{}: {:?}", count.get(), facts.given);
    }
}

/// The unpacker decides, whatever a file is called.
#[test]
fn what_it_is_changes_no_answer() {
    for case in CASES.iter().filter(|case| case.rule != "archive-bomb") {
        let facts = facts::gather(Cursor::new(&case.bad), &Limits::default()).unwrap();
        let mut unnamed = facts.clone();
        unnamed.given = if unnamed.archive.is_ok() { Given::Bundle } else { Given::Unknown };
        for policy in [Policy::strict(), Policy::reference()] {
            let answer = |facts| {
                // The words tell what it is; the answer does not depend on that.
                let report = judge(facts, &case.target, &policy);
                report.answer().refusal().map(|r| (r.request, r.http_status, r.error_code, r.reason.clone()))
            };
            assert_eq!(answer(&facts), answer(&unnamed), "{}: {}", case.rule, case.name);
        }
    }
}

/// What a zip is does not excuse that readers could take it in two ways.
#[test]
fn what_it_is_does_not_hide_that_a_zip_is_unsound() {
    let mut alone = zip(|zip| drop(zip.entries.pop()));
    let rules = |zip: &ZipBuilder| -> Vec<String> {
        findings(&zip.build(), None, &Target::default()).iter().map(|f| f.rule.to_string()).collect()
    };
    assert_eq!(rules(&alone), ["module-json-missing"]);
    alone.prefix = b"#!/bin/sh\n".to_vec();
    assert_eq!(rules(&alone), ["module-json-missing", "archive-prefix"]);
}
