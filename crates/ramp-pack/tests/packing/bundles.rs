//! Bundles: what is in them, who accepts them.

use std::io::{self, Cursor, Read, Seek as _, SeekFrom, Write as _};
use std::num::NonZeroUsize;

use proptest::prelude::*;
use ramp_core::bundle::{Bundle, BundleLimits};
use ramp_core::{Policy, Target, validate};
use ramp_fixtures::bundle::{BundleBuilder, MODULE_FILE};
use ramp_pack::{BundleParts, DependencyPart, Epoch, WriteError, WriteOptions, write_bundle};

use crate::run;

fn options(threads: usize) -> WriteOptions {
    WriteOptions { threads: NonZeroUsize::new(threads).unwrap(), ..WriteOptions::default() }
}

fn dependency<'a>(name: &str, content: &'a [u8]) -> DependencyPart<'a> {
    DependencyPart { name: name.to_owned(), content: Box::new(content) }
}

fn written(parts: BundleParts<'_>, options: &WriteOptions) -> Result<Vec<u8>, WriteError> {
    let mut out = Cursor::new(Vec::new());
    let size = write_bundle(&mut out, parts, options)?;
    assert_eq!(size, out.get_ref().len() as u64);
    assert_eq!(out.position(), size);
    Ok(out.into_inner())
}

/// A good bundle of the fixtures, packed by us.
fn good(options: &WriteOptions) -> Vec<u8> {
    let fixture = BundleBuilder::with_dependency();
    let (_, archive) = &fixture.dependencies[0];
    let metadata = fixture.metadata_text();
    let parts = BundleParts {
        module_file: MODULE_FILE,
        module: fixture.module[..].into(),
        metadata: &metadata,
        dependencies: vec![dependency("data.tgz", archive)],
    };
    written(parts, options).unwrap()
}

/// Bytes that nothing compresses.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let next = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    });
    next.take(len).collect()
}

#[test]
fn a_bundle_of_ours_has_no_finding() {
    let report = validate(Cursor::new(good(&options(2))), &Target::named("7.22").unwrap(), &Policy::strict()).unwrap();
    assert!(report.passed(), "{:?}", report.findings());
    assert_eq!(report.findings(), []);
}

#[test]
fn every_field_of_the_headers_is_as_documented() {
    let epoch: Epoch = "1700000001".parse().unwrap();
    let bytes = good(&WriteOptions { epoch, ..options(1) });
    let bundle = Bundle::open(Cursor::new(&bytes), &BundleLimits::default()).unwrap();
    assert_eq!(bundle.framing().anomalies, []);
    let entries = &bundle.directory().entries;
    let seen: Vec<_> =
        entries.iter().map(|e| (e.name.as_str(), e.claimed_method, e.unix_mode().unwrap_or_default())).collect();
    assert_eq!(seen, [(MODULE_FILE, 8, 0o100_755), ("module.json", 8, 0o100_644), ("deps/data.tgz", 0, 0o100_644)]);
    for entry in entries {
        assert_eq!((entry.claimed_date, entry.claimed_time), epoch.dos_date_time());
        assert_eq!((entry.claimed_system, entry.claimed_version_needed, entry.claimed_flags), (3, 20, 0));
        assert_eq!((entry.extra.len(), entry.comment.len(), entry.claimed_disk), (0, 0, 0));
    }
}

#[test]
fn dependencies_stand_by_name_and_are_deflated_where_that_pays() {
    let (noise, text) = (noise(700_000), b"text ".repeat(200_000));
    let parts = BundleParts {
        module_file: "m.so",
        module: b"module"[..].into(),
        metadata: b"{}",
        dependencies: vec![dependency("b.tgz", &noise), dependency("a.txt", &text), dependency("c.tgz", b"")],
    };
    let bytes = written(parts, &options(2)).unwrap();
    let bundle = Bundle::open(Cursor::new(&bytes), &BundleLimits::default()).unwrap();
    let seen: Vec<_> =
        bundle.directory().entries.iter().map(|e| (e.name.as_str(), e.claimed_method, e.claimed_size)).collect();
    assert_eq!(
        seen,
        [
            ("m.so", 8, 6),
            ("module.json", 8, 2),
            ("deps/a.txt", 8, 1_000_000),
            ("deps/b.tgz", 0, 700_000),
            ("deps/c.tgz", 0, 0)
        ]
    );
}

