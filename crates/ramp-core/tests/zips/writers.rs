//! Ordinary writers: what they make of a good bundle's files, strict accepts.
//!
//! Programs that are not installed are skipped and named; with `RAMP_ALL_WRITERS=1` their absence is a failure.

use std::io::{Cursor, Write as _};
use std::path::Path;
use std::process::Command;

use ramp_core::Group;
use ramp_core::{Policy, Target, validate};
use ramp_fixtures::bundle::{BundleBuilder, MODULE_FILE};
use ramp_pack::{BundleParts, DependencyPart, WriteOptions, write_bundle};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::views::{libraries_agree, python_agrees, testdata};

/// Says that a program is not there, or fails for it.
pub(crate) fn absent(program: &str) {
    let wanted = std::env::var_os("RAMP_ALL_WRITERS").is_some_and(|value| value == "1");
    assert!(!wanted, "{program} is not installed");
    println!("skipped: {program} is not installed");
}

/// The files of a good bundle.
struct Files {
    directory: tempfile::TempDir,
    fixture: BundleBuilder,
}

impl Files {
    const NAMES: [&str; 3] = [MODULE_FILE, "module.json", "deps/data.tgz"];
    const WITH_FOLDER: [&str; 4] = [MODULE_FILE, "module.json", "deps/", "deps/data.tgz"];
    const ROOTS: [&str; 3] = [MODULE_FILE, "module.json", "deps"];

