//! How a target comes about: by a name, from JSON, bit by bit; checked in each.

use serde::de::{Deserialize, Deserializer, Error as _};

use super::Target;
use super::error::TargetError;
use super::spec::{InstalledArtifact, InstalledModule, Spec, TargetNode};
use crate::date::Date;
use crate::endpoint::Endpoint;
use crate::knowledge::Knowledge;
use crate::module::Architecture;
use crate::objects::Object;
use crate::text::plain;
use crate::version;

impl Target {
    /// The target of a release (`7.22`, `8.2`, `latest`), or of a full cluster version (`7.4.2-54`).
    ///
    /// # Errors
    ///
    /// [`TargetError::UnknownRelease`].
    pub fn named(name: &str) -> Result<Self, TargetError> {
        let knowledge = Knowledge::builtin();
        let release = knowledge.release(name).ok_or_else(|| TargetError::UnknownRelease {
            name: name.to_owned(),
            known: knowledge.releases().iter().map(|r| r.name.clone()).collect(),
        })?;
        let is_version = version::parse(name).is_ok();
        let mut target = Self::default();
        target.spec.cluster_version = Some(if is_version { name.to_owned() } else { release.name.clone() });
        Ok(target)
    }

    /// A target from its JSON, checked; that of `serde` does the same.
    ///
    /// # Errors
    ///
    /// [`TargetError`]; unknown fields are refused, so that a misspelt one is not silently ignored.
    pub fn from_json(json: &[u8]) -> Result<Self, TargetError> {
        serde_json::from_slice::<Object<Spec>>(json).map_err(|err| TargetError::Json(told(&err).into()))?.0.try_into()
    }

    /// This target, with a cluster of that version, or of that release.
    ///
    /// # Errors
    ///
    /// [`TargetError::Version`], and [`TargetError::NoSuchEndpoint`] where the endpoint given is not one of the release's.
    pub fn with_cluster_version(mut self, version: &str) -> Result<Self, TargetError> {
        checked("cluster_version", version)?;
        self.spec.cluster_version = Some(version.to_owned());
        match self.spec.endpoint.take() {
            Some(endpoint) => self.with_endpoint(endpoint),
            None => Ok(self),
        }
    }

    /// This target, with databases of one more Redis version.
    ///
    /// # Errors
    ///
    /// [`TargetError::Version`].
    pub fn with_database_version(mut self, version: &str) -> Result<Self, TargetError> {
        checked("database_versions", version)?;
        self.spec.database_versions.push(version.to_owned());
        Ok(self)
    }

    /// This target, with the capabilities that every module must have.
    #[must_use]
    pub fn with_required_capabilities(mut self, names: Vec<String>) -> Self {
        self.spec.required_capabilities = names;
        self
    }

    /// This target, with all the capabilities that the cluster names.
    #[must_use]
    pub fn with_known_capabilities(mut self, names: Vec<String>) -> Self {
        self.spec.known_capabilities = names;
        self
    }

    /// This target, with the modules that the cluster has.
    ///
    /// ```
    /// use ramp_core::{InstalledModule, Target};
    ///
    /// let platforms = vec!["rocky9/amd64".to_owned()];
    /// let module = InstalledModule { module_name: "hello".to_owned(), version: 10203, platforms };
    /// let target = Target::default().with_installed_modules(vec![module]);
    /// assert_eq!(target.installed_modules()[0].platforms, ["rhel9/x86_64"]);
    /// ```
    #[must_use]
    pub fn with_installed_modules(mut self, mut modules: Vec<InstalledModule>) -> Self {
        modules.iter_mut().flat_map(|module| &mut module.platforms).for_each(|text| *text = platform(text));
        self.spec.installed_modules = modules;
        self
    }

    /// This target, with the artifacts that its nodes have.
    #[must_use]
    pub fn with_artifacts(mut self, artifacts: Vec<InstalledArtifact>) -> Self {
        self.spec.artifacts = artifacts;
        self
    }

    /// This target, with the size in bytes of the largest module that the cluster takes.
    #[must_use]
    pub const fn with_max_module_bytes(mut self, bytes: Option<u64>) -> Self {
        self.spec.max_module_bytes = bytes;
        self
    }

