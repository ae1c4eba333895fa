//! Where the nodes of a cluster are reached, and what artifacts are there.

use std::net::SocketAddr;

use ramp_core::{InstalledArtifact, Request};
use serde_json::Value;

use crate::connection::Connection;
use crate::error::ClientError;
use crate::http::Peer;
use crate::json::{integer, text};
use crate::node::Node;

/// Nodes that are reached at one address, which is where they are sent the artifact.
pub(crate) struct Place {
    pub(crate) uids: Vec<u64>,
    pub(crate) peer: Peer,
}

impl Place {
    /// Where the nodes are reached, those that share an address together.
    pub(crate) fn of(cluster: &Connection, nodes: &[Node]) -> Vec<Self> {
        let known = cluster.addresses();
        let alone = nodes.len() == 1;
        let mut found: Vec<(Option<Vec<SocketAddr>>, Vec<u64>)> = Vec::new();
        for node in nodes {
            let at = node.reached_at(cluster.url(), &known, alone);
            match found.iter_mut().find(|(there, _)| *there == at) {
                Some((_, uids)) => uids.push(node.uid),
                None => found.push((at, vec![node.uid])),
            }
        }
        let place = |(at, uids): (Option<Vec<SocketAddr>>, Vec<u64>)| {
            let called = match at.as_ref().and_then(|at| at.first()) {
                Some(first) => format!("{} at {first}", name(&uids)),
                None => format!("{} at {}", name(&uids), cluster.url()),
            };
            Self { peer: cluster.node(called, at), uids }
        };
        found.into_iter().map(place).collect()
    }

    /// `node 1`, `nodes 1, 2`.
    pub(crate) fn name(&self) -> String {
        name(&self.uids)
    }

    /// The artifacts that are there. Of what cannot be read nothing is said.
    pub(crate) fn artifacts(&self) -> Result<Vec<InstalledArtifact>, ClientError> {
        let answer = self.peer.get(Request::Artifact.path())?.json()?;
        let rows = answer.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(rows.iter().filter_map(artifact).collect())
    }
}

fn name(uids: &[u64]) -> String {
    let named: Vec<String> = uids.iter().map(u64::to_string).collect();
    format!("node{} {}", if uids.len() == 1 { "" } else { "s" }, named.join(", "))
}

fn artifact(row: &Value) -> Option<InstalledArtifact> {
    let module_name = text(row, "module_name")?.to_owned();
    Some(InstalledArtifact { module_name, version: integer(row.get("version")?)? })
}