#[test]
fn a_bundle_starts_where_the_output_stands() {
    let mut out = Cursor::new(b"before".to_vec());
    out.seek(SeekFrom::End(0)).unwrap();
    let parts = BundleParts { module_file: "m.so", module: b"m"[..].into(), metadata: b"{}", dependencies: Vec::new() };
    let size = write_bundle(&mut out, parts, &options(1)).unwrap();
    let bytes = out.into_inner();
    assert_eq!(bytes.len() as u64, 6 + size);
    let alone = BundleParts { module_file: "m.so", module: b"m"[..].into(), metadata: b"{}", dependencies: Vec::new() };
    assert_eq!(bytes[6..], written(alone, &options(1)).unwrap());
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let attempt = |module_file: &str, names: &[&str]| {
        let dependencies = names.iter().map(|name| dependency(name, b"")).collect();
        written(BundleParts { module_file, module: b""[..].into(), metadata: b"", dependencies }, &options(1))
            .unwrap_err()
    };
    for (module_file, names) in [
        ("", &[][..]),
        ("/m.so", &[]),
        ("../m.so", &[]),
        ("..m.so", &[]),
        ("mödule.so", &[]),
        ("m.so", &[""]),
        ("m.so", &["../../evil.tgz"]),
        ("m.so", &["a\\b.tgz"]),
        ("m.so", &["con.tgz"]),
    ] {
        let error = attempt(module_file, names);
        assert!(matches!(error, WriteError::UnsafeName { .. }), "{module_file} {names:?}: {error}");
    }
    for (module_file, names) in [("d/m.so", &[][..]), ("m.so", &["d/a.tgz"]), ("m.so", &["a.tgz/"])] {
        assert!(matches!(attempt(module_file, names), WriteError::Slash { .. }), "{module_file} {names:?}");
    }
    for (module_file, names) in
        [("Module.json", &[][..]), ("deps", &[]), ("m.so", &["a.tgz", "b.tgz", "a.tgz"]), ("m.so", &["a.tgz", "A.tgz"])]
    {
        assert!(matches!(attempt(module_file, names), WriteError::NameTwice { .. }), "{module_file} {names:?}");
    }
    let many: Vec<String> = (0..65_533).map(|n| format!("{n}.tgz")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(matches!(attempt("m.so", &many), WriteError::TooMany { count: 65_535 }));
}

#[test]
fn failures_say_on_which_side_they_were() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }
    let after = |len: usize| DependencyPart {
        name: "a.tgz".to_owned(),
        content: Box::new(Cursor::new(vec![b'a'; len]).chain(Broken)),
    };
    for len in [0, 300_000] {
        let parts =
            BundleParts { module_file: "m.so", module: b""[..].into(), metadata: b"", dependencies: vec![after(len)] };
        let error = written(parts, &options(1)).unwrap_err();
        assert!(matches!(&error, WriteError::Read { name, .. } if name == "deps/a.tgz"), "{error}");
    }
    let mut small = [0; 20];
    let parts = BundleParts { module_file: "m.so", module: b""[..].into(), metadata: b"", dependencies: Vec::new() };
    let error = write_bundle(Cursor::new(&mut small[..]), parts, &options(1)).unwrap_err();
    assert!(matches!(error, WriteError::Write(_)), "{error}");
}

#[test]
fn python_and_unzip_read_it() {
    let bytes = good(&options(2));
    let script = "import sys, io, zipfile\nz = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))\nassert z.testzip() is None\nprint([(i.filename, i.date_time[0], oct(i.external_attr >> 16)) for i in z.infolist()])";
    if let Some(seen) = run("python3", &["-c", script], &bytes) {
        assert_eq!(
            seen.trim(),
            "[('testmodule.so', 1980, '0o100755'), ('module.json', 1980, '0o100644'), ('deps/data.tgz', 1980, '0o100644')]"
        );
    }
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&bytes).unwrap();
    run("unzip", &["-tqq", file.path().to_str().unwrap()], b"");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_same_content_makes_the_same_bytes(
        seed in prop::collection::vec(any::<u8>(), 0..2000),
        repeats in 1_usize..400,
        names in prop::collection::btree_set("[a-z]{1,8}", 0..4),
        threads in 2_usize..9,
    ) {
        let module = seed.repeat(repeats);
        let pack = |threads: usize, names: Vec<&String>| {
            let dependencies = names.into_iter().map(|name| dependency(&format!("x{name}.tgz"), &module)).collect();
            written(BundleParts { module_file: "m.so", module: module[..].into(), metadata: &seed, dependencies }, &options(threads))
        };
        let bytes = pack(1, names.iter().collect()).unwrap();
        prop_assert!(bytes == pack(threads, names.iter().rev().collect()).unwrap());

        let bundle = Bundle::open(Cursor::new(&bytes), &BundleLimits::default()).unwrap();
        prop_assert!(bundle.framing().anomalies.is_empty());
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        prop_assert_eq!(archive.len(), names.len() + 2);
        for index in 0..archive.len() {
            let mut content = Vec::new();
            let mut entry = archive.by_index(index).unwrap();
            entry.read_to_end(&mut content).unwrap(); // checks the CRC-32
            let expected = if index == 1 { &seed } else { &module };
            prop_assert!(content == *expected);
        }
    }
}
