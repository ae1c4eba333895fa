//! A bundle read through once, and what is known of it then.

use std::io::{Read, Seek};
use std::sync::Arc;

use super::contents::Contents;
use super::dependencies::{self, Dependencies};
use super::kinds::{ArchiveFacts, BundleFacts, MetadataFacts, MetadataReading, ModuleEntry};
use super::known::KnownModule;
use crate::bundle::{Beyond, Bundle, Directory, Ending, Entry, LocalHeader, Measured, Receiver, Source};
use crate::error::{Error, Limit};
use crate::given;
use crate::inflation::Allowance;
use crate::layout::{METADATA_NAME, is_module};
use crate::limits::Limits;
use crate::metadata::{ReadError, json};
use crate::module;

/// Gathers the facts of a bundle within `limits`.
///
/// # Errors
///
/// [`Error::Io`], [`Error::LimitExceeded`], [`Error::OutOfMemory`]. Whatever is wrong with the bundle is a fact.
pub fn gather<R: Read + Seek>(reader: R, limits: &Limits) -> Result<BundleFacts, Error> {
    gather_all(reader, limits, None, Dependencies::new(limits), None)
}

/// The same, without the content of the files under `deps/`: what is read is headers, `module.json`, the module and whatever else
/// is beside it. For a bundle whose parts have to be fetched first, and of which only the module and the metadata matter.
///
/// What was left out is told by [`ArchiveFacts::is_left_out`]. Judged, such facts give nothing about the content of dependencies:
/// no damage, no digest, no archive.
///
/// # Errors
///
/// As [`gather`].
///
/// ```
/// use std::io::Cursor;
/// use ramp_core::{Limits, facts};
/// # let bundle = ramp_fixtures::bundle::BundleBuilder::with_dependency().build();
///
/// let facts = facts::gather_without_dependencies(Cursor::new(bundle), &Limits::default())?;
/// let archive = facts.archive.expect("it is a zip");
/// let left_out = archive.directory.entries.iter().filter(|entry| archive.is_left_out(entry));
/// assert!(left_out.map(|entry| &entry.name).eq(["deps/data.tgz"]));
/// # Ok::<(), ramp_core::Error>(())
/// ```
pub fn gather_without_dependencies<R: Read + Seek>(reader: R, limits: &Limits) -> Result<BundleFacts, Error> {
    gather_all(reader, limits, None, Dependencies::left_out(limits), None)
}

/// The same as [`gather`], and the content of module and dependencies, which is then inflated once for both. All of it is held in memory: the
/// limits say how much that may be.
///
/// # Errors
///
/// As [`gather`].
///
/// ```
/// use std::io::Cursor;
/// use ramp_core::{Limits, facts};
/// # let bundle = ramp_fixtures::bundle::BundleBuilder::with_dependency().build();
///
/// let (facts, contents) = facts::gather_with_contents(Cursor::new(bundle), &Limits::default())?;
/// assert!(contents.module.is_some_and(|module| module.starts_with(b"\x7fELF")));
/// let archive = facts.archive.expect("it is a zip");
/// let dependency = |index: usize| archive.directory.entries[index].name.as_str();
/// assert!(contents.dependencies.iter().map(|(index, _)| dependency(*index)).eq(["deps/data.tgz"]));
/// # Ok::<(), ramp_core::Error>(())
/// ```
pub fn gather_with_contents<R: Read + Seek>(reader: R, limits: &Limits) -> Result<(BundleFacts, Contents), Error> {
    let mut contents = Contents::default();
    let facts = gather_all(reader, limits, None, Dependencies::new(limits).keeping(), Some(&mut contents))?;
    Ok((facts, contents))
}

/// Gathers the facts of a bundle that was just written: the same as [`gather`], but the compressed data of the module is compared with
/// what is known, instead of inflated. All else is read as ever.
///
/// # Errors
///
/// As [`gather`], and [`Error::NotTheKnownModule`].
pub fn gather_known<R: Read + Seek>(reader: R, limits: &Limits, known: &KnownModule<'_>) -> Result<BundleFacts, Error> {
    gather_all(reader, limits, Some(known), Dependencies::new(limits), None)
}

