//! What a rule sees, and where it puts what it finds.

use std::collections::HashMap;

use super::{Group, Rule};
use crate::bundle::Entry;
use crate::facts::BundleFacts;
use crate::policy::Policy;
use crate::report::{Finding, Location};
use crate::target::Target;

/// How many findings one rule may make; the last says how many more there were.
const MOST_PER_RULE: usize = 50;

/// How many bytes of a message are kept; values from a bundle can be as long as it is.
const LONGEST_MESSAGE: usize = 2000;

/// Facts in, findings out.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) facts: &'a BundleFacts,
    pub(crate) target: &'a Target,
    policy: &'a Policy,
    findings: Vec<Finding>,
    counts: HashMap<&'static str, usize>,
    /// Entries whose content is damaged, by their position in the directory, and the rule that says so.
    damaged: HashMap<usize, &'static str>,
    /// The rule that has said that what is being judged is damaged.
    cause: Option<&'static str>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(facts: &'a BundleFacts, target: &'a Target, policy: &'a Policy) -> Self {
        let (findings, counts, damaged) = (Vec::new(), HashMap::new(), HashMap::new());
        Self { facts, target, policy, findings, counts, damaged, cause: None }
    }

    /// Reports a finding unless the rule has spoken: for what is the same on every platform.
    pub(crate) fn report_once(&mut self, rule: &'static Rule, location: Location, message: impl Into<String>) {
        if !self.counts.contains_key(rule.id) {
            self.report(rule, location, message);
        }
    }

    /// Reports that the content of an entry is not what was packed.
    pub(crate) fn report_damage(&mut self, rule: &'static Rule, entry: &Entry, message: impl Into<String>) {
        self.report(rule, Location::of(entry), message);
        if self.policy.level(rule).is_some() {
            self.damaged.entry(entry.index).or_insert(rule.id);
        }
    }

    /// Judges what the entry at that position in the directory holds. Where that is damaged, it counts all the same, but what
    /// is found may follow from the damage, and has no cure of its own.
    pub(crate) fn judge_content(&mut self, index: usize, judge: impl FnOnce(&mut Self)) {
        self.cause = self.damaged.get(&index).copied();
        judge(self);
        self.cause = None;
    }

    /// Whether a rule has made all the findings it may: what more it would say need not be worked out.
    pub(crate) fn is_full(&self, rule: &Rule) -> bool {
        self.counts.get(rule.id).is_some_and(|count| *count >= MOST_PER_RULE)
    }

    /// Reports a finding, with the rule's own cure as help.
    pub(crate) fn report(&mut self, rule: &'static Rule, location: Location, message: impl Into<String>) {
        self.push(rule, location, &message.into(), None);
    }

    /// Reports a finding whose help names what to do in this very case.
    pub(crate) fn report_with_help(
        &mut self,
        rule: &'static Rule,
        location: Location,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(rule, location, &message.into(), Some(&help.into()));
    }

    /// Reports a finding for which the unpacker has another reason code than the rule's, or none.
    pub(crate) fn report_with_reason(
        &mut self,
        rule: &'static Rule,
        reason: Option<&'static str>,
        location: Location,
        message: impl Into<String>,
    ) {
        let before = self.findings.len();
        self.push(rule, location, &message.into(), None);
        if let Some(finding) = self.findings.get_mut(before) {
            finding.reason = reason;
        }
    }

    /// Counts findings of a rule that has made all it may.
    pub(crate) fn count_more(&mut self, rule: &'static Rule, more: u64) {
        if let Some(count) = self.counts.get_mut(rule.id) {
            *count = count.saturating_add(usize::try_from(more).unwrap_or(usize::MAX));
        }
    }

    fn push(&mut self, rule: &'static Rule, location: Location, message: &str, help: Option<&str>) {
        let Some(level) = self.policy.level(rule) else { return };
        let count = self.counts.entry(rule.id).or_default();
        *count = count.saturating_add(1);
        if *count > MOST_PER_RULE {
            return;
        }
        let mut finding = Finding::of(rule, level, location, printable(message));
        if let Some(cause) = self.cause {
            finding.help = format!("See to `{cause}` first: this may follow from it.");
        } else if let Some(help) = help {
            finding.help = printable(help);
        }
        self.findings.push(finding);
    }

    /// The findings in their order: refusals by upload code first, then by rule; within a rule as found.
    pub(crate) fn finish(mut self) -> Vec<Finding> {
        for (rule, count) in &self.counts {
            if let Some(more) = count.checked_sub(MOST_PER_RULE).filter(|more| *more > 0) {
                if let Some(last) = self.findings.iter_mut().rfind(|f| f.rule == *rule) {
                    last.message = format!("{} (and {more} more like it)", last.message);
                }
            }
        }
        let order: HashMap<&str, usize> = super::all().enumerate().map(|(index, rule)| (rule.id, index)).collect();
        // The unpacker's steps stay in the order in which they were found: its own. The size is one of them.
        let is_step = |f: &Finding| f.group == Group::Unpack || f.rule == super::target::TOO_BIG.id;
        let position = |f: &Finding| if is_step(f) { None } else { order.get(f.rule).copied() };
        self.findings.sort_by_key(|f| (f.error_code.map_or(u8::MAX, |c| c as u8), position(f)));
        self.findings
    }
}

/// A text that can be printed: control characters, and those that turn the direction of what follows, are escaped; what
/// is longer than anybody reads is cut.
fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(LONGEST_MESSAGE));
    for c in text.chars() {
        if shown.len() >= LONGEST_MESSAGE {
            shown.push('…');
            break;
        }
        // Quotes and backslashes are fine, and may stem from an escape before.
        if matches!(c, '\\' | '"' | '\'') {
            shown.push(c);
        } else {
            shown.extend(c.escape_debug());
        }
    }
    shown
}
