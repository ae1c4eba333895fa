//! The new bundle: written, read back, and held against the old one.

use std::io::{self, Read, Seek, SeekFrom, Write};

use ramp_core::bundle::{Bundle, Entry, EntryError, OpenError};
use ramp_core::facts::{self, BundleFacts};
use ramp_core::{Digest256, Limits};

use super::Repair;
use super::contents::{self, Contents};
use crate::writer::{BundleWriter, ModulePart, WriteError, WriteOptions};

/// A repaired bundle could not be written. What is in the output by then is none.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RepairError {
    /// There is nothing to be written: [obstacles](Repair::obstacles) keep the bundle from being repaired.
    #[error("it cannot be repaired")]
    Prevented,
    /// Reading the bundle, or the new one, failed.
    #[error(transparent)]
    Read(#[from] ramp_core::Error),
    /// An entry of the bundle cannot be read, though it could before.
    #[error("`{}` has changed while the bundle was repaired", name.escape_debug())]
    Changed {
        /// The entry.
        name: String,
    },
    /// Writing failed.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// What was written is not what was to be written.
    #[error("what was written is not what was read; test the disk and the memory of this machine")]
    NotTheSame,
}

impl Repair {
    /// Writes the repaired bundle, from where `out` stands, which has to be its start, and reads it back: what is known of it then. Files are
    /// streamed, but for the module, which is held in memory.
    ///
    /// # Errors
    ///
    /// [`RepairError`]; `out` then holds a part of a bundle, or one that is not to be used.
    pub fn write<R: Read + Seek, W: Read + Write + Seek>(
        &self,
        mut bundle: R,
        mut out: W,
        limits: &Limits,
        options: &WriteOptions,
    ) -> Result<BundleFacts, RepairError> {
        let contents = self.contents.as_ref().ok_or(RepairError::Prevented)?;
        bundle.rewind().map_err(ramp_core::Error::from)?;
        let changed = |entry: &Entry| RepairError::Changed { name: entry.name.clone() };
        let mut bundle = Bundle::open(bundle, &limits.bundle).map_err(|err| match err {
            OpenError::Failed(err) => RepairError::Read(err),
            OpenError::NotAZip(_) => changed(&contents.metadata),
        })?;
        let module = read(&mut bundle, &contents.module)?;
        let metadata = match &self.metadata {
            Some(text) => text.clone().into_bytes(),
            None => read(&mut bundle, &contents.metadata)?,
        };
        let start = out.stream_position().map_err(WriteError::Write)?;
        {
            let mut buffered = io::BufWriter::with_capacity(1 << 20, &mut out);
            let module = ModulePart::Bytes(&module);
            let mut writer = BundleWriter::start(&mut buffered, &contents.module.name, &module, &metadata, options)?;
            for (name, entry) in &contents.dependencies {
                let mut content = bundle.reader(entry).map_err(|err| match err {
                    EntryError::Failed(err) => RepairError::Read(err),
                    _ => changed(entry),
                })?;
                writer.dependency(name, &mut content)?;
            }
            writer.finish()?;
            buffered.flush().map_err(WriteError::Write)?;
        }
        drop(module);
        out.seek(SeekFrom::Start(start)).map_err(WriteError::Write)?;
        let written = facts::gather(&mut out, limits)?;
        if !contents::of(&written).is_ok_and(|new| self.is_same(contents, &written, &new)) {
            return Err(RepairError::NotTheSame);
        }
        Ok(written)
    }

    /// Whether the new bundle has the files of this one.
    fn is_same(&self, old: &Contents, written: &BundleFacts, new: &Contents) -> bool {
        let digest = |facts: &BundleFacts, entry: &Entry| -> Option<(u64, Digest256)> {
            let content = facts.archive.as_ref().ok()?.contents.get(entry.index)?.as_ref()?;
            Some((content.size, content.sha256))
        };
        let is_copy = |a: &Entry, b: &Entry| {
            let was = digest(&self.facts, a);
            a.name == b.name && was.is_some() && was == digest(written, b)
        };
        let metadata = match &self.metadata {
            Some(text) => {
                digest(written, &new.metadata).map(|(_, sha256)| sha256) == Some(Digest256::of(text.as_bytes()))
            }
            None => is_copy(&old.metadata, &new.metadata),
        };
        let mut pairs = old.dependencies.iter().zip(&new.dependencies);
        metadata
            && is_copy(&old.module, &new.module)
            && old.dependencies.len() == new.dependencies.len()
            && pairs.all(|((_, a), (_, b))| is_copy(a, b))
    }
}

/// The content of an entry, which was read to its end before: as long as it was then.
fn read<R: Read + Seek>(bundle: &mut Bundle<R>, entry: &Entry) -> Result<Vec<u8>, RepairError> {
    let changed = || RepairError::Changed { name: entry.name.clone() };
    let mut bytes = Vec::new();
    let size = usize::try_from(entry.claimed_size).map_err(|_| changed())?;
    bytes.try_reserve_exact(size).map_err(|_| ramp_core::Error::OutOfMemory { size: entry.claimed_size })?;
    let mut reader = bundle.reader(entry).map_err(|err| match err {
        EntryError::Failed(err) => RepairError::Read(err),
        _ => changed(),
    })?;
    match reader.read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(err) if matches!(err.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) => Err(changed()),
        Err(err) => Err(ramp_core::Error::from(err).into()),
    }
}
