//! Manifests of a cluster on Kubernetes, judged with the bundles that they are to load.

use ramp_core::kubernetes::Bundle;
use ramp_core::{Policy, judge_kubernetes};

use crate::commands::outcome::outcomes;
use crate::commands::target::Named;
use crate::kubernetes::Read;
use crate::output::{self, FilesKind, JudgedFiles, Outcome, Subject, Verdict};
use crate::{input, kubernetes};

/// What counts of a bundle for manifests.
pub(super) fn known(outcome: &Outcome) -> Bundle {
    match &outcome.verdict {
        Verdict::Judged(report) => Bundle::new(&outcome.bundle, report.metadata()),
        _ => Bundle::new(&outcome.bundle, None),
    }
}

/// The files that could not be read, each by itself, and then the others together, where a cluster is in them: each for all targets.
pub(super) fn judge(read: &Read, targets: &[Named], bundles: &[Bundle], policy: &Policy) -> Vec<Vec<Outcome>> {
    let failed = read
        .failures
        .iter()
        .map(|(path, err)| outcomes(&input::name(path), policy, targets, |_| output::failed(Subject::Manifest, err)));
    let judged = read.manifests.clusters.first().map(|cluster| {
        outcomes(&cluster.identity.place.file, policy, targets, |named| {
            Verdict::Files(Box::new(JudgedFiles {
                kind: FilesKind::Manifests,
                report: judge_kubernetes(&read.manifests, bundles, &named.target, policy),
                files: read.files.iter().map(|path| input::name(path)).collect(),
                summary: Some(kubernetes::summary(&read.manifests)),
            }))
        })
    });
    failed.chain(judged).collect()
}
