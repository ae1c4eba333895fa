//! A data directory that a start has made is removed again where the start fails: what was never served is in nobody's way later.

use std::path::{Component, Path, PathBuf};

/// What a start makes in a data directory before it serves. What else is there is somebody's who put it there meanwhile.
#[derive(Debug)]
pub(crate) struct Made {
    /// By their paths in the data directory.
    pub(crate) files: Vec<String>,
    /// Each after what is in it.
    pub(crate) directories: Vec<&'static str>,
}

/// What of the way to a data directory was not there.
#[derive(Debug)]
pub(crate) struct Fresh {
    /// The data directory first, then the directories that it is in; nothing where it was there.
    missing: Vec<PathBuf>,
    is_own: bool,
}

impl Fresh {
    /// Looks before anything is made. Where the way leads up again, nobody can say beforehand what of it will have been made: nothing is removed.
    pub(crate) fn before(data_dir: &Path) -> Self {
        if data_dir.components().any(|part| part == Component::ParentDir) {
            return Self { missing: Vec::new(), is_own: false };
        }
        // A link that leads nowhere is there, too.
        let is_missing = |path: &&Path| !path.as_os_str().is_empty() && path.symlink_metadata().is_err();
        let missing = data_dir.ancestors().take_while(is_missing).map(Path::to_owned).collect();
        Self { missing, is_own: false }
    }

    /// Makes it this start's to remove, which has the lock of the directory. Where anything is in it but that, another server was faster, and has
    /// ended meanwhile.
    pub(crate) fn locked(mut self, lock: &str) -> Self {
        let is_empty = |entries: std::fs::ReadDir| entries.flatten().all(|entry| entry.file_name() == lock);
        self.is_own = self.missing.first().is_some_and(|data_dir| std::fs::read_dir(data_dir).is_ok_and(is_empty));
        self
    }

    /// Keeps it, whatever becomes of the start.
    pub(crate) fn keep(&mut self) {
        self.is_own = false;
    }

    /// Removes what a start has made that failed. One that is cut off may go on making things, and leaves them to the next, as one that is killed does.
    pub(crate) fn remove(self, made: &Made) {
        if !self.is_own {
            return;
        }
        let Some(data_dir) = self.missing.first() else { return };
        // What cannot be removed stays, and so does what it is in.
        for name in &made.files {
            let _ = std::fs::remove_file(data_dir.join(name));
        }
        for name in &made.directories {
            let _ = std::fs::remove_dir(data_dir.join(name));
        }
        self.missing.iter().take_while(|made| std::fs::remove_dir(made).is_ok()).for_each(drop);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_removed_and_what_was_there_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        let made = Made {
            files: ["catalogue.sqlite", "server-id", "blobs/catalogue-id", "lock"].map(str::to_owned).into(),
            directories: vec!["blobs", "incoming"],
        };
        let start = |path: &Path| {
            let fresh = Fresh::before(path);
            std::fs::create_dir_all(path).unwrap();
            std::fs::write(path.join("lock"), "").unwrap();
            let fresh = fresh.locked("lock");
            for name in &made.directories {
                std::fs::create_dir_all(path.join(name)).unwrap();
            }
            for name in &made.files {
                std::fs::write(path.join(name), "").unwrap();
            }
            fresh
        };
        start(&at("a/b/data")).remove(&made);
        assert!(!at("a").exists());
        let mut kept = start(&at("kept"));
        kept.keep();
        kept.remove(&made);
        assert!(at("kept/server-id").exists());
        // It is there now; and another server's, that was made between.
        start(&at("kept")).remove(&made);
        let late = Fresh::before(&at("late"));
        std::fs::create_dir(at("late")).unwrap();
        std::fs::write(at("late/catalogue.sqlite"), "").unwrap();
        late.locked("lock").remove(&made);
        assert!(at("kept/server-id").exists() && at("late/catalogue.sqlite").exists());
        // What somebody puts there meanwhile stays, wherever it is.
        for theirs in ["mine", "blobs/mine", "incoming/mine"] {
            let fresh = start(&at("shared"));
            std::fs::write(at("shared").join(theirs), "").unwrap();
            fresh.remove(&made);
            assert!(at("shared").join(theirs).exists(), "{theirs}");
            std::fs::remove_dir_all(at("shared")).unwrap();
        }
        // Where the way leads up again, what is at its end may have been there before.
        std::fs::create_dir(at("there")).unwrap();
        let around = at("new").join("../there");
        let fresh = Fresh::before(&around);
        std::fs::create_dir(at("new")).unwrap();
        fresh.locked("lock").remove(&made);
        assert!(at("there").exists());
        // Without the lock it is nobody's.
        let unlocked = Fresh::before(&at("unlocked"));
        std::fs::create_dir(at("unlocked")).unwrap();
        unlocked.remove(&made);
        assert!(at("unlocked").exists());
        // A start that is cut off has not failed.
        drop(start(&at("cut-off")));
        assert!(at("cut-off/server-id").exists());
    }
}
