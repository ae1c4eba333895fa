//! What a CI is to do.

use std::fmt::Write as _;

use ramp_core::metadata::Value;

use super::next::Commands;
use crate::args::manifest::Ci;
use crate::output;

/// The actions of others, by commits, which cannot be moved as tags can.
const CHECKOUT: &str = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";
const UPLOAD: &str = "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0";

/// Where a CI looks for what it is to do.
pub(super) fn path(ci: Ci) -> &'static str {
    match ci {
        Ci::Github => ".github/workflows/ramp.yml",
        Ci::Gitlab => ".gitlab-ci.yml",
    }
}

/// What a CI is to do: check, pack, and validate against all targets.
pub(super) fn file(ci: Ci, commands: &Commands) -> String {
    let Commands { check, pack, validate, module, bundle, manifest, .. } = commands;
    let mut text = format!("# Checks {manifest}, packs {module} and validates the bundle.\n");
    let path = bundle.trim_matches('\'');
    match ci {
        Ci::Github => {
            text.push_str(
                "name: bundle\non: [push, pull_request]\npermissions:\n  contents: read\njobs:\n  bundle:\n    runs-on: \
                 ubuntu-22.04\n    steps:\n",
            );
            let _ = writeln!(text, "      - uses: {CHECKOUT}\n        with:\n          persist-credentials: false"); // cannot fail
            for line in before(commands) {
                let _ = writeln!(text, "      # {line}"); // cannot fail
            }
            for command in [check, pack, &format!("{validate} --location {manifest} --format github")] {
                let _ = writeln!(text, "      - run: {}", scalar(&without_expressions(command))); // cannot fail
            }
            let path = scalar(&without_expressions(path));
            let _ =
                writeln!(text, "      - uses: {UPLOAD}\n        with:\n          name: bundle\n          path: {path}"); // cannot fail
        }
        Ci::Gitlab => {
            text.push_str("bundle:\n  image: ubuntu:22.04\n  script:\n");
            for line in before(commands) {
                let _ = writeln!(text, "    # {line}"); // cannot fail
            }
            let reports = "--output gitlab=gl-code-quality-report.json --output junit=ramp.xml";
            for command in [check, pack, &format!("{validate} --location {manifest} {reports}")] {
                let _ = writeln!(text, "    - {}", scalar(command)); // cannot fail
            }
            // In a path, and not in a command, the runner puts the values of variables in.
            let path = scalar(&path.replace('$', "$$"));
            let _ = writeln!(
                text,
                "  artifacts:\n    when: always\n    paths:\n      - {path}\n    reports:\n      \
                 codequality: gl-code-quality-report.json\n      junit: ramp.xml"
            ); // cannot fail
        }
    }
    text
}

/// What its author has to see to before these steps.
fn before(commands: &Commands) -> Vec<String> {
    let mut lines = vec![
        "Add steps before these:".to_owned(),
        installs(output::book().is_some()),
        format!("- one that builds {}, on a system as old as the oldest in `operating_systems`.", commands.module),
    ];
    if let Some((probe, said)) = &commands.probe {
        lines.push(format!("{said} is what `{probe}` writes where the module runs."));
    }
    lines
}

/// How `ramp` comes to a CI. Before there is a release no registry has it, and whoever took its name there could run anything in that CI:
/// none may be given then. A release has an address.
fn installs(is_released: bool) -> String {
    if is_released {
        format!("- one that installs `ramp`: pip install redis-ramp=={};", env!("CARGO_PKG_VERSION"))
    } else {
        "- one that puts `ramp` on the PATH, from a place of your own: no package registry has it;".to_owned()
    }
}

/// Text in which GitHub finds nothing to evaluate: what would begin an expression is one that gives just that.
fn without_expressions(text: &str) -> String {
    text.replace("${{", "${{ '${{' }}")
}

/// Text as YAML has it: in quotes where it could be taken for something else.
fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '_' | '-' | '/' | '=' | '+');
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    if begins && text.chars().all(is_plain) { text.to_owned() } else { Value::from(text).to_string() }
}

#[cfg(test)]
mod tests {
    use super::installs;

    #[test]
    fn a_package_is_named_from_the_first_release_on() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(installs(true), format!("- one that installs `ramp`: pip install redis-ramp=={version};"));
        assert!(!installs(false).contains("pip"));
    }
}
