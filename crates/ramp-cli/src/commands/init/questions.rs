//! Questions to whoever sits at the terminal.

use std::io::{self, BufRead, Write};

use ramp_core::metadata::fields::field;
use ramp_pack::comma_separated;

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

    /// One line; an empty one is what is proposed.
    pub(super) fn text(&mut self, key: &str, proposed: &str) -> Result<String, CliError> {
        let answer = self.ask(key, proposed)?;
        Ok(if answer.is_empty() { proposed.to_owned() } else { answer })
    }

    /// A list with commas; a dash alone is none.
    pub(super) fn list(&mut self, key: &str, proposed: &[String], told: &[String]) -> Result<Vec<String>, CliError> {
        for line in told {
            writeln!(self.questions, "{}", printable(line)).map_err(failed)?;
        }
        let answer = self.ask(key, &proposed.join(", "))?;
        Ok(match answer.as_str() {
            "" => proposed.to_vec(),
            "-" => Vec::new(),
            list => comma_separated(list),
        })
    }

    fn ask(&mut self, key: &str, proposed: &str) -> Result<String, CliError> {
        let summary = field(key).map(|field| field.summary.trim_end_matches('.')).unwrap_or_default();
        write!(self.questions, "{key} ({summary}) [{}]: ", printable(proposed)).map_err(failed)?;
        self.questions.flush().map_err(failed)?;
        let mut line = String::new();
        if self.answers.read_line(&mut line).map_err(failed)? == 0 {
            return Err(failed(io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(line.trim().to_owned())
    }
}

fn failed(source: io::Error) -> CliError {
    CliError::Prompt { source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_answer_is_what_is_proposed() {
        let mut asked = Vec::new();
        let mut questions = Questions::new(&b"\n Mine \n\ntypes, flash\n-\n"[..], &mut asked);
        let proposed = ["types".to_owned()];
        assert_eq!(questions.text("display_name", "hello").unwrap(), "hello");
        assert_eq!(questions.text("display_name", "hello").unwrap(), "Mine");
        assert_eq!(questions.list("capabilities", &proposed, &[]).unwrap(), ["types"]);
        assert_eq!(questions.list("capabilities", &proposed, &[]).unwrap(), ["types", "flash"]);
        assert!(questions.list("capabilities", &proposed, &["All:".to_owned()]).unwrap().is_empty());
        // Nobody is there any more.
        assert!(questions.text("license", "").is_err());
        let asked = String::from_utf8(asked).unwrap();
        assert!(asked.starts_with("display_name (Name for people) [hello]: "), "{asked}");
        assert!(asked.contains("All:\ncapabilities ("), "{asked}");
    }
}
