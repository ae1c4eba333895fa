//! A command that fails leaves everything as it was: every file with its content, nothing new, nothing gone.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ramp_fixtures::elf::ElfBuilder;

use crate::pack::discovery;
use crate::shop::{Run, Shop};

/// Where temporary files go, inside of the shop.
const TEMPORARY: &str = "tmp";
/// What the bundle is called where a case does not say.
const OUTPUT: &str = "out.zip";

/// Everything under a directory: kind, mode and content by path.
pub(crate) fn tree(root: &Path) -> BTreeMap<PathBuf, (String, Vec<u8>)> {
    fn walk(directory: &Path, found: &mut BTreeMap<PathBuf, (String, Vec<u8>)>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let metadata = path.symlink_metadata().unwrap();
            let kind = metadata.file_type();
            let (name, content) = if kind.is_symlink() {
                ("link", fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes())
            } else if kind.is_file() {
                ("file", fs::read(&path).unwrap())
            } else if kind.is_dir() {
                walk(&path, found);
                ("directory", Vec::new())
            } else {
                assert!(kind.is_fifo(), "{}", path.display());
                ("fifo", Vec::new())
            };
            found.insert(path, (format!("{name} {:o}", metadata.permissions().mode()), content));
        }
    }
    let mut found = BTreeMap::new();
    walk(root, &mut found);
    found
}

/// A module, what it would say, a dependency, and a place for temporary files.
pub(crate) fn shop() -> Shop {
    let shop = Shop::new()
        .file("hello.so", ElfBuilder::module().build())
        .file("hello.json", discovery().to_string())
        .file("words/a.txt", "one two")
        .directory(TEMPORARY);
    let temporary = shop.path(TEMPORARY).display().to_string();
    shop.env("TMPDIR", &temporary)
}

const RAMP: &str = env!("CARGO_BIN_EXE_ramp");
/// Nobody in particular, who may do nothing that root may.
const NOBODY: u32 = 65534;

/// One way to fail.
pub(crate) struct Case {
    name: &'static str,
    args: Vec<String>,
    /// Makes what is wrong.
    prepare: Box<dyn Fn(&Shop)>,
    /// What a shell does before it becomes the command.
    before: &'static str,
    as_nobody: bool,
    asks: bool,
    status: i32,
}

impl Case {
    /// With these arguments behind `ramp pack`.
    pub(crate) fn new(name: &'static str, args: &[&str]) -> Self {
        Self {
            name,
            args: args.iter().map(|&arg| arg.to_owned()).collect(),
            prepare: Box::new(|_| {}),
            before: "",
            as_nobody: false,
            asks: false,
            status: 2,
        }
    }

    pub(crate) fn with(self, prepare: impl Fn(&Shop) + 'static) -> Self {
        Self { prepare: Box::new(prepare), ..self }
    }

    pub(crate) fn with_args(self, args: &[&str]) -> Self {
        Self { args: args.iter().map(|&arg| arg.to_owned()).collect(), ..self }
    }

    /// So that the module would be asked, if it came to that.
    pub(crate) fn asking(self) -> Self {
        Self { asks: true, ..self }
    }

    pub(crate) fn before(self, before: &'static str) -> Self {
        Self { before, ..self }
    }

    /// Without the rights of root, whom no mode keeps out.
    pub(crate) fn run_by_nobody(self) -> Self {
        Self { as_nobody: true, ..self }
    }

    /// A bundle that is refused, which is not a failure.
    pub(crate) fn refused(self) -> Self {
        Self { status: 1, ..self }
    }

    /// Fails without and with an output that is there already, with the same words, and changes nothing.
    fn run(&self) -> Run {
        let [first, second] = [false, true].map(|exists| {
            let shop = if exists { shop().file(OUTPUT, "an earlier bundle") } else { shop() };
            (self.prepare)(&shop);
            let run = self.run_in(&shop);
            assert_eq!((run.status, run.stdout.as_str()), (self.status, ""), "{}: {}", self.name, run.stderr);
            run
        });
        assert_eq!(first.stderr, second.stderr, "{}", self.name);
        first
    }

    fn run_in(&self, shop: &Shop) -> Run {
        let usual = ["--operating-systems", "rhel9", "-r", "7.2", "-R", "7.2", "-cr", "7.4"];
        let mut args = vec!["pack".to_owned()];
        args.extend(self.args.iter().cloned());
        args.extend(usual.map(str::to_owned));
        let is_there = |option: &str| self.args.iter().any(|arg| arg == option);
        for (option, value) in [("-o", OUTPUT), ("--commands-from", "hello.json")] {
            if !is_there(option) && (option == "-o" || !self.asks) {
                args.extend([option, value].map(str::to_owned));
            }
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut command = match self.before {
            "" => shop.command(&args),
            before => {
                let mut command = shop.command_of("sh");
                command.arg("-c").arg(format!("{before}; exec \"$0\" \"$@\"")).arg(RAMP).args(&args);
                command
            }
        };
        command.stdin(Stdio::null());
        if self.as_nobody && is_root() {
            // The directory that it was built in may be closed to everybody else; what is open already is not.
            command = shop.command_of("/proc/self/fd/0");
            command.args(&args).stdin(fs::File::open(RAMP).unwrap()).uid(NOBODY).gid(NOBODY);
            fs::set_permissions(shop.path("."), fs::Permissions::from_mode(0o755)).unwrap();
            fs::set_permissions(shop.path(TEMPORARY), fs::Permissions::from_mode(0o777)).unwrap();
        }
        let before = tree(&shop.path("."));
        let run = shop.run(command);
        let after = tree(&shop.path("."));
        assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "{}", self.name);
        assert!(before == after, "{}: a file is not what it was", self.name);
        run
    }
}

/// What the cases say, as one text.
pub(crate) fn words(cases: &[Case]) -> String {
    let mut words = String::new();
    for case in cases {
        writeln!(words, "-- {}\n{}", case.name, case.run().stderr).unwrap();
    }
    words
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

pub(crate) fn make_fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}
