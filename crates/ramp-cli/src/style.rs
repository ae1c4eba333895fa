//! Colours, which never carry meaning alone, and text that fits the terminal.

use std::borrow::Cow;

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use ramp_core::Level;
use ramp_core::name::is_hidden;

use crate::args::Color;
pub(crate) use crate::screen::width;

pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const NOTE: Style = AnsiColor::Cyan.on_default();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();

/// Whether to use colours: as was asked, else as the environment says, else where a terminal shows them. `NO_COLOR` and `CLICOLOR_FORCE`
/// are looked at by the stream itself.
pub(crate) fn choose_colours(asked: Option<Color>) {
    let says = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    let forced = says("FORCE_COLOR") && !says("NO_COLOR");
    let choice = match asked {
        Some(Color::Always) => ColorChoice::AlwaysAnsi,
        Some(Color::Never) => ColorChoice::Never,
        Some(Color::Auto) | None if forced => ColorChoice::AlwaysAnsi,
        Some(Color::Auto) | None => ColorChoice::Auto,
    };
    choice.write_global();
}

/// How a level is shown.
pub(crate) const fn of(level: Level) -> Style {
    match level {
        Level::Error => ERROR,
        Level::Warning => WARNING,
        _ => NOTE,
    }
}

/// Text in a style; the stream strips it where it is not a terminal.
pub(crate) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Whether a character could steer a terminal, or show text in another order than it has.
pub(crate) fn steers(c: char) -> bool {
    c.is_control()
        // What only chooses the form of the character before it, as in many emoji, does neither.
        || is_hidden(c) && !matches!(c, '\u{fe00}'..='\u{fe0f}')
        || matches!(c, '\u{61c}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        // What is no character, which XML does not take.
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Text from outside, with what could steer a terminal, or whoever runs a pipeline, made visible.
pub(crate) fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if steers(c) {
            printable.extend(c.escape_default());
        } else if is_command(before, text.get(at..).unwrap_or_default()) {
            printable.extend(c.escape_unicode());
        } else {
            printable.push(c);
        }
        before = c;
    }
    printable
}

/// Whether runners of pipelines would take what begins here, or began one character before, for a command to them: `::name` where a
/// line may begin, `##[name` and `##vso[name` anywhere.
///
/// Sources: `ActionCommand.cs` of GitHub's runner, which trims a line before it looks for `::`, and looks for `##[` in all of it;
/// `Command.cs` of the agent of Azure Pipelines, likewise for `##vso[`.
fn is_command(before: char, text: &str) -> bool {
    before.is_whitespace() && text.starts_with("::") || before == '#' && is_bracketed(text)
}

/// Whether a second `#`, a word and a bracket stand here.
pub(crate) fn is_bracketed(text: &str) -> bool {
    let word = text.strip_prefix('#').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric()));
    word.is_some_and(|rest| rest.starts_with('['))
}

/// Columns that text takes.
pub(crate) fn columns(text: &str) -> usize {
    textwrap::core::display_width(text)
}

/// Text in a style, and spaces up to a width: codes do not count as columns.
pub(crate) fn padded(text: &str, width: usize, style: Style) -> String {
    format!("{}{}", paint(style, text), " ".repeat(width.saturating_sub(columns(text))))
}

/// The first `longest` characters, with a sign that there are more.
pub(crate) fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((at, _)) => format!("{} …", text.get(..at).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

/// `text` wrapped to `width`, its first line and the others indented.
pub(crate) fn wrap(text: &str, width: usize, first: &str, rest: &str) -> String {
    // Names and commands are not broken, so that they can be copied.
    let options = textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_separator(textwrap::WordSeparator::Custom(|line| Box::new(spans(line).into_iter())))
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(&elide(text), options)
}

/// The words of a line, with the blanks behind them; what stands between two backticks is one, where it is closed in that line.
fn spans(line: &str) -> Vec<textwrap::core::Word<'_>> {
    let (mut words, mut from, mut is_in_span) = (Vec::new(), 0, false);
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        if c != ' ' && before == ' ' && at > from && !is_in_span {
            words.extend(line.get(from..at).map(textwrap::core::Word::from));
            from = at;
        }
        if c == '`' {
            is_in_span = !is_in_span && line.get(at + 1..).is_some_and(|rest| rest.contains('`'));
        }
        before = c;
    }
    words.extend(line.get(from..).filter(|rest| !rest.is_empty()).map(textwrap::core::Word::from));
    words
}

