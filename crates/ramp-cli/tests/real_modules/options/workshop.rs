//! Running both, each in a folder of its own, and comparing what they leave there.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use super::cases::{Agreement, Case};
use crate::command::ramp;
use crate::packing::{comparable, content, first_difference};

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

/// What a run did.
struct Outcome {
    success: bool,
    stdout: String,
    stderr: String,
    /// Metadata and digests of the entries, by the name of the bundle.
    bundles: BTreeMap<String, (Value, BTreeMap<String, String>)>,
    /// Content, by name.
    other_files: BTreeMap<String, String>,
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

    /// Runs both and compares what came of it.
    pub(crate) fn compare(&self, number: usize, case: &Case) -> Result<(), String> {
        let mut reference = Command::new(python());
        reference.args(["-m", "RAMP.ramp"]);
        let theirs = self.run(reference, &format!("{number}-theirs"), case);
        let mut ours = ramp();
        ours.env_remove("SOURCE_DATE_EPOCH");
        let ours = self.run(ours, &format!("{number}-ours"), case);
        let as_expected = match case.agreement {
            Agreement::Full => theirs.success == ours.success,
            Agreement::OursAlone => !theirs.success && ours.success,
        };
        if !as_expected {
            return Err(format!(
                "ours: {}, theirs: {}\n  ours:   {}\n  theirs: {}",
                ours.success, theirs.success, ours.stderr, theirs.stderr
            ));
        }
        if theirs.success { same(case, &theirs, &ours) } else { Ok(()) }
    }

    fn run(&self, mut command: Command, folder: &str, case: &Case) -> Outcome {
        let folder = self.directory.path().join(folder);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("ramp.yml"), &case.manifest).unwrap();
        command.arg("pack").arg(self.directory.path().join("sample.so")).args(&case.options).current_dir(&folder);
        let output = command.output().unwrap();
        let (mut bundles, mut other_files) = (BTreeMap::new(), BTreeMap::new());
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if fs::read(&path).unwrap().starts_with(b"PK") {
                bundles.insert(name, content(&path));
            } else {
                other_files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
        fs::remove_dir_all(&folder).unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        Outcome { success: output.status.success(), stdout, stderr, bundles, other_files }
    }
}

fn same(case: &Case, theirs: &Outcome, ours: &Outcome) -> Result<(), String> {
    if theirs.other_files != ours.other_files {
        return Err(format!("the files are {:?}, not {:?}", ours.other_files, theirs.other_files));
    }
    let names = |outcome: &Outcome| outcome.bundles.keys().cloned().collect::<Vec<_>>();
    if names(theirs) != names(ours) {
        return Err(format!("the bundles are {:?}, not {:?}", names(ours), names(theirs)));
    }
    for ((metadata, files), (our_metadata, our_files)) in theirs.bundles.values().zip(ours.bundles.values()) {
        if files.keys().ne(our_files.keys()) {
            return Err(format!("the entries are {our_files:?}, not {files:?}"));
        }
        let module = metadata["module_file"].as_str().unwrap();
        if files[module] != our_files[module] {
            return Err("the module is another".to_owned());
        }
        let theirs = evened_out(case, metadata.clone(), files);
        first_difference(&theirs, &evened_out(case, our_metadata.clone(), our_files))?;
    }
    let embedded =
        |outcome: &Outcome| outcome.bundles.values().next().map(|(_, files)| files.clone()).unwrap_or_default();
    let (their_metadata, their_lines) = printed(case, &without_log(&theirs.stdout), &embedded(theirs));
    let (our_metadata, our_lines) = printed(case, &ours.stdout, &embedded(ours));
    if their_lines != our_lines {
        return Err(format!("{our_lines:?} is printed, not {their_lines:?}"));
    }
    match (their_metadata, our_metadata) {
        (None, None) => Ok(()),
        (Some(theirs), Some(ours)) => first_difference(&theirs, &ours).map_err(|why| format!("printed: {why}")),
        _ => Err(format!("one prints the metadata: {}", ours.stdout)),
    }
}

/// [`comparable`], and what only options and keys that no real manifest has bring about; see docs/packing.md.
fn evened_out(case: &Case, metadata: Value, files: &BTreeMap<String, String>) -> Value {
    let mut metadata = comparable(metadata, files);
    for (field, long, short) in
        [("capabilities", "--capabilities", "-C"), ("exclude_commands", "--exclude-commands", "-E")]
    {
        // Theirs are in random order.
        if case.options.iter().any(|option| option.starts_with(long) || option == short) {
            metadata[field].as_array_mut().unwrap().sort_by_key(Value::to_string);
        }
    }
    // Theirs is the manifest's.
    if case.manifest.contains("sha256: \"00\"\n") {
        metadata["sha256"] = Value::Null;
    }
    metadata
}

/// What is printed: the metadata, and the lines but for it. Theirs has the dependencies as they were given.
fn printed(case: &Case, stdout: &str, files: &BTreeMap<String, String>) -> (Option<Value>, Vec<String>) {
    let lines = |text: &str| text.lines().map(str::to_owned).collect();
    let Some((before, after)) = stdout.split_once("Module Metadata:\n") else { return (None, lines(stdout)) };
    let (json, after) = after.split_once("\n}\n").unwrap();
    let mut metadata: Value = serde_json::from_str(&format!("{json}\n}}")).unwrap();
    for (name, dependency) in metadata["dependencies"].as_object_mut().unwrap() {
        if let Some(digest) = files.get(&format!("deps/{name}.tgz")) {
            dependency.as_object_mut().unwrap().remove("local_path");
            dependency["sha256"] = digest.clone().into();
        }
    }
    (Some(evened_out(case, metadata, files)), lines(&format!("{before}{after}")))
}

/// What the reference prints without what is printed on its standard output alone: a line for every command that is
/// overridden or added, and the server's log.
fn without_log(stdout: &str) -> String {
    let is_log = |line: &str| {
        // `1234:M 25 Nov …`, or `1234:signal-handler …`
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        (rest.len() < line.len() && rest.starts_with(':'))
            || line.starts_with("overiding {")
            || line.starts_with("adding command {")
    };
    stdout.split_inclusive('\n').filter(|line| !is_log(line)).collect()
}
