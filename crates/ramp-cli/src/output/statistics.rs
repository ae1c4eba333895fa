//! For people: how often each rule has found something, the one that did most often first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ramp_core::{Level, rules};

use super::listing::{self, MARGIN};
use super::merged;
use super::reporter::Outcome;
use crate::style::{self, DIM, STRONG, columns, padded, paint};

#[derive(Debug, Default)]
pub(super) struct Statistics {
    counts: BTreeMap<(String, Level), usize>,
}

impl Statistics {
    /// What was found about one bundle, or other files: what is found for several targets is found once. What does not count is not
    /// counted.
    pub(super) fn add(&mut self, outcomes: &[Outcome]) {
        for finding in merged::counting(outcomes).into_iter().map(|found| found.finding) {
            *self.counts.entry((finding.rule.to_string(), finding.level)).or_default() += 1;
        }
    }

    /// A line a rule; nothing where nothing was found.
    pub(super) fn text(&self, width: usize) -> Option<String> {
        let mut rows: Vec<(&(String, Level), usize)> = self.counts.iter().map(|(key, count)| (key, *count)).collect();
        rows.sort_by_key(|((_, level), count)| (Reverse(*count), Reverse(*level)));
        let digits = rows.first()?.1.to_string().len();
        let names = rows.iter().map(|((rule, _), _)| columns(rule)).max().unwrap_or_default();
        let line = |((rule, level), count): &(&(String, Level), usize)| {
            let head = format!("{MARGIN}{count:>digits$}  {}  ", listing::level(*level));
            let taken = MARGIN.len() + digits + 2 + 7 + 2 + names + 2;
            let title = rules::find(rule).map(|rule| rule.title).unwrap_or_default();
            if taken + columns(title) <= width {
                return format!("{head}{}  {}\n", padded(rule, names, STRONG), paint(DIM, title));
            }
            let gap = " ".repeat(MARGIN.len() + digits + 2 + 7 + 2);
            let below = style::wrap(title, width, &gap, &gap);
            let below: Vec<String> = below.lines().map(|line| paint(DIM, line)).collect();
            format!("{head}{}\n{}\n", paint(STRONG, rule), below.join("\n"))
        };
        Some(format!("{}\n{}", paint(STRONG, "findings by rule"), rows.iter().map(line).collect::<String>()))
    }
}
