//! Two builds side by side.

use super::build::Build;
use super::change::Change;
use super::{commands, loader, metadata, registered};

/// A build, and the one that is to take its place.
///
/// ```
/// use std::io::Cursor;
/// use ramp_core::upgrade::{Build, Upgrade};
/// use ramp_core::{Limits, Policy, Target, facts, judge_upgrade};
/// # use ramp_fixtures::bundle::BundleBuilder;
/// # let (old, new) = (BundleBuilder::good().build(), BundleBuilder::good().set("version", 10100).set("semantic_version", "1.1.0").build());
///
/// let build = |name: &str, bundle: Vec<u8>| {
///     facts::gather(Cursor::new(bundle), &Limits::default()).map(|facts| Build::new(name, &facts).unwrap())
/// };
/// let upgrade = Upgrade { old: build("old.zip", old)?, new: build("new.zip", new)? };
/// let report = judge_upgrade(&upgrade, &Target::default(), &Policy::strict());
/// assert_eq!(report.changes[0].to_string(), "semantic_version: 1.2.3 → 1.1.0");
/// let refusal = &report.answer.unwrap().refusals[0];
/// assert_eq!(refusal.error_code, "module_downgrade_unsupported");
/// # Ok::<(), ramp_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Upgrade {
    /// The build that databases have.
    pub old: Build,
    /// The build that they are to have.
    pub new: Build,
}

impl Upgrade {
    /// What is different, area by area, in each by name. Of different modules, which are no builds of one, that alone.
    pub fn changes(&self) -> Vec<Change> {
        let Self { old, new } = self;
        let mut changes = metadata::changes(old, new);
        if old.module_name() != new.module_name() {
            changes.retain(|change| change.name == "module_name");
            return changes;
        }
        changes.extend(metadata::capabilities(old, new));
        changes.extend(metadata::platforms(old, new));
        changes.extend(commands::changes(old, new));
        changes.extend(registered::changes(old, new));
        changes.extend(metadata::dependencies(old, new));
        changes.extend(metadata::files(old, new));
        changes.extend(loader::changes(old, new));
        changes
    }
}