/// Leaves out the middle of words that no honest name is as long as; programs get them whole.
fn elide(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 300;
    const SHOWN: usize = 80;
    if text.split(' ').all(|word| word.len() <= LONGEST) {
        return Cow::Borrowed(text);
    }
    let words = text.split(' ').map(|word| {
        let start = word.char_indices().nth(SHOWN).map(|(at, _)| at);
        let end = word.char_indices().rev().nth(SHOWN - 1).map(|(at, _)| at);
        match (start.and_then(|at| word.get(..at)), end.and_then(|at| word.get(at..))) {
            (Some(start), Some(end)) if word.len() > LONGEST => Cow::Owned(format!("{start}…{end}")),
            _ => Cow::Borrowed(word),
        }
    });
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}

/// A number of bytes as people read it.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if count < 1024 {
        return format!("{count} B");
    }
    // The unit in which, rounded to a tenth, there are less than 1024 of it; of the last there may be more.
    let (mut tenths, mut unit, mut divisor) = (0, "", 1_u128);
    for name in UNITS {
        divisor *= 1024;
        (tenths, unit) = ((u128::from(count) * 10 + divisor / 2) / divisor, name);
        if tenths < 10_240 {
            break;
        }
    }
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_steers_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\n\u{9b}\u{202e}ä"), "a\\u{1b}[31mb\\n\\u{9b}\\u{202e}ä");
    }

    #[test]
    fn nothing_from_outside_commands_a_pipeline() {
        let written = "::stop-commands::x y ::set-output name=a::b ##[set-output name=v]good x##vso[task.complete]";
        let shown = "\\u{3a}:stop-commands::x y \\u{3a}:set-output name=a::b #\\u{23}[set-output name=v]good \
                     x#\\u{23}vso[task.complete]";
        assert_eq!(printable(written), shown);
        for honest in ["std::string", "a <b>::c", "## a heading", "C# [x]", "a: :b", "#[derive]"] {
            assert_eq!(printable(honest), honest);
        }
    }

    #[test]
    fn endless_words_are_cut_in_the_middle() {
        let name = "ä".repeat(1000);
        let wrapped = wrap(&format!("the entry {name} is odd"), 40, "", "");
        assert_eq!(wrapped, format!("the entry\n{}…{}\nis odd", "ä".repeat(80), "ä".repeat(80)));
        let path = "deps/name/".repeat(30);
        assert_eq!(wrap(&path, 40, "", ""), path, "what somebody may want to copy stays");
    }

    #[test]
    fn commands_are_not_broken() {
        let text = "Run `ramp pack m.so -m ramp.yml`, or `x y`. A ` alone breaks as ever.";
        assert_eq!(wrap(text, 20, "", ""), "Run\n`ramp pack m.so -m ramp.yml`,\nor `x y`. A ` alone\nbreaks as ever.");
    }

    #[test]
    fn bytes_are_readable() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(1023), "1023 B");
        assert_eq!(bytes(1024), "1.0 KiB");
        assert_eq!(bytes(43_621_888), "41.6 MiB");
        assert_eq!(bytes(5 << 30), "5.0 GiB");
        // Rounded, and not cut off; what rounds up to 1024 is one of the next unit.
        assert_eq!(bytes(15_256), "14.9 KiB");
        assert_eq!(bytes((1 << 10) + 51), "1.0 KiB");
        assert_eq!(bytes((1 << 10) + 52), "1.1 KiB");
        assert_eq!(bytes((1 << 20) - 52), "1023.9 KiB");
        assert_eq!(bytes((1 << 20) - 51), "1.0 MiB");
        assert_eq!(bytes(u64::MAX), "16777216.0 TiB");
    }
}
