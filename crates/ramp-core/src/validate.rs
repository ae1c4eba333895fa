//! The front door: a bundle, a target and a policy in, a report out.

use std::io::{Read, Seek};
use std::sync::Arc;

use crate::answer::Declared;
use crate::cure::Cure;
use crate::endpoint::Part;
use crate::error::Error;
use crate::facts::{self, BundleFacts, MetadataFacts};
use crate::finding::{Curable, Observation};
use crate::group::Group;
use crate::limits::Limits;
use crate::metadata::definition::sent_version;
use crate::policy::Policy;
use crate::report::Report;
use crate::rules;
use crate::target::Target;

/// Judges a bundle within the default [`Limits`].
///
/// Reads the bundle through once; the module is held in memory meanwhile, everything else streams.
///
/// # Errors
///
/// [`Error`] where the bundle could not be evaluated: reading failed, or a limit was hit. Whatever is wrong with the
/// bundle itself is in the [`Report`].
///
/// ```
/// use std::io::Cursor;
/// use ramp_core::{Policy, Target, UploadErrorCode, validate};
///
/// let report = validate(Cursor::new(b"PK"), &Target::default(), &Policy::strict()).unwrap();
/// assert!(!report.passed());
/// let refusal = report.answer().refusal().unwrap();
/// assert_eq!(refusal.error_code, UploadErrorCode::InvalidModule);
/// assert_eq!(report.findings()[0].rule, "bundle-not-a-zip");
/// ```
pub fn validate<R: Read + Seek>(reader: R, target: &Target, policy: &Policy) -> Result<Report, Error> {
    validate_within(reader, target, policy, &Limits::default())
}

/// Judges a bundle within `limits`.
///
/// # Errors
///
/// As [`validate`].
pub fn validate_within<R: Read + Seek>(
    reader: R,
    target: &Target,
    policy: &Policy,
    limits: &Limits,
) -> Result<Report, Error> {
    Ok(judge(&facts::gather(reader, limits)?, target, policy))
}

/// Judges facts that were gathered before, such as by a server that keeps them, or against several targets.
///
/// ```
/// use std::io::Cursor;
/// use ramp_core::{Limits, Policy, Target, facts, judge};
/// # use ramp_fixtures::bundle::BundleBuilder;
/// # let bundle = BundleBuilder::good().build();
///
/// let facts = facts::gather(Cursor::new(bundle), &Limits::default())?;
/// for release in ["7.4", "7.22"] {
///     assert!(judge(&facts, &Target::named(release)?, &Policy::strict()).answer().accepted(), "{release}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn judge(facts: &BundleFacts, target: &Target, policy: &Policy) -> Report {
    judged(facts, target, policy, rules::check(facts, target))
}

/// Judges what a node is sent from 8.0 on, `POST /v2/local/modules/user-defined/artifacts`: the bundle alone. What is wrong with
/// the module's object alone was answered before, by another request.
pub fn judge_artifact(facts: &BundleFacts, target: &Target, policy: &Policy) -> Report {
    let mut observations = rules::check(facts, target);
    // The unpacker finds in the bundle what the object may have had too.
    observations.retain(|o| o.part == Part::Bundle || o.rule.group == Group::Unpack);
    judged(facts, target, policy, observations)
}

/// How each thing that is found is put right, where that needs no guess, and what keeps the bundle from being repaired at all. No policy
/// has a say in it.
///
/// ```
/// use std::io::Cursor;
/// use ramp_core::{Cure, Edit, Limits, Target, cures, facts};
/// # use ramp_fixtures::bundle::BundleBuilder;
/// # let bundle = BundleBuilder::good().set("version", "8.4.0").set("semantic_version", "8.4.0").build();
///
/// let facts = facts::gather(Cursor::new(bundle), &Limits::default())?;
/// let cures = cures(&facts, &Target::default());
/// let edit = Edit::Set { pointer: "/version".into(), value: 80400.into() };
/// assert_eq!((cures[0].rule.id, &cures[0].cure), ("module-version-not-integer", &Cure::Edits(vec![edit])));
/// # Ok::<(), ramp_core::Error>(())
/// ```
pub fn cures(facts: &BundleFacts, target: &Target) -> Vec<Curable> {
    let observations = rules::check_for_cures(facts, target).into_iter();
    let curable = observations.filter(|observation| observation.cure != Cure::None);
    curable.map(|Observation { rule, message, location, cure, .. }| Curable { rule, message, location, cure }).collect()
}

fn judged(facts: &BundleFacts, target: &Target, policy: &Policy, observations: Vec<Observation>) -> Report {
    let archive = facts.archive.as_ref().ok();
    let metadata = archive.and_then(|a| a.metadata()).map(|m| m.metadata.shared_root());
    let module = archive.and_then(|a| a.module.as_ref()).map(|m| Arc::clone(&m.facts));
    let facts = archive.and_then(|a| a.metadata());
    let systems = facts.map(MetadataFacts::operating_systems).unwrap_or_default();
    let declared = Declared {
        systems: &systems,
        architecture: facts.and_then(|facts| facts.metadata.architecture()),
        sent_version: facts.and_then(|facts| sent_version(facts.root())),
    };
    let metadata = metadata.filter(|root| root.as_object().is_some());
    Report::new(observations, target, policy, metadata, module, declared)
}

impl Report {
    /// The report on an upload that came without a file: `no_module`.
    ///
    /// ```
    /// use ramp_core::{Policy, Report, Target, UploadErrorCode};
    ///
    /// let report = Report::no_module(&Target::default(), &Policy::strict());
    /// assert_eq!(report.answer().refusal().unwrap().error_code, UploadErrorCode::NoModule);
    /// ```
    pub fn no_module(target: &Target, policy: &Policy) -> Self {
        Self::new(rules::no_module(target), target, policy, None, None, Declared::default())
    }
}
