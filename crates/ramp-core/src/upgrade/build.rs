//! What counts of a build when it is compared with another.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use semver::Version;

use crate::digest::Digest256;
use crate::facts::{ArchiveFacts, BundleFacts};
use crate::layout::METADATA_NAME;
use crate::metadata::{Value, needs};
use crate::module::{ModuleFacts, Registration};

/// A build of a module, as its bundle has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Build {
    bundle: String,
    pub(super) bundle_size: u64,
    pub(super) metadata: Arc<Value>,
    pub(super) module: Option<Arc<ModuleFacts>>,
    sha256: Option<Digest256>,
    /// The files beside module and metadata, each with its SHA-256 where it was read.
    pub(super) files: BTreeMap<String, Option<Digest256>>,
    pub(super) registered: Option<Registration>,
}

impl Build {
    /// The build in a bundle that is called so; `None` where its metadata cannot be read, or is not an object: what is wrong with it then
    /// [`judge`](crate::judge) says.
    pub fn new(bundle: impl Into<String>, facts: &BundleFacts) -> Option<Self> {
        let archive = facts.archive.as_ref().ok()?;
        let metadata = archive.metadata()?.metadata.shared_root();
        metadata.as_object()?;
        let module = archive.module.as_ref();
        Some(Self {
            bundle: bundle.into(),
            bundle_size: facts.size,
            metadata,
            module: module.map(|module| Arc::clone(&module.facts)),
            sha256: module.map(|module| module.sha256),
            files: files(archive),
            registered: None,
        })
    }

    /// The same, and all that the module registers, where it was asked: this library never runs it. What only the module knows, such as
    /// its data types, is compared where both builds have it.
    #[must_use]
    pub fn registering(self, registration: Registration) -> Self {
        Self { registered: Some(registration), ..self }
    }

    /// The bundle, as it is called.
    pub fn bundle(&self) -> &str {
        &self.bundle
    }

    /// Length of the bundle in bytes.
    pub const fn bundle_size(&self) -> u64 {
        self.bundle_size
    }

    /// SHA-256 of the module, where there is one.
    pub const fn sha256(&self) -> Option<Digest256> {
        self.sha256
    }

    /// `module_name`.
    pub fn module_name(&self) -> Option<&str> {
        self.text("module_name")
    }

    /// `version`, as the unpacker reads it.
    pub fn version(&self) -> Option<i64> {
        needs::number(&self.metadata)
    }

    /// `semantic_version`.
    pub fn semantic_version(&self) -> Option<&str> {
        self.text("semantic_version")
    }

    /// The version in the words of people: the semantic one, else the number.
    pub fn shown_version(&self) -> String {
        needs::shown_version(&self.metadata)
    }

    /// How its version stands to that of another build; `None` where one of them has none that can be read.
    pub(crate) fn compared_with(&self, other: &Self) -> Option<Ordering> {
        needs::compared(&self.metadata, &other.metadata)
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        needs::text(&self.metadata, key)
    }

    /// The version that a member of the metadata names, as a text or as a number.
    pub(crate) fn needs(&self, key: &str) -> Option<Version> {
        needs::version_of(&self.metadata, key)
    }

    /// The texts of a list of the metadata.
    pub(super) fn texts(&self, key: &str) -> impl Iterator<Item = &str> {
        let items = self.metadata.get(key).and_then(Value::as_array).unwrap_or_default();
        items.iter().filter_map(Value::as_str)
    }
}

/// What is in the bundle besides: of an entry that is there twice, the last.
fn files(archive: &ArchiveFacts) -> BTreeMap<String, Option<Digest256>> {
    let module = archive.module.as_ref().map(|module| module.index);
    let entries = archive.directory.entries.iter().zip(&archive.contents);
    let others = entries
        .filter(|(entry, _)| !entry.is_directory() && entry.name != METADATA_NAME && Some(entry.index) != module);
    others.map(|(entry, content)| (entry.name.clone(), content.as_ref().map(|content| content.sha256))).collect()
}
