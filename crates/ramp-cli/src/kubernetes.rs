//! Manifests of a cluster on Kubernetes: what of them counts, read of YAML with its places.

use std::path::PathBuf;
use std::sync::Arc;

use ramp_core::kubernetes::{
    Cluster, Database, Identity, Manifests, Place, Scheme, Secret, Source, Text, UserDefinedModule,
};
use ramp_core::text::count;
use ramp_core::{Endpoint, Target, TargetError};
use ramp_pack::manifest::Position;
use ramp_pack::yaml::{Documents, MAX_BYTES, Node};

use crate::error::CliError;
use crate::input;

/// The system of the nodes, from operator 7.8.2-6 on.
const NODES_RUN: &str = "rhel9";

/// Whether a file is one of manifests, by its name: no bundle is called so.
pub(crate) fn is_manifest(path: &std::path::Path) -> bool {
    path.extension().is_some_and(|extension| ["yaml", "yml"].iter().any(|own| extension.eq_ignore_ascii_case(own)))
}

/// Reads files, of which one at least has a cluster.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Manifests, CliError> {
    let mut manifests = Manifests::default();
    for path in paths {
        let bytes = input::read_start(path, MAX_BYTES as u64 + 1)?;
        let mut reader = Reader { file: Arc::from(input::name(path)), manifests: &mut manifests };
        let mut read = || {
            let text = std::str::from_utf8(&bytes).ok().map(without_others);
            let documents = Documents::read(text.as_ref().map_or(&bytes, String::as_bytes))?;
            documents.iter().for_each(|document| reader.document(document));
            documents.finish()
        };
        read().map_err(|source| CliError::Kubernetes { path: path.clone(), source })?;
    }
    if manifests.clusters.is_empty() {
        let files = paths.iter().map(|path| format!("`{}`", input::name(path))).collect::<Vec<_>>().join(", ");
        return Err(CliError::NoKubernetesCluster { files });
    }
    Ok(manifests)
}

/// What the bundles are checked against where nothing else is named: the cluster that is to load them.
pub(crate) fn target(manifests: &Manifests) -> Result<Target, TargetError> {
    let target = Target::default().with_operating_system(NODES_RUN)?;
    let mut tags = manifests.clusters.iter().map(|cluster| cluster.version_tag.as_ref().map(|tag| &tag.value));
    let target = match tags.next().flatten().filter(|first| tags.all(|tag| tag == Some(first))) {
        // A tag of somebody's own registry may be anything.
        Some(tag) if ramp_core::version::parse(tag).is_ok() => target.with_cluster_version(tag)?,
        _ => target,
    };
    // A version that does not know it yet is what the manifests are told for.
    Ok(target.clone().with_endpoint(Endpoint::Bootstrap).unwrap_or(target))
}

/// `1 cluster with 2 modules, 3 databases, 1 Secret`.
pub(crate) fn summary(manifests: &Manifests) -> String {
    let Manifests { clusters, databases, secrets } = manifests;
    let modules: usize = clusters.iter().map(|cluster| cluster.modules.len()).sum();
    let mut parts = vec![format!("{} with {}", count(clusters.len(), "cluster"), count(modules, "module"))];
    parts.extend((!databases.is_empty()).then(|| count(databases.len(), "database")));
    parts.extend((!secrets.is_empty()).then(|| count(secrets.len(), "Secret")));
    parts.join(", ")
}

/// A text in which the documents of other kinds are empty lines: what is in them, such as the definitions that an operator is
/// installed with, need not be understood.
fn without_others(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut document = String::new();
    let mut counts = true;
    let mut end = |document: &mut String, counts: bool| {
        if counts {
            kept.push_str(document);
        } else {
            kept.extend(document.matches('\n'));
        }
        document.clear();
    };
    let mut known = false;
    for line in text.split_inclusive('\n') {
        if line.starts_with("---") {
            end(&mut document, counts);
            (counts, known) = (true, false);
        } else if line.starts_with("...") {
            // What comes behind it may be a document without a line in front.
            (counts, known) = (true, true);
        } else if let Some(kind) = line.strip_prefix("kind:") {
            let kind = kind.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
            // A tag, an anchor and text on the lines below are for a reader of YAML to understand; and so are two kinds.
            let plain = !kind.is_empty() && !kind.starts_with(['!', '&', '*', '>', '|']);
            let ours = kind == "Secret" || kind.starts_with("RedisEnterprise") || kind.ends_with("List");
            counts = ours || !plain || known;
            known = true;
        }
        document.push_str(line);
    }
    end(&mut document, counts);
    kept
}

