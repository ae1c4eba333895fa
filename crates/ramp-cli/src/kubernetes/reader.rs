//! What of a document counts, object by object.

use std::collections::BTreeSet;
use std::sync::Arc;

use ramp_core::kubernetes::{
    Cluster, Database, DatabaseModule, Identity, Kind, Manifests, Misshapen, Misspelt, Place, Scheme, Secret, Shape,
    Source, Text, Typed, UserDefinedModule, Word,
};
use ramp_core::text::closest;
use ramp_pack::yaml::Node;

use super::slips::{Slips, place};

/// The kind that was probably meant by one that does not count.
pub(super) fn meant(kind: &str) -> Option<&'static str> {
    closest(Kind::ALL.iter().map(|kind| kind.as_str()), kind)
}

/// Reads the documents of one file.
pub(super) struct Reader<'m> {
    file: Arc<str>,
    manifests: &'m mut Manifests,
    /// What was looked at: what aliases stand for is the same again.
    seen: BTreeSet<usize>,
    slips: Slips,
}

impl<'m> Reader<'m> {
    pub(super) fn new(file: Arc<str>, manifests: &'m mut Manifests) -> Self {
        Self { slips: Slips::new(Arc::clone(&file)), file, manifests, seen: BTreeSet::new() }
    }

    /// An object, or a list of some, as `kubectl get -o yaml` writes it.
    pub(super) fn document(&mut self, document: Node<'_>) {
        let kind = document.get("kind").and_then(Node::text).unwrap_or_default();
        if kind.ends_with("List") {
            self.list(Some(document), "items").for_each(|item| self.object(item));
        } else {
            self.object(document);
        }
    }

    /// Notes a file that has none of the objects.
    pub(super) fn finish(self) {
        let Self { file, manifests, .. } = self;
        if manifests.identities().next().is_none() {
            manifests.without_objects.push(Place { file, line: 1, column: 1 });
        }
    }

    fn object(&mut self, object: Node<'_>) {
        let Some(node) = object.get("kind") else { return };
        let name = node.text().unwrap_or_default();
        let Some(kind) = Kind::from_name(name) else {
            if let Some(meant) = meant(name) {
                self.misspelt(Word::Kind, name, meant, node);
            }
            return;
        };
        if !self.seen.insert(object.number()) {
            return;
        }
        self.slips.object(object, kind, self.manifests);
        let identity = self.identity(object, kind);
        match kind {
            Kind::Cluster => {
                let cluster = self.cluster(object, identity);
                self.manifests.clusters.push(cluster);
            }
            Kind::Database | Kind::ActiveActive => {
                let database = self.database(object, identity);
                self.manifests.databases.push(database);
            }
            Kind::Secret => {
                let keys = ["data", "stringData"].into_iter().filter_map(|key| object.get(key));
                let keys = keys.flat_map(Node::keys).filter_map(Node::text).map(str::to_owned).collect();
                self.manifests.secrets.push(Secret { identity, keys });
            }
        }
    }

    fn identity(&mut self, object: Node<'_>, kind: Kind) -> Identity {
        let metadata = self.mapping(object, "metadata");
        let [name, namespace] = ["name", "namespace"].map(|key| Some((key, self.text(metadata?, key)?)));
        let value = |text: &Option<(&str, Text)>| text.as_ref().map(|(_, text)| text.value.clone());
        Identity {
            kind,
            name: value(&name).unwrap_or_default(),
            namespace: namespace.as_ref().and_then(|(_, text)| text.known()).map(str::to_owned),
            written: [name, namespace].into_iter().flatten().collect(),
            api_version: self.text(object, "apiVersion"),
            place: self.place(object),
        }
    }

    fn cluster(&mut self, object: Node<'_>, identity: Identity) -> Cluster {
        let spec = self.mapping(object, "spec");
        let image = spec.and_then(|spec| self.mapping(spec, "redisEnterpriseImageSpec"));
        let upgrade = spec.and_then(|spec| self.mapping(spec, "upgradeSpec"));
        let secrets = spec.and_then(|spec| spec.get("clusterCredentialSecretType")?.text());
        let items = self.items(spec, "userDefinedModules");
        Cluster {
            identity,
            version_tag: image.and_then(|image| self.text(image, "versionTag")),
            auto_upgrade: upgrade.and_then(|upgrade| self.text(upgrade, "autoUpgradeRedisEnterprise")),
            secrets_in_vault: secrets == Some("vault"),
            modules: items.into_iter().map(|item| self.module(item)).collect(),
        }
    }

