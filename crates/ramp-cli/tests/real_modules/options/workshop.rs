//! Running both, each in a folder of its own.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use tempfile::TempDir;

use super::cases::{Case, Packs};
use super::outcome::{self, Outcome};
use crate::command::ramp;

/// What the reference says of itself.
#[derive(Debug, Deserialize)]
pub(crate) struct Reference {
    pub(crate) options: Vec<Parameter>,
    /// The keys that a manifest may have.
    pub(crate) keys: Vec<String>,
}

/// An option of it.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) spellings: Vec<String>,
    pub(crate) is_flag: bool,
}

const DESCRIBE: &str = "
import click, json
from RAMP.module_metadata import create_default_metadata
from RAMP.ramp import pack
options = [parameter for parameter in pack.params if isinstance(parameter, click.Option)]
options = [{'name': o.name, 'spellings': o.opts + o.secondary_opts, 'is_flag': o.is_flag} for o in options]
print(json.dumps({'options': options, 'keys': list(create_default_metadata('/dev/null'))}))
";

fn python() -> OsString {
    std::env::var_os("RAMP_REFERENCE_PYTHON").expect("RAMP_REFERENCE_PYTHON must name a Python that has ramp-packer")
}

impl Reference {
    pub(crate) fn read() -> Self {
        let output = Command::new(python()).args(["-c", DESCRIBE]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let reference: Self = serde_json::from_slice(&output.stdout).unwrap();
        assert!(!reference.options.is_empty() && !reference.keys.is_empty(), "{reference:?}");
        reference
    }

    pub(crate) fn spellings(&self) -> usize {
        self.options.iter().map(|option| option.spellings.len()).sum()
    }
}

/// A checkout with a module in it, and a folder for each run.
pub(crate) struct Workshop {
    directory: TempDir,
}

impl Workshop {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let run = |command: &mut Command| {
            let status = command.current_dir(directory.path()).status().unwrap();
            assert!(status.success(), "{command:?}");
        };
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/probe/commands.c");
        run(Command::new("cc")
            .args(["-std=gnu11", "-shared", "-fPIC", "-fvisibility=hidden", "-o", "sample.so"])
            .arg(source));
        run(Command::new("git").args(["init", "--quiet"]));
        run(Command::new("git")
            .args(["-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false"])
            .args(["commit", "--quiet", "--no-verify", "--allow-empty", "-m", "m"]));
        fs::write(directory.path().join("data.txt"), "a dependency\n").unwrap();
        Self { directory }
    }

    /// The commit that is packed.
    pub(crate) fn commit(&self) -> String {
        let mut git = Command::new("git");
        let output = git.args(["rev-parse", "HEAD"]).current_dir(self.directory.path()).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Runs both and compares what came of it.
    pub(crate) fn compare(&self, number: usize, case: &Case) -> Result<(), String> {
        let ours = self.ours(number, case);
        let mut theirs = self.theirs(number, case);
        if let Some(readable) = case.readable() {
            if theirs.success {
                return Err("the reference can read the option".to_owned());
            }
            theirs = self.theirs(number, &readable);
        }
        let packs = match (theirs.success, ours.success) {
            (true, true) => Packs::Both,
            (false, false) => Packs::Neither,
            (true, false) => Packs::TheirsAlone,
            (false, true) => Packs::OursAlone,
        };
        if packs != case.packs {
            let (ours, theirs) = (ours.stderr, theirs.stderr);
            return Err(format!("packed by {packs:?}, not by {:?}\n  ours:   {ours}\n  theirs: {theirs}", case.packs));
        }
        if !ours.success {
            return ours.left_nothing();
        }
        if theirs.success { outcome::compare(case, &theirs, &ours) } else { Ok(()) }
    }

    pub(crate) fn theirs(&self, number: usize, case: &Case) -> Outcome {
        let mut reference = Command::new(python());
        // Unbuffered, its lines and those of the server that writes to the same pipe would mix.
        reference.args(["-m", "RAMP.ramp"]).env_remove("PYTHONUNBUFFERED");
        self.run(reference, &format!("{number}-theirs"), case)
    }

    pub(crate) fn ours(&self, number: usize, case: &Case) -> Outcome {
        let mut ours = ramp();
        ours.env_remove("SOURCE_DATE_EPOCH");
        self.run(ours, &format!("{number}-ours"), case)
    }

    fn run(&self, mut command: Command, folder: &str, case: &Case) -> Outcome {
        let folder = self.directory.path().join(folder);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("ramp.yml"), &case.manifest).unwrap();
        command.arg("pack").arg(self.directory.path().join("sample.so")).args(&case.options).current_dir(&folder);
        let outcome = Outcome::of(&command.output().unwrap(), &folder);
        fs::remove_dir_all(&folder).unwrap();
        outcome
    }
}
