//! What a run left behind, and whether ours is what it must be after what the reference left.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use super::cases::Case;
use crate::expected::{self, Content, first_difference, same_files};

/// What a run did.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// By the name of the bundle; without what a failure left of it.
    bundles: BTreeMap<String, Content>,
    /// Every other file but for the manifest: content, by name.
    other_files: BTreeMap<String, String>,
}

impl Outcome {
    /// Of a run in a folder of its own.
    pub(crate) fn of(output: &Output, folder: &Path) -> Self {
        let success = output.status.success();
        let (mut bundles, mut other_files) = (BTreeMap::new(), BTreeMap::new());
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if success && fs::read(&path).unwrap().starts_with(b"PK") {
                bundles.insert(name, Content::read(&path));
            } else if name != "ramp.yml" {
                other_files.insert(name, String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned());
            }
        }
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self { success, stdout: text(&output.stdout), stderr: text(&output.stderr), bundles, other_files }
    }

    /// No file, and no word on standard output that a script could take for one.
    pub(crate) fn left_nothing(&self) -> Result<(), String> {
        let files: Vec<_> = self.bundles.keys().chain(self.other_files.keys()).collect();
        if files.is_empty() && !self.stdout.contains(".zip") {
            return Ok(());
        }
        Err(format!("failed, and left {files:?} and the words {:?}", self.stdout))
    }

    /// The only bundle; `None` where there is none.
    fn bundle(&self) -> Option<&Content> {
        assert!(self.bundles.len() < 2, "{:?}", self.bundles.keys());
        self.bundles.values().next()
    }

    /// What is printed: the metadata, and the lines but for it.
    fn printed(&self) -> (Option<Value>, Vec<String>) {
        let lines = |text: &str| text.lines().map(str::to_owned).collect();
        let Some((before, after)) = self.stdout.split_once("Module Metadata:\n") else {
            return (None, lines(&self.stdout));
        };
        let (json, after) = after.split_once("\n}\n").unwrap();
        (Some(serde_json::from_str(&format!("{json}\n}}")).unwrap()), lines(&format!("{before}{after}")))
    }
}

/// Whether ours is what it must be. Both succeeded.
pub(crate) fn compare(case: &Case, theirs: &Outcome, ours: &Outcome) -> Result<(), String> {
    if theirs.other_files != ours.other_files {
        return Err(format!("the files are {:?}, not {:?}", ours.other_files, theirs.other_files));
    }
    if theirs.bundles.keys().ne(ours.bundles.keys()) {
        return Err(format!("the bundles are {:?}, not {:?}", ours.bundles.keys(), theirs.bundles.keys()));
    }
    if let (Some(theirs), Some(ours)) = (theirs.bundle(), ours.bundle()) {
        same_files(theirs, ours)?;
        first_difference(&expected_metadata(case, theirs, ours)?, &ours.metadata)?;
    }
    let ((their_metadata, their_lines), (our_metadata, our_lines)) = (theirs.printed(), ours.printed());
    if expected_lines(case, their_lines.clone()) != our_lines {
        return Err(format!("{our_lines:?} is printed, not {their_lines:?}"));
    }
    match (their_metadata, our_metadata) {
        (None, None) => Ok(()),
        // What is printed is what is packed; theirs is so but for dependencies, which are printed as they were given.
        (Some(mut printed), Some(our_printed)) => {
            let packed = &theirs.bundle().ok_or("there is metadata and no bundle")?.metadata;
            for (name, dependency) in printed["dependencies"].as_object_mut().into_iter().flatten() {
                let dependency = dependency.as_object_mut().unwrap();
                if dependency.remove("local_path").is_some() {
                    dependency.insert("sha256".to_owned(), packed["dependencies"][name]["sha256"].clone());
                }
            }
            first_difference(packed, &printed).map_err(|why| format!("theirs, printed: {why}"))?;
            let packed = &ours.bundle().ok_or("there is metadata and no bundle")?.metadata;
            first_difference(packed, &our_printed).map_err(|why| format!("ours, printed: {why}"))
        }
        (_, ours) => {
            Err(format!("{}: metadata is printed", if ours.is_some() { "ours alone" } else { "theirs alone" }))
        }
    }
}

/// [`expected::expected`], and what only options and keys that no real manifest has bring about.
fn expected_metadata(case: &Case, theirs: &Content, ours: &Content) -> Result<Value, String> {
    let mut metadata = expected::expected(theirs, ours)?;
    for (field, long, short) in
        [("capabilities", "--capabilities", "-C"), ("exclude_commands", "--exclude-commands", "-E")]
    {
        // In random order.
        if let Some(text) = case.value(long, short) {
            let mut there: Vec<&str> =
                metadata[field].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect();
            let mut given: Vec<&str> = text.split(',').collect();
            there.sort_unstable();
            given.sort_unstable();
            given.dedup();
            if there != given {
                return Err(format!("their `{field}` is {there:?}"));
            }
            let mut in_order: Vec<&str> = Vec::new();
            for name in text.split(',').map(str::trim) {
                if !name.is_empty() && !in_order.contains(&name) {
                    in_order.push(name);
                }
            }
            metadata[field] = in_order.into();
        }
    }
    let of_manifest = |key: &str| {
        let is_read = case.value("--manifest", "-m").is_some();
        case.manifest.lines().filter(|_| is_read).find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
    };
    // Theirs is the manifest's, whatever it says.
    if of_manifest("sha256").is_some() {
        metadata["sha256"] = ours.module().into();
    }
    // A key without a value is one that is not there.
    for (key, value) in [("architecture", super::table::ARCHITECTURE), ("os", "Linux")] {
        if of_manifest(key) == Some("") && metadata[key].is_null() {
            metadata[key] = value.into();
        }
    }
    if let Some(Value::Object(dependencies)) = metadata.get_mut("optional-dependencies") {
        // They leak the path and embed nothing.
        dependencies.values_mut().filter_map(Value::as_object_mut).for_each(|it| drop(it.remove("local_path")));
    }
    Ok(metadata)
}

/// The lines without what the reference prints on its standard output alone: with `--verbose`, one for every command that
/// is overridden or added; with `--debug`, the server's log as well.
fn expected_lines(case: &Case, mut lines: Vec<String>) -> Vec<String> {
    let is_debug = case.options.iter().any(|option| option == "--debug");
    let is_verbose = case.options.iter().any(|option| option == "--verbose" || option == "-v");
    // `1234:M 25 Nov …`, or `1234:signal-handler …`
    let is_log = |line: &str| {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < line.len() && rest.starts_with(':')
    };
    let is_command = |line: &str| line.starts_with("overiding {") || line.starts_with("adding command {");
    lines.retain(|line| !(is_debug && is_log(line) || (is_debug || is_verbose) && is_command(line)));
    lines
}