    fn new() -> Self {
        let fixture = BundleBuilder::with_dependency();
        let files = Self { directory: tempfile::tempdir().unwrap(), fixture };
        std::fs::create_dir(files.path().join("deps")).unwrap();
        for (name, content) in files.contents() {
            std::fs::write(files.path().join(name), content).unwrap();
        }
        files
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn contents(&self) -> [(&'static str, Vec<u8>); 3] {
        let [module, metadata, dependency] = Self::NAMES;
        [
            (module, self.fixture.module.clone()),
            (metadata, self.fixture.metadata_text()),
            (dependency, self.fixture.dependencies[0].1.clone()),
        ]
    }

    /// Runs a program among the files. Where `out` is an argument the zip is that file, else standard output, a pipe.
    fn by(&self, program: &str, args: &[&str]) -> Option<Vec<u8>> {
        let to = self.path().join("out.zip");
        let to = to.to_str().unwrap();
        let args = args.iter().map(|arg| if *arg == "out" { to } else { arg });
        let mut command = Command::new(program);
        command.args(args).current_dir(self.path()).env("GOCACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/go"));
        let output = match command.output() {
            Ok(output) => output,
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => return None,
            Err(err) => panic!("{program}: {err}"),
        };
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        let written = std::fs::read(to).unwrap_or(output.stdout);
        drop(std::fs::remove_file(to));
        Some(written)
    }
}

/// Strict accepts the bundle, everybody reads the same, and nothing is said of the archive but `expected`.
fn accepted(files: &Files, about: &str, bundle: &[u8], expected: &[&str]) {
    let report = validate(Cursor::new(bundle), &Target::default(), &Policy::strict()).unwrap();
    let of_archive = report.findings().iter().filter(|f| f.group == Group::Archive).map(|f| &*f.rule);
    assert_eq!(of_archive.collect::<Vec<_>>(), expected, "{about}");
    assert!(report.passed(), "{about}: {:#?}", report.findings());
    let view = crate::views::ours(bundle);
    for (name, content) in files.contents() {
        assert!(view.contains(&(name.as_bytes().to_vec(), content)), "{about}: {name} is not what was packed");
    }
    libraries_agree(about, bundle);
    python_agrees(about, &[bundle.to_vec()]);
    println!("accepted: {about}");
}

/// Strict refuses the bundle by this rule, and by no other.
fn refused(about: &str, bundle: &[u8], rule: &str) {
    let report = validate(Cursor::new(bundle), &Target::default(), &Policy::strict()).unwrap();
    assert!(!report.passed(), "{about}");
    let rules: Vec<&str> = report.findings().iter().map(|finding| &*finding.rule).collect();
    assert!(!rules.is_empty() && rules.iter().all(|found| *found == rule), "{about}: {rules:?}");
    println!("refused: {about}");
}

/// Checks that what one program writes is refused.
fn check_refused(program: &str, args: &[&str], rule: &str) {
    match Files::new().by(program, args) {
        Some(bundle) => refused(&format!("{program} {}", args.join(" ")), &bundle, rule),
        None => absent(program),
    }
}

/// Checks what one program writes, with several lists of arguments.
fn check(program: &str, runs: &[(&[&str], &[&str])]) {
    let files = Files::new();
    for (args, expected) in runs {
        match files.by(program, args) {
            Some(bundle) => accepted(&files, &format!("{program} {}", args.join(" ")), &bundle, expected),
            None => return absent(program),
        }
    }
}

/// Arguments and file names.
fn with<'a>(args: &[&'a str], files: &[&'a str]) -> Vec<&'a str> {
    [args, files].concat()
}

#[test]
fn python_zipfile() {
    let script = testdata("write.py");
    let script = script.to_str().unwrap();
    for files in [&Files::NAMES[..], &Files::WITH_FOLDER] {
        for how in ["", "stored", "unseekable", "make_archive", "writestr"] {
            check("python3", &[(&with(&[script, how], files), &[])]);
        }
        check("python3", &[(&with(&[script, "windows"], files), &["archive-mode-incomplete"; 3])]);
        for how in ["zip64", "stored,zip64", "unseekable,zip64"] {
            check_refused("python3", &with(&[script, how], files), "archive-zip64-needless");
        }
    }
}

#[test]
fn info_zip() {
    check(
        "zip",
        &[
            (&with(&["-q", "out"], &Files::NAMES), &[]),
            (&with(&["-q", "-r", "out"], &Files::ROOTS), &[]),
            (&with(&["-q", "-X", "-0", "out"], &Files::NAMES), &[]),
            (&with(&["-q", "-r", "-"], &Files::ROOTS), &[]),
        ],
    );
    check_refused("zip", &with(&["-q", "-fz", "out"], &Files::NAMES), "archive-zip64-needless");
}

#[test]
fn seven_zip() {
    let there = |program: &&str| Command::new(program).arg("i").output().is_ok();
    let Some(program) = ["7zz", "7z", "7za"].into_iter().find(there) else { return absent("7zz, 7z or 7za") };
    check(
        program,
        &[
            (&with(&["a", "-bd", "-tzip", "out"], &Files::ROOTS), &[]),
            (&with(&["a", "-bd", "-tzip", "-mx0", "out"], &Files::ROOTS), &[]),
        ],
    );
}

#[test]
fn libarchive() {
    check(
        "bsdtar",
        &[
            (&with(&["-c", "--format", "zip", "-f", "out"], &Files::ROOTS), &[]),
            (&with(&["-c", "--format", "zip", "--options", "zip:experimental", "-f", "out"], &Files::ROOTS), &[]),
        ],
    );
    for files in [&Files::ROOTS, &Files::NAMES] {
        check_refused("bsdtar", &with(&["-c", "--format", "zip", "-f", "-"], files), "archive-padding");
    }
}

#[test]
fn java() {
    check(
        "jar",
        &[
            (&with(&["cMf", "out"], &Files::ROOTS), &[]),
            (&with(&["c0Mf", "out"], &Files::ROOTS), &[]),
            (&with(&["cM"], &Files::ROOTS), &[]),
        ],
    );
}

#[test]
fn go() {
    let program = testdata("write.go");
    let run = ["run", program.to_str().unwrap()];
    check("go", &[(&with(&run, &Files::WITH_FOLDER), &[])]);
}

/// A stored entry whose sizes follow it ends where a streaming reader guesses.
#[test]
fn stored_to_a_pipe() {
    let files = Files::new();
    let script = testdata("write.py");
    let python = with(&[script.to_str().unwrap(), "stored,unseekable"], &Files::NAMES);
    for (program, args) in [("zip", with(&["-q", "-0", "-"], &Files::NAMES)), ("python3", python)] {
        let Some(bundle) = files.by(program, &args) else {
            absent(program);
            continue;
        };
        let report = validate(Cursor::new(&bundle), &Target::default(), &Policy::strict()).unwrap();
        assert!(report.findings().iter().any(|found| found.rule == "archive-descriptor-stored"), "{program}");
        assert!(!report.passed(), "{program}");
    }
}

#[test]
fn zip_rs() {
    let files = Files::new();
    let write = |archive: &mut dyn FnMut(&str, &[u8])| {
        for (name, content) in files.contents() {
            archive(name, &content);
        }
    };
    for method in [CompressionMethod::Deflated, CompressionMethod::Stored] {
        for large in [false, true] {
            let options = SimpleFileOptions::default().compression_method(method).large_file(large);
            let about = format!("zip-rs, {method}, large {large}");
            let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
            archive.add_directory("deps", SimpleFileOptions::default()).unwrap();
            write(&mut |name, content| {
                archive.start_file(name, options).unwrap();
                archive.write_all(content).unwrap();
            });
            let bundle = archive.finish().unwrap().into_inner();
            if large {
                refused(&about, &bundle, "archive-zip64-needless");
            } else {
                accepted(&files, &about, &bundle, &[]);
            }
        }
    }
    for large in [false, true] {
        let options = SimpleFileOptions::default().large_file(large);
        let mut archive = ZipWriter::new_stream(Vec::new());
        write(&mut |name, content| {
            archive.start_file(name, options).unwrap();
            archive.write_all(content).unwrap();
        });
        let bundle = archive.finish().unwrap().into_inner();
        if large {
            refused("zip-rs to a stream, large", &bundle, "archive-zip64-needless");
        } else {
            accepted(&files, "zip-rs to a stream", &bundle, &[]);
        }
    }
}

#[test]
fn our_own_packer() {
    let files = Files::new();
    let [(_, module), (_, metadata), (_, dependency)] = files.contents();
    let parts = BundleParts {
        module_file: MODULE_FILE,
        module: module[..].into(),
        metadata: &metadata,
        dependencies: vec![DependencyPart { name: "data.tgz".to_owned(), content: Box::new(&dependency[..]) }],
    };
    let mut out = Cursor::new(Vec::new());
    write_bundle(&mut out, parts, &WriteOptions::default()).unwrap();
    accepted(&files, "our own packer", &out.into_inner(), &[]);
}
