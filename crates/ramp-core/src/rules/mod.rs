//! The rules: facts in, findings out.
//!
//! A rule is declared beside its check, one file a group and theme. Everything that is said of rules anywhere (the
//! command's `explain` and `rules`, SARIF's rule list, the pages under `docs/rules/`) is made from these
//! declarations.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]

mod archive;
mod configuration;
mod context;
mod declare;
mod dependency_archive;
mod digests;
mod flags;
mod integrity;
mod kubernetes;
mod load;
mod metadata;
mod nodes;
mod printable;
mod probe;
mod schema;
mod set;
mod systems;
mod target;
mod unpack;
mod upgrade;
mod written;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::endpoint::Endpoint;
use crate::facts::BundleFacts;
use crate::finding::{Location, Observation, Rule};
use crate::group::Group;
use crate::kubernetes::{Bundle, Manifests};
use crate::release_set::ReleaseSet;
use crate::stated::Stated;
use crate::target::Target;
use crate::text::closest;
use crate::upgrade::{Change, Upgrade};
use context::Context;

/// Every rule, in the order in which they are judged and reported.
///
/// ```
/// use ramp_core::rules;
///
/// assert!(rules::all().any(|rule| rule.id == "module-version-missing"));
/// ```
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [
        unpack::RULES,
        archive::RULES[0],
        archive::RULES[1],
        archive::RULES[2],
        archive::RULES[3],
        dependency_archive::RULES,
        dependency_archive::MEMBER_RULES,
        integrity::RULES,
        integrity::MODULE_RULES,
        probe::RULES,
        target::RULES,
        load::MODULE_RULES,
        load::SYMBOL_RULES,
        load::VERSION_RULES,
        load::PROVIDED_RULES,
        load::LIBRARY_RULES,
        probe::LOAD_RULES,
        schema::DOCUMENT_RULES,
        schema::VALUE_RULES,
        schema::CHARACTER_RULES,
        schema::DEPENDENCY_RULES,
        metadata::DOCUMENT_RULES,
        metadata::TEMPLATE_RULES,
        metadata::VERSION_RULES,
        metadata::NAME_RULES,
        metadata::LIST_RULES,
        metadata::COMMAND_RULES,
        metadata::DEPENDENCY_RULES,
        metadata::ADDRESS_RULES,
        kubernetes::OBJECT_RULES,
        kubernetes::FORM_RULES,
        kubernetes::TARGET_RULES,
        kubernetes::CLUSTER_RULES,
        kubernetes::TYPE_RULES,
        kubernetes::LIST_RULES,
        kubernetes::URL_RULES,
        kubernetes::TWICE_RULES,
        kubernetes::BUNDLE_RULES,
        kubernetes::DATABASE_RULES,
        kubernetes::VERSION_RULES,
        set::RULES,
        upgrade::RULES,
        upgrade::ASKED_RULES,
        configuration::RULES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// Whether a rule finds something only where modules were asked: see [`BundleFacts::asked`], [`Build::registering`].
///
/// [`Build::registering`]: crate::upgrade::Build::registering
///
/// ```
/// use ramp_core::rules;
///
/// assert!(rules::is_of_asked_modules("probe-version"));
/// assert!(!rules::is_of_asked_modules("module-sha256"));
/// ```
pub fn is_of_asked_modules(id: &str) -> bool {
    [probe::RULES, probe::LOAD_RULES, upgrade::ASKED_RULES].into_iter().flatten().any(|rule| rule.id == id)
}

/// The id that is closest to a misspelt one, if any is close.
pub fn suggest(id: &str) -> Option<&'static str> {
    closest(all().map(|rule| rule.id), id)
}

/// What all rules find about a bundle, in the order of reports: what decides the answer first, by upload code; then by rule;
/// within a rule as found.
pub(crate) fn check(facts: &BundleFacts, target: &Target) -> Vec<Observation> {
    judged(Context::new(facts, target))
}

