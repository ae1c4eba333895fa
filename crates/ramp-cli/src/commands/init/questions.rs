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

    /// One line; an empty one is what is proposed, and one that cannot be the value of that key is asked for again.
    pub(super) fn text(&mut self, key: &str, proposed: &str) -> Result<String, CliError> {
        loop {
            let answer = self.ask(key, proposed)?;
            if answer.is_empty() {
                return Ok(proposed.to_owned());
            }
            if !self.is_refused(key, &answer)? {
                return Ok(answer);
            }
        }
    }

    /// A list with commas, likewise; a dash alone is none.
    pub(super) fn list(&mut self, key: &str, proposed: &[String], told: &[String]) -> Result<Vec<String>, CliError> {
        for line in told {
            writeln!(self.questions, "{}", printable(line)).map_err(failed)?;
        }
        'asking: loop {
            let answer = self.ask(key, &proposed.join(", "))?;
            let items = match answer.as_str() {
                "" => return Ok(proposed.to_vec()),
                "-" => return Ok(Vec::new()),
                list => comma_separated(list),
            };
            for item in &items {
                if self.is_refused(key, item)? {
                    continue 'asking;
                }
            }
            return Ok(items);
        }
    }

    /// Tells why an answer does not have the form that it needs.
    fn is_refused(&mut self, key: &str, answer: &str) -> Result<bool, CliError> {
        let Some(form) = field(key).and_then(|field| field.form) else { return Ok(false) };
        let Some(fault) = form.fault(answer) else { return Ok(false) };
        writeln!(self.questions, "`{}`: {fault}. {}", printable(answer), form.help()).map_err(failed)?;
        Ok(true)
    }

    fn ask(&mut self, key: &str, proposed: &str) -> Result<String, CliError> {
        let summary = field(key).map(|field| field.summary.trim_end_matches('.')).unwrap_or_default();
        let proposed = if proposed.is_empty() { String::new() } else { format!(" [{}]", printable(proposed)) };
        write!(self.questions, "{key} ({summary}){proposed}: ").map_err(failed)?;
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
        let mut questions = Questions::new(&b"\n Mine \n\ntypes, flash\n-\nnone\n7.4\n9\nrhel9\n"[..], &mut asked);
        let proposed = ["types".to_owned()];
        assert_eq!(questions.text("display_name", "hello").unwrap(), "hello");
        assert_eq!(questions.text("display_name", "hello").unwrap(), "Mine");
        assert_eq!(questions.list("capabilities", &proposed, &[]).unwrap(), ["types"]);
        assert_eq!(questions.list("capabilities", &proposed, &[]).unwrap(), ["types", "flash"]);
        assert!(questions.list("capabilities", &proposed, &["All:".to_owned()]).unwrap().is_empty());
        assert_eq!(questions.text("min_redis_version", "7.2").unwrap(), "7.4");
        assert_eq!(questions.list("operating_systems", &[], &[]).unwrap(), ["rhel9"]);
        // Nobody is there any more.
        assert!(questions.text("license", "").is_err());
        let asked = String::from_utf8(asked).unwrap();
        assert!(asked.starts_with("display_name (Name for people) [hello]: "), "{asked}");
        assert!(asked.contains("All:\ncapabilities ("), "{asked}");
        assert!(asked.contains("`none`: it is not one to three numbers with dots between them. Write one"), "{asked}");
    }
}
