//! Manifests of a cluster on Kubernetes: what of them counts, read of YAML with its places.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ramp_core::kubernetes::{Kind, Manifests, Misspelt, NODES_RUN, downloads};
use ramp_core::text::count;
use ramp_core::{Endpoint, Target, TargetError};
use ramp_pack::yaml::{Documents, MAX_BYTES};

use crate::error::{CliError, Form};
use crate::input;
use reader::Reader;

mod keys;
mod others;
mod reader;
mod slips;

/// Whether a file is one of manifests, by its name: no bundle is called so.
pub(crate) fn is_manifest(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["yaml", "yml"].iter().any(|own| extension.eq_ignore_ascii_case(own)))
}

/// What came of files of manifests.
pub(crate) struct Read {
    /// All that the files have that could be read.
    pub(crate) manifests: Manifests,
    /// Those files, in the order given.
    pub(crate) files: Vec<PathBuf>,
    /// The files that could not be read, or had no cluster, and why.
    pub(crate) failures: Vec<(PathBuf, CliError)>,
}

/// Reads files. What cannot be read keeps nobody from the others.
pub(crate) fn read(paths: Vec<PathBuf>) -> Read {
    let mut all = Read { manifests: Manifests::default(), files: Vec::new(), failures: Vec::new() };
    for path in paths {
        match read_file(&path) {
            Ok(manifests) => {
                all.manifests.append(manifests);
                all.files.push(path);
            }
            Err(err) => all.failures.push((path, err)),
        }
    }
    // A file that cannot be read may have the cluster.
    if let Some(first) = all.files.first().filter(|_| all.manifests.clusters.is_empty() && all.failures.is_empty()) {
        let files = all.files.iter().map(|path| format!("`{}`", input::name(path))).collect::<Vec<_>>().join(", ");
        let is_cluster = |word: &&Misspelt| word.meant == Kind::Cluster.as_str();
        let kind = all.manifests.misspelt.iter().find(is_cluster).cloned().map(Box::new);
        all.failures.push((first.clone(), CliError::NoKubernetesCluster { files, kind }));
    }
    all
}

fn read_file(path: &Path) -> Result<Manifests, CliError> {
    let bytes = input::read_start(path, MAX_BYTES as u64 + 1)?;
    let mut manifests = Manifests::default();
    let mut reader = Reader::new(Arc::from(input::name(path)), &mut manifests);
    let read = || {
        // Of one that is too large the rest is not here.
        let whole = Some(&*bytes).filter(|bytes| bytes.len() <= MAX_BYTES);
        let text = whole.and_then(|bytes| std::str::from_utf8(bytes).ok()).map(others::without_others);
        let documents = Documents::read(text.as_ref().map_or(&bytes, String::as_bytes))?;
        documents.iter().for_each(|document| reader.document(document));
        reader.finish();
        documents.finish()
    };
    read().map_err(|source| CliError::Kubernetes { path: path.to_owned(), source, form: Form::of(&bytes) })?;
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
