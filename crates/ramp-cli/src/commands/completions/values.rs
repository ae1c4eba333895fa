//! What the values of options and arguments may be, by the names that the help has for them: `RULE|GROUP` is a rule or a group,
//! what is in small letters stands for itself. All of it is out of the tables by which the command works.

use std::ffi::OsStr;
use std::sync::Arc;

use clap::builder::StyledStr;
use clap::{Arg, Command, ValueEnum as _};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter as _};
use ramp_core::knowledge::{DatabaseFieldKind, Knowledge};
use ramp_core::metadata::fields::manifest_keys;
use ramp_core::{Endpoint, Group, rules};

use crate::args::format::Format;
use crate::commands::explain;

/// A value, and what it is, if that is worth a word.
type Value = (String, String);

/// The command, with what it knows of its values.
pub(super) fn known(command: Command) -> Command {
    command.mut_args(with_values).mut_subcommands(known)
}

fn with_values(arg: Arg) -> Arg {
    let takes_values = arg.get_action().takes_values() && arg.get_possible_values().is_empty();
    let name = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
    match name.filter(|_| takes_values) {
        Some(name) if values_of(&name).is_some() => {
            arg.add(ArgValueCompleter::new(move |typed: &OsStr| complete(&name, typed)))
        }
        _ => arg,
    }
}

/// How values of a name are completed, `None` where nothing is known of them.
fn complete(name: &str, typed: &OsStr) -> Vec<CompletionCandidate> {
    let text = typed.to_string_lossy();
    // Of a list, the last; of a report, its file.
    let start = match name {
        "[FORMAT=]FILE" => text.find('=').map_or(0, |sign| sign + 1),
        _ if name.ends_with(",…") => text.rfind(',').map_or(0, |comma| comma + 1),
        _ => 0,
    };
    let (before, typed) = text.split_at(start);
    let mut candidates = Vec::new();
    if let Some(known) = values_of(name).filter(|_| name != "[FORMAT=]FILE" || start == 0) {
        let fits = known.into_iter().filter(|(value, _)| value.starts_with(typed));
        candidates.extend(fits.map(|(value, what)| {
            CompletionCandidate::new(value).help((!what.is_empty()).then(|| StyledStr::from(what)))
        }));
    }
    if parts(name).any(|part| part == "FILE" || part == "[FORMAT=]FILE") {
        candidates.extend(PathCompleter::any().complete(OsStr::new(typed)));
    } else if parts(name).any(|part| part == "DIR") {
        candidates.extend(PathCompleter::dir().complete(OsStr::new(typed)));
    }
    let before = Arc::<str>::from(before);
    candidates.into_iter().map(|candidate| candidate.add_prefix(before.to_string())).collect()
}

fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.trim_end_matches(",…").split('|')
}

/// What is known of values of that name, but for files.
fn values_of(name: &str) -> Option<Vec<Value>> {
    let known: Vec<Vec<Value>> = parts(name).filter_map(of_part).collect();
    (!known.is_empty()).then(|| known.concat())
}

fn of_part(part: &str) -> Option<Vec<Value>> {
    let knowledge = Knowledge::builtin();
    Some(match part {
        "RULE" => rules::all().map(|rule| value(rule.id, rule.title)).collect(),
        "GROUP" => Group::ALL.iter().map(|group| value(group.as_str(), group.title())).collect(),
        "TOPIC" => explain::topics().into_iter().map(|(name, what)| value(name, what)).collect(),
        "KEY" => {
            let of_manifest = manifest_keys().map(|field| value(&field.name, &field.summary));
            of_manifest.chain(explain::keys_of_config().iter().map(|(name, what)| value(name, what))).collect()
        }
        "RELEASE" => {
            let releases = knowledge.releases().iter().map(|release| value(&release.name, &release.title));
            releases.chain([value("latest", "the newest release")]).collect()
        }
        "OS" => knowledge.platforms().iter().map(|platform| value(&platform.id, &platform.title)).collect(),
        "ARCH" => architectures().into_iter().map(|name| value(name, "")).collect(),
        "OS/ARCH" => {
            let pairs = |os: &str, has: &dyn Fn(&str) -> bool| {
                let there = architectures().into_iter().filter(|arch| has(arch));
                there.map(|arch| value(&format!("{os}/{arch}"), "")).collect::<Vec<_>>()
            };
            let platforms = knowledge.platforms().iter();
            platforms.flat_map(|platform| pairs(&platform.id, &|arch| platform.has_arch(arch))).collect()
        }
        "ENDPOINT" => Endpoint::ALL.iter().map(|endpoint| value(endpoint.as_str(), "")).collect(),
        "CAPABILITY" => knowledge.capabilities().iter().map(|row| value(&row.name, &row.description)).collect(),
        "[FORMAT=]FILE" => {
            let formats = Format::value_variants().iter().filter_map(Format::to_possible_value);
            let both = formats.flat_map(|format| {
                let what = format.get_help().map(ToString::to_string).unwrap_or_default();
                [value(&format!("{}=", format.get_name()), &what), value(format.get_name(), &what)]
            });
            both.collect()
        }
        "FIELD[=VALUE]" => fields_of_databases(),
        "COMMAND" => commands().into_iter().map(|name| value(&name, "")).collect(),
        literal if literal.starts_with(|c: char| c.is_ascii_lowercase()) => {
            vec![value(literal.trim_end_matches('…'), "")]
        }
        _ => return None,
    })
}

