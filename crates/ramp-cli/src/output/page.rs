//! Facts for people, as a page of labels and values.

use std::fmt::Write as _;

use crate::style::{self, STRONG, columns, paint, printable};

/// Rows of label and value, under a heading.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) text: String,
    /// Columns that the labels of this heading take.
    column: usize,
}

impl Page {
    /// One that begins below something else.
    pub(super) fn after_a_gap() -> Self {
        Self { text: "\n".to_owned(), ..Self::default() }
    }

    pub(super) fn heading(&mut self, text: &str) {
        let gap = if self.text.is_empty() { "" } else { "\n" };
        let _ = writeln!(self.text, "{gap}{}", paint(STRONG, text));
        self.column = 13;
    }

    /// Makes room for labels that may be longer than usual, within reason.
    pub(super) fn make_room<'a>(&mut self, labels: impl Iterator<Item = &'a str>) {
        const MOST: usize = 28;
        self.column = labels.map(columns).filter(|n| *n <= MOST).max().unwrap_or(0).max(self.column);
    }

    pub(super) fn row(&mut self, label: &str, value: &str) {
        if !value.is_empty() {
            let label = printable(label);
            let column = self.column;
            let (first, rest) = (format!("  {label:<column$}  "), " ".repeat(column + 4));
            let _ = writeln!(self.text, "{}", style::wrap(&printable(value), style::width(), &first, &rest));
        }
    }
}
