//! What `.ci/real_modules.py` made.

use std::fs::File;
use std::path::PathBuf;

use serde::Deserialize;

use crate::command::{Outcome, Policy};

/// All of it; paths are made absolute.
#[derive(Debug, Deserialize)]
pub(crate) struct Listing {
    pub(crate) bundles: Vec<Bundle>,
    /// Bare modules, of every architecture, and one shared object that is none.
    pub(crate) modules: Vec<PathBuf>,
}

/// A bundle, and how it is to be judged.
#[derive(Debug, Deserialize)]
pub(crate) struct Bundle {
    #[serde(rename = "bundle")]
    pub(crate) path: PathBuf,
    /// The module as it was fetched.
    pub(crate) module: PathBuf,
    pub(crate) architecture: String,
    /// The manifest and the server with which the reference packer made it, if it did.
    pub(crate) manifest: Option<PathBuf>,
    pub(crate) server: Option<PathBuf>,
    reference: Option<Refusal>,
    strict: Option<Refusal>,
    /// Rules that must be among the findings.
    pub(crate) findings: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Refusal {
    error_code: String,
    reason: Option<String>,
    rule: Option<String>,
}

impl Listing {
    pub(crate) fn read() -> Self {
        let root = std::env::var_os("RAMP_REAL_MODULES")
            .expect("RAMP_REAL_MODULES must name the directory that `.ci/real_modules.py DIRECTORY` filled");
        let root = PathBuf::from(root);
        let file = File::open(root.join("bundles.json")).expect("`.ci/real_modules.py` has filled the directory");
        let mut listing: Self = serde_json::from_reader(file).expect("the list is well-formed");
        for bundle in &mut listing.bundles {
            bundle.path = root.join(&bundle.path);
            bundle.module = root.join(&bundle.module);
            bundle.manifest = bundle.manifest.as_ref().map(|manifest| root.join(manifest));
            bundle.server = bundle.server.as_ref().map(|server| root.join(server));
        }
        for module in &mut listing.modules {
            *module = root.join(&*module);
        }
        assert!(!listing.bundles.is_empty() && !listing.modules.is_empty(), "the list is empty");
        listing
    }

    /// Those that both policies take.
    pub(crate) fn good(&self) -> Vec<&Bundle> {
        self.bundles.iter().filter(|bundle| bundle.reference.is_none() && bundle.strict.is_none()).collect()
    }
}

impl Bundle {
    pub(crate) fn name(&self) -> &str {
        self.path.file_stem().unwrap().to_str().unwrap()
    }

    pub(crate) fn expected(&self, policy: Policy) -> Outcome {
        let refusal = match policy {
            Policy::Reference => &self.reference,
            Policy::Strict => &self.strict,
        };
        match refusal {
            None => Outcome::Accepted,
            Some(refusal) => Outcome::Refused {
                error_code: refusal.error_code.clone(),
                reason: refusal.reason.clone(),
                rule: refusal.rule.clone(),
                http_status: 400,
            },
        }
    }
}
