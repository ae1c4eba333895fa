//! Where something stands in a manifest, and what an object there is called.

use std::sync::Arc;

use crate::finding::Location;
use crate::metadata::placeholder_in;

/// A place in a file, both numbers from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file's name, as it is to be reported.
    pub file: Arc<str>,
    /// The line.
    pub line: u64,
    /// The column, in characters.
    pub column: u64,
}

impl Place {
    /// Where a finding about it points.
    pub fn location(&self) -> Location {
        Location::in_file(&*self.file, self.line, self.column)
    }
}

/// A text, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text; nothing where a list or a mapping stands in its place.
    pub value: String,
    /// What it is to `kubectl`.
    pub typed: Typed,
    /// Where it stands.
    pub place: Place,
}

/// The type of what stands there, where there is something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// A string.
    String,
    /// `true` or `false`, which `yes` and `n` are too.
    Boolean(bool),
    /// A number: `7.4` without quotes is one.
    Number,
    /// A list.
    List,
    /// A mapping.
    Mapping,
}

impl Text {
    /// The text, where there is one: not while a template has yet to fill it in.
    pub fn known(&self) -> Option<&str> {
        Some(&*self.value).filter(|value| !value.is_empty() && self.placeholder().is_none())
    }

    /// What a template was to fill in, such as `{{ .Values.host }}`.
    pub fn placeholder(&self) -> Option<&str> {
        placeholder_in(&self.value)
    }
}

/// What an object is called, and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// What it is.
    pub kind: Kind,
    /// `metadata.name`; empty where there is none.
    pub name: String,
    /// `metadata.namespace`, where there is one.
    pub namespace: Option<String>,
    /// Name and namespace as they are written, under their keys.
    pub written: Vec<(&'static str, Text)>,
    /// `apiVersion`, where there is one.
    pub api_version: Option<Text>,
    /// Where the object begins.
    pub place: Place,
}

/// A kind of object that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A cluster.
    Cluster,
    /// A database of one cluster.
    Database,
    /// A database that several clusters have together.
    ActiveActive,
    /// A Secret.
    Secret,
}

impl Kind {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Cluster, Self::Database, Self::ActiveActive, Self::Secret];

    /// As `kind` names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cluster => "RedisEnterpriseCluster",
            Self::Database => "RedisEnterpriseDatabase",
            Self::ActiveActive => "RedisEnterpriseActiveActiveDatabase",
            Self::Secret => "Secret",
        }
    }

    /// As a message speaks of it.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Database => "database",
            Self::ActiveActive => "Active-Active database",
            Self::Secret => "Secret",
        }
    }

    /// What its `apiVersion` can be, the one to write first.
    ///
    /// Source: the definitions of the resources in `redis-enterprise-k8s-docs` at 2c2f61d.
    pub const fn api_versions(self) -> &'static [&'static str] {
        match self {
            Self::Cluster => &["app.redislabs.com/v1", "app.redislabs.com/v1alpha1"],
            Self::Database | Self::ActiveActive => &["app.redislabs.com/v1alpha1"],
            Self::Secret => &["v1"],
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }
}

impl Identity {
    /// As a message speaks of it: ``the cluster `rec` ``.
    pub fn title(&self) -> String {
        let noun = self.kind.noun();
        if self.name.is_empty() { format!("the {noun} without a name") } else { format!("the {noun} `{}`", self.name) }
    }

    /// Whether both can be in one namespace: those that name none can be in any.
    pub fn may_be_beside(&self, other: &Self) -> bool {
        !matches!((&self.namespace, &other.namespace), (Some(own), Some(other)) if own != other)
    }

    /// Whether a name that `of` uses of its own namespace means this object.
    pub fn is_called(&self, name: &str, of: &Self) -> bool {
        self.name == name && self.may_be_beside(of)
    }
}
