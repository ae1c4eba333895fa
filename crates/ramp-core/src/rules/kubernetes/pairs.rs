//! Which bundle belongs to which item of `userDefinedModules`.

use std::collections::{BTreeSet, HashMap};

use crate::kubernetes::{Bundle, Manifests, UserDefinedModule};

/// An item of a cluster's list, and its bundle, where that was given.
#[derive(Debug)]
pub(super) struct Pair<'a> {
    /// The cluster's position among those of the manifests.
    pub(super) cluster: usize,
    pub(super) module: &'a UserDefinedModule,
    pub(super) bundle: Option<&'a Bundle>,
}

#[derive(Debug)]
pub(super) struct Pairs<'a> {
    pub(super) pairs: Vec<Pair<'a>>,
    /// The bundles that no cluster lists.
    pub(super) unlisted: Vec<&'a Bundle>,
}

impl<'a> Pairs<'a> {
    pub(super) fn of(manifests: &'a Manifests, bundles: &'a [Bundle]) -> Self {
        let mut pairs = Vec::new();
        let mut listed: BTreeSet<usize> = BTreeSet::new();
        for (cluster, object) in manifests.clusters.iter().enumerate() {
            let found = pair(&object.modules, bundles);
            listed.extend(found.iter().flatten());
            let of_cluster = object.modules.iter().zip(found);
            pairs.extend(of_cluster.map(|(module, found)| Pair {
                cluster,
                module,
                bundle: found.and_then(|index| bundles.get(index)),
            }));
        }
        let is_free = |(index, _): &(usize, &Bundle)| !listed.contains(index);
        let mut unlisted: Vec<&Bundle> = bundles.iter().enumerate().filter(is_free).map(|(_, bundle)| bundle).collect();
        // One is left on each side: they belong together, and it is the name that is wrong.
        let mut without = pairs.iter_mut().filter(|pair| pair.bundle.is_none());
        if let ([bundle], Some(pair), None) = (unlisted.as_slice(), without.next(), without.next()) {
            pair.bundle = Some(bundle);
            unlisted.clear();
        }
        Self { pairs, unlisted }
    }
}

/// The position of each module's bundle: that of its file's name, else one of its module's name. No bundle belongs to two.
fn pair(modules: &[UserDefinedModule], bundles: &[Bundle]) -> Vec<Option<usize>> {
    let mut by_file: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    // The first is to be taken first, so it goes to the end.
    for (index, bundle) in bundles.iter().enumerate().rev() {
        by_file.entry(file_name(&bundle.file)).or_default().push(index);
        let names = bundle.metadata.iter().flat_map(|m| [&m.module_name, &m.display_name]).flatten();
        for name in names {
            by_name.entry(name).or_default().push(index);
        }
    }
    let mut taken = BTreeSet::new();
    let mut take = |known: Option<&mut Vec<usize>>| {
        let known = known?;
        std::iter::from_fn(|| known.pop()).find(|index| taken.insert(*index))
    };
    let mut found: Vec<Option<usize>> =
        modules.iter().map(|module| take(url_file(module).and_then(|name| by_file.get_mut(name)))).collect();
    for (module, found) in modules.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
        *found = take(module.name().and_then(|name| by_name.get_mut(name)));
    }
    found
}

pub(super) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// The last step of the path of a module's URL.
fn url_file(module: &UserDefinedModule) -> Option<&str> {
    module.url().map(|url| file_name(path_of(&url.value))).filter(|name| !name.is_empty())
}

/// A URL without what comes after its path.
pub(super) fn path_of(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}
