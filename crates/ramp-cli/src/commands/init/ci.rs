//! What a CI is to do, and what comes next by hand.

use std::fmt::Write as _;
use std::path::Path;

use ramp_core::Target;
use ramp_core::metadata::Value;
use ramp_core::text::shell_word;

use crate::args::manifest::{Ci, Init};

/// The commands that come next.
#[derive(Debug)]
pub(super) struct Commands {
    pub(super) check: String,
    pub(super) pack: String,
    /// One for each target.
    pub(super) validate: Vec<String>,
    /// The targets, as they are named in them.
    targets: Vec<String>,
    module: String,
    bundle: String,
}

pub(super) fn commands(args: &Init, targets: &[Target]) -> Commands {
    let unnamed = Path::new("mymodule.so");
    let module = args.module.as_deref().unwrap_or(unnamed);
    let bundle = word(&Path::new(module.file_name().unwrap_or(module.as_os_str())).with_extension("zip"));
    let (module, manifest) = (word(module), word(&args.output));
    // As they were named; else the newest of those that it is for.
    let newest = targets.iter().rev().filter_map(Target::cluster_version).map(str::to_owned).take(1).collect();
    let targets: Vec<String> =
        if args.target.is_empty() { newest } else { args.target.iter().map(|name| word(Path::new(name))).collect() };
    Commands {
        check: format!("ramp check {manifest} --fail-on warning"),
        pack: format!("ramp pack {module} --manifest {manifest} --output {bundle}"),
        validate: targets.iter().map(|target| format!("ramp validate {bundle} --target {target}")).collect(),
        targets,
        module,
        bundle,
    }
}

/// Where a CI looks for what it is to do.
pub(super) fn path(ci: Ci) -> &'static str {
    match ci {
        Ci::Github => ".github/workflows/ramp.yml",
        Ci::Gitlab => ".gitlab-ci.yml",
    }
}

/// What a CI is to do: check, pack, and validate against each target.
pub(super) fn file(ci: Ci, args: &Init, commands: &Commands) -> String {
    let Commands { check, pack, validate, targets, module, bundle } = commands;
    let mut text = format!("# Checks {}, packs {module} and validates the bundle.\n", word(&args.output));
    let built = format!(
        "Build {module} before this, on a system as old as the oldest in `operating_systems`. `ramp` has to be on the PATH: `cargo install \
         --locked ramp-cli`."
    );
    match ci {
        Ci::Github => {
            text.push_str(
                "name: bundle\non: [push, pull_request]\npermissions:\n  contents: read\njobs:\n  bundle:\n    runs-on: \
                 ubuntu-22.04\n    steps:\n      - uses: actions/checkout@v4\n",
            );
            let _ = writeln!(text, "      # {built}"); // cannot fail
            let validated = validate.iter().map(|command| format!("{command} --format github"));
            for command in [check.clone(), pack.clone()].into_iter().chain(validated) {
                let _ = writeln!(text, "      - run: {}", scalar(&command)); // cannot fail
            }
            let path = scalar(bundle.trim_matches('\''));
            let _ = writeln!(
                text,
                "      - uses: actions/upload-artifact@v4\n        with:\n          name: bundle\n          path: {path}"
            ); // cannot fail
        }
        Ci::Gitlab => {
            text.push_str("bundle:\n  image: ubuntu:22.04\n  script:\n");
            let _ = writeln!(text, "    # {built}"); // cannot fail
            let reports: Vec<String> = (1..=targets.len()).map(|number| format!("ramp-{number}.xml")).collect();
            let validated = validate.iter().zip(&reports);
            let validated = validated.map(|(command, report)| format!("{command} --format junit --output {report}"));
            for command in [check.clone(), pack.clone()].into_iter().chain(validated) {
                let _ = writeln!(text, "    - {}", scalar(&command)); // cannot fail
            }
            let path = scalar(bundle.trim_matches('\''));
            let _ = writeln!(
                text,
                "  artifacts:\n    when: always\n    paths:\n      - {path}\n    reports:\n      junit:"
            ); // cannot fail
            for report in reports {
                let _ = writeln!(text, "        - {report}"); // cannot fail
            }
        }
    }
    text
}

/// Text as YAML has it: in quotes where it could be taken for something else.
fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '_' | '-' | '/' | '=' | '+');
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    if begins && text.chars().all(is_plain) { text.to_owned() } else { Value::from(text).to_string() }
}

/// A path as a word of a shell; in quotes that hold anything where it cannot be one.
fn word(path: &Path) -> String {
    let text = path.display().to_string();
    shell_word(&text).unwrap_or_else(|| format!("'{}'", text.replace('\'', "'\\''")))
}
