//! What a module says of itself, for people: `ramp probe`.

use std::fmt::Write as _;

use ramp_core::module::Discovery;

use crate::style::{STRONG, columns, paint, printable};

pub(crate) fn human(found: &Discovery) -> String {
    let mut text = format!("{}\n", paint(STRONG, &printable(&found.module_name)));
    let semantic = semantic(found.version).map(|version| format!("  ({version})")).unwrap_or_default();
    let _ = writeln!(text, "  version   {}{semantic}", found.version);
    let _ = writeln!(text, "  commands  {}", found.commands.len());
    if found.commands.is_empty() {
        return text;
    }
    let mut rows = vec![["command", "arity", "keys", "flags"].map(str::to_owned)];
    rows.extend(found.commands.iter().map(|command| {
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
    text
}

fn width(rows: &[[String; 4]], column: usize) -> usize {
    rows.iter().filter_map(|row| row.get(column)).map(|text| columns(text)).max().unwrap_or(0)
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
        let commands = vec![command("m.\u{1b}[2J", &["write", "fast"], [1, -1, 2]), command("m.b", &[], [0, 0, 0])];
        let found = Discovery { module_name: "m\n".into(), version: 10203, commands };
        let text = anstream::adapter::strip_str(&human(&found)).to_string();
        let expected = "m\\n\n  version   10203  (1.2.3)\n  commands  2\n\n\
                        \x20 command      arity  keys    flags\n\
                        \x20 m.\\u{1b}[2J    -12  1 -1 2  write fast\n\
                        \x20 m.b            -12  0 0 0\n";
        assert_eq!(text, expected);
        assert_eq!(semantic(-1), None);
    }
}
