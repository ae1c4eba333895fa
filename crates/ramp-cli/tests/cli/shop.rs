//! A directory to run the command in, and what came of a run.

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::words::slips_told;
use tempfile::TempDir;

/// What the environment must not say unless a test does.
const UNSET: [&str; 10] = [
    "GITHUB_STEP_SUMMARY",
    "NO_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "CI",
    "TERM",
    "COLUMNS",
    "RAMP_CLUSTER_USER",
    "RAMP_CLUSTER_PASSWORD",
    "RAMP_CLUSTER_CREDENTIALS",
];

/// The day of the tests, in seconds.
const FIRST_OF_JUNE_2026: &str = "1780272000";

/// A directory of its own, in which the command runs, so that its output names no path of this machine.
pub(crate) struct Shop {
    directory: TempDir,
    environment: Vec<(String, String)>,
    stdin: Vec<u8>,
}

/// What a run left behind.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A schema that `ramp schema` prints, which is the one that is published.
pub(crate) fn published_schema(of: &str) -> jsonschema::Validator {
    let printed = Shop::new().ramp(&["schema", of]).stdout;
    let path = format!("{}/../../docs/{of}.schema.json", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("RAMP_UPDATE_DOCS").is_some() {
        fs::write(&path, &printed).unwrap();
    }
    let published = fs::read_to_string(&path).unwrap_or_default();
    assert!(published == printed, "docs/{of}.schema.json is stale; RAMP_UPDATE_DOCS=1 writes it anew");
    jsonschema::validator_for(&serde_json::from_str(&printed).unwrap()).unwrap()
}

impl Shop {
    pub(crate) fn new() -> Self {
        // The end of a release's life, which a target is held against, comes one day; not to the tests.
        let day = ("SOURCE_DATE_EPOCH".to_owned(), FIRST_OF_JUNE_2026.to_owned());
        Self { directory: ramp_fixtures::directory::tempdir().unwrap(), environment: vec![day], stdin: Vec::new() }
    }

    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn bundle(self, name: &str, bundle: &BundleBuilder) -> Self {
        self.file(name, bundle.build())
    }

    pub(crate) fn directory(self, name: &str) -> Self {
        fs::create_dir_all(self.path(name)).unwrap();
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Every file and directory under `name`, sorted; directories end in a slash.
    pub(crate) fn tree(&self, name: &str) -> Vec<String> {
        fn walk(root: &Path, directory: &Path, names: &mut Vec<String>) {
            let entries = match fs::read_dir(directory) {
                // What runs beside a test takes away what it has made.
                Err(err) if err.kind() == std::io::ErrorKind::NotFound && directory != root => return,
                found => found.unwrap(),
            };
            for entry in entries {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(root).unwrap().display().to_string();
                if path.is_dir() && !path.is_symlink() {
                    names.push(format!("{name}/"));
                    walk(root, &path, names);
                } else {
                    names.push(name);
                }
            }
        }
        let mut names = Vec::new();
        walk(&self.path(name), &self.path(name), &mut names);
        names.sort();
        names
    }

    /// The command with an environment that says nothing but what was asked for.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.command_of(env!("CARGO_BIN_EXE_ramp"));
        command.args(arguments);
        command
    }

    /// Another command, in the same place and environment.
    pub(crate) fn command_of(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.directory.path());
        for name in UNSET {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    pub(crate) fn ramp(&self, arguments: &[&str]) -> Run {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped());
        self.run(command)
    }

    /// The same, from a folder of it.
    pub(crate) fn ramp_in(&self, folder: &str, arguments: &[&str]) -> Run {
        let mut command = self.command(arguments);
        command.current_dir(self.path(folder));
        self.run(command)
    }

    pub(crate) fn run(&self, mut command: Command) -> Run {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (stdin, bytes) = (child.stdin.take(), self.stdin.clone());
        let writer = std::thread::spawn(move || {
            // A command that does not read it closes it.
            let _ = stdin.map(|mut stdin| stdin.write_all(&bytes));
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let text = |bytes: Vec<u8>| {
            let root = self.directory.path().display().to_string();
            String::from_utf8(bytes).unwrap().replace(&root, "[DIR]").replace(env!("CARGO_PKG_VERSION"), "[VERSION]")
        };
        let run = Run {
            status: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        run.is_english();
        run
    }
}

impl Run {
    /// Whatever a test makes the command say is held to what a rule can be made of.
    fn is_english(&self) {
        for line in self.stdout.lines().chain(self.stderr.lines()) {
            let slips: Vec<&str> = slips_told(line).collect();
            assert!(slips.is_empty(), "{slips:?}: {line}");
        }
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit status {}", self.status)?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(f, "\n---- {name}\n{text}")?;
            }
        }
        Ok(())
    }
}
