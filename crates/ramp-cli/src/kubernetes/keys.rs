//! The keys that count, and where each belongs.

use ramp_core::kubernetes::Kind;

/// A mapping whose keys count.
pub(super) struct Mapping {
    /// The kinds of the objects that have it.
    kinds: &'static [Kind],
    /// The keys that lead to it, with dots between them, and `[]` for the items of a list; empty for the object itself.
    path: &'static str,
    /// The keys in it.
    pub(super) keys: &'static [&'static str],
}

const fn mapping(kinds: &'static [Kind], path: &'static str, keys: &'static [&'static str]) -> Mapping {
    Mapping { kinds, path, keys }
}

const CLUSTER: &[Kind] = &[Kind::Cluster];
const DATABASE: &[Kind] = &[Kind::Database];
const ACTIVE_ACTIVE: &[Kind] = &[Kind::ActiveActive];

/// Source: the definitions of the resources in `redis-enterprise-k8s-docs` at 2c2f61d.
const MAPPINGS: &[Mapping] = &[
    mapping(&[Kind::Cluster, Kind::Database, Kind::ActiveActive], "", &["apiVersion", "kind", "metadata", "spec"]),
    mapping(&[Kind::Secret], "", &["apiVersion", "kind", "metadata", "data", "stringData"]),
    mapping(Kind::ALL, "metadata", &["name", "namespace"]),
    mapping(
        CLUSTER,
        "spec",
        &[
            "redisEnterpriseImageSpec",
            "upgradeSpec",
            "userDefinedModules",
            // The last counts; the others are like it, and not misspelt.
            "clusterCredentialSecretName",
            "clusterCredentialSecretRole",
            "clusterCredentialSecretType",
        ],
    ),
    mapping(CLUSTER, "spec.redisEnterpriseImageSpec", &["versionTag"]),
    mapping(CLUSTER, "spec.upgradeSpec", &["autoUpgradeRedisEnterprise"]),
    mapping(CLUSTER, "spec.userDefinedModules[]", &["name", "source"]),
    mapping(CLUSTER, "spec.userDefinedModules[].source", &["http", "https"]),
    mapping(CLUSTER, "spec.userDefinedModules[].source.https", &["url", "credentialsSecret"]),
    mapping(CLUSTER, "spec.userDefinedModules[].source.http", &["url", "credentialsSecret"]),
    mapping(DATABASE, "spec", &["redisEnterpriseCluster", "redisVersion", "modulesList", "upgradeSpec"]),
    mapping(DATABASE, "spec.redisEnterpriseCluster", &["name"]),
    mapping(DATABASE, "spec.modulesList[]", &["name", "version"]),
    mapping(ACTIVE_ACTIVE, "spec", &["redisEnterpriseCluster", "globalConfigurations"]),
    mapping(ACTIVE_ACTIVE, "spec.redisEnterpriseCluster", &["name"]),
    mapping(
        ACTIVE_ACTIVE,
        "spec.globalConfigurations",
        &["redisVersion", "modulesList", "redisEnterpriseCluster", "upgradeSpec"],
    ),
    mapping(ACTIVE_ACTIVE, "spec.globalConfigurations.modulesList[]", &["name", "version"]),
];

/// Keys that no mapping has but those above, in all the definitions, and the kind that they are meant for where an object
/// of another has them. What else counts, such as `name`, has a meaning in other mappings too.
const OWN: [(&str, Kind); 7] = [
    ("autoUpgradeRedisEnterprise", Kind::Cluster),
    ("globalConfigurations", Kind::ActiveActive),
    ("modulesList", Kind::Database),
    ("redisEnterpriseCluster", Kind::Database),
    ("redisEnterpriseImageSpec", Kind::Cluster),
    ("redisVersion", Kind::Database),
    ("userDefinedModules", Kind::Cluster),
];

/// What is known of the mapping to which these keys lead in an object of that kind.
pub(super) fn mapping_at(kind: Kind, path: &str) -> Option<&'static Mapping> {
    MAPPINGS.iter().find(|mapping| mapping.path == path && mapping.kinds.contains(&kind))
}

/// Where a key belongs that is not one of the mapping at `path`: the way to it, and the kind of the objects where that is
/// another. Nothing where the key may have a meaning there.
pub(super) fn home(kind: Kind, path: Option<&str>, key: &str) -> Option<(&'static str, &'static str, Option<Kind>)> {
    let own = OWN.iter().find(|(own, _)| *own == key);
    let is_known = path.is_some_and(|path| mapping_at(kind, path).is_some());
    if own.is_none() && !is_known {
        return None;
    }
    let shared = |mapping: &Mapping| {
        let path = path.unwrap_or_default();
        mapping.path.bytes().zip(path.bytes()).take_while(|(one, other)| one == other).count()
    };
    // Of several the closest is meant.
    let of = |kind: Kind| {
        let homes = MAPPINGS.iter().filter(move |mapping| mapping.kinds.contains(&kind) && mapping.keys.contains(&key));
        homes.rev().max_by_key(|mapping| shared(mapping))
    };
    let (mapping, other) = match (of(kind), own) {
        (Some(mapping), _) => (mapping, None),
        (None, Some((_, other))) => (of(*other)?, Some(*other)),
        (None, None) => return None,
    };
    let key = mapping.keys.iter().copied().find(|known| *known == key)?;
    Some((key, mapping.path, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_home() {
        let of = |path, key| home(Kind::Cluster, path, key).map(|(_, path, other)| (path, other));
        assert_eq!(of(Some(""), "userDefinedModules"), Some(("spec", None)));
        assert_eq!(of(None, "userDefinedModules"), Some(("spec", None)));
        assert_eq!(of(Some("spec"), "autoUpgradeRedisEnterprise"), Some(("spec.upgradeSpec", None)));
        assert_eq!(of(Some("spec.userDefinedModules[].source"), "name"), Some(("spec.userDefinedModules[]", None)));
        assert_eq!(of(Some("spec"), "modulesList"), Some(("spec", Some(Kind::Database))));
        let url = of(Some("spec.userDefinedModules[].source"), "url");
        assert_eq!(url, Some(("spec.userDefinedModules[].source.https", None)));
        // Many mappings have a name or a URL, and images of other parts have tags.
        for key in ["name", "url", "versionTag", "spec"] {
            assert_eq!(of(None, key), None, "{key}");
        }
    }
}
