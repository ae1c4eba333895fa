//! The nodes that a finding is about, by their numbers.

use crate::datum::Datum;
use crate::target::{Target, TargetNode};

/// Those that run a system, where they are known one by one.
pub(super) fn running(target: &Target, os: &str) -> Option<Datum> {
    numbers(target, |node| node.operating_system.as_deref() == Some(os))
}

/// Those of an architecture.
pub(super) fn being(target: &Target, architecture: &str) -> Option<Datum> {
    numbers(target, |node| node.architecture.as_deref() == Some(architecture))
}

fn numbers(target: &Target, is_one: impl Fn(&TargetNode) -> bool) -> Option<Datum> {
    let nodes = target.nodes().iter().filter(|node| is_one(node));
    let mut nodes = nodes.filter_map(|node| Some(node.uid?.to_string())).peekable();
    nodes.peek().is_some().then(|| Datum::list(nodes))
}