    /// This target, and whether it takes uploads.
    #[must_use]
    pub const fn with_allow_modules_upload(mut self, allow: Option<bool>) -> Self {
        self.spec.allow_modules_upload = allow;
        self
    }

    /// This target, judged on that day. Nothing here reads a clock, so that the same target is judged the same for ever.
    #[must_use]
    pub const fn with_as_of(mut self, day: Option<Date>) -> Self {
        self.spec.as_of = day;
        self
    }

    /// This target, without what is known of the nodes' operating systems, and of the nodes one by one.
    #[must_use]
    pub fn without_operating_systems(mut self) -> Self {
        self.spec.nodes.clear();
        self.spec.operating_systems.clear();
        self
    }

    /// This target, without what is known of the nodes' architectures, and of the nodes one by one.
    #[must_use]
    pub fn without_architectures(mut self) -> Self {
        self.spec.nodes.clear();
        self.spec.architectures.clear();
        self
    }

    /// This target, with nodes of one more operating system.
    ///
    /// # Errors
    ///
    /// [`TargetError::UnknownOperatingSystem`].
    pub fn with_operating_system(mut self, name: &str) -> Result<Self, TargetError> {
        let id = operating_system(name)?;
        if !self.spec.operating_systems.contains(&id) {
            self.spec.operating_systems.push(id);
        }
        Ok(self)
    }

    /// This target, with nodes of one more architecture, by any name that [`Architecture::from_name`] knows.
    ///
    /// # Errors
    ///
    /// [`TargetError::UnknownArchitecture`].
    pub fn with_architecture(mut self, name: &str) -> Result<Self, TargetError> {
        let architecture = architecture(name)?;
        if !self.spec.architectures.contains(&architecture) {
            self.spec.architectures.push(architecture);
        }
        Ok(self)
    }

    /// This target with one more node, whose system and architecture are then the target's too.
    ///
    /// ```
    /// use ramp_core::{Target, TargetNode};
    ///
    /// let node = TargetNode { uid: Some(3), operating_system: Some("rocky9".into()), architecture: Some("arm64".into()) };
    /// let target = Target::named("8.0").unwrap().with_node(node).unwrap();
    /// assert_eq!(target.operating_systems(), ["rhel9"]);
    /// assert_eq!(target.nodes()[0].architecture.as_deref(), Some("aarch64"));
    /// ```
    ///
    /// # Errors
    ///
    /// [`TargetError::UnknownOperatingSystem`], [`TargetError::UnknownArchitecture`].
    pub fn with_node(mut self, mut node: TargetNode) -> Result<Self, TargetError> {
        if let Some(name) = node.operating_system.take() {
            self = self.with_operating_system(&name)?;
            node.operating_system = Some(operating_system(&name)?);
        }
        if let Some(name) = node.architecture.take() {
            self = self.with_architecture(&name)?;
            node.architecture = Some(architecture(&name)?);
        }
        self.spec.nodes.push(node);
        Ok(self)
    }

    /// This target, uploaded to through `endpoint`.
    ///
    /// # Errors
    ///
    /// [`TargetError::NoSuchEndpoint`] where the release answers 405 to it.
    pub fn with_endpoint(mut self, endpoint: Endpoint) -> Result<Self, TargetError> {
        if let Some(release) = self.release().filter(|r| !r.offers(endpoint, self.full_version().as_ref())) {
            let version = self.full_version();
            let offered = release.endpoints.iter().filter(|row| release.offers(row.endpoint, version.as_ref()));
            return Err(TargetError::NoSuchEndpoint {
                release: self.spec.cluster_version.clone().unwrap_or_default(),
                endpoint,
                has: offered.map(|row| row.endpoint.to_string()).collect(),
            });
        }
        self.spec.endpoint = Some(endpoint);
        Ok(self)
    }

