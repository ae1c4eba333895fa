//! Archives of ordinary writers: nothing is irregular about them, and their members are all seen.
//!
//! Programs that are not installed are named and left out; with `RAMP_ALL_WRITERS=1` that is a failure.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use ramp_core::dependency::Flaw;
use ramp_core::dependency::IrregularityKind;
use ramp_pack::{ArchiveOptions, DependencyArchive};
use tempfile::TempDir;

use crate::{names, said, walk};

/// Longer than the 100 bytes of a header's name, and as one component longer than `ustar` can write.
const LONG: &str = "ein-langer-name-";

/// A folder `data`: with names that every format can write, or with all that can be.
fn folder(everything: bool) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let mut files = vec!["a.txt".to_owned(), "empty".into(), "deep/er/b c.bin".into(), "run.sh".into()];
    if everything {
        let deep = format!("{}/{}", LONG.repeat(6), LONG.repeat(4));
        files.extend(["größe/文件.txt".to_owned(), format!("{deep}/x"), format!("{}/y", LONG.repeat(12))]);
    }
    for name in files {
        let path = root.path().join("data").join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let len = name.len() * 100;
        fs::write(&path, if name == "empty" { Vec::new() } else { name.into_bytes().repeat(len) }).unwrap();
    }
    fs::create_dir(root.path().join("data/nothing")).unwrap();
    root
}

/// The names below a folder, as [`names`] gives them.
fn below(folder: &Path, prefix: &str, into: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            below(&entry.path(), &format!("{name}/"), into);
        }
        into.insert(name);
    }
}

/// Fails unless the walk sees what is in `data`, and finds nothing odd.
#[track_caller]
fn accepts(writer: &str, archive: &[u8], root: &TempDir) {
    accepts_but(writer, archive, root, &[]);
}

/// Fails unless the walk sees what is in `data`, and finds these flaws only.
#[track_caller]
fn accepts_but(writer: &str, archive: &[u8], root: &TempDir, expected: &[Flaw]) {
    let (walked, members) = walk(archive);
    let flaws: Vec<Flaw> = walked.irregularities.listed().iter().map(|found| found.kind.flaw()).collect();
    assert_eq!(flaws, expected, "{writer}: {:?}", said(&walked));
    let seen: BTreeSet<String> = names(&members).into_iter().map(|name| name.replacen("data/", "", 1)).collect();
    let seen: BTreeSet<String> = seen.into_iter().filter(|name| !["", "data"].contains(&name.as_str())).collect();
    let mut expected = BTreeSet::new();
    below(&root.path().join("data"), "", &mut expected);
    // Writers that are given files, not folders, write none of the latter.
    let files: BTreeSet<String> =
        expected.iter().filter(|name| root.path().join("data").join(name).is_file()).cloned().collect();
    assert!(seen.is_subset(&expected) && files.is_subset(&seen), "{writer}: {seen:?}");
}

/// Whether a program is there; where all have to be, that it is not is a failure.
fn is_there(program: &str, asked: &[&str]) -> bool {
    let run = Command::new(program).args(asked).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let there = run.is_ok_and(|status| status.success());
    if !there {
        println!("{program} is not installed: not tried");
        let all = std::env::var_os("RAMP_ALL_WRITERS").is_some_and(|value| value == "1");
        assert!(!all, "{program} is not installed, and RAMP_ALL_WRITERS is 1");
    }
    there
}

/// What a program prints, run in a folder.
fn output(program: &str, args: &[&str], at: &Path) -> Vec<u8> {
    let output = Command::new(program).args(args).current_dir(at).env("HOME", at).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {args:?}: {said}");
    output.stdout
}

