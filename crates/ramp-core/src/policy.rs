//! How hard findings are judged: the gate.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Observation, Rule};
use crate::group::Group;
use crate::level::{FailOn, Level};
use crate::objects::Object;
use crate::policy_name::{PolicyName, UnknownPolicy};
use crate::rules;
use crate::suppression::Suppression;
use crate::text::closest;

/// What a caller wants of a rule, or of all rules of a group, other than the policy does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Override {
    /// No finding at all (`-A`).
    Allow,
    /// A warning (`-W`).
    Warn,
    /// An error (`-D`).
    Deny,
}

/// A policy, with overrides for single rules and for groups of them, and with what is known and does not count.
///
/// ```
/// use ramp_core::{Level, Override, Policy, rules};
///
/// let policy = Policy::strict().with("capability-unknown", Override::Deny).unwrap();
/// let rule = rules::find("capability-unknown").unwrap();
/// assert_eq!(policy.level(rule), Some(Level::Error));
/// assert!(Policy::strict().with("no-such-rule", Override::Allow).is_err());
///
/// // As JSON it is checked in the same way.
/// let json = r#"{"name": "reference", "overrides": {"capability-unknown": "allow"}}"#;
/// let policy: Policy = serde_json::from_str(json).unwrap();
/// assert_eq!(policy.level(rule), None);
/// assert!(serde_json::from_str::<Policy>(r#"{"overrides": {"no-such-rule": "allow"}}"#).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Object<Unchecked>")]
pub struct Policy {
    name: PolicyName,
    /// By a rule's id, or a group's name; a rule's own counts before its group's.
    overrides: BTreeMap<&'static str, Override>,
    /// Likewise.
    suppressions: BTreeMap<&'static str, Suppression>,
    fail_on: FailOn,
}

/// A policy as it is written, its rules not looked up yet.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct Unchecked {
    name: PolicyName,
    overrides: BTreeMap<String, Override>,
    suppressions: BTreeMap<String, Suppression>,
    fail_on: FailOn,
}

impl TryFrom<Object<Unchecked>> for Policy {
    type Error = PolicyError;

    fn try_from(Object(unchecked): Object<Unchecked>) -> Result<Self, PolicyError> {
        let Unchecked { name, overrides, suppressions, fail_on } = unchecked;
        let policy = Self::named(name).failing_on(fail_on);
        let policy = overrides.iter().try_fold(policy, |policy, (name, wanted)| policy.with(name, *wanted))?;
        suppressions.into_iter().try_fold(policy, |policy, (name, known)| policy.suppressing(&name, known))
    }
}

/// Why a policy cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// No policy has this name.
    #[error(transparent)]
    UnknownPolicy(#[from] UnknownPolicy),
    /// No rule has this id, and no group this name.
    #[error("`{id}` is not a rule or group{}", suggestion.map(|s| format!("; did you mean `{s}`?")).unwrap_or_default())]
    UnknownRule {
        /// What was given.
        id: String,
        /// The rule or group that it is closest to.
        suggestion: Option<&'static str>,
    },
    /// The rule, or the group, mirrors the cluster's unpacker, which cannot be talked out of it.
    #[error("`{id}` is what the cluster's unpacker refuses: it cannot be silenced or lowered")]
    Fixed {
        /// The rule's id, or the group's name.
        id: &'static str,
    },
}

impl Policy {
    /// The policy by which nothing passes that a cluster refuses, can be read in two ways, is damaged, or would not load.
    pub fn strict() -> Self {
        Self::named(PolicyName::Strict)
    }

    /// The policy by which nothing passes that a cluster refuses; the rest is reported as warnings.
    pub fn reference() -> Self {
        Self::named(PolicyName::Reference)
    }

    /// The policy of that name, without overrides.
    pub const fn named(name: PolicyName) -> Self {
        Self { name, overrides: BTreeMap::new(), suppressions: BTreeMap::new(), fail_on: FailOn::Error }
    }

    /// This policy, by which no bundle passes with a finding of that level or above.
    #[must_use]
    pub const fn failing_on(mut self, level: FailOn) -> Self {
        self.fail_on = level;
        self
    }

    /// The level of finding from which on a bundle does not pass.
    pub const fn fail_on(&self) -> FailOn {
        self.fail_on
    }

    /// Its name.
    pub const fn name(&self) -> PolicyName {
        self.name
    }

    /// The rules and groups that are judged otherwise, by their names.
    ///
    /// ```
    /// use ramp_core::{Override, Policy};
    ///
    /// let policy = Policy::strict().with("metadata", Override::Allow)?;
    /// assert!(policy.overrides().eq([("metadata", Override::Allow)]));
    /// # Ok::<(), ramp_core::PolicyError>(())
    /// ```
    pub fn overrides(&self) -> impl Iterator<Item = (&'static str, Override)> {
        self.overrides.iter().map(|(name, wanted)| (*name, *wanted))
    }

    /// The rules and groups whose findings do not count, by their names.
    pub fn suppressions(&self) -> impl Iterator<Item = (&'static str, &Suppression)> {
        self.suppressions.iter().map(|(name, known)| (*name, known))
    }

