//! Where uploads are received, and what of it a server may remove: the files that are called by its own id, and nothing else.

use std::path::{Path, PathBuf};

use crate::error::ServerError;
use crate::ids;
use crate::private;

/// The directory, for one server.
#[derive(Debug, Clone)]
pub(crate) struct Incoming {
    directory: PathBuf,
    /// What the names of its files begin with.
    prefix: String,
}

impl Incoming {
    /// In a data directory.
    pub(crate) const NAME: &'static str = "incoming";

    /// For the server of that id.
    pub(crate) fn of(data_dir: &Path, owner: &str) -> Self {
        let word: String = owner.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        Self { directory: data_dir.join(Self::NAME), prefix: format!("{word}-") }
    }

    /// Makes the directory where there is none, and removes what a run of this server left there that died. Whatever else is there stays.
    pub(crate) fn clear(&self) -> Result<(), ServerError> {
        let failed = |source| ServerError::File { path: self.directory.clone(), source };
        self.make()?;
        let (mut others, mut first) = (0_u64, None);
        for entry in std::fs::read_dir(&self.directory).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if self.is_own(&entry) {
                std::fs::remove_file(entry.path()).map_err(failed)?;
            } else {
                others = others.saturating_add(1);
                first.get_or_insert_with(|| entry.file_name());
            }
        }
        if let Some(first) = first {
            let directory = self.directory.display();
            tracing::warn!(count = others, ?first, %directory, "others' files are where uploads are received; they are kept");
        }
        Ok(())
    }

    /// Makes the directory where there is none.
    pub(crate) fn make(&self) -> Result<(), ServerError> {
        let made = private::directory(&self.directory);
        made.map_err(|source| ServerError::File { path: self.directory.clone(), source })
    }

    /// The directory.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The path of a file that is to be.
    pub(crate) fn file(&self) -> Result<PathBuf, ServerError> {
        Ok(self.directory.join(format!("{}{}", self.prefix, ids::uid()?)))
    }

    fn is_own(&self, entry: &std::fs::DirEntry) -> bool {
        let name = entry.file_name();
        let uid = name.to_str().and_then(|name| name.strip_prefix(&self.prefix));
        let is_uid = uid.is_some_and(|uid| uid.len() == 32 && uid.bytes().all(|b| b.is_ascii_hexdigit()));
        // A link is not followed.
        is_uid && entry.file_type().is_ok_and(|found| found.is_file())
    }
}
