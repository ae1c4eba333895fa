//! What a module says of itself: `ramp probe`.

use std::fmt::Write as _;
use std::path::Path;

use ramp_core::module::{CommandSpec, Discovery, Registration};
use ramp_probe::{Asked, Probed};
use serde::Serialize;

use super::json;
use crate::error::CliError;
use crate::style::{STRONG, columns, paint, printable};

/// As JSON: what `--commands-from` reads, who was asked, and all else that is known.
pub(crate) fn json(found: &Probed) -> Result<String, CliError> {
    json::pretty(&value(found)?)
}

/// The same, as a value.
pub(crate) fn value(found: &Probed) -> Result<serde_json::Value, CliError> {
    #[derive(Serialize)]
    struct Shown<'a> {
        asked: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        redis_version: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        valkey_version: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        redis_server: Option<&'a Path>,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        unguarded: &'a [String],
        #[serde(flatten)]
        said: Said<'a>,
    }
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Said<'a> {
        All(&'a Registration),
        Some(&'a Discovery),
    }
    let (asked, redis_version) = match found.by {
        Asked::Builtin(version) => ("builtin", Some(version.to_string())),
        _ => ("redis-server", found.server.as_ref().and_then(|server| server.redis_version.clone())),
    };
    let valkey_version = found.server.as_ref().and_then(|server| server.valkey_version.as_deref());
    let redis_server = found.server.as_ref().map(|server| server.path.as_path());
    let said = found.registration.as_ref().map_or(Said::Some(&found.discovery), Said::All);
    Ok(serde_json::to_value(&Shown {
        asked,
        redis_version,
        valkey_version,
        redis_server,
        unguarded: &found.unguarded,
        said,
    })?)
}

/// How wide a column is at most, but for single rows.
const WIDEST: usize = 60;

/// For people.
pub(crate) fn human(probed: &Probed) -> String {
    let found = &probed.discovery;
    let mut text = format!("{}\n", paint(STRONG, &printable(&found.module_name)));
    let semantic = semantic(found.version).map(|version| format!("  ({version})")).unwrap_or_default();
    let mut line = |what: &str, said: String| {
        let _ = writeln!(text, "  {what:<10}{said}");
    };
    line("version", format!("{}{semantic}", found.version));
    line("asked", printable(&probed.asked()));
    if let Some(all) = &probed.registration {
        let types = all.data_types.iter().map(|of| format!("{} ({})", printable(&of.name), of.encoding_version));
        let types: Vec<String> = types.collect();
        if !types.is_empty() {
            line("types", types.join(", "));
        }
        let configs = all.configs.iter().map(|of| format!("{} = {}", printable(&of.name), printable(&of.default)));
        let configs: Vec<String> = configs.collect();
        if !configs.is_empty() {
            line("configs", configs.join(", "));
        }
        if !all.unplayed.is_empty() {
            line("unplayed", printable(&all.unplayed.join(", ")));
        }
    }
    line("commands", found.commands.len().to_string());
    table(&mut text, &rows(probed));
    text
}

/// All commands, and below each its subcommands.
fn rows(probed: &Probed) -> Vec<&CommandSpec> {
    match &probed.registration {
        Some(all) => {
            let mut rows = Vec::new();
            for command in &all.commands {
                rows.push(&command.spec);
                rows.extend(command.subcommands.iter().map(|below| &below.spec));
            }
            rows
        }
        None => probed.discovery.commands.iter().collect(),
    }
}

fn table(text: &mut String, commands: &[&CommandSpec]) {
    if commands.is_empty() {
        return;
    }
    let mut rows = vec![["command", "arity", "keys", "flags"].map(str::to_owned)];
    rows.extend(commands.iter().map(|command| {
        let keys = format!("{} {} {}", command.first_key, command.last_key, command.step);
        let name = printable(&command.command_name);
        [name, command.command_arity.to_string(), keys, printable(&command.flags.join(" "))]
    }));
    let [name, arity, keys, _] = [0, 1, 2, 3].map(|column| width(&rows, column));
    for (number, [a, b, c, d]) in rows.iter().enumerate() {
        let gap = " ".repeat(name.saturating_sub(columns(a)));
        let line = format!("  {a}{gap}  {b:>arity$}  {c:keys$}  {d}");
        let line = line.trim_end();
        let _ = if number == 0 { writeln!(text, "\n{}", paint(STRONG, line)) } else { writeln!(text, "{line}") };
    }
}

/// As wide as the widest that is not excessively so: one long name is no reason to write as many spaces behind all others.
fn width(rows: &[[String; 4]], column: usize) -> usize {
    let widths = rows.iter().filter_map(|row| row.get(column)).map(|text| columns(text));
    widths.filter(|width| *width <= WIDEST).max().unwrap_or(0)
}

/// A number such as 10203 as a version such as 1.2.3.
fn semantic(version: i64) -> Option<String> {
    let number = u64::try_from(version).ok()?;
    Some(format!("{}.{}.{}", number / 10_000, number / 100 % 100, number % 100))
}

#[cfg(test)]
mod tests {
    use ramp_core::module::CommandSpec;

    use super::*;

    #[test]
    fn a_table() {
        let command = |name: &str, flags: &[&str], keys: [i64; 3]| CommandSpec {
            command_name: name.into(),
            command_arity: -12,
            flags: flags.iter().map(ToString::to_string).collect(),
            first_key: keys[0],
            last_key: keys[1],
            step: keys[2],
        };
        let commands = [command("m.\u{1b}[2J", &["write", "fast"], [1, -1, 2]), command("m.b", &[], [0, 0, 0])];
        let mut text = String::new();
        table(&mut text, &commands.iter().collect::<Vec<_>>());
        let text = anstream::adapter::strip_str(&text).to_string();
        let expected = "\n\x20 command      arity  keys    flags\n\
                        \x20 m.\\u{1b}[2J    -12  1 -1 2  write fast\n\
                        \x20 m.b            -12  0 0 0\n";
        assert_eq!(text, expected);
        assert_eq!(semantic(-1), None);
        let long = "x".repeat(10_000);
        let commands = [command(&long, &[], [0, 0, 0]), command("m.b", &[], [0, 0, 0])];
        let mut text = String::new();
        table(&mut text, &commands.iter().collect::<Vec<_>>());
        assert!(text.len() < 10_300, "{}", text.len());
    }
}
