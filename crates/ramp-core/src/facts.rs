//! What is true of one bundle: gathered once, judged by the rules afterwards.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]

use std::io::{Read, Seek};

use crate::bundle::{
    Beyond, Bundle, Directory, DirectoryFailure, Ending, Entry, Framing, LocalHeader, Measured, OpenFailure, Receiver,
    Source,
};
use crate::dependency::Walked;
use crate::digest::Digest256;
use crate::error::{Error, Limit};
use crate::inflation::Allowance;
use crate::layout::{METADATA_NAME, is_module};
use crate::limits::Limits;
use crate::metadata::{Metadata, Note, ReadError, Rejection, Value, json, unpacked};
use crate::module::{self, ModuleFacts};

mod dependencies;
use dependencies::Dependencies;

/// Everything known of a bundle.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BundleFacts {
    /// Length of the bundle in bytes.
    pub size: u64,
    /// The zip, or why it is none.
    pub archive: Result<ArchiveFacts, DirectoryFailure>,
}

/// What is known of a bundle that is a zip.
#[derive(Debug, Clone)]
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
}

/// A file under `deps/`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DependencyEntry {
    /// Position of its entry in the directory.
    pub index: usize,
    /// What is in it.
    pub walked: Walked,
}

/// How reading `module.json` went.
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MetadataFacts {
    /// The fields that are known, and the document they were read from.
    pub metadata: Metadata,
    /// What other JSON readers would stumble over.
    pub notes: Vec<Note>,
    /// The entry that `module_file` names, as far as the reference gets with it.
    pub module_file: Result<String, Rejection>,
    /// What the reference unpacker rejects of the values.
    pub rejections: Vec<Rejection>,
}

/// The module of a bundle.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ModuleEntry {
    /// Position of its entry in the directory.
    pub index: usize,
    /// Whether `module_file` names it; else it is the one `.so` that the bundle holds.
    pub named: bool,
    /// SHA-256 of its bytes.
    pub sha256: Digest256,
    /// What its bytes are.
    pub facts: ModuleFacts,
}

impl ArchiveFacts {
    /// The entry that holds the module.
    pub fn module_entry(&self) -> Option<&Entry> {
        self.directory.entries.get(self.module.as_ref()?.index)
    }

    /// Whether the reference can open an entry of this bundle, and why not; `None` for an entry of another.
    pub fn opened(&self, entry: &Entry) -> Option<Result<(), OpenFailure>> {
        Some(match self.locals.get(entry.index)? {
            Ok(local) => crate::bundle::open(entry, local),
            Err(failure) => Err(failure.clone()),
        })
    }

    /// The metadata, where it could be read.
    pub fn metadata(&self) -> Option<&MetadataFacts> {
        match &self.metadata {
            MetadataReading::Read(facts) => Some(facts),
            _ => None,
        }
    }
}

/// Gathers the facts of a bundle within `limits`.
///
/// # Errors
///
/// [`Error::Io`], [`Error::LimitExceeded`], [`Error::OutOfMemory`]. Whatever is wrong with the bundle is a fact.
pub fn gather<R: Read + Seek>(reader: R, limits: &Limits) -> Result<BundleFacts, Error> {
    let source = Source::new(reader)?;
    let size = source.len();
    let mut bundle = match Bundle::from_source(source, &limits.bundle)? {
        Ok(bundle) => bundle,
        Err(failure) => return Ok(BundleFacts { size, archive: Err(failure) }),
    };
    let count = bundle.directory().entries.len();
    let mut contents: Vec<Option<Measured>> = Vec::new();
    contents.resize_with(count, || None);
    let mut allowance = Allowance::new(&limits.bundle.inflation);

    let metadata_index = bundle.directory().last_named(METADATA_NAME).map(|e| e.index);
    let metadata = match metadata_index {
        None => MetadataReading::Absent,
        Some(index) => read_metadata(&mut bundle, index, &mut contents, &mut allowance, limits)?,
    };
    allowance.renew_free(&limits.bundle.inflation);
    let module_index = find_module(bundle.directory(), &metadata);
    let module = match module_index {
        None => None,
        Some((index, named)) => read_module(&mut bundle, index, named, &mut contents, &mut allowance, limits)?,
    };
    // One for all the others: many small ones would be a bomb else.
    allowance.renew_free(&limits.bundle.inflation);
    let mut dependencies = Dependencies::new(limits);
    let unread = |index: &usize| {
        let read = Some(*index) == metadata_index || Some(*index) == module_index.map(|(i, _)| i);
        !read && bundle.framing().overlapping.get(*index) != Some(&true)
    };
    let rest: Vec<Entry> =
        (0..count).filter(unread).filter_map(|index| bundle.directory().entries.get(index).cloned()).collect();
    for entry in &rest {
        let measured = if dependencies::is_one(entry) {
            dependencies.read(&mut bundle, entry, &mut allowance)?
        } else {
            bundle.measure(entry.index, Beyond::Stop, &mut allowance, Receiver::Nobody)?
        };
        if let Some(slot) = contents.get_mut(entry.index) {
            *slot = measured;
        }
    }
    let (directory, locals, framing) = bundle.into_parts();
    let archive =
        ArchiveFacts { directory, locals, framing, contents, metadata, module, dependencies: dependencies.entries };
    Ok(BundleFacts { size, archive: Ok(archive) })
}

