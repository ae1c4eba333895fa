//! A node, as `/v1/nodes` lists it.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use ramp_core::knowledge::Knowledge;
use serde_json::Value;

use crate::url::ClusterUrl;

/// A node of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node {
    /// Its number.
    pub uid: u64,
    /// Its addresses, those for others first.
    pub addresses: Vec<IpAddr>,
    /// `active`, `down`, …
    pub status: Option<String>,
    /// The cluster version that it runs: `7.22.0-28`.
    pub software_version: Option<String>,
    /// Its operating system, by the id of the platform table; as the node names it where the table has no such.
    pub operating_system: Option<String>,
    /// Its architecture.
    pub architecture: Option<String>,
    /// The Redis versions that its databases can have.
    pub database_versions: Vec<String>,
}

impl Node {
    /// The node that an object describes; `None` without a `uid`.
    pub(crate) fn of(object: &Value) -> Option<Self> {
        let text = |key: &str| object.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty());
        let uid = object.get("uid")?;
        Some(Self {
            uid: uid.as_u64().or_else(|| uid.as_str()?.parse().ok())?,
            addresses: addresses(object),
            status: text("status").map(str::to_owned),
            software_version: text("software_version").map(str::to_owned),
            operating_system: operating_system(&text),
            architecture: text("architecture").map(str::to_owned),
            database_versions: databases(object),
        })
    }

    /// Where to reach this node, `cluster` being where the cluster was reached; `None` where that is the node too.
    ///
    /// A cluster of one node is reached where it was asked. A node that says it is on this machine, while the cluster is not, does
    /// not know its address, and neither does one that says nothing.
    pub(crate) fn reached_at(&self, url: &ClusterUrl, cluster: &[IpAddr], alone: bool) -> Option<Vec<SocketAddr>> {
        let known: Vec<IpAddr> =
            self.addresses.iter().copied().filter(|ip| url.is_loopback() || !ip.is_loopback()).collect();
        if alone || known.is_empty() || known.iter().any(|ip| cluster.contains(ip)) {
            return None;
        }
        Some(known.into_iter().map(|ip| SocketAddr::new(ip, url.port())).collect())
    }
}

/// The external addresses, then the node's own.
fn addresses(object: &Value) -> Vec<IpAddr> {
    let mut found = Vec::new();
    for key in ["external_addr", "public_addr", "addr"] {
        let texts: Vec<&str> = match object.get(key) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        for ip in texts.into_iter().filter_map(|text| text.trim().parse::<IpAddr>().ok()) {
            if !ip.is_unspecified() && !found.contains(&ip) {
                found.push(ip);
            }
        }
    }
    found
}

/// The family and the major version, as the cluster itself compares them: `os_family` from 7.2.4-64 on, before that
/// `os_name`, and before that only the words of `os_version`.
fn operating_system<'a>(text: &impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let major = |version: &str| version.split('.').next().unwrap_or_default().to_owned();
    let version = text("os_semantic_version").map(major);
    let mut names = Vec::new();
    for name in [text("os_family"), text("os_name")].into_iter().flatten() {
        names.extend(version.as_ref().map(|version| format!("{name}{version}")));
        names.push(name.to_owned());
    }
    names.extend(text("os_version").and_then(of_words));
    let known = names.iter().find_map(|name| Knowledge::builtin().platform(name));
    known.map(|platform| platform.id.clone()).or_else(|| names.into_iter().next())
}

/// `Ubuntu 18.04.5 LTS` is `ubuntu18`.
fn of_words(words: &str) -> Option<String> {
    let families = [
        ("ubuntu", "ubuntu"),
        ("red hat", "rhel"),
        ("centos", "rhel"),
        ("rocky", "rhel"),
        ("alma", "rhel"),
        ("oracle", "rhel"),
        ("amazon", "amzn"),
    ];
    let lower = words.to_lowercase();
    let (_, family) = families.into_iter().find(|(word, _)| lower.contains(word))?;
    let digits = lower.split(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty())?;
    Some(format!("{family}{digits}"))
}

/// `redis_version` where there is one, which is short; else `version`.
fn databases(object: &Value) -> Vec<String> {
    let rows = object.get("supported_database_versions").and_then(Value::as_array);
    let redis = rows.into_iter().flatten().filter(|row| row.get("db_type").and_then(Value::as_str) == Some("redis"));
    let version = |row: &Value| row.get("redis_version").or_else(|| row.get("version"))?.as_str().map(str::to_owned);
    let versions: BTreeSet<String> = redis.filter_map(version).collect();
    versions.into_iter().filter(|version| ramp_core::version::parse(version).is_ok()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn systems_are_known_by_whatever_the_release_says() {
        for (object, wanted) in [
            (json!({"os_family": "rhel", "os_name": "rocky", "os_semantic_version": "9.4"}), Some("rhel9")),
            (json!({"os_name": "ubuntu", "os_semantic_version": "20.04"}), Some("ubuntu20")),
            (json!({"os_name": "rhel7", "os_semantic_version": "7.9"}), Some("rhel7")),
            (json!({"os_version": "Ubuntu 18.04.5 LTS"}), Some("ubuntu18")),
            (json!({"os_version": "Red Hat Enterprise Linux Server 8.6 (Ootpa)"}), Some("rhel8")),
            (json!({"os_family": "amzn", "os_semantic_version": "2023"}), Some("amzn2023")),
            (json!({"os_family": "plan", "os_semantic_version": "9"}), Some("plan9")),
            (json!({}), None),
        ] {
            let mut object = object;
            object["uid"] = json!(1);
            assert_eq!(Node::of(&object).unwrap().operating_system.as_deref(), wanted, "{object}");
        }
        assert_eq!(Node::of(&json!({"addr": "10.0.0.1"})), None);
        assert_eq!(Node::of(&json!("no object")), None);
    }

    #[test]
    fn a_node_is_reached_at_its_address_unless_that_is_where_the_cluster_is() {
        let url: ClusterUrl = "https://cluster.example:9443".parse().unwrap();
        let here: ClusterUrl = "https://localhost:1".parse().unwrap();
        let [one, two]: [IpAddr; 2] = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        let node = |addr: &str| Node::of(&json!({"uid": 1, "addr": addr, "external_addr": []})).unwrap();
        assert_eq!(node("10.0.0.1").reached_at(&url, &[one], false), None);
        assert_eq!(node("10.0.0.2").reached_at(&url, &[one], false), Some(vec![SocketAddr::new(two, 9443)]));
        assert_eq!(node("10.0.0.2").reached_at(&url, &[one], true), None, "a cluster of one node");
        for addr in ["127.0.0.1", "0.0.0.0", "", "no address"] {
            assert_eq!(node(addr).reached_at(&url, &[one], false), None, "{addr}");
        }
        let loopback = Some(vec!["127.0.0.2:1".parse().unwrap()]);
        assert_eq!(node("127.0.0.2").reached_at(&here, &["127.0.0.1".parse().unwrap()], false), loopback);
        let both = json!({"uid": 1, "addr": "10.0.0.1", "external_addr": ["198.51.100.1"]});
        let reached = Node::of(&both).unwrap().reached_at(&url, &[], false).unwrap();
        assert_eq!(reached.len(), 2);
        assert_eq!(reached[0].ip(), "198.51.100.1".parse::<IpAddr>().unwrap());
    }
}