fn gather_all<R: Read + Seek>(
    mut reader: R,
    limits: &Limits,
    known: Option<&KnownModule<'_>>,
    mut dependencies: Dependencies<'_>,
    mut kept: Option<&mut Contents>,
) -> Result<BundleFacts, Error> {
    let source = Source::new(&mut reader)?;
    let size = source.len();
    let mut bundle = match Bundle::from_source(source, &limits.bundle)? {
        Ok(bundle) => bundle,
        Err(failure) => {
            let given = given::of_file(&mut reader, &failure)?;
            return Ok(BundleFacts { size, name: None, given, archive: Err(failure) });
        }
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
    let module = match (module_index, known) {
        (None, _) => None,
        (Some((index, named)), Some(known)) if is_within(known, &allowance, limits) => {
            compare_module(&mut bundle, index, named, &mut contents, &mut allowance, known)?
        }
        (Some((index, named)), _) => {
            let read = read_module(&mut bundle, index, named, &mut contents, &mut allowance, limits)?;
            let (module, bytes) = read.unzip();
            if let Some(kept) = &mut kept {
                kept.module = bytes;
            }
            module
        }
    };
    // One for all the others: many small ones would be a bomb else.
    allowance.renew_free(&limits.bundle.inflation);
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
    if let Some(kept) = kept {
        kept.dependencies = dependencies.kept;
    }
    let (dependencies, left_out) = (dependencies.entries, dependencies.left_out);
    let archive = ArchiveFacts { directory, locals, framing, contents, metadata, module, dependencies, left_out };
    let given = given::of_zip(&archive.directory);
    Ok(BundleFacts { size, name: None, given, archive: Ok(archive) })
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
        Ok(document) => Ok(MetadataReading::Read(Box::new(MetadataFacts::of(document)))),
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

/// Whether a module that is known would be read to its end.
fn is_within(known: &KnownModule<'_>, allowance: &Allowance, limits: &Limits) -> bool {
    let most = allowance.most(limits.bundle.inflation.by_ratio(known.compressed_size()));
    known.size <= most.min(limits.max_module_bytes).min(allowance.left())
}

/// As [`read_module`], where its compressed data is what is known.
fn compare_module<R: Read + Seek>(
    bundle: &mut Bundle<R>,
    index: usize,
    named: bool,
    contents: &mut [Option<Measured>],
    allowance: &mut Allowance,
    known: &KnownModule<'_>,
) -> Result<Option<ModuleEntry>, Error> {
    let is_claimed = bundle.directory().entries.get(index).is_some_and(|entry| known.is_claimed_by(entry));
    if !is_claimed || !bundle.holds(index, &known.data)? {
        return Err(Error::NotTheKnownModule);
    }
    allowance.take(known.size)?;
    if let Some(slot) = contents.get_mut(index) {
        *slot = Some(known.measured());
    }
    Ok(Some(ModuleEntry { index, named, sha256: known.sha256, facts: Arc::new(known.facts.clone()), asked: None }))
}

fn read_module<R: Read + Seek>(
    bundle: &mut Bundle<R>,
    index: usize,
    named: bool,
    contents: &mut [Option<Measured>],
    allowance: &mut Allowance,
    limits: &Limits,
) -> Result<Option<(ModuleEntry, Vec<u8>)>, Error> {
    let mut bytes: Vec<u8> = Vec::new();
    let receiver = Receiver::Memory { memory: &mut bytes, limit: Limit::ModuleBytes, max: limits.max_module_bytes };
    let measured = bundle.measure(index, Beyond::Stop, allowance, receiver)?;
    let Some(measured) = measured else {
        return Ok(None);
    };
    if measured.ending == Ending::Bomb {
        // What there is of it is not a module; what its facts would say means nothing.
        if let Some(slot) = contents.get_mut(index) {
            *slot = Some(measured);
        }
        return Ok(None);
    }
    let facts = module::inspect(&bytes, &limits.module);
    let module = ModuleEntry { index, named, sha256: measured.sha256, facts: Arc::new(facts), asked: None };
    if let Some(slot) = contents.get_mut(index) {
        *slot = Some(measured);
    }
    Ok(Some((module, bytes)))
}
