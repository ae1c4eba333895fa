//! Bash, which cuts what is typed at each `=` too: `--target=7.` is three words to it, and what it puts in takes the place of the
//! last alone. And it neither takes backslashes away nor puts them in.

use std::ffi::OsString;
use std::io::{Error, Write};
use std::path::Path;

use clap::Command;
use clap_complete::engine::complete;
use clap_complete::env::EnvCompleter;

/// As the library has it, with words as they are meant.
#[derive(Debug)]
pub(super) struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == self.name()
    }

    fn write_registration(
        &self,
        variable: &str,
        name: &str,
        bin: &str,
        completer: &str,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        clap_complete::env::Bash.write_registration(variable, name, bin, completer, out)
    }

    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        here: Option<&Path>,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        // What the script says of itself.
        let said = |name: &str| std::env::var(name).ok();
        let at = said("_CLAP_COMPLETE_INDEX").and_then(|at| at.parse().ok()).unwrap_or_default();
        let between = said("_CLAP_IFS").unwrap_or_else(|| "\n".to_owned());
        let (words, at) = joined(&words, at);
        let there = words.get(at).map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
        let kept = there.rfind('=').map_or(0, |sign| sign + 1);
        let candidates = complete(command, words, at, here)?;
        let texts: Vec<String> = candidates
            .iter()
            .filter_map(|candidate| candidate.get_value().to_str()?.get(kept..).map(with_backslashes))
            .collect();
        out.write_all(texts.join(&between).as_bytes())
    }
}

/// The words, and where the last one is that counts: those that were cut at a `=` put together again.
fn joined(words: &[OsString], at: usize) -> (Vec<OsString>, usize) {
    let mut whole: Vec<OsString> = Vec::new();
    let mut joins = false;
    for word in words.iter().take(at + 1) {
        let sign = word == "=";
        let plain = without_backslashes(&word.to_string_lossy());
        match whole.last_mut().filter(|_| sign || joins) {
            Some(last) => last.push(plain),
            None => whole.push(plain.into()),
        }
        joins = sign;
    }
    let at = whole.len().saturating_sub(1);
    (whole, at)
}

/// As it was meant by whoever typed it.
fn without_backslashes(typed: &str) -> String {
    let mut text = String::new();
    let mut letters = typed.chars();
    while let Some(letter) = letters.next() {
        // One at the end has nothing to escape yet.
        text.extend(if letter == '\\' { letters.next() } else { Some(letter) });
    }
    text
}

/// As it has to be typed.
fn with_backslashes(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-=,:@+%~".contains(c);
    text.chars().flat_map(|c| (!is_plain(c)).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_that_were_meant() {
        for (typed, meant) in [
            (&["ramp", "--target", "=", "7."][..], &["ramp", "--target=7."][..]),
            (&["ramp", "--output", "=", "sarif", "=", "re"], &["ramp", "--output=sarif=re"]),
            (&["ramp", "--output", "sarif", "=", "re"], &["ramp", "--output", "sarif=re"]),
            (&["ramp", "--target", ""], &["ramp", "--target", ""]),
            (&["ramp", "my\\ bun"], &["ramp", "my bun"]),
        ] {
            let words: Vec<OsString> = typed.iter().map(OsString::from).collect();
            let (joined, at) = joined(&words, words.len() - 1);
            assert_eq!(joined, meant, "{typed:?}");
            assert_eq!(at, meant.len() - 1);
        }
        assert_eq!(without_backslashes(r"a\\b\ c"), r"a\b c");
        assert_eq!(with_backslashes("my bundle(1).zip"), r"my\ bundle\(1\).zip");
    }
}
