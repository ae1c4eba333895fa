//! Whole bundles: a module, the metadata that describes it, dependencies.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::elf::ElfBuilder;
use crate::tgz;
use crate::zip::{Entry, ZipBuilder};

/// The name of the module's entry in a good bundle.
pub const MODULE_FILE: &str = "testmodule.so";

/// A bundle in the making. [`good`](Self::good) trips no rule at all; tests change one thing.
#[derive(Debug, Clone)]
pub struct BundleBuilder {
    /// The metadata, written in this order.
    pub metadata: Map<String, Value>,
    /// The bytes of `module.json`, in place of the metadata.
    pub metadata_bytes: Option<Vec<u8>>,
    /// The module's bytes.
    pub module: Vec<u8>,
    /// Files under `deps/`: name and content.
    pub dependencies: Vec<(String, Vec<u8>)>,
}

/// SHA-256 as lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl BundleBuilder {
    /// A bundle that every release from 7.8 to 7.22 takes, and in which nothing is odd.
    pub fn good() -> Self {
        Self::of_module(ElfBuilder::module().build())
    }

    /// A good bundle of that module.
    pub fn of_module(module: Vec<u8>) -> Self {
        let metadata = json!({
            "architecture": "x86_64",
            "author": "Someone",
            "bigstore_version_2_support": false,
            "capabilities": ["types", "replica_of", "failover_migrate", "persistence_rdb", "persistence_aof"],
            "capability_name": "Testing",
            "command_line_args": "",
            "commands": [
                {"command_arity": 2, "command_name": "test.get", "first_key": 1, "flags": ["readonly"], "last_key": 1, "step": 1},
                {"command_arity": -3, "command_name": "test.set", "first_key": 1, "flags": ["write"], "last_key": 1, "step": 1},
            ],
            "compatible_redis_version": "7.4",
            "config_command": "",
            "crdb": {},
            "dependencies": {},
            "description": "A module for tests",
            "display_name": "Test module",
            "email": "someone@example.com",
            "homepage": "https://example.com",
            "license": "MIT",
            "min_redis_pack_version": "7.2",
            "min_redis_version": "7.2",
            "module_file": MODULE_FILE,
            "module_name": "testmodule",
            "operating_systems": ["rhel9"],
            "os": "Linux",
            "ramp_format_version": 1,
            "semantic_version": "1.2.3",
            "sha256": sha256_hex(&module),
            "version": 10203,
        });
        let Value::Object(metadata) = metadata else { unreachable!("an object was written") };
        Self { metadata, metadata_bytes: None, module, dependencies: Vec::new() }
    }

    /// A good bundle with one dependency, packed and described.
    pub fn with_dependency() -> Self {
        let archive = tgz::good();
        let sha256 = sha256_hex(&archive);
        let mut bundle = Self::good()
            .set("dependencies", json!({"data": {"url": "https://example.com/files/data.tgz", "sha256": sha256}}));
        bundle.dependencies.push(("deps/data.tgz".to_owned(), archive));
        bundle
    }

    /// Sets a field of the metadata.
    #[must_use]
    pub fn set(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.to_owned(), value.into());
        self
    }

    /// Removes a field of the metadata.
    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        self.metadata.shift_remove(key);
        self
    }

    /// Replaces the text of `module.json`.
    #[must_use]
    pub fn metadata_bytes(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.metadata_bytes = Some(bytes.into());
        self
    }

    /// Replaces the module, keeping `sha256` right.
    #[must_use]
    pub fn module(mut self, module: Vec<u8>) -> Self {
        self.metadata.insert("sha256".to_owned(), sha256_hex(&module).into());
        self.module = module;
        self
    }

    /// The text of `module.json`, as the reference packer lays it out.
    pub fn metadata_text(&self) -> Vec<u8> {
        match &self.metadata_bytes {
            Some(bytes) => bytes.clone(),
            None => serde_json::to_vec_pretty(&self.metadata).unwrap_or_default(),
        }
    }

    /// The zip: module, `module.json`, dependencies, in the reference packer's order.
    pub fn zip(&self) -> ZipBuilder {
        let mut entries =
            vec![Entry::deflated(MODULE_FILE, &self.module), Entry::deflated("module.json", &self.metadata_text())];
        entries.extend(self.dependencies.iter().map(|(name, content)| Entry::deflated(name, content)));
        ZipBuilder::new(entries)
    }

    /// The bytes of the bundle.
    pub fn build(&self) -> Vec<u8> {
        self.zip().build()
    }
}

impl From<BundleBuilder> for Vec<u8> {
    fn from(bundle: BundleBuilder) -> Self {
        bundle.build()
    }
}