#[test]
fn gnu_tar() {
    if !is_there("tar", &["--version"]) {
        return;
    }
    let (plain, everything) = (folder(false), folder(true));
    let make = |args: &[&str], root: &TempDir| {
        let about = format!("tar {args:?}");
        let flaws: &[Flaw] = if args[0] == "--format=v7" { &[Flaw::OldHeader] } else { &[] };
        accepts_but(&about, &output("tar", args, root.path()), root, flaws);
    };
    make(&["-czf", "-", "data"], &everything);
    make(&["-czf", "-", "-C", "data", "."], &everything);
    for format in ["gnu", "pax", "posix", "oldgnu", "ustar", "v7"] {
        let root = if matches!(format, "ustar" | "v7") { &plain } else { &everything };
        make(&[&format!("--format={format}"), "-czf", "-", "data"], root);
    }
    // As modules' own build scripts do.
    let reproducible =
        ["--sort=name", "--owner=root:0", "--group=root:0", "--mtime=UTC 1970-01-01", "-czf", "-", "data"];
    make(&reproducible, &everything);
    if is_there("gzip", &["--version"]) {
        output("tar", &["-cf", "data.tar", "data"], everything.path());
        output("gzip", &["-9", "data.tar"], everything.path());
        accepts("gzip", &fs::read(everything.path().join("data.tar.gz")).unwrap(), &everything);
    }
}

