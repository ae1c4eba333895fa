//! What of a document counts, object by object.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ramp_core::kubernetes::{
    Cluster, Database, DatabaseModule, Identity, Kind, Manifests, Misshapen, Misspelt, Place, Repeated, Scheme, Secret,
    Shape, Source, Text, Typed, UserDefinedModule, Word,
};
use ramp_core::text::closest;
use ramp_pack::manifest::Position;
use ramp_pack::yaml::Node;

/// The keys that count, of each mapping; where another is close to one, that was probably meant.
mod keys {
    pub(super) const OBJECT: &[&str] = &["apiVersion", "kind", "metadata", "spec"];
    pub(super) const SECRET: &[&str] = &["apiVersion", "kind", "metadata", "data", "stringData"];
    pub(super) const METADATA: &[&str] = &["name", "namespace"];
    pub(super) const CLUSTER: &[&str] = &["redisEnterpriseImageSpec", "upgradeSpec", "userDefinedModules"];
    pub(super) const IMAGE: &[&str] = &["versionTag"];
    pub(super) const UPGRADE: &[&str] = &["autoUpgradeRedisEnterprise"];
    pub(super) const MODULE: &[&str] = &["name", "source"];
    pub(super) const SOURCE: &[&str] = &["http", "https"];
    pub(super) const DOWNLOAD: &[&str] = &["url", "credentialsSecret"];
    pub(super) const DATABASE: &[&str] = &["redisEnterpriseCluster", "redisVersion", "modulesList"];
    pub(super) const ACTIVE_ACTIVE: &[&str] = &["redisEnterpriseCluster", "globalConfigurations"];
    pub(super) const SETTINGS: &[&str] = &["redisVersion", "modulesList"];
    pub(super) const NAMED: &[&str] = &["name"];
}

/// The kind that was probably meant by one that does not count.
pub(super) fn meant(kind: &str) -> Option<&'static str> {
    closest(Kind::ALL.iter().map(|kind| kind.as_str()), kind)
}

/// Reads the documents of one file.
pub(super) struct Reader<'m> {
    file: Arc<str>,
    manifests: &'m mut Manifests,
    /// Where what was looked at stands: what aliases stand for is the same again.
    seen: BTreeSet<Position>,
    /// Likewise, of what was walked through for keys that are there twice.
    walked: BTreeSet<Position>,
}

