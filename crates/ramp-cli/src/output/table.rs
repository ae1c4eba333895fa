//! A table for people: cells wrap, so that it fits the terminal.

use std::fmt::Write as _;

use crate::style::{self, STRONG, columns, paint};

/// Columns between two cells.
const GAP: usize = 2;

/// Rows under their titles, not wider than `width` unless a single word is.
pub(crate) fn table(titles: &[&str], rows: &[Vec<String>], width: usize) -> String {
    let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
    let widths = widths(&titles, rows, width);
    let mut text = String::new();
    line(&mut text, &widths, &titles, |_, cell| paint(STRONG, cell));
    for row in rows {
        line(&mut text, &widths, row, |index, cell| if index == 0 { paint(STRONG, cell) } else { cell.to_owned() });
    }
    text
}

/// What each column takes: all it wants; where that is too much, less of those where it costs the fewest lines, and of none
/// less than its longest word.
fn widths(titles: &[String], rows: &[Vec<String>], width: usize) -> Vec<usize> {
    let all = |column: usize| rows.iter().map(Vec::as_slice).chain([titles]).filter_map(move |row| row.get(column));
    let longest_word = |column| all(column).flat_map(|cell| cell.split(' ')).map(columns).max().unwrap_or(0);
    let least: Vec<usize> = (0..titles.len()).map(longest_word).collect();
    let mut widths: Vec<usize> =
        (0..titles.len()).map(|column| all(column).map(|cell| columns(cell)).max().unwrap_or(0)).collect();
    let gaps = GAP * titles.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > width {
        let narrower = |column: usize| {
            let mut widths = widths.clone();
            let can = widths.get_mut(column).filter(|width| Some(&**width) > least.get(column))?;
            *can -= 1;
            Some(widths)
        };
        let lines = |widths: &[usize]| -> usize {
            rows.iter().map(Vec::as_slice).chain([titles]).map(|row| height(row, widths)).sum()
        };
        // Of those that cost the same, the widest.
        let widest = |narrower: &Vec<usize>| {
            widths.iter().zip(narrower).filter(|(was, is)| was > is).map(|(was, _)| *was).sum::<usize>()
        };
        let choices = (0..titles.len()).filter_map(narrower);
        match choices.min_by_key(|choice| (lines(choice), std::cmp::Reverse(widest(choice)))) {
            Some(choice) => widths = choice,
            None => break,
        }
    }
    widths
}

/// How many lines a row takes.
fn height(row: &[String], widths: &[usize]) -> usize {
    row.iter().zip(widths).map(|(cell, width)| style::wrap(cell, *width, "", "").lines().count()).max().unwrap_or(0)
}

/// One row, as many lines high as its highest cell.
fn line(text: &mut String, widths: &[usize], row: &[String], dress: impl Fn(usize, &str) -> String) {
    let cells: Vec<Vec<String>> = row
        .iter()
        .zip(widths)
        .map(|(cell, width)| style::wrap(cell, *width, "", "").lines().map(str::to_owned).collect())
        .collect();
    for index in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
        let mut gap = 0;
        for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let part = cell.get(index).map_or("", String::as_str);
            if !part.is_empty() {
                let _ = write!(text, "{:gap$}{}", "", dress(column, part)); // cannot fail
                gap = 0;
            }
            gap += width - columns(part) + GAP;
        }
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(width: usize) -> String {
        let rows = [
            vec!["1".to_owned(), "one two three".to_owned(), "x".to_owned()],
            vec!["2".to_owned(), String::new(), "y y".to_owned()],
        ];
        anstream::adapter::strip_str(&table(&["no", "words", "last"], &rows, width)).to_string()
    }

    #[test]
    fn cells_wrap_where_the_table_is_too_wide() {
        assert_eq!(plain(80), "no  words          last\n1   one two three  x\n2                  y y\n");
        assert_eq!(plain(17), "no  words    last\n1   one two  x\n    three\n2            y y\n");
        // A word is never broken.
        assert_eq!(plain(5), "no  words  last\n1   one    x\n    two\n    three\n2          y y\n");
    }
}
