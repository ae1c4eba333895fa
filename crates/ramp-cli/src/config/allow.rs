//! Findings that are known and do not count: for which bundles, until when, and whether there were any.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use globset::GlobMatcher;
use ramp_core::url::is_url;
use ramp_core::{Date, Finding, Group, Policy, PolicyError, Stated, Suppression, rules};

use super::file::File;
use super::keys::Places;
use crate::error::ConfigError;
use crate::input::matcher;

/// An entry of the file.
#[derive(Debug, Clone)]
pub(crate) struct Allowed {
    /// The rule, or the group.
    name: String,
    known: Suppression,
    bundle: Option<Pattern>,
    file: String,
    place: (u64, u64),
}

/// A pattern of paths from the folder of the file, or of URLs; or of names where it has no slash.
#[derive(Debug, Clone)]
struct Pattern {
    glob: GlobMatcher,
    of_names: bool,
    folder: PathBuf,
}

/// The entries of a file.
pub(super) fn entries(file: &File, path: &Path, places: &Places) -> Result<Vec<Allowed>, ConfigError> {
    let folder = whole(path).parent().map(Path::to_owned).unwrap_or_default();
    let entry = |(index, allow): (usize, &super::file::Allow)| {
        let place = |key: &str| places.get(&format!("allow.{index}.{key}"));
        if allow.reason.trim().is_empty() {
            return Err(ConfigError::at(
                place("reason"),
                "the reason is empty; write why it does not count".to_owned(),
            ));
        }
        let mut known = Suppression::new(&allow.reason);
        known.until = allow.until;
        // Whether it is a rule, and one that can be silenced.
        if let Err(err) = Policy::default().suppressing(&allow.rule, known.clone()) {
            return Err(ConfigError::at(place("rule"), err.to_string()));
        }
        let pattern = |text: &String| {
            let text = text.strip_prefix("./").unwrap_or(text);
            let glob = fits_nothing(text).map_or_else(|| matcher(text), Err);
            let glob = glob.map_err(|why| ConfigError::at(place("bundle"), format!("the pattern is wrong: {why}")))?;
            Ok(Pattern { glob, of_names: !text.contains('/'), folder: folder.clone() })
        };
        Ok(Allowed {
            name: allow.rule.clone(),
            known,
            bundle: allow.bundle.as_ref().map(pattern).transpose()?,
            file: path.display().to_string(),
            place: place("rule").unwrap_or((1, 1)),
        })
    };
    file.allow.iter().enumerate().map(entry).collect()
}

/// Why no path from the folder of the file, no name and no URL can be as a pattern says.
fn fits_nothing(pattern: &str) -> Option<String> {
    if pattern.is_empty() {
        return Some("it is empty".to_owned());
    }
    if is_url(pattern) {
        return None;
    }
    if pattern.starts_with('/') {
        return Some("it begins with `/`, and paths start from the folder of this file".to_owned());
    }
    let odd = pattern.split('/').find(|part| ["", ".", ".."].contains(part))?;
    Some(format!("no path from the folder of this file has the part `{odd}`"))
}

/// A file by the folder that it is in, however that is spelled, and its name there.
fn whole(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().and_then(|folder| folder.canonicalize().ok());
    folder.zip(absolute.file_name()).map_or_else(|| absolute.clone(), |(folder, name)| folder.join(name))
}

impl Pattern {
    fn is_for(&self, bundle: &str) -> bool {
        let path = Path::new(bundle);
        if self.of_names {
            return path.file_name().is_some_and(|name| self.glob.is_match(name));
        }
        if is_url(bundle) {
            return self.glob.is_match(bundle);
        }
        whole(path).strip_prefix(&self.folder).is_ok_and(|path| self.glob.is_match(path))
    }
}

impl Allowed {
    fn is_for(&self, bundle: &str) -> bool {
        self.bundle.as_ref().is_none_or(|pattern| pattern.is_for(bundle))
    }