impl<'m> Reader<'m> {
    pub(super) fn new(file: Arc<str>, manifests: &'m mut Manifests) -> Self {
        Self { file, manifests, seen: BTreeSet::new(), walked: BTreeSet::new() }
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
    pub(super) fn finish(self, objects_before: usize) {
        let Self { file, manifests, .. } = self;
        if manifests.identities().count() == objects_before {
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
        if self.seen.contains(&object.position()) {
            return;
        }
        self.check_repeated(object);
        let keys = if kind == Kind::Secret { keys::SECRET } else { keys::OBJECT };
        let identity = self.identity(object, kind);
        self.check_keys(object, keys);
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
        let metadata = self.mapping(object, "metadata", keys::METADATA);
        let [name, namespace] = ["name", "namespace"].map(|key| Some((key, self.text(metadata?, key)?)));
        let value = |text: &Option<(&str, Text)>| text.as_ref().map(|(_, text)| text.value.clone());
        Identity {
            kind,
            name: value(&name).unwrap_or_default(),
            namespace: value(&namespace).filter(|value| !value.is_empty()),
            written: [name, namespace].into_iter().flatten().collect(),
            api_version: self.text(object, "apiVersion"),
            place: self.place(object),
        }
    }

    fn cluster(&mut self, object: Node<'_>, identity: Identity) -> Cluster {
        let spec = self.mapping(object, "spec", keys::CLUSTER);
        let image = spec.and_then(|spec| self.mapping(spec, "redisEnterpriseImageSpec", keys::IMAGE));
        let upgrade = spec.and_then(|spec| self.mapping(spec, "upgradeSpec", keys::UPGRADE));
        let secrets = spec.and_then(|spec| spec.get("clusterCredentialSecretType")?.text());
        let items = self.items(spec, "userDefinedModules", keys::MODULE);
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
        if let Some(source) = under {
            self.check_keys(source, keys::SOURCE);
        }
        let mut sources = Vec::new();
        for scheme in Scheme::ALL {
            let Some(source) = under.and_then(|source| source.get(scheme.as_str())) else { continue };
            self.check_keys(source, keys::DOWNLOAD);
            let (url, credentials) = (self.text(source, "url"), self.text(source, "credentialsSecret"));
            sources.push(Source { scheme: *scheme, place: self.place(source), url, credentials });
        }
        UserDefinedModule { place: self.place(item), name: self.text(item, "name"), sources }
    }

    fn database(&mut self, object: Node<'_>, identity: Identity) -> Database {
        let active_active = identity.kind == Kind::ActiveActive;
        let spec = self.mapping(object, "spec", if active_active { keys::ACTIVE_ACTIVE } else { keys::DATABASE });
        let settings = match spec {
            Some(spec) if active_active => self.mapping(spec, "globalConfigurations", keys::SETTINGS),
            spec => spec,
        };
        let cluster = spec.and_then(|spec| self.mapping(spec, "redisEnterpriseCluster", keys::NAMED));
        let items = self.items(settings, "modulesList", keys::NAMED);
        Database {
            identity,
            cluster: cluster.and_then(|cluster| self.text(cluster, "name")),
            redis_version: settings.and_then(|settings| self.text(settings, "redisVersion")),
            modules: items
                .into_iter()
                .map(|item| DatabaseModule { place: self.place(item), name: self.text(item, "name") })
                .collect(),
        }
    }

    /// The mapping under a key, where there is one.
    fn mapping<'n>(&mut self, of: Node<'n>, field: &'static str, known: &[&'static str]) -> Option<Node<'n>> {
        let node = of.get(field).filter(|node| node.shape() != Shape::Null)?;
        self.is_mapping(node, field, false, known).then_some(node)
    }

    /// The mappings in the list under a key.
    fn items<'n>(&mut self, of: Option<Node<'n>>, field: &'static str, known: &[&'static str]) -> Vec<Node<'n>> {
        self.list(of, field).filter(|item| self.is_mapping(*item, field, true, known)).collect()
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

    fn is_mapping(&mut self, node: Node<'_>, field: &'static str, of_list: bool, known: &[&'static str]) -> bool {
        let is_mapping = node.shape() == Shape::Mapping;
        if is_mapping {
            self.check_keys(node, known);
        } else {
            self.misshapen(node, field, of_list, Shape::Mapping);
        }
        is_mapping
    }

    fn misshapen(&mut self, node: Node<'_>, field: &'static str, of_list: bool, expected: Shape) {
        if !self.seen.insert(node.position()) {
            return;
        }
        let (found, place) = (node.shape(), self.place(node));
        self.manifests.misshapen.push(Misshapen { field, of_list, found, expected, place });
    }

    /// Notes the keys of a mapping that nothing has, and that are close to one that counts.
    fn check_keys(&mut self, mapping: Node<'_>, known: &[&'static str]) {
        if !self.seen.insert(mapping.position()) {
            return;
        }
        for node in mapping.keys() {
            let Some(key) = node.text().filter(|key| !known.contains(key)) else { continue };
            if let Some(meant) = closest(known.iter().copied(), key) {
                self.misspelt(Word::Key, key, meant, node);
            }
        }
    }

    /// Notes each key that a mapping of an object has twice, however deep; whether it counts or not.
    fn check_repeated(&mut self, object: Node<'_>) {
        let mut open = vec![object];
        while let Some(node) = open.pop() {
            let is_collection = matches!(node.shape(), Shape::List | Shape::Mapping);
            // What aliases stand for is there once.
            if !is_collection || !self.walked.insert(node.position()) {
                continue;
            }
            let mut first: HashMap<&str, Node<'_>> = HashMap::new();
            for key in node.keys() {
                let Some(text) = key.text().filter(|text| *text != "<<") else { continue };
                let before = *first.entry(text).or_insert(key);
                if before.position() != key.position() {
                    let (first, place) = (self.place(before), self.place(key));
                    self.manifests.repeated.push(Repeated { key: text.to_owned(), first, place });
                }
            }
            let inside: Vec<Node<'_>> = node.children().collect();
            open.extend(inside.into_iter().rev());
        }
    }

    fn misspelt(&mut self, what: Word, found: &str, meant: &'static str, at: Node<'_>) {
        let place = self.place(at);
        self.manifests.misspelt.push(Misspelt { what, found: found.to_owned(), meant, place });
    }

    /// What stands under a key where a text should, unless that is nothing.
    fn text(&self, of: Node<'_>, key: &str) -> Option<Text> {
        let node = of.get(key)?;
        let typed = node.typed()?;
        let value = node.text().unwrap_or_default();
        let says_nothing = typed == Typed::String && value.trim().is_empty();
        (!says_nothing).then(|| Text { value: value.to_owned(), typed, place: self.place(node) })
    }

    fn place(&self, node: Node<'_>) -> Place {
        let Position { line, column } = node.position();
        Place { file: Arc::clone(&self.file), line: line as u64, column: column as u64 }
    }
}