    fn module(&mut self, item: Node<'_>) -> UserDefinedModule {
        let under = item.get("source");
        let mut sources = Vec::new();
        for scheme in Scheme::ALL {
            let Some(source) = under.and_then(|source| source.get(scheme.as_str())) else { continue };
            let (url, credentials) = (self.text(source, "url"), self.text(source, "credentialsSecret"));
            sources.push(Source { scheme: *scheme, place: self.place(source), url, credentials });
        }
        UserDefinedModule { place: self.place(item), name: self.text(item, "name"), sources }
    }

    fn database(&mut self, object: Node<'_>, identity: Identity) -> Database {
        let active_active = identity.kind == Kind::ActiveActive;
        let spec = self.mapping(object, "spec");
        let settings = match spec {
            Some(spec) if active_active => self.mapping(spec, "globalConfigurations"),
            spec => spec,
        };
        let cluster = spec.and_then(|spec| self.mapping(spec, "redisEnterpriseCluster"));
        let items = self.items(settings, "modulesList");
        Database {
            identity,
            cluster: cluster.and_then(|cluster| self.text(cluster, "name")),
            redis_version: settings.and_then(|settings| self.text(settings, "redisVersion")),
            modules: items
                .into_iter()
                .map(|item| DatabaseModule {
                    place: self.place(item),
                    name: self.text(item, "name"),
                    version: self.text(item, "version"),
                })
                .collect(),
        }
    }

    /// The mapping under a key, where there is one.
    fn mapping<'n>(&mut self, of: Node<'n>, field: &'static str) -> Option<Node<'n>> {
        let node = of.get(field).filter(|node| node.shape() != Shape::Null)?;
        self.is_mapping(node, field, false).then_some(node)
    }

    /// The mappings in the list under a key.
    fn items<'n>(&mut self, of: Option<Node<'n>>, field: &'static str) -> Vec<Node<'n>> {
        self.list(of, field).filter(|item| self.is_mapping(*item, field, true)).collect()
    }

    /// What is in the list under a key; nothing where there is none.
    fn list<'n>(&mut self, of: Option<Node<'n>>, field: &'static str) -> impl Iterator<Item = Node<'n>> + use<'n> {
        if let Some(node) = of.and_then(|of| of.get(field)) {
            if !matches!(node.shape(), Shape::List | Shape::Null) {
                self.misshapen(node, field, false, Shape::List);
            }
        }
        of.into_iter().flat_map(move |of| of.items(field))
    }

    fn is_mapping(&mut self, node: Node<'_>, field: &'static str, of_list: bool) -> bool {
        let is_mapping = node.shape() == Shape::Mapping;
        if !is_mapping {
            self.misshapen(node, field, of_list, Shape::Mapping);
        }
        is_mapping
    }

    fn misshapen(&mut self, node: Node<'_>, field: &'static str, of_list: bool, expected: Shape) {
        if !self.seen.insert(node.number()) {
            return;
        }
        let (found, place) = (node.shape(), self.place(node));
        self.manifests.misshapen.push(Misshapen { field, of_list, found, expected, place });
    }

    fn misspelt(&mut self, what: Word, found: &str, meant: &'static str, at: Node<'_>) {
        let place = self.place(at);
        self.manifests.misspelt.push(Misspelt { what, found: found.to_owned(), meant, place });
    }

    /// What stands under a key where a text should, unless that is nothing.
    fn text(&self, of: Node<'_>, key: &str) -> Option<Text> {
        let node = of.get(key)?;
        let typed = node.typed()?;
        if let Some(value) = template_of(node) {
            return Some(Text { value, typed, place: self.place(node) });
        }
        let value = node.text().unwrap_or_default();
        let says_nothing = typed == Typed::String && value.trim().is_empty();
        (!says_nothing).then(|| Text { value: value.to_owned(), typed, place: self.place(node) })
    }

    fn place(&self, node: Node<'_>) -> Place {
        place(&self.file, node)
    }
}

/// What a template has where it was not rendered: without quotes, `{{ .Values.name }}` is to YAML a mapping with a mapping
/// for its only key.
fn template_of(node: Node<'_>) -> Option<String> {
    let inside = only_key(only_key(node)?)?.text()?;
    Some(format!("{{{{ {inside} }}}}"))
}

fn only_key(node: Node<'_>) -> Option<Node<'_>> {
    let mut keys = node.keys();
    keys.next().filter(|_| keys.next().is_none())
}
