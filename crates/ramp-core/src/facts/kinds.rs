//! What is known of a bundle. It is kept as JSON, for one, and judged again later.

use std::collections::HashSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::bundle::{
    Directory, DirectoryFailure, EndMissing, Ending, Entry, Framing, LocalHeader, Measured, OpenFailure, open,
};
use crate::dependency::Walked;
use crate::digest::Digest256;
use crate::given::{Described, Given};
use crate::metadata::{Document, Metadata, Note, ReadError, Rejection, Texts, Value, unpacked};
use crate::module::{ModuleFacts, ProbeOutcome};
use crate::target::InstalledModule;

/// Everything known of a bundle, without the module's bytes.
///
/// It can be kept as JSON, or in any format of serde, and judged again when a target changes: by the same release of this library. A
/// later one may know more of a bundle than was asked then, so keep the bundle too, and gather anew after an update.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BundleFacts {
    /// Length of the bundle in bytes.
    pub size: u64,
    /// How the file is called, for commands that a message names; see [`called`](Self::called).
    pub name: Option<String>,
    /// What the file is, where it is something else than a bundle.
    pub given: Given,
    /// The zip, or why it is none.
    pub archive: Result<ArchiveFacts, DirectoryFailure>,
}

/// What is known of a bundle that is a zip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ArchiveFacts {
    /// The central directory.
    pub directory: Directory,
    /// The local header of each entry.
    pub locals: Vec<Result<LocalHeader, OpenFailure>>,
    /// What the framing walk found.
    pub framing: Framing,
    /// The content of each entry, where it can be read and belongs to that entry alone.
    pub contents: Vec<Option<Measured>>,
    /// The metadata.
    pub metadata: MetadataReading,
    /// The module, where the bundle holds one.
    pub module: Option<ModuleEntry>,
    /// The files under `deps/` whose content was read.
    pub dependencies: Vec<DependencyEntry>,
    /// Positions of those whose content could have been read, and was not asked for; see [`is_left_out`](Self::is_left_out).
    #[serde(default)]
    pub left_out: Vec<usize>,
}

/// A file under `deps/`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DependencyEntry {
    /// Position of its entry in the directory.
    pub index: usize,
    /// What is in it.
    pub walked: Walked,
}

/// How reading `module.json` went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MetadataReading {
    /// There is no such entry.
    Absent,
    /// The entry cannot be opened.
    Unopenable(OpenFailure),
    /// The entry's content is broken: the reference fails as it reads it.
    Broken(Ending),
    /// The content is not the JSON that the reference reads.
    Unreadable(ReadError),
    /// It was read.
    Read(Box<MetadataFacts>),
}

/// `module.json`, as it was written and as typed metadata.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MetadataFacts {
    /// The fields that are known, and the document they were read from.
    pub metadata: Metadata,
    /// What other JSON readers would stumble over.
    pub notes: Vec<Note>,
    /// How many more of these there were than are kept.
    #[serde(default)]
    pub notes_dropped: usize,
    /// What is to be looked for in its texts.
    pub texts: Texts,
    /// The entry that `module_file` names, as far as the reference gets with it.
    pub module_file: Result<String, Rejection>,
    /// What the reference unpacker rejects of the values.
    pub rejections: Vec<Rejection>,
}

/// The module of a bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ModuleEntry {
    /// Position of its entry in the directory.
    pub index: usize,
    /// Whether `module_file` names it; else it is the one `.so` that the bundle holds.
    pub named: bool,
    /// SHA-256 of its bytes.
    pub sha256: Digest256,
    /// What its bytes are.
    pub facts: Arc<ModuleFacts>,
    /// What it says of itself, where it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<ProbeOutcome>,
}

impl ArchiveFacts {
    /// The entry that holds the module.
    pub fn module_entry(&self) -> Option<&Entry> {
        self.directory.entries.get(self.module.as_ref()?.index)
    }

    /// Whether the reference can open an entry of this bundle, and why not; `None` for an entry of another.
    pub fn opened(&self, entry: &Entry) -> Option<Result<(), OpenFailure>> {
        Some(match self.locals.get(entry.index)? {
            Ok(local) => open(entry, local),
            Err(failure) => Err(failure.clone()),
        })
    }

    /// Whether the content of an entry was not asked for, so that nothing is known of it:
    /// [`gather_without_dependencies`](super::gather_without_dependencies).
    pub fn is_left_out(&self, entry: &Entry) -> bool {
        self.left_out.contains(&entry.index)
    }

    /// The metadata, where it could be read.
    pub fn metadata(&self) -> Option<&MetadataFacts> {
        match &self.metadata {
            MetadataReading::Read(facts) => Some(facts),
            _ => None,
        }
    }
}

impl BundleFacts {
    /// The facts of no bundle at all.
    pub(crate) const fn nothing() -> Self {
        Self { size: 0, name: None, given: Given::Empty, archive: Err(DirectoryFailure::End(EndMissing::Empty)) }
    }

