//! Questions to whoever sits at the terminal.

use std::io::{self, BufRead, Write};

use ramp_core::metadata::fields::field;

use crate::error::CliError;
use crate::style::printable;

/// Asks on one stream, and reads the answers from another.
pub(super) struct Questions<R, W> {
    answers: R,
    questions: W,
}

impl<R: BufRead, W: Write> Questions<R, W> {
    pub(super) fn new(answers: R, questions: W) -> Self {
        Self { answers, questions }
    }

    /// Tells what there is to choose from, or what is wrong with an answer.
    pub(super) fn tell(&mut self, line: &str) -> Result<(), CliError> {
        writeln!(self.questions, "{}", printable(line)).map_err(failed)
    }

    /// One line for a key, trimmed; an empty one takes what is proposed. What cannot be text for people is asked for again.
    ///
    /// # Errors
    ///
    /// [`CliError::Prompt`], where nobody is there any more.
    pub(super) fn ask(&mut self, key: &str, hint: &str, proposed: &str) -> Result<String, CliError> {
        let summary = field(key).map(|field| field.summary.trim_end_matches('.')).unwrap_or_default();
        let proposed = if proposed.is_empty() { String::new() } else { format!(" [{}]", printable(proposed)) };
        loop {
            write!(self.questions, "{key} ({summary}{hint}){proposed}: ").map_err(failed)?;
            self.questions.flush().map_err(failed)?;
            let mut line = Vec::new();
            if self.answers.read_until(b'\n', &mut line).map_err(failed)? == 0 {
                // What is told next begins on a line of its own.
                writeln!(self.questions).map_err(failed)?;
                return Err(failed(io::ErrorKind::UnexpectedEof.into()));
            }
            match std::str::from_utf8(&line).map(str::trim) {
                Ok(answer) if answer.chars().any(char::is_control) => {
                    self.tell("There is a control character in that, such as that of an arrow key.")?;
                }
                Ok(answer) => return Ok(answer.to_owned()),
                Err(_) => self.tell("That is not text in UTF-8.")?,
            }
        }
    }
}

fn failed(source: io::Error) -> CliError {
    CliError::Prompt { source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_text_is_asked_for_again() {
        let mut asked = Vec::new();
        let mut questions = Questions::new(&b"\n Mine \n\xff\xfe\n\x1b[D\nagain\nlast"[..], &mut asked);
        let mut ask = || questions.ask("display_name", "; so", "hello").unwrap();
        assert_eq!([ask(), ask(), ask(), ask()], ["", "Mine", "again", "last"]);
        // Nobody is there any more.
        assert!(questions.ask("license", "", "").is_err());
        let asked = String::from_utf8(asked).unwrap();
        let name = "display_name (Name for people; so) [hello]: ";
        assert!(asked.starts_with(name), "{asked}");
        assert!(asked.contains(&format!("{name}That is not text in UTF-8.\n{name}There is a control")), "{asked}");
        assert!(asked.ends_with("license (License of the module): \n"), "{asked}");
    }
}
