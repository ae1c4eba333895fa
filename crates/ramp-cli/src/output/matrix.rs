//! For people: a table of bundles and targets, with the answer in each cell.

use anstyle::Style;

use super::reporter::{Outcome, Verdict};
use super::statement::Gate;
use crate::style::{DIM, ERROR, GOOD, STRONG, WARNING, columns, padded, paint, printable};

/// What stands between two columns.
const GAP: &str = "  ";

#[derive(Debug, Default)]
pub(super) struct Matrix {
    targets: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    bundle: String,
    cells: Vec<Cell>,
}

#[derive(Debug)]
struct Cell {
    text: &'static str,
    style: Style,
}

impl Matrix {
    /// A row, for one bundle; other files have no answer, and no row.
    pub(super) fn add(&mut self, outcomes: &[Outcome]) {
        let Some(first) = outcomes.first().filter(|first| !matches!(first.verdict, Verdict::Files(_))) else {
            return;
        };
        if self.targets.is_empty() {
            self.targets = outcomes.iter().map(|o| printable(o.label.as_deref().unwrap_or_default())).collect();
        }
        self.rows.push(Row { bundle: printable(&first.bundle), cells: outcomes.iter().map(cell).collect() });
    }

    /// The table; where it is wider than that, a list.
    pub(super) fn text(&self, width: usize) -> Option<String> {
        if self.rows.is_empty() {
            return None;
        }
        let first = self.rows.iter().map(|row| columns(&row.bundle)).max().unwrap_or_default();
        let of_column = |index: usize, target: &String| {
            let cells = self.rows.iter().filter_map(|row| row.cells.get(index)).map(|cell| columns(cell.text));
            cells.max().unwrap_or_default().max(columns(target))
        };
        let widths: Vec<usize> = self.targets.iter().enumerate().map(|(i, target)| of_column(i, target)).collect();
        let all = first + widths.iter().map(|width| width + GAP.len()).sum::<usize>();
        Some(if all <= width { self.table(first, &widths) } else { self.list() })
    }

    fn table(&self, first: usize, widths: &[usize]) -> String {
        let head = self.targets.iter().zip(widths).map(|(target, width)| padded(target, *width, DIM));
        let head = line(&[" ".repeat(first)].into_iter().chain(head).collect::<Vec<_>>());
        let rows = self.rows.iter().map(|row| {
            let cells = row.cells.iter().zip(widths).map(|(cell, width)| padded(cell.text, *width, cell.style));
            line(&[padded(&row.bundle, first, STRONG)].into_iter().chain(cells).collect::<Vec<_>>())
        });
        head + &rows.collect::<String>()
    }

    fn list(&self) -> String {
        let longest = self.targets.iter().map(|target| columns(target)).max().unwrap_or_default();
        let rows = self.rows.iter().map(|row| {
            let cells = self.targets.iter().zip(&row.cells);
            let cells = cells.map(|(target, cell)| {
                line(&[GAP.to_owned() + &padded(target, longest, DIM), paint(cell.style, cell.text)])
            });
            format!("{}\n{}", paint(STRONG, &row.bundle), cells.collect::<String>())
        });
        rows.collect()
    }
}

/// The answer; and whether the gate fails, which is not to be seen from it.
fn cell(outcome: &Outcome) -> Cell {
    let passed = Gate::of(outcome).is_some_and(|gate| gate.passed);
    let (text, style) = match &outcome.verdict {
        Verdict::Judged(report) => match (report.answer().refusal(), passed) {
            (Some(refusal), _) => (refusal.error_code.as_str(), ERROR),
            (None, true) if !report.answer().conditions().is_empty() => ("accepted, if …", GOOD),
            (None, true) => ("accepted", GOOD),
            (None, false) => ("accepted, failed", WARNING),
        },
        _ => ("not evaluated", ERROR),
    };
    Cell { text, style }
}

fn line(cells: &[String]) -> String {
    format!("{}\n", cells.join(GAP).trim_end())
}
