//! How wide the terminal is.

/// Columns to write in: the terminal's, else what `COLUMNS` says, else 80; never fewer than 40 or more than 100.
pub(crate) fn width() -> usize {
    let of_terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let of_environment = || std::env::var("COLUMNS").ok()?.parse().ok();
    of_terminal().or_else(of_environment).unwrap_or(80).clamp(40, 100)
}