    fn is_over(&self, today: Option<Date>) -> bool {
        today.is_some_and(|today| !self.known.is_in_force(today))
    }
}

/// The entries, on a day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowing<'a> {
    entries: &'a [Allowed],
    today: Option<Date>,
}

impl<'a> Allowing<'a> {
    pub(crate) const fn new(entries: &'a [Allowed], today: Option<Date>) -> Self {
        Self { entries, today }
    }

    /// The policy for one bundle. Of several entries for the same rule the last counts.
    pub(crate) fn policy(&self, bundle: &str, policy: Policy) -> Result<Policy, PolicyError> {
        let mut in_force = self.entries.iter().filter(|entry| entry.is_for(bundle) && !entry.is_over(self.today));
        in_force.try_fold(policy, |policy, entry| policy.suppressing(&entry.name, entry.known.clone()))
    }
}

/// What is looked for in a run: of what was not, nothing can be found.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LookedFor {
    /// What is wrong with bundles.
    Bundles {
        /// Whether modules are asked.
        probe: bool,
        /// Whether bundles are judged together.
        set: bool,
        /// Whether there are manifests of Kubernetes.
        kubernetes: bool,
    },
    /// What an upgrade takes away.
    Upgrade {
        /// Whether modules are asked.
        probe: bool,
    },
}

impl LookedFor {
    /// Whether a rule or group can find something.
    fn covers(self, name: &str) -> bool {
        let group = rules::find(name).map(|rule| rule.group).or_else(|| name.parse().ok());
        let (Self::Bundles { probe, .. } | Self::Upgrade { probe }) = self;
        let is_asked = probe || !rules::is_of_asked_modules(name);
        match (self, group) {
            (Self::Upgrade { .. }, group) => is_asked && group == Some(Group::Upgrade),
            (Self::Bundles { set, .. }, Some(Group::Set)) => set,
            (Self::Bundles { kubernetes, .. }, Some(Group::Kubernetes)) => kubernetes,
            (Self::Bundles { .. }, Some(Group::Upgrade)) => false,
            (Self::Bundles { .. }, _) => is_asked,
        }
    }
}

/// What came of the entries in a run.
#[derive(Debug)]
pub(crate) struct Usage<'a> {
    allowing: Allowing<'a>,
    looked_for: LookedFor,
    /// Places of entries that were for a bundle that was judged, and of those that spoke of something.
    judged: BTreeSet<usize>,
    used: BTreeSet<usize>,
}

impl<'a> Usage<'a> {
    pub(crate) const fn new(allowing: Allowing<'a>, looked_for: LookedFor) -> Self {
        Self { allowing, looked_for, judged: BTreeSet::new(), used: BTreeSet::new() }
    }

    /// Notes what was found in a bundle.
    pub(crate) fn add(&mut self, bundle: &str, findings: &[Finding]) {
        let names: BTreeSet<&str> =
            findings.iter().flat_map(|finding| [&*finding.rule, finding.group.as_str()]).collect();
        let is_for = |entry: &Allowed| entry.is_for(bundle) && self.looked_for.covers(&entry.name);
        for (index, entry) in self.allowing.entries.iter().enumerate().filter(|(_, entry)| is_for(entry)) {
            self.judged.insert(index);
            if names.contains(entry.name.as_str()) {
                self.used.insert(index);
            }
        }
    }

    /// What the file says, and what came of it: of those entries of which anything can be said.
    pub(crate) fn stated(&self) -> Vec<Stated> {
        let Allowing { entries, today } = self.allowing;
        let all = entries.iter().enumerate();
        let said = all.filter(|(index, entry)| self.judged.contains(index) || entry.is_over(today));
        let stated = said.map(|(index, entry)| Stated {
            name: entry.name.clone(),
            known: entry.known.clone(),
            file: entry.file.clone(),
            line: entry.place.0,
            column: entry.place.1,
            used: self.used.contains(&index),
            over: entry.is_over(today),
        });
        stated.collect()
    }
}
