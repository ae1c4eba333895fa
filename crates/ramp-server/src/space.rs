//! How much room there is in a directory, and whether it can be written to.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

/// Bytes that an ordinary user may still write there; `None` where the system does not say.
#[cfg(unix)]
pub(crate) fn free(directory: &Path) -> io::Result<Option<u64>> {
    let found = rustix::fs::statvfs(directory)?;
    Ok(Some(found.f_bavail.saturating_mul(found.f_frsize)))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it is as on Unix")]
pub(crate) fn free(_: &Path) -> io::Result<Option<u64>> {
    Ok(None)
}

/// What the name of such a file begins with.
const TRIED: &str = ".ramp-written-by-";

/// Whether a file was made by [`try_writing`].
pub(crate) fn is_tried(name: &str) -> bool {
    name.starts_with(TRIED)
}

/// Writes a file there, down to the disk, and leaves nothing of it. Whoever else does the same at the same time is not in the way.
pub(crate) fn try_writing(directory: &Path) -> io::Result<()> {
    let path = directory.join(format!("{TRIED}{}", std::process::id()));
    let mut file = File::create(&path)?;
    let written = file.write_all(b"x").and_then(|()| file.sync_all());
    drop(file);
    match std::fs::remove_file(&path) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => written.and(Err(err)),
        _ => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        try_writing(directory.path()).unwrap();
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
        let gone = directory.path().join("gone");
        assert_eq!(try_writing(&gone).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(!gone.exists());
    }

    #[cfg(unix)]
    #[test]
    fn room_is_told() {
        let directory = tempfile::tempdir().unwrap();
        assert!(free(directory.path()).unwrap().is_some_and(|bytes| bytes > 0));
        assert_eq!(free(&directory.path().join("gone")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
