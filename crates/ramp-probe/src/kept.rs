//! A folder, and a server that lives there, as whoever has them made sees them: a process of its own watches over both.

use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::clear;
use crate::wire::{KEEP, Order, Told};

/// How long the other process may take to make a folder.
const PATIENCE: Duration = Duration::from_secs(30);

/// What another process watches over. Dropped, or where this process ends in any way, all that was started is killed, and the folder is
/// removed.
#[derive(Debug)]
pub(crate) struct Kept {
    child: Child,
    /// Held open for as long as it is wanted.
    orders: Option<ChildStdin>,
    told: Receiver<Told>,
    folder: PathBuf,
}

impl Kept {
    /// Has a program make a folder that its owner alone may enter.
    pub(crate) fn start(
        program: &Path,
        root: &Path,
        prefix: &str,
        environment: impl IntoIterator<Item = (String, OsString)>,
    ) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args([KEEP.as_ref(), root.as_os_str(), prefix.as_ref()])
            .current_dir("/")
            .env_clear()
            .envs(environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What ends this process from the terminal leaves that one to clear up.
            .process_group(0)
            .spawn()?;
        let orders = child.stdin.take();
        let told = child.stdout.take().map(read).transpose()?;
        let told = told.ok_or(io::ErrorKind::BrokenPipe)?;
        let mut kept = Self { child, orders, told, folder: PathBuf::new() };
        match kept.told(Instant::now() + PATIENCE).ok().flatten() {
            Some(Told::Folder(folder)) => kept.folder = folder.into(),
            Some(Told::NoFolder(number)) => return Err(io::Error::from_raw_os_error(number)),
            _ => return Err(io::Error::other(format!("`{}` does not make one", program.display()))),
        }
        Ok(kept)
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Has a server started.
    pub(crate) fn order(&mut self, order: &Order) -> io::Result<()> {
        let mut line = serde_json::to_vec(order)?;
        line.push(b'\n');
        self.orders.as_mut().ok_or(io::ErrorKind::BrokenPipe)?.write_all(&line)
    }

    /// What is told next, if anything is until then; an error, where nobody is there any more to tell anything.
    pub(crate) fn told(&self, until: Instant) -> io::Result<Option<Told>> {
        match self.told.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(told) => Ok(Some(told)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// It is not wanted any more: all that was started is killed, and what it wrote is told.
    pub(crate) fn end(&mut self) {
        self.orders = None;
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.end();
        let _ = self.child.wait();
        // It does so itself, unless somebody has killed it, and says why where it cannot.
        if !self.folder.as_os_str().is_empty() {
            let _ = clear::folder(&self.folder);
        }
    }
}

/// Reads on a thread of its own, so that there can be a limit on the time.
fn read(stdout: ChildStdout) -> io::Result<Receiver<Told>> {
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new().name("kept".into()).spawn(move || {
        let lines = BufReader::new(stdout).split(b'\n').map_while(Result::ok);
        let all = lines.map_while(|line| serde_json::from_slice(&line).ok());
        all.map_while(|told| sender.send(told).ok()).for_each(drop);
    })?;
    Ok(receiver)
}
