//! Who reads what a manifest says.

use serde::Deserialize;

/// Who reads a key of the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Reader {
    /// The packer, while it packs.
    Packer,
    /// The cluster's unpacker, which refuses bundles by it.
    Unpacker,
    /// Clusters, where they take, choose or load the module.
    Cluster,
    /// The operator of clusters on Kubernetes.
    Operator,
    /// Only people.
    People,
    /// Nobody: it is carried along.
    Nobody,
}

impl Reader {
    /// Who that is, in words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Packer => "`ramp pack`",
            Self::Unpacker => "the cluster's unpacker",
            Self::Cluster => "clusters",
            Self::Operator => "the Kubernetes operator",
            Self::People => "people",
            Self::Nobody => "nobody",
        }
    }
}