    /// These facts of a file that is called so. Nothing is judged by a name.
    ///
    /// ```
    /// use std::io::Cursor;
    /// use ramp_core::{Limits, Policy, Target, facts, judge};
    /// # let module = ramp_fixtures::elf::ElfBuilder::module().build();
    ///
    /// let facts = facts::gather(Cursor::new(module), &Limits::default())?.called("hello.so");
    /// let report = judge(&facts, &Target::default(), &Policy::strict());
    /// assert!(report.findings()[0].help.contains("ramp pack hello.so"));
    /// # Ok::<(), ramp_core::Error>(())
    /// ```
    #[must_use]
    pub fn called(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// These facts, and what the module says of itself: this library never runs it. The metadata is then held against that.
    ///
    /// ```
    /// use std::io::Cursor;
    /// use ramp_core::module::{Discovery, ProbeOutcome};
    /// use ramp_core::{Limits, Policy, Target, facts, judge};
    /// # let bundle = ramp_fixtures::bundle::BundleBuilder::good().build();
    ///
    /// let registered = Discovery { module_name: "other".into(), version: 10203, commands: Vec::new() };
    /// let facts = facts::gather(Cursor::new(bundle), &Limits::default())?.asked(ProbeOutcome::Registered(registered));
    /// let report = judge(&facts, &Target::default(), &Policy::strict());
    /// assert_eq!(report.findings()[0].rule, "probe-module-name");
    /// # Ok::<(), ramp_core::Error>(())
    /// ```
    #[must_use]
    pub fn asked(mut self, outcome: ProbeOutcome) -> Self {
        if let Some(module) = self.archive.as_mut().ok().and_then(|archive| archive.module.as_mut()) {
            module.asked = Some(outcome);
        }
        self
    }

    /// What the file is and what to do, where it is something else than a bundle.
    pub fn described(&self) -> Option<Described> {
        self.given.describe(self.name.as_deref())
    }
}

impl BundleFacts {
    /// These facts with another `module.json`: what they would be of a bundle that has it in place of its own.
    #[must_use]
    pub fn with_metadata(mut self, document: Document) -> Self {
        if let Ok(archive) = &mut self.archive {
            let facts = MetadataFacts::of(document);
            let named = facts.module_file.as_ref().ok().and_then(|name| archive.directory.last_named(name));
            if let Some(module) = &mut archive.module {
                module.named = named.is_some_and(|entry| entry.index == module.index);
            }
            archive.metadata = MetadataReading::Read(Box::new(facts));
        }
        self
    }
}

impl MetadataFacts {
    /// The facts of a document.
    pub(super) fn of(document: Document) -> Self {
        let module_file = unpacked::module_file(&document).map(str::to_owned);
        let rejections = unpacked::rejections(&document);
        let (notes, notes_dropped) = (document.notes.clone(), document.notes_dropped);
        let texts = Texts::of(&document.root);
        Self { metadata: Metadata::from_document(document), notes, notes_dropped, texts, module_file, rejections }
    }

    /// The document, keys in their order.
    pub fn root(&self) -> &Value {
        self.metadata.root()
    }

    /// The operating systems declared, each once: `operating_systems`, else the older `os_list`.
    pub fn operating_systems(&self) -> Vec<&str> {
        self.numbered_operating_systems().map(|(_, name)| name).collect()
    }

    /// The same, each with the place in the list where it is first. What a name means is asked once for each, since a list can be as
    /// long as the metadata.
    pub(crate) fn numbered_operating_systems(&self) -> impl Iterator<Item = (usize, &str)> {
        let newer = self.metadata.operating_systems();
        let older = if newer.is_none() { self.metadata.os_list() } else { None };
        let mut seen = HashSet::new();
        let named = newer.into_iter().flatten().chain(older.into_iter().flatten()).enumerate();
        named.filter(move |(_, name)| seen.insert(*name))
    }

    /// The module as a cluster has it once it was uploaded; `None` where the metadata has no name or no version. An architecture that is
    /// not named is `x86_64`.
    pub(crate) fn installed(&self) -> Option<InstalledModule> {
        let (module_name, version) = (self.metadata.module_name()?.to_owned(), self.metadata.version()?);
        let architecture = self.metadata.architecture().unwrap_or("x86_64");
        let platforms = self.operating_systems().into_iter().map(|system| format!("{system}/{architecture}")).collect();
        Some(InstalledModule { module_name, version, platforms })
    }

    /// The field that [`operating_systems`](Self::operating_systems) reads.
    pub fn operating_systems_field(&self) -> &'static str {
        match (self.metadata.operating_systems(), self.metadata.os_list()) {
            (None, Some(_)) => "os_list",
            _ => "operating_systems",
        }
    }
}