    /// This target with what its release says filled in, so that one can see it, and change it.
    ///
    /// The nodes' systems and architectures stay as they are: which of the release's a cluster has is not known.
    ///
    /// ```
    /// use ramp_core::{Endpoint, Target};
    ///
    /// let target = Target::named("7.22").unwrap().completed();
    /// assert_eq!(target.endpoint(), Some(Endpoint::V2));
    /// assert_eq!(target.max_module_bytes(), Some(40 << 20));
    /// ```
    #[must_use]
    pub fn completed(mut self) -> Self {
        let Some(release) = self.release() else { return self };
        if self.spec.database_versions.is_empty() {
            self.spec.database_versions = self.databases().iter().map(version::short).collect();
        }
        self.spec.endpoint = self.spec.endpoint.or(Some(release.default_endpoint));
        self.spec.max_module_bytes = self.spec.max_module_bytes.or(Some(release.upload_limit.value.bytes));
        // What is off by default is a setting, and nobody knows what this cluster's is.
        let on = release.uploads_enabled_by_default.value.then_some(true);
        self.spec.allow_modules_upload = self.spec.allow_modules_upload.or(on);
        self
    }
}

/// What is wrong with the JSON, and where.
fn told(err: &serde_json::Error) -> String {
    let (line, column) = (err.line(), err.column());
    let message = err.to_string();
    let message = message.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&message);
    format!("line {} column {}: {}", line.max(1), column.max(1), plain(message, "an object"))
}

/// A version in the target, checked.
fn checked(field: &'static str, text: &str) -> Result<(), TargetError> {
    version::parse(text).map(|_| ()).map_err(|source| TargetError::Version { field, source })
}

/// The id of an operating system, by any of its names.
fn operating_system(name: &str) -> Result<String, TargetError> {
    let knowledge = Knowledge::builtin();
    let platform = knowledge.platform(name).ok_or_else(|| TargetError::UnknownOperatingSystem {
        name: name.to_owned(),
        meant: knowledge.meant_platform(name).map(|meant| meant.id.clone()),
        known: knowledge.platforms().iter().map(|p| p.id.clone()).collect(),
    })?;
    Ok(platform.id.clone())
}

/// An architecture as `module.json` spells it, by any of its names; one that nodes can have.
fn architecture(name: &str) -> Result<String, TargetError> {
    match Architecture::from_name(name) {
        Some(known @ (Architecture::X86_64 | Architecture::Aarch64)) => Ok(known.as_str().into_owned()),
        _ => Err(TargetError::UnknownArchitecture { name: name.to_owned() }),
    }
}

/// A platform, `rhel9/x86_64`, by the ids of its system and architecture where they are known.
fn platform(text: &str) -> String {
    let Some((os, arch)) = text.split_once('/') else { return text.to_owned() };
    let (os, arch) = (
        operating_system(os).unwrap_or_else(|_| os.to_owned()),
        architecture(arch).unwrap_or_else(|_| arch.to_owned()),
    );
    format!("{os}/{arch}")
}

/// Checked, as [`Target::from_json`] does.
impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Object::<Spec>::deserialize(deserializer)?.0).map_err(|err| match &err {
            TargetError::Version { source, .. } => D::Error::custom(format_args!("{err}: {source}")),
            err => D::Error::custom(err),
        })
    }
}

impl TryFrom<Spec> for Target {
    type Error = TargetError;

    fn try_from(mut spec: Spec) -> Result<Self, TargetError> {
        let (systems, architectures) =
            (std::mem::take(&mut spec.operating_systems), std::mem::take(&mut spec.architectures));
        let (nodes, endpoint) = (std::mem::take(&mut spec.nodes), spec.endpoint.take());
        let installed = std::mem::take(&mut spec.installed_modules);
        if let Some(text) = &spec.cluster_version {
            checked("cluster_version", text)?;
        }
        for text in &spec.database_versions {
            checked("database_versions", text)?;
        }
        let mut target = Self { spec }.with_installed_modules(installed);
        for name in systems {
            target = target.with_operating_system(&name)?;
        }
        for name in architectures {
            target = target.with_architecture(&name)?;
        }
        for node in nodes {
            target = target.with_node(node)?;
        }
        match endpoint {
            Some(endpoint) => target.with_endpoint(endpoint),
            None => Ok(target),
        }
    }
}
