//! How hard the rules judge.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::report::Level;
use crate::rules::{self, Group, Rule};

/// One of the two policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PolicyName {
    /// What the reference unpacker accepts and also cannot be read in two ways, is whole, and would load.
    #[default]
    Strict,
    /// Exactly what the reference unpacker answers; the rest is reported as warnings.
    Reference,
}

impl PolicyName {
    /// The name used on the command line and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Reference => "reference",
        }
    }
}

impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PolicyName {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        match text {
            "strict" => Ok(Self::Strict),
            "reference" => Ok(Self::Reference),
            _ => Err(PolicyError::UnknownPolicy { name: text.to_owned() }),
        }
    }
}

/// What a caller wants of one rule, other than its policy does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Override {
    /// No finding at all (`-A`).
    Allow,
    /// A warning (`-W`).
    Warn,
    /// An error (`-D`).
    Deny,
}

/// A policy, with overrides for single rules.
///
/// ```
/// use ramp_core::{Level, Override, Policy, rules};
///
/// let policy = Policy::strict().with("capability-unknown", Override::Deny).unwrap();
/// let rule = rules::find("capability-unknown").unwrap();
/// assert_eq!(policy.level(rule), Some(Level::Error));
/// assert!(Policy::strict().with("no-such-rule", Override::Allow).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    name: PolicyName,
    overrides: BTreeMap<&'static str, Override>,
}

/// Why a policy cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// No policy has this name.
    #[error("`{name}` is no policy; there are strict and reference")]
    UnknownPolicy {
        /// The name given.
        name: String,
    },
    /// No rule has this id.
    #[error("`{id}` is no rule{}", suggestion.map(|s| format!("; did you mean `{s}`?")).unwrap_or_default())]
    UnknownRule {
        /// The id given.
        id: String,
        /// The rule that it is closest to.
        suggestion: Option<&'static str>,
    },
    /// The rule mirrors the cluster's unpacker, which cannot be talked out of it.
    #[error("`{id}` is what the cluster's unpacker refuses; it cannot be lowered")]
    Fixed {
        /// The rule's id.
        id: &'static str,
    },
}

impl Policy {
    /// The policy that also refuses what can be read in two ways, is damaged, or would not load.
    pub fn strict() -> Self {
        Self::named(PolicyName::Strict)
    }

    /// The policy that answers exactly as the reference unpacker.
    pub fn reference() -> Self {
        Self::named(PolicyName::Reference)
    }

    /// The policy of that name, without overrides.
    pub const fn named(name: PolicyName) -> Self {
        Self { name, overrides: BTreeMap::new() }
    }

    /// Its name.
    pub const fn name(&self) -> PolicyName {
        self.name
    }

    /// This policy, with one rule judged otherwise; a later override of the same rule wins.
    ///
    /// # Errors
    ///
    /// [`PolicyError::UnknownRule`], and [`PolicyError::Fixed`] for lowering a rule of the group `unpack`.
    pub fn with(mut self, id: &str, wanted: Override) -> Result<Self, PolicyError> {
        let rule = rules::find(id)
            .ok_or_else(|| PolicyError::UnknownRule { id: id.to_owned(), suggestion: rules::suggest(id) })?;
        if rule.group == Group::Unpack && wanted != Override::Deny {
            return Err(PolicyError::Fixed { id: rule.id });
        }
        self.overrides.insert(rule.id, wanted);
        Ok(self)
    }

    /// The level at which `rule` speaks; `None` where it is silenced.
    pub fn level(&self, rule: &Rule) -> Option<Level> {
        match self.overrides.get(rule.id) {
            Some(Override::Allow) => None,
            Some(Override::Warn) => Some(Level::Warning),
            Some(Override::Deny) => Some(Level::Error),
            None => Some(rule.level(self.name)),
        }
    }
}