/// The same for what can be repaired, which is all found, however often a rule speaks.
pub(crate) fn check_for_cures(facts: &BundleFacts, target: &Target) -> Vec<Observation> {
    judged(Context::for_cures(facts, target))
}

fn judged(mut context: Context<'_>) -> Vec<Observation> {
    let (facts, target) = (context.facts, context.target);
    // What the unpacker does, step by step. The size of entries is one of its steps.
    match &facts.archive {
        Err(failure) => unpack::check_failure(&mut context, failure),
        Ok(archive) => {
            unpack::check_files(&mut context, archive);
            target::check_entry_sizes(&mut context, archive);
            unpack::check_metadata(&mut context, archive);
            unpack::check_entries(&mut context, archive);
        }
    }
    target::check_cluster(&mut context);
    if let Ok(archive) = &facts.archive {
        archive::check(&mut context, archive);
        // Before whatever looks into entries.
        integrity::check_contents(&mut context, archive);
        dependency_archive::check(&mut context, archive);
        integrity::check(&mut context, archive);
        target::check(&mut context, archive);
        load::check(&mut context, archive);
        probe::check(&mut context, archive);
        // After whoever has the first word on a value, and before those who take it for what it should be.
        schema::check(&mut context, archive);
        metadata::check(&mut context, archive);
    }
    sorted(context.finish(), target.known_endpoint())
}

/// What is found about an upload without a file.
pub(crate) fn no_module(target: &Target) -> Vec<Observation> {
    let nothing = BundleFacts::nothing();
    let mut context = Context::new(&nothing, target);
    context.report(&target::NO_MODULE, Location::default(), "the request has no file");
    context.finish()
}

/// What is found about manifests and the bundles that they are to load, which were judged against that target: by rule,
/// within a rule as found.
pub(crate) fn check_kubernetes(manifests: &Manifests, bundles: &[Bundle], target: &Target) -> Vec<Observation> {
    let nothing = BundleFacts::nothing();
    let mut context = Context::new(&nothing, target);
    kubernetes::check(&mut context, manifests, bundles);
    sorted(context.finish(), None)
}

/// What is found about the bundles of one release, by rule, within a rule as found.
pub(crate) fn check_set(bundles: &ReleaseSet, target: &Target) -> Vec<Observation> {
    let nothing = BundleFacts::nothing();
    let mut context = Context::new(&nothing, target);
    set::check(&mut context, bundles, target);
    sorted(context.finish(), None)
}

/// What is found about a build that is to take the place of another, by rule, within a rule as found.
pub(crate) fn check_upgrade(build: &Upgrade, changes: &[Change], target: &Target) -> Vec<Observation> {
    let nothing = BundleFacts::nothing();
    let mut context = Context::new(&nothing, target);
    upgrade::check(&mut context, build, changes, target);
    sorted(context.finish(), None)
}

/// What is found about what a file says of findings that do not count, by rule, within a rule as found.
pub(crate) fn check_stated(stated: &[Stated]) -> Vec<Observation> {
    let (nothing, target) = (BundleFacts::nothing(), Target::default());
    let mut context = Context::new(&nothing, &target);
    configuration::check(&mut context, stated);
    sorted(context.finish(), None)
}

/// The places of all rules in their order.
static ORDER: LazyLock<HashMap<&str, usize>> =
    LazyLock::new(|| all().enumerate().map(|(index, rule)| (rule.id, index)).collect());

fn sorted(mut observations: Vec<Observation>, endpoint: Option<Endpoint>) -> Vec<Observation> {
    // The unpacker's steps stay in the order in which they were found: its own.
    let is_step = |rule: &Rule| rule.group == Group::Unpack || rule.id == target::TOO_BIG.id;
    let position = |rule: &Rule| if is_step(rule) { None } else { ORDER.get(rule.id).copied() };
    // The request that is sent first is answered first.
    let decides = |o: &Observation| o.error_code().map(|code| (endpoint.map(|e| e.request_of(o.part)), code));
    observations.sort_by_key(|o| (decides(o).is_none(), decides(o), position(o.rule)));
    observations
}
