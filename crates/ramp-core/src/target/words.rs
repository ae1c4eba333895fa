//! How nodes are spoken of.

use super::spec::TargetNode;

/// How many nodes are named; more are counted only.
const NAMED: usize = 10;

/// Those nodes, or a node where none of them is known, and the verb for one or for many: `node 3 runs`, `nodes 1, 3 run`.
pub(super) fn subject(nodes: &[TargetNode], is_one: impl Fn(&TargetNode) -> bool, [one, many]: [&str; 2]) -> String {
    let uids: Vec<String> = nodes.iter().filter(|n| is_one(n)).filter_map(|n| Some(n.uid?.to_string())).collect();
    match uids.as_slice() {
        [] => format!("a node {one}"),
        [uid] => format!("node {uid} {one}"),
        uids if uids.len() <= NAMED => format!("nodes {} {many}", uids.join(", ")),
        uids => {
            let named: Vec<&str> = uids.iter().take(NAMED).map(String::as_str).collect();
            format!("nodes {} and {} more {many}", named.join(", "), uids.len().saturating_sub(NAMED))
        }
    }
}