#[test]
fn bsdtar() {
    if !is_there("bsdtar", &["--version"]) {
        return;
    }
    let (plain, everything) = (folder(false), folder(true));
    for format in ["pax", "gnutar", "ustar", "v7", "paxr"] {
        let root = if matches!(format, "ustar" | "v7") { &plain } else { &everything };
        let format = format!("--format={format}");
        for what in [&["data"][..], &["-C", "data", "."]] {
            let args = [&[format.as_str(), "-czf", "-"], what].concat();
            let run =
                Command::new("bsdtar").args(&args).current_dir(root.path()).env("LC_ALL", "C.UTF-8").output().unwrap();
            assert!(run.status.success(), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
            let flaws: &[Flaw] = if format == "--format=v7" { &[Flaw::OldHeader] } else { &[] };
            accepts_but(&format!("bsdtar {args:?}"), &run.stdout, root, flaws);
        }
    }
}

#[test]
fn python() {
    // The second is what the reference packer does with a `local_path`.
    const SCRIPT: &str = r"
import os, sys, tarfile
for name in ('USTAR', 'GNU', 'PAX'):
    def owned(member):
        member.uid = member.gid = 2**21 - 1 if name == 'USTAR' else 2**26
        member.mtime = int(member.mtime) if name == 'USTAR' else 1.5
        return member
    with tarfile.open('/'.join((sys.argv[1], name + '.tgz')), 'w:gz', format=getattr(tarfile, name + '_FORMAT')) as tar:
        tar.add('plain/data' if name == 'USTAR' else 'all/data', arcname='data', filter=owned)
path = 'all/data'
with tarfile.open(sys.argv[1] + '/reference.tgz', 'w:gz') as tar:
    tar.add(path, arcname=os.path.basename(path))
with tarfile.open(sys.argv[1] + '/global.tgz', 'w:gz', pax_headers={'comment': 'for all'}) as tar:
    tar.add(path, arcname='./data')
";
    if !is_there("python3", &["--version"]) {
        return;
    }
    let (plain, everything) = (folder(false), folder(true));
    let at = tempfile::tempdir().unwrap();
    for (name, root) in [("plain", &plain), ("all", &everything)] {
        copy(root.path(), &at.path().join(name));
    }
    output("python3", &["-c", SCRIPT, "."], at.path());
    for name in ["USTAR", "GNU", "PAX", "reference", "global"] {
        let archive = fs::read(at.path().join(name).with_extension("tgz")).unwrap();
        accepts(&format!("tarfile, {name}"), &archive, if name == "USTAR" { &plain } else { &everything });
    }
}

#[test]
fn go() {
    const PROGRAM: &str = r#"package main
import ("archive/tar"; "compress/gzip"; "io/fs"; "os"; "path/filepath"; "time")
func main() {
    out := gzip.NewWriter(os.Stdout)
    w := tar.NewWriter(out)
    format := map[string]tar.Format{"USTAR": tar.FormatUSTAR, "PAX": tar.FormatPAX, "GNU": tar.FormatGNU, "": tar.FormatUnknown}[os.Args[1]]
    err := filepath.WalkDir("data", func(path string, entry fs.DirEntry, err error) error {
        if err != nil { return err }
        info, err := entry.Info()
        if err != nil { return err }
        header, err := tar.FileInfoHeader(info, "")
        if err != nil { return err }
        header.Name, header.Format = filepath.ToSlash(path), format
        if os.Args[2] == "" { header.AccessTime, header.ChangeTime = time.Time{}, time.Time{} }
        if err := w.WriteHeader(header); err != nil { return err }
        if entry.IsDir() { return nil }
        content, err := os.ReadFile(path)
        if err != nil { return err }
        _, err = w.Write(content)
        return err
    })
    for _, err := range []error{err, w.Close(), out.Close()} {
        if err != nil { panic(err) }
    }
}
"#;
    if !is_there("go", &["version"]) {
        return;
    }
    let (plain, everything) = (folder(false), folder(true));
    let at = tempfile::tempdir().unwrap();
    fs::write(at.path().join("pack.go"), PROGRAM).unwrap();
    let built = Command::new("go").args(["build", "-o", "pack", "pack.go"]).current_dir(at.path()).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let program = at.path().join("pack");
    for format in ["", "PAX", "GNU", "USTAR"] {
        let root = if format == "USTAR" { &plain } else { &everything };
        accepts(&format!("Go, {format}"), &output(program.to_str().unwrap(), &[format, ""], root.path()), root);
    }
    // GNU's header has times where Python, whatever the magic, reads the front of the name.
    let (walked, _) = walk(&output(program.to_str().unwrap(), &["GNU", "with all times"], plain.path()));
    let irregularities = walked.irregularities.listed();
    assert!(!irregularities.is_empty() && irregularities.iter().all(|i| i.kind == IrregularityKind::Prefix));
}

#[test]
fn other_programs() {
    let (plain, everything) = (folder(false), folder(true));
    if is_there("busybox", &["tar", "--help"]) {
        accepts("busybox", &output("busybox", &["tar", "-czf", "-", "data"], everything.path()), &everything);
    }
    if is_there("cpio", &["--version"]) && is_there("sh", &["-c", "true"]) {
        let script = "find data | cpio --quiet -o -H ustar | gzip";
        accepts("cpio", &output("sh", &["-c", script], plain.path()), &plain);
    }
    if is_there("7z", &["i"]) {
        let script = "7z a -ttar -so x.tar data | 7z a -tgzip -si -so x.tgz";
        accepts("7z", &output("sh", &["-c", script], everything.path()), &everything);
    }
    if is_there("perl", &["-MArchive::Tar", "-e", "1"]) {
        let script = "my $tar = Archive::Tar->new; $tar->add_files(split /\\n/, `find data`); $tar->write('x.tgz', 9)";
        output("perl", &["-MArchive::Tar", "-e", script], plain.path());
        accepts("Archive::Tar", &fs::read(plain.path().join("x.tgz")).unwrap(), &plain);
    }
    if is_there("git", &["--version"]) {
        let script = "git init -q . && git add data && git -c user.name=x -c user.email=x commit -q -m x && \
            git archive --format=tgz HEAD";
        accepts("git archive", &output("sh", &["-c", script], everything.path()), &everything);
    }
}

#[test]
fn our_own() {
    let root = folder(true);
    let mut archive = Vec::new();
    let made = DependencyArchive::write(&root.path().join("data"), &mut archive, &ArchiveOptions::default()).unwrap();
    accepts("DependencyArchive", &archive, &root);
    assert_eq!(walk(&archive).0.members, made.entries);
    let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    builder.append_dir_all("data", root.path().join("data")).unwrap();
    accepts("the crate tar", &builder.into_inner().and_then(flate2::write::GzEncoder::finish).unwrap(), &root);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