/// The fields of a database that ask for something, with the values that they can have where these are words.
fn fields_of_databases() -> Vec<Value> {
    let fields = Knowledge::builtin().database_fields().iter();
    let values = fields.flat_map(|field| match &field.kind {
        DatabaseFieldKind::Flag => vec![value(&field.name, &field.description)],
        DatabaseFieldKind::OneOf(words) => {
            words.iter().map(|word| value(&format!("{}={word}", field.name), &field.description)).collect()
        }
        _ => vec![value(&format!("{}=", field.name), &field.description)],
    });
    values.collect()
}

/// The commands that may be asked about, also those of commands.
fn commands() -> Vec<String> {
    let ramp = crate::args::command();
    let all = ramp.get_subcommands().flat_map(|command| [command].into_iter().chain(command.get_subcommands()));
    all.map(|command| command.get_name().to_owned()).collect()
}

/// Those that releases run on.
fn architectures() -> Vec<&'static str> {
    let releases = Knowledge::builtin().releases().iter();
    let mut names = Vec::new();
    for name in releases.flat_map(|release| &release.platforms).flat_map(|platform| &platform.architectures) {
        if !names.contains(&name.as_str()) {
            names.push(name.as_str());
        }
    }
    names
}

fn value(name: &str, what: &str) -> Value {
    (name.to_owned(), what.trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is free, or has a file or nothing that could be known.
    const FREE: [&str; 19] = [
        "ADDRESS",
        "ARG",
        "ARGS",
        "BUNDLE",
        "NEW",
        "DIR",
        "FILE",
        "HOST[:PORT]",
        "JSON",
        "MANIFEST",
        "MODULE",
        "N",
        "NAME",
        "NAMES",
        "NEW",
        "NUMBER",
        "OLD",
        "PATH",
        "TEXT",
    ];

    /// A new name is either known, or said to be free here.
    #[test]
    fn every_value_is_known_or_free() {
        fn all(command: &Command, found: &mut Vec<String>) {
            for arg in command.get_arguments() {
                let takes_values = arg.get_action().takes_values() && arg.get_possible_values().is_empty();
                let name = arg.get_value_names().and_then(|names| names.first()).filter(|_| takes_values);
                found.extend(name.map(ToString::to_string));
            }
            command.get_subcommands().for_each(|command| all(command, found));
        }
        let mut found = Vec::new();
        all(&crate::args::command(), &mut found);
        for name in found {
            for part in parts(&name) {
                let is_free = FREE.contains(&part) || ["DURATION", "SECONDS", "URL", "VERSION"].contains(&part);
                assert!(is_free || of_part(part).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn the_last_of_a_list_and_the_file_of_a_report() {
        let texts = |name: &str, typed: &str| -> Vec<String> {
            let found = complete(name, OsStr::new(typed));
            found.iter().map(|candidate| candidate.get_value().to_string_lossy().into_owned()).collect()
        };
        assert_eq!(texts("OS,…", "rhel8,rhel9"), ["rhel8,rhel9"]);
        assert_eq!(texts("[FORMAT=]FILE", "sar"), ["sarif=", "sarif"]);
        assert_eq!(texts("[FORMAT=]FILE", "sarif=Cargo.t"), ["sarif=Cargo.toml"]);
        assert_eq!(texts("OS/ARCH", "rhel9/"), ["rhel9/x86_64", "rhel9/aarch64"]);
        assert_eq!(texts("sqlite|redis://…", "r"), ["redis://"]);
    }
}