    /// This policy, with one rule judged otherwise, or all rules of a group for which nothing else is said; a later override of the
    /// same name wins.
    ///
    /// # Errors
    ///
    /// [`PolicyError::UnknownRule`], and [`PolicyError::Fixed`] for lowering what is of the group `unpack`.
    ///
    /// ```
    /// use ramp_core::{Level, Override, Policy, rules};
    ///
    /// let policy = Policy::strict().with("metadata", Override::Allow)?.with("capability-unknown", Override::Warn)?;
    /// assert_eq!(policy.level(rules::find("capability-unknown").unwrap()), Some(Level::Warning));
    /// assert_eq!(policy.level(rules::find("command-name-too-long").unwrap()), None);
    /// # Ok::<(), ramp_core::PolicyError>(())
    /// ```
    pub fn with(mut self, name: &str, wanted: Override) -> Result<Self, PolicyError> {
        let (name, group) = named(name)?;
        if group == Group::Unpack && wanted != Override::Deny {
            return Err(PolicyError::Fixed { id: name });
        }
        self.overrides.insert(name, wanted);
        Ok(self)
    }

    /// This policy, by which what a rule finds, or any rule of a group, does not count: it is reported and marked, and keeps nothing
    /// from passing.
    ///
    /// # Errors
    ///
    /// As [`with`](Self::with).
    pub fn suppressing(mut self, name: &str, known: Suppression) -> Result<Self, PolicyError> {
        let (name, group) = named(name)?;
        if group == Group::Unpack {
            return Err(PolicyError::Fixed { id: name });
        }
        self.suppressions.insert(name, known);
        Ok(self)
    }

    /// The level at which `rule` speaks; `None` where it is silenced.
    pub fn level(&self, rule: &Rule) -> Option<Level> {
        match of_rule(&self.overrides, rule) {
            Some(Override::Allow) => None,
            Some(Override::Warn) => Some(Level::Warning),
            Some(Override::Deny) => Some(Level::Error),
            None => Some(rule.level(self.name)),
        }
    }

    /// What becomes of what the rules have found: each with its level, and without those that are silenced.
    pub(crate) fn apply(&self, observations: Vec<Observation>) -> Vec<Finding> {
        observations.into_iter().filter_map(|observation| self.finding(observation)).collect()
    }

    fn finding(&self, observation: Observation) -> Option<Finding> {
        let error_code = observation.error_code();
        let Observation { rule, part: _, noted, reason, message, data, location, help, causes, cure: _ } = observation;
        let level = match self.level(rule)? {
            // Who asks for another level of this rule gets it.
            level if noted && !self.overrides.contains_key(rule.id) => level.min(Level::Note),
            level => level,
        };
        // Where what was judged is damaged, what is found counts all the same, but has no help of its own.
        // Best from what is as grave, so that lowering one cause does not hide another.
        let cause_at = |least: Level| causes.iter().find(|cause| self.level(cause) >= Some(least));
        let follows = cause_at(level).or_else(|| cause_at(Level::Note));
        let help = match follows {
            Some(cause) => format!("Fix `{}` first: this may follow from it.", cause.id),
            None => help.unwrap_or_else(|| rule.help.to_owned()),
        };
        Some(Finding {
            rule: rule.id.into(),
            group: rule.group,
            level,
            decides_answer: error_code.is_some(),
            error_code,
            reason: reason.map(Into::into),
            message,
            data,
            location: (!location.is_empty()).then_some(location),
            help,
            follows: follows.map(|cause| cause.id.into()),
            suppressed: of_rule(&self.suppressions, rule).cloned(),
        })
    }
}

/// The rule of that id, or the group of that name: what it is called, and the group.
fn named(name: &str) -> Result<(&'static str, Group), PolicyError> {
    if let Ok(group) = name.parse::<Group>() {
        return Ok((group.as_str(), group));
    }
    let rule = rules::find(name).map(|rule| (rule.id, rule.group));
    rule.ok_or_else(|| {
        let names = rules::all().map(|rule| rule.id).chain(Group::ALL.iter().map(|group| group.as_str()));
        PolicyError::UnknownRule { id: name.to_owned(), suggestion: closest(names, name) }
    })
}

/// What is said of a rule, else of its group.
fn of_rule<'a, T>(said: &'a BTreeMap<&'static str, T>, rule: &Rule) -> Option<&'a T> {
    said.get(rule.id).or_else(|| said.get(rule.group.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Location;

    /// A finding is put down to what is as grave, whatever else it may follow from; where nothing is, to the first.
    #[test]
    fn a_lowered_cause_does_not_hide_another() {
        let rule = |id| rules::find(id).unwrap();
        let follows = |policy: Policy| {
            let observation = Observation {
                rule: rule("module-no-onload"),
                noted: false,
                reason: None,
                part: rule("module-no-onload").part,
                message: String::new(),
                data: crate::Data::new(),
                location: Location::default(),
                help: None,
                causes: vec![rule("module-truncated"), rule("module-damaged")],
                cure: crate::Cure::None,
            };
            policy.finding(observation).unwrap().follows
        };
        let strict = || Policy::strict().with("module-truncated", Override::Warn).unwrap();
        assert_eq!(follows(Policy::strict()).as_deref(), Some("module-truncated"));
        assert_eq!(follows(strict()).as_deref(), Some("module-damaged"));
        assert_eq!(
            follows(strict().with("module-damaged", Override::Warn).unwrap()).as_deref(),
            Some("module-truncated")
        );
        assert_eq!(
            follows(strict().with("module-damaged", Override::Allow).unwrap()).as_deref(),
            Some("module-truncated")
        );
    }
}
