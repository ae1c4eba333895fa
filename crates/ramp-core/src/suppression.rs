//! Findings that are known, and do not count.

use serde::{Deserialize, Serialize};

use crate::date::Date;

/// Why findings of a rule do not count, and until when.
///
/// ```
/// use ramp_core::{Policy, Suppression};
///
/// let known = Suppression::new("the cluster's own build has the library").until("2027-03-31".parse()?);
/// assert!(known.is_in_force("2027-03-31".parse()?) && !known.is_in_force("2027-04-01".parse()?));
/// let policy = Policy::strict().suppressing("load-library-extra", known)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(description = "Why findings of a rule do not count, and until when."))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Suppression {
    /// Why, for whoever reads the report.
    pub reason: String,
    /// The last day on which it holds; without one it holds for ever.
    #[serde(default)]
    pub until: Option<Date>,
}

impl Suppression {
    /// For that reason, for ever.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), until: None }
    }

    /// The same, up to that day.
    #[must_use]
    pub fn until(self, day: Date) -> Self {
        Self { until: Some(day), ..self }
    }

    /// Whether it holds on that day.
    pub fn is_in_force(&self, day: Date) -> bool {
        self.until.is_none_or(|until| day <= until)
    }
}
