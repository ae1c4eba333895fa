//! Files whose names are there for a moment only: a process that is told to end takes them with it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, TempPath};

const PREFIX: &str = ".ramp-";

/// The names that are there.
static KNOWN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file that is gone when this is.
#[derive(Debug)]
pub(super) struct Passing<F> {
    pub(super) file: F,
    name: Option<TempPath>,
}

impl<F> Passing<F> {
    /// A file in that directory, made by `make` under the name that it is given.
    pub(super) fn new(directory: &Path, make: impl FnMut(&Path) -> io::Result<F>) -> io::Result<Self> {
        watch();
        // From here to the end of the function no signal ends the process, which would not know of the name yet.
        let mut known = known();
        let (file, name) = Builder::new().prefix(PREFIX).make_in(directory, make)?.into_parts();
        known.push(name.to_path_buf());
        Ok(Self { file, name: Some(name) })
    }

    /// Gives it another name for good, as `rename` does.
    pub(super) fn rename(mut self, rename: impl FnOnce(TempPath) -> io::Result<()>) -> io::Result<()> {
        self.let_go(rename)
    }

    fn let_go(&mut self, with: impl FnOnce(TempPath) -> io::Result<()>) -> io::Result<()> {
        let mut known = known();
        let Some(name) = self.name.take() else { return Ok(()) };
        known.retain(|other| **other != *name);
        with(name)
    }
}

impl<F> Drop for Passing<F> {
    fn drop(&mut self) {
        // What cannot be removed stays.
        let _ = self.let_go(TempPath::close);
    }
}

impl Passing<File> {
    /// An empty file. It is opened here, since an error of the library's own opening is no longer the system's.
    pub(super) fn empty(directory: &Path) -> io::Result<Self> {
        let mut options = File::options();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Self::new(directory, |path| options.open(path))
    }
}

fn known() -> MutexGuard<'static, Vec<PathBuf>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has a thread wait for the signals, from now on. Where there can be none, they end the process as ever.
#[cfg(unix)]
fn watch() {
    use std::sync::{Once, mpsc};

    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    static WATCHING: Once = Once::new();
    WATCHING.call_once(|| {
        let (ready, is_ready) = mpsc::channel::<()>();
        let watching = move || {
            let signals = Signals::new(crate::ending::signals());
            drop(ready);
            let Ok(mut signals) = signals else { return };
            for number in signals.forever() {
                // Held until the process has ended.
                let known = known();
                for name in known.iter() {
                    // What cannot be removed stays.
                    let _ = std::fs::remove_file(name);
                }
                let _ = emulate_default_handler(number);
            }
        };
        if std::thread::Builder::new().name("signals".to_owned()).spawn(watching).is_ok() {
            // Nothing comes but the end.
            let _ = is_ready.recv();
        }
    });
}

#[cfg(not(unix))]
const fn watch() {}
