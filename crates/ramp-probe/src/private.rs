//! A folder for a module that is to be asked.

use std::io;
use std::path::Path;

/// A folder that its owner alone may enter. It is gone when dropped; and where this process is killed, too, if it is one that
/// [becomes the host](crate::become_host_if_asked), by another process that watches over it.
#[derive(Debug)]
pub struct PrivateFolder(Kind);

#[derive(Debug)]
enum Kind {
    #[cfg(unix)]
    Kept(Box<crate::kept::Kept>),
    Own(tempfile::TempDir),
}

impl PrivateFolder {
    /// Makes one among the temporary files, whose name begins so.
    ///
    /// # Errors
    ///
    /// What keeps it from being made.
    #[cfg(unix)]
    pub fn new(prefix: &str) -> io::Result<Self> {
        let root = std::path::absolute(crate::environment::temporary())?;
        match crate::helper::keeper(&crate::ProbeOptions::default()) {
            Ok(program) => crate::kept::Kept::start(&program, &root, prefix, crate::environment::environment(&[]))
                .map(|kept| Self(Kind::Kept(Box::new(kept)))),
            Err(_) => tempfile::TempDir::with_prefix_in(prefix, root).map(|folder| Self(Kind::Own(folder))),
        }
    }

    /// Makes one among the temporary files, whose name begins so.
    ///
    /// # Errors
    ///
    /// What keeps it from being made.
    #[cfg(not(unix))]
    pub fn new(prefix: &str) -> io::Result<Self> {
        tempfile::TempDir::with_prefix(prefix).map(|folder| Self(Kind::Own(folder)))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        match &self.0 {
            #[cfg(unix)]
            Kind::Kept(kept) => kept.folder(),
            Kind::Own(folder) => folder.path(),
        }
    }
}
