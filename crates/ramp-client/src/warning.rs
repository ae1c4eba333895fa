//! What is not known of a cluster, and why.

use std::fmt;

/// What is not known of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// An endpoint does not answer this user, or is not there.
    NotTold {
        /// The request.
        request: &'static str,
        /// What stays unknown.
        what: &'static str,
        /// The status.
        status: u16,
    },
    /// A node runs a system that the platform table does not have.
    UnknownSystem {
        /// The node.
        uid: u64,
        /// Its system.
        name: String,
    },
    /// A node has an architecture that no release runs on.
    UnknownArchitecture {
        /// The node.
        uid: u64,
        /// Its architecture.
        name: String,
    },
    /// A node does not say what it runs.
    SilentNode {
        /// The node.
        uid: u64,
    },
    /// The nodes run different versions; the oldest counts.
    SeveralVersions {
        /// The oldest.
        oldest: String,
        /// The newest.
        newest: String,
    },
    /// The release is not one that is known.
    UnknownRelease {
        /// The cluster's version.
        version: String,
    },
    /// The artifacts that nodes have are not told.
    ArtifactsUnknown {
        /// The nodes: `node 1`.
        nodes: String,
        /// Why.
        why: String,
    },
    /// Whether uploads are taken is not told, and they are off in a fresh cluster of the release.
    UploadsUnknown,
    /// Entries of a list cannot be read.
    Unreadable {
        /// The request.
        request: &'static str,
        /// How many.
        count: usize,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTold { request, what, status } => {
                write!(f, "{what} are not known: the cluster answers HTTP {status} to {request}")
            }
            Self::UnknownSystem { uid, name } => {
                write!(
                    f,
                    "node {uid} runs {name}, which is not a known system: whether the module fits it is not checked"
                )
            }
            Self::UnknownArchitecture { uid, name } => {
                write!(
                    f,
                    "node {uid} is {name}, which is not a known architecture: whether the module fits it is not checked"
                )
            }
            Self::SilentNode { uid } => write!(f, "node {uid} does not say its operating system or architecture"),
            Self::SeveralVersions { oldest, newest } => {
                write!(f, "the nodes run versions from {oldest} to {newest}: checked against the oldest")
            }
            Self::UnknownRelease { version } => {
                write!(f, "Redis Software {version} is not a known release: little can be checked")
            }
            Self::ArtifactsUnknown { nodes, why } => write!(f, "the artifacts of {nodes} are not known: {why}"),
            Self::UploadsUnknown => f.write_str("whether the cluster takes uploads is not known"),
            Self::Unreadable { request, count } => {
                write!(f, "{count} of the items that the cluster answers to {request} cannot be read")
            }
        }
    }
}
