//! What comes next, by hand or in a CI.

use std::path::Path;

use ramp_core::Target;
use ramp_core::text::shell_word;

use crate::args::manifest::Init;

/// The commands that come next.
#[derive(Debug)]
pub(super) struct Commands {
    pub(super) check: String,
    /// What is to be run where the module runs, which is not here; and the file that it writes.
    pub(super) probe: Option<(String, String)>,
    pub(super) pack: String,
    /// Against all targets.
    pub(super) validate: String,
    /// What has to come before, where this build of the module cannot be packed for any target.
    pub(super) rebuild: Option<String>,
    pub(super) manifest: String,
    pub(super) module: String,
    pub(super) bundle: String,
}

/// What is known of the module, for what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It can be packed here, or there is none yet.
    Ready,
    /// It runs on another machine, which can say what it registers.
    Elsewhere,
    /// It loads on no node of the targets.
    Nowhere,
}

pub(super) fn commands(args: &Init, state: State, targets: &[Target]) -> Commands {
    let unnamed = Path::new("mymodule.so");
    let path = args.module.as_deref().unwrap_or(unnamed);
    let beside = |extension: &str| Path::new(path.file_name().unwrap_or(path.as_os_str())).with_extension(extension);
    let (module, manifest, bundle) = (word(path), word(&args.output), word(&beside("zip")));
    // A brace is the start of a field there.
    let template = beside("zip").display().to_string().replace('{', "{{").replace('}', "}}");
    let said = (state == State::Elsewhere).then(|| word(&beside("probe.json")));
    let arguments: Vec<String> = args.arguments.iter().map(|text| argument(text)).collect();
    let arguments = if arguments.is_empty() { String::new() } else { format!(" -- {}", arguments.join(" ")) };
    let from = said.as_ref().map(|said| format!(" --commands-from {said}")).unwrap_or_default();
    // As they were named; else by their releases.
    let releases = || targets.iter().filter_map(Target::cluster_version).map(str::to_owned).collect();
    let named = || args.target.iter().map(|name| word(Path::new(name))).collect();
    let targets: Vec<String> = if args.target.is_empty() { releases() } else { named() };
    let targets: String = targets.iter().flat_map(|target| [" --target ", target]).collect();
    Commands {
        check: format!("ramp check {manifest} --fail-on warning"),
        probe: said.map(|said| (format!("ramp probe {module} --format json{arguments} > {said}"), said)),
        pack: format!("ramp pack {module} --manifest {manifest}{from} --output {}", word(Path::new(&template))),
        validate: format!("ramp validate {bundle}{targets}"),
        rebuild: (state == State::Nowhere)
            .then(|| format!("build {module} on Linux, for a system and an architecture of the targets")),
        manifest,
        module,
        bundle,
    }
}

impl Commands {
    /// What people are told.
    pub(super) fn told(&self) -> Vec<String> {
        let mut lines = match (&self.probe, &self.rebuild) {
            (Some((probe, _)), _) => {
                vec!["next, where the module runs:".to_owned(), format!("  {probe}"), "then here:".to_owned()]
            }
            (None, Some(rebuild)) => vec![format!("next, {rebuild}; then:")],
            (None, None) => vec!["next:".to_owned()],
        };
        lines.extend([&self.pack, &self.validate].map(|command| format!("  {command}")));
        lines
    }
}

/// A path as a word of a shell.
fn word(path: &Path) -> String {
    let text = path.display().to_string();
    shell_word(&text).unwrap_or_else(|| quoted(&text))
}

/// Any text as a word of a shell; one with a dash is not a path.
fn argument(text: &str) -> String {
    shell_word(text).filter(|_| !text.starts_with('-')).unwrap_or_else(|| quoted(text))
}

/// In quotes that hold anything.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