fn read_metadata<R: Read + Seek>(
    bundle: &mut Bundle<R>,
    index: usize,
    contents: &mut [Option<Measured>],
    allowance: &mut Allowance,
    limits: &Limits,
) -> Result<MetadataReading, Error> {
    let Some(entry) = bundle.directory().entries.get(index).cloned() else {
        return Ok(MetadataReading::Absent);
    };
    if let Err(failure) = bundle.local(&entry) {
        return Ok(MetadataReading::Unopenable(failure));
    }
    let mut bytes = Vec::new();
    let (limit, max) = (Limit::MetadataBytes, limits.metadata.max_bytes as u64);
    let receiver = Receiver::Memory { memory: &mut bytes, limit, max };
    let measured = bundle.measure(index, Beyond::ReadOn, allowance, receiver)?;
    let Some(measured) = measured else {
        return Ok(MetadataReading::Absent);
    };
    let broken = is_broken(&entry, &measured, bundle.size(), bundle.local(&entry).ok());
    let ending = measured.ending.clone();
    if let Some(slot) = contents.get_mut(index) {
        *slot = Some(measured);
    }
    if broken {
        return Ok(MetadataReading::Broken(ending));
    }
    match json::read_with(&bytes, limits.metadata) {
        Err(ReadError::TooLarge { limit, .. }) => Err(Error::LimitExceeded {
            limit: Limit::MetadataValues,
            measured: (limit as u64).saturating_add(1),
            allowed: limit as u64,
        }),
        Err(err) => Ok(MetadataReading::Unreadable(err)),
        Ok(document) => {
            let module_file = unpacked::module_file(&document).map(str::to_owned);
            let rejections = unpacked::rejections(&document);
            let notes = document.notes.clone();
            let metadata = Metadata::from_document(document);
            Ok(MetadataReading::Read(Box::new(MetadataFacts { metadata, notes, module_file, rejections })))
        }
    }
}

/// Whether the reference fails as it reads an entry to its end.
fn is_broken(entry: &Entry, measured: &Measured, size: u64, local: Option<&LocalHeader>) -> bool {
    let past_end = local.is_some_and(|l| l.data_offset.saturating_add(entry.claimed_compressed_size) > size);
    match &measured.ending {
        Ending::Corrupt { .. } => true,
        // Stored content that reaches its claimed size is read no further.
        Ending::CutShort if past_end && measured.size < entry.claimed_size => true,
        _ => measured.crc32 != entry.claimed_crc32,
    }
}

/// The entry that `module_file` names; failing that, the one `.so`.
fn find_module(directory: &Directory, metadata: &MetadataReading) -> Option<(usize, bool)> {
    if let MetadataReading::Read(facts) = metadata {
        if let Some(entry) = facts.module_file.as_ref().ok().and_then(|name| directory.last_named(name)) {
            return Some((entry.index, true));
        }
    }
    let mut modules = directory.entries.iter().filter(|e| is_module(&e.name));
    let only = modules.next()?;
    modules.next().is_none().then_some((only.index, false))
}

fn read_module<R: Read + Seek>(
    bundle: &mut Bundle<R>,
    index: usize,
    named: bool,
    contents: &mut [Option<Measured>],
    allowance: &mut Allowance,
    limits: &Limits,
) -> Result<Option<ModuleEntry>, Error> {
    let mut bytes: Vec<u8> = Vec::new();
    if let Some(entry) = bundle.directory().entries.get(index) {
        let most = limits.bundle.inflation.most_of(entry.claimed_compressed_size.min(bundle.size()));
        let size = entry.claimed_size.min(most).min(limits.max_module_bytes);
        let reserve = usize::try_from(size).unwrap_or(usize::MAX);
        bytes.try_reserve_exact(reserve).map_err(|_| Error::OutOfMemory { size })?;
    }
    let receiver = Receiver::Memory { memory: &mut bytes, limit: Limit::ModuleBytes, max: limits.max_module_bytes };
    let measured = bundle.measure(index, Beyond::Stop, allowance, receiver)?;
    let Some(measured) = measured else {
        return Ok(None);
    };
    if measured.ending == Ending::Bomb {
        // What there is of it is no module; what its facts would say means nothing.
        if let Some(slot) = contents.get_mut(index) {
            *slot = Some(measured);
        }
        return Ok(None);
    }
    let module = ModuleEntry { index, named, sha256: measured.sha256, facts: module::inspect(&bytes, &limits.module) };
    if let Some(slot) = contents.get_mut(index) {
        *slot = Some(measured);
    }
    Ok(Some(module))
}

impl BundleFacts {
    /// The facts of no bundle at all.
    pub(crate) const fn nothing() -> Self {
        Self { size: 0, archive: Err(DirectoryFailure::End(crate::bundle::EndMissing::Empty)) }
    }
}

impl MetadataFacts {
    /// The document, keys in their order.
    pub fn root(&self) -> &Value {
        self.metadata.raw()
    }

    /// The operating systems declared: `operating_systems`, else the older `os_list`.
    pub fn operating_systems(&self) -> Vec<&str> {
        let declared = self.metadata.operating_systems.as_ref().or(self.metadata.os_list.as_ref());
        declared.map(|list| list.iter().map(String::as_str).collect()).unwrap_or_default()
    }

    /// The field that [`operating_systems`](Self::operating_systems) reads.
    pub fn operating_systems_field(&self) -> &'static str {
        match (&self.metadata.operating_systems, &self.metadata.os_list) {
            (None, Some(_)) => "os_list",
            _ => "operating_systems",
        }
    }
}