struct Reader<'m> {
    file: Arc<str>,
    manifests: &'m mut Manifests,
}

impl Reader<'_> {
    /// An object, or a list of some, as `kubectl get -o yaml` writes it.
    fn document(&mut self, document: Node<'_>) {
        let kind = document.get("kind").and_then(Node::text).unwrap_or_default();
        if kind.ends_with("List") {
            document.items("items").for_each(|item| self.object(item));
        } else {
            self.object(document);
        }
    }

    fn object(&mut self, object: Node<'_>) {
        let kind = object.get("kind").and_then(Node::text).unwrap_or_default();
        match kind {
            "RedisEnterpriseCluster" => {
                let cluster = self.cluster(object);
                self.manifests.clusters.push(cluster);
            }
            "RedisEnterpriseDatabase" | "RedisEnterpriseActiveActiveDatabase" => {
                let database = self.database(object, kind == "RedisEnterpriseActiveActiveDatabase");
                self.manifests.databases.push(database);
            }
            "Secret" => {
                let keys = ["data", "stringData"].into_iter().filter_map(|key| object.get(key));
                let keys = keys.flat_map(Node::keys).map(str::to_owned).collect();
                self.manifests.secrets.push(Secret { identity: self.identity(object), keys });
            }
            _ => {}
        }
    }

    fn cluster(&self, object: Node<'_>) -> Cluster {
        let at = |path: &[&str]| at(object, path);
        let modules = at(&["spec"]).into_iter().flat_map(|spec| spec.items("userDefinedModules"));
        Cluster {
            identity: self.identity(object),
            version_tag: at(&["spec", "redisEnterpriseImageSpec", "versionTag"]).and_then(|node| self.text(node)),
            auto_upgrade: at(&["spec", "upgradeSpec", "autoUpgradeRedisEnterprise"])
                .filter(|node| node.is_true())
                .map(|node| self.place(node)),
            secrets_in_vault: at(&["spec", "clusterCredentialSecretType"]).and_then(Node::text) == Some("vault"),
            modules: modules.map(|item| self.module(item)).collect(),
        }
    }

    fn module(&self, item: Node<'_>) -> UserDefinedModule {
        let text = |of: Node<'_>, key: &str| of.get(key).and_then(|node| self.text(node));
        let source = |scheme: Scheme| {
            let source = at(item, &["source", scheme.as_str()])?;
            let (url, credentials) = (text(source, "url"), text(source, "credentialsSecret"));
            Some(Source { scheme, place: self.place(source), url, credentials })
        };
        let sources = Scheme::ALL.iter().filter_map(|scheme| source(*scheme)).collect();
        UserDefinedModule { place: self.place(item), name: text(item, "name"), sources }
    }

    fn database(&self, object: Node<'_>, active_active: bool) -> Database {
        let spec = object.get("spec");
        let settings = if active_active { spec.and_then(|spec| spec.get("globalConfigurations")) } else { spec };
        let modules = settings.into_iter().flat_map(|settings| settings.items("modulesList"));
        Database {
            identity: self.identity(object),
            active_active,
            cluster: at(object, &["spec", "redisEnterpriseCluster", "name"]).and_then(Node::text).map(str::to_owned),
            redis_version: settings.and_then(|s| s.get("redisVersion")).and_then(|node| self.text(node)),
            modules: modules.filter_map(|item| self.text(item.get("name")?)).collect(),
        }
    }

    fn identity(&self, object: Node<'_>) -> Identity {
        let text = |key: &str| at(object, &["metadata", key]).and_then(Node::text).map(str::to_owned);
        Identity { name: text("name").unwrap_or_default(), namespace: text("namespace"), place: self.place(object) }
    }

    /// A text that says something.
    fn text(&self, node: Node<'_>) -> Option<Text> {
        let value = node.text().filter(|text| !text.trim().is_empty())?.to_owned();
        Some(Text { value, is_string: node.is_string(), place: self.place(node) })
    }

    fn place(&self, node: Node<'_>) -> Place {
        let Position { line, column } = node.position();
        Place { file: Arc::clone(&self.file), line: line as u64, column: column as u64 }
    }
}

/// What is there, key by key.
fn at<'a>(object: Node<'a>, path: &[&str]) -> Option<Node<'a>> {
    path.iter().try_fold(object, |node, key| node.get(key))
}
