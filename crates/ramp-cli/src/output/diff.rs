//! What an upgrade changes: for people, as Markdown, as JSON.

use std::collections::HashSet;
use std::sync::Arc;

use ramp_core::metadata::Value;
use ramp_core::upgrade::{Area, Build, Change, Upgrade, UpgradeAnswer, UpgradeRefusal};
use ramp_core::{Target, UpgradeReport};
use serde::Serialize;

use super::reporter::{FilesKind, JudgedFiles, Outcome, Verdict};
use crate::style;

pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod markdown;

/// How many characters of a name or a version stand above everything else.
const LONGEST: usize = 100;
/// How many characters of a digest people are shown.
const DIGEST: usize = 12;

/// Two builds, and what is to be said of them.
#[derive(Debug)]
pub(crate) struct Compared {
    pub(crate) upgrade: Upgrade,
    /// For each target, one at least.
    pub(crate) judged: Vec<Judged>,
    pub(crate) unasked: Vec<Unasked>,
}

/// What is said for one target.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) report: UpgradeReport,
    pub(crate) target: Target,
    /// What the target is called, where there are several.
    pub(crate) label: Option<Arc<str>>,
}

/// A module that was to be asked, and did not answer.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Unasked {
    pub(crate) bundle: String,
    pub(crate) why: String,
    pub(crate) help: Option<String>,
}

impl Compared {
    fn changes(&self) -> &[Change] {
        self.judged.first().map(|judged| judged.report.changes.as_slice()).unwrap_or_default()
    }

    /// The changes, area by area.
    fn areas(&self) -> impl Iterator<Item = (Area, Vec<&Change>)> {
        let of = |area: &Area| self.changes().iter().filter(|change| change.area == *area).collect::<Vec<_>>();
        Area::ALL.iter().map(move |area| (*area, of(area))).filter(|(_, changes)| !changes.is_empty())
    }

    pub(crate) fn passed(&self) -> bool {
        self.judged.iter().all(|judged| judged.report.gate.passed)
    }

    /// `hello 1.2.3 → 1.3.0 · 1.2 MiB → 1.3 MiB`; of different modules, `hello 1.2.3 → other 1.0.0 · …`.
    fn builds(&self) -> String {
        let builds = [&self.upgrade.old, &self.upgrade.new];
        let [old, new] = builds.map(Build::module_name);
        let named = |build: &Build| {
            let name = style::shortened(build.module_name().unwrap_or("a module without a name"), LONGEST);
            format!("{name} {}", version(build))
        };
        let version_alone = |build: &Build| if old == new { version(build) } else { named(build) };
        let [old_size, new_size] = builds.map(|build| style::bytes(build.bundle_size()));
        format!("{} → {} · {old_size} → {new_size}", named(builds[0]), version_alone(builds[1]))
    }

    /// What is found, for the parts of reports that are the same for whatever is judged.
    fn outcomes(&self) -> Vec<Outcome> {
        let of = |judged: &Judged| Outcome {
            bundle: self.upgrade.new.bundle().to_owned(),
            verdict: Verdict::Files(Box::new(JudgedFiles {
                kind: FilesKind::Upgrade,
                report: judged.report.gate.clone(),
                files: vec![self.upgrade.old.bundle().to_owned(), self.upgrade.new.bundle().to_owned()],
                summary: None,
            })),
            policy: ramp_core::Policy::named(judged.report.gate.policy).failing_on(judged.report.gate.fail_on),
            target: judged.target.clone(),
            label: judged.label.clone(),
            asked: None,
        };
        self.judged.iter().map(of).collect()
    }
}

fn version(build: &Build) -> String {
    style::shortened(&build.shown_version(), LONGEST)
}

/// What a cluster answers to the upgrade, a line each.
fn answers(answer: Option<&UpgradeAnswer>) -> Vec<String> {
    let Some(answer) = answer else { return vec!["not one: the builds are of different modules".to_owned()] };
    let (some, all): (Vec<&UpgradeRefusal>, Vec<&UpgradeRefusal>) =
        answer.refusals.iter().partition(|refusal| refusal.databases.is_some());
    let first = if all.is_empty() {
        let but = if some.is_empty() { "" } else { ", but not of all databases" };
        format!("taken{but}, as far as the two builds say")
    } else {
        let codes: Vec<String> = all.into_iter().map(code).collect();
        format!("refused: {}", codes.join("; "))
    };
    let of_some = some.into_iter().map(|refusal| {
        format!("refused for databases {}: {}", refusal.databases.as_deref().unwrap_or_default(), code(refusal))
    });
    // Of several capabilities that open the same, or nobody knows what, once.
    let mut seen = HashSet::new();
    [first].into_iter().chain(of_some).filter(|line| seen.insert(line.clone())).collect()
}

/// `unsupported_module_capabilities, HTTP 406 from POST /v1/bdbs/{uid}/upgrade`
fn code(refusal: &UpgradeRefusal) -> String {
    match refusal.http_status {
        Some(status) => format!("{}, HTTP {status} from {}", refusal.error_code, refusal.request),
        None => format!("{}, from {}", refusal.error_code, refusal.request),
    }
}

/// A difference in a line, bytes as people read them.
fn said(change: &Change) -> String {
    let bytes = |value: &Option<Value>| value.as_ref()?.as_number()?.as_u64();
    let digest = |value: &Option<Value>| {
        value
            .as_ref()
            .and_then(Value::as_str)
            .and_then(|text| text.get(..DIGEST))
            .map(|front| Value::from(format!("{front}…")))
    };
    if change.area == Area::Files {
        let mut short = change.clone();
        (short.old, short.new) = (digest(&change.old), digest(&change.new));
        return short.to_string();
    }
    match (change.area, bytes(&change.old), bytes(&change.new)) {
        (Area::Size, Some(old), Some(new)) => {
            let sign = if new < old { "-" } else { "+" };
            let by = style::bytes(old.abs_diff(new));
            format!("{}: {} → {} ({sign}{by})", change.name, style::bytes(old), style::bytes(new))
        }
        _ => change.to_string(),
    }
}

/// What is said of a module that was not asked.
fn not_asked(unasked: &Unasked) -> String {
    format!("the module of `{}` could not be asked: {}", unasked.bundle, unasked.why)
}
