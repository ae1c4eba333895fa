//! An error with its causes, in one line: what is logged, in whichever form the log is written, and what a report quotes.

use std::error::Error;

/// What went wrong, and why.
pub(crate) fn causes(err: &dyn Error) -> String {
    let mut told = err.to_string();
    let mut cause = err.source();
    while let Some(err) = cause {
        told = format!("{told}: {err}");
        cause = err.source();
    }
    told
}

#[cfg(test)]
mod tests {
    use std::num::ParseIntError;

    #[derive(Debug, thiserror::Error)]
    #[error("the file cannot be read")]
    struct Unread(#[from] Unnumbered);

    #[derive(Debug, thiserror::Error)]
    #[error("its first line is wrong")]
    struct Unnumbered(#[from] ParseIntError);

    #[test]
    fn each_cause_is_told() {
        let err = Unread(Unnumbered("x".parse::<u8>().unwrap_err()));
        let told = "the file cannot be read: its first line is wrong: invalid digit found in string";
        assert_eq!(super::causes(&err), told);
    }
}
