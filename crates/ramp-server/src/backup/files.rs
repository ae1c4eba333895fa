//! The files of a backup: written so that they survive, and measured as they are copied.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::Path;

use super::error::BackupError;
use crate::storage::{Meter, Storage};
use crate::{private, regular};

/// How much is read at a time, in bytes.
const PIECE: usize = 256 << 10;

/// Size and digest of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Measured {
    pub(super) size: u64,
    /// 64 hexadecimal digits.
    pub(super) sha256: String,
}

impl From<Meter> for Measured {
    fn from(meter: Meter) -> Self {
        let (size, sha256) = meter.done();
        Self { size, sha256 }
    }
}

pub(super) fn failed(path: &Path) -> impl FnOnce(io::Error) -> BackupError + '_ {
    move |source| BackupError::File { path: path.to_owned(), source }
}

/// Makes a file for its owner alone, which is not there yet.
pub(super) fn create(path: &Path) -> Result<File, BackupError> {
    let folder = path.parent().unwrap_or(path);
    private::directory(folder).map_err(failed(folder))?;
    private::new_file().open(path).map_err(failed(path))
}

/// Copies a blob out of the storage; `None` where it is not there.
pub(super) async fn from_storage(
    storage: &dyn Storage,
    name: &str,
    to: &Path,
) -> Result<Option<Measured>, BackupError> {
    let mut file = create(to)?;
    let (mut meter, mut unwritten) = (Meter::default(), None);
    let read = {
        let mut sink = |piece: &[u8]| {
            meter.take(piece);
            file.write_all(piece).map_err(|err| {
                let again = io::Error::new(err.kind(), "it cannot be written elsewhere");
                unwritten = Some(err);
                again
            })
        };
        storage.read(name, &mut sink).await
    };
    if let Some(source) = unwritten {
        return Err(failed(to)(source));
    }
    if !read? {
        return Ok(None);
    }
    file.sync_all().map_err(failed(to))?;
    Ok(Some(meter.into()))
}

/// Measures a file below a folder, and writes it to `to` where there is one. No more is read of it than one byte beyond `most`.
pub(super) fn measure(folder: &Path, name: &Path, most: u64, to: Option<&Path>) -> Result<Measured, BackupError> {
    let from = &folder.join(name);
    let mut source = regular::open_below(folder, name).map_err(failed(from))?.take(most.saturating_add(1));
    let mut copy = to.map(|to| create(to).map(|file| (file, to))).transpose()?;
    let (mut meter, mut piece) = (Meter::default(), vec![0; PIECE]);
    loop {
        let read = match source.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => piece.get(..read).unwrap_or_default(),
            Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
            Err(err) => return Err(failed(from)(err)),
        };
        meter.take(read);
        if let Some((file, to)) = &mut copy {
            file.write_all(read).map_err(failed(to))?;
        }
    }
    if let Some((file, to)) = copy {
        file.sync_all().map_err(failed(to))?;
    }
    Ok(meter.into())
}
