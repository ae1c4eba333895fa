//! Lines of a log.

/// A line of the log: `PID:ROLE DAY MONTH YEAR TIME LEVEL text`, or what something printed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    level: Option<&'a str>,
}

impl<'a> Line<'a> {
    pub(super) fn parse(line: &'a str) -> Option<Self> {
        let mut parts = line.splitn(7, ' ');
        let head: Vec<&str> = parts.by_ref().take(6).collect();
        let logged =
            matches!(head.as_slice(), [pid, .., level] if pid.contains(':') && matches!(*level, "." | "-" | "*" | "#"));
        let (text, level) = if logged { (parts.next()?, head.last().copied()) } else { (line, None) };
        Some(Self { text: text.trim(), level }).filter(|line| !line.text.is_empty())
    }

    pub(super) fn is_about_a_module(&self) -> bool {
        self.level.is_some() && self.text.starts_with("Module ")
    }

    /// A module's lines begin with its name in angle brackets, or were printed past the log; the server's begin otherwise.
    pub(super) fn is_of_the_module(&self) -> bool {
        self.text.starts_with('<')
            || (self.level.is_none() && !self.text.starts_with(['_', '.', '(', '|', '`', '-', '\'']))
    }
}
