//! Manifests of a cluster on Kubernetes: what of them counts, read of YAML with its places.

use std::path::PathBuf;
use std::sync::Arc;

use ramp_core::kubernetes::{Kind, Manifests, Misspelt, NODES_RUN, downloads};
use ramp_core::text::count;
use ramp_core::{Endpoint, Target, TargetError};
use ramp_pack::yaml::{Documents, MAX_BYTES};

use crate::error::{CliError, Form};
use crate::input;
use reader::Reader;

mod others;
mod reader;

/// Whether a file is one of manifests, by its name: no bundle is called so.
pub(crate) fn is_manifest(path: &std::path::Path) -> bool {
    path.extension().is_some_and(|extension| ["yaml", "yml"].iter().any(|own| extension.eq_ignore_ascii_case(own)))
}

/// Reads files, of which one at least has a cluster.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Manifests, CliError> {
    let mut manifests = Manifests::default();
    for path in paths {
        let bytes = input::read_start(path, MAX_BYTES as u64 + 1)?;
        let before = manifests.identities().count();
        let mut reader = Reader::new(Arc::from(input::name(path)), &mut manifests);
        let read = || {
            // Of one that is too large the rest is not here.
            let whole = Some(&*bytes).filter(|bytes| bytes.len() <= MAX_BYTES);
            let text = whole.and_then(|bytes| std::str::from_utf8(bytes).ok()).map(others::without_others);
            let documents = Documents::read(text.as_ref().map_or(&bytes, String::as_bytes))?;
            documents.iter().for_each(|document| reader.document(document));
            reader.finish(before);
            documents.finish()
        };
        read().map_err(|source| CliError::Kubernetes { path: path.clone(), source, form: Form::of(&bytes) })?;
    }
    if manifests.clusters.is_empty() {
        let files = paths.iter().map(|path| format!("`{}`", input::name(path))).collect::<Vec<_>>().join(", ");
        let is_cluster = |word: &&Misspelt| word.meant == Kind::Cluster.as_str();
        let kind = manifests.misspelt.iter().find(is_cluster).cloned().map(Box::new);
        return Err(CliError::NoKubernetesCluster { files, kind });
    }
    Ok(manifests)
}

/// What the bundles are checked against where no cluster is named: the one that is to load them.
pub(crate) fn target(manifests: &Manifests) -> Result<Target, TargetError> {
    let mut tags = manifests.clusters.iter().map(|cluster| cluster.version_tag.as_ref().map(|tag| &tag.value));
    match tags.next().flatten().filter(|first| tags.all(|tag| tag == Some(first))) {
        // A tag of somebody's own registry may be anything.
        Some(tag) if ramp_core::version::parse(tag).is_ok() => Target::default().with_cluster_version(tag),
        _ => Ok(Target::default()),
    }
}

/// A target, on Kubernetes: what it leaves open is what nodes there run, and that they download the bundles by themselves. A
/// version that does not know that yet takes them in its own way, which is then named.
pub(crate) fn on_nodes(target: Target) -> Result<Target, TargetError> {
    let target = match target.operating_systems() {
        [] => target.with_operating_system(NODES_RUN)?,
        _ => target,
    };
    if target.endpoint().is_some() {
        return Ok(target);
    }
    let is_too_old = || target.cluster_version().is_some_and(|version| downloads(version) == Some(false));
    // Of a release that the table has, the table knows.
    let bootstrap = target.clone().with_endpoint(Endpoint::Bootstrap).ok();
    match bootstrap.filter(|_| target.release().is_some() || !is_too_old()) {
        Some(target) => Ok(target),
        None => match target.known_endpoint() {
            Some(endpoint) => target.with_endpoint(endpoint),
            None => Ok(target),
        },
    }
}

/// `1 cluster with 2 modules, 3 databases, 1 Secret`.
pub(crate) fn summary(manifests: &Manifests) -> String {
    let Manifests { clusters, databases, secrets, .. } = manifests;
    let modules: usize = clusters.iter().map(|cluster| cluster.modules.len()).sum();
    let mut parts = vec![format!("{} with {}", count(clusters.len(), "cluster"), count(modules, "module"))];
    parts.extend((!databases.is_empty()).then(|| count(databases.len(), "database")));
    parts.extend((!secrets.is_empty()).then(|| count(secrets.len(), "Secret")));
    parts.join(", ")
}
