//! By which rules bundles are judged.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use ramp_core::{Override, Policy, PolicyError, PolicyName};

/// The names of the policies.
pub(super) const POLICIES: [&str; 2] = ["strict", "reference"];

/// By which rules bundles are judged, and how hard.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RuleArgs {
    /// What the gate makes an error of [default: strict]
    ///
    /// Under `reference` only what the cluster refuses is an error; under `strict` so is what is damaged, can be read in two ways,
    /// contradicts the documentation, or would not load.
    #[arg(long, value_name = "NAME", value_parser = POLICIES)]
    pub(crate) policy: Option<String>,
    /// Silence a rule or a group of rules
    ///
    /// Those of the cluster's unpacker cannot be silenced. Of -A, -W and -D for the same name, the strictest wins, and a rule's own
    /// counts before its group's. The answer does not change.
    #[arg(short = 'A', long = "allow", value_name = "RULE|GROUP")]
    pub(crate) allow: Vec<String>,
    /// Make a rule or a group a warning
    #[arg(short = 'W', long = "warn", value_name = "RULE|GROUP")]
    pub(crate) warn: Vec<String>,
    /// Make a rule or a group an error
    #[arg(short = 'D', long = "deny", value_name = "RULE|GROUP")]
    pub(crate) deny: Vec<String>,
}

impl RuleArgs {
    /// The policy that they name.
    pub(crate) fn name(&self) -> Result<Option<PolicyName>, PolicyError> {
        self.policy.as_deref().map(|name| name.parse().map_err(PolicyError::from)).transpose()
    }

    /// A policy with their levels on top.
    pub(crate) fn on(&self, mut policy: Policy) -> Result<Policy, PolicyError> {
        for (rules, wanted) in
            [(&self.allow, Override::Allow), (&self.warn, Override::Warn), (&self.deny, Override::Deny)]
        {
            for rule in rules {
                policy = policy.with(rule, wanted)?;
            }
        }
        Ok(policy)
    }
}
