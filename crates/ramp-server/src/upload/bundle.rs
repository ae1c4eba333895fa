//! What the catalogue keeps of a bundle.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use ramp_core::facts::BundleFacts;
use ramp_core::metadata::{Value, python};
use serde::Serialize;

use crate::dependencies::{self, Wanted};
use crate::store::{StoreError, json};

/// How many bytes of a path a name may have, percent-encoded: half of what a request's head may have, which leaves the rest to headers.
pub(super) const LONGEST_NAME: usize = 32 << 10;

/// What was read of a bundle that may be taken.
#[derive(Debug)]
pub(crate) struct Contents {
    pub(crate) module_name: String,
    pub(crate) version: i64,
    pub(crate) metadata: Value,
    /// `rhel9/x86_64`.
    pub(crate) platforms: Vec<String>,
    /// SHA-256 of the module, where it can be read: the unpacker takes bundles whose module it does not read.
    module_sha256: Option<String>,
    /// Files under `deps/`, without that.
    pub(crate) packed: Vec<String>,
    /// Dependencies that are not among them.
    pub(crate) wanted: Vec<Wanted>,
}

impl Contents {
    /// `None` where the metadata has no name or version.
    pub(crate) fn of(facts: &BundleFacts) -> Option<Self> {
        let archive = facts.archive.as_ref().ok()?;
        let metadata = archive.metadata()?;
        let architecture = metadata.metadata.architecture().unwrap_or("x86_64");
        let mut platforms: Vec<String> =
            metadata.operating_systems().iter().map(|os| format!("{os}/{architecture}")).collect();
        platforms.sort_unstable();
        platforms.dedup();
        let packed = archive.directory.entries.iter().filter_map(|entry| entry.name.strip_prefix("deps/"));
        Some(Self {
            // The unpacker takes a name that is not text, too, and names files by what Python makes a text of it. What a cluster knows
            // such a module by is not known: a path and a list have texts alone, so 5 and "5" are one module here, of which the
            // second is refused as being there. Nothing is replaced by that, and nothing has two names.
            module_name: match metadata.root().get("module_name")? {
                Value::String(name) => name.clone(),
                other => python::str(other),
            },
            version: metadata.metadata.version()?,
            metadata: metadata.root().clone(),
            platforms,
            module_sha256: archive.module.as_ref().map(|module| module.sha256.to_string()),
            packed: packed.filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            wanted: dependencies::wanted(archive),
        })
    }

    /// Whether a request can name the module by its path. What a cluster does with a longer name is not known: here it could never be
    /// deleted, so it is not taken. That loses nothing which was there, and the client is told.
    pub(super) fn fits_a_path(&self) -> bool {
        let written = utf8_percent_encode(&self.module_name, NON_ALPHANUMERIC).map(str::len);
        written.sum::<usize>() <= LONGEST_NAME
    }

    /// What the module's object says of each platform that the bundle is for.
    pub(crate) fn details(&self) -> Result<String, StoreError> {
        /// A platform, as clusters list it.
        #[derive(Serialize)]
        struct Platform<'a> {
            dependencies: &'a Value,
            sha256: &'a str,
        }

        let none = Value::Object(ramp_core::metadata::Object::default());
        let dependencies = self.metadata.get("dependencies").filter(|dependencies| dependencies.as_object().is_some());
        json::write(
            "build",
            &Platform {
                dependencies: dependencies.unwrap_or(&none),
                sha256: self.module_sha256.as_deref().unwrap_or_default(),
            },
        )
    }
}
