//! The process that watches over a folder, and over a server that lives there: started before either is, and there until both are gone.
//!
//! It is not shut in, and no module ever comes into it. Standard input is held open by whoever probes: where that one ends, however it
//! ends, so does all that is watched over. First everything is killed that was started, and only then is the folder removed.

use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};
use std::{fs, thread};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use crate::clear;
use crate::log::Log;
#[cfg(target_os = "linux")]
use crate::orphans;
use crate::wire::{FENCE, HAS_HOST, Order, Told};

/// How much longer a server lives than whoever has it started waits for it.
const GRACE: Duration = Duration::from_secs(5);
/// How often a folder is tried to be removed, and how long is waited in between: a file system may be busy for a moment.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(100);

enum News {
    Ordered(Box<Order>),
    /// Nobody holds standard input open any more.
    Left,
    /// The server has ended.
    Ended,
}

/// Makes a folder, tells where it is, and starts what is ordered; does not return. The arguments are where the folder is to be, and what
/// its name is to begin with.
pub(crate) fn keep(mut arguments: impl Iterator<Item = OsString>) -> ! {
    let mut next = || arguments.next().unwrap_or_default();
    let (root, prefix) = (PathBuf::from(next()), next());
    #[cfg(target_os = "linux")]
    orphans::adopt();
    let made = tempfile::Builder::new()
        .prefix(&prefix)
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700))
        .tempdir_in(root);
    match made {
        Ok(folder) => {
            let folder = folder.keep();
            tell(&Told::Folder(folder.clone().into_os_string()));
            watch(&folder);
            remove(&folder);
        }
        Err(err) => tell(&Told::NoFolder(err.raw_os_error().unwrap_or_default())),
    }
    std::process::exit(0)
}

/// Until it is over.
fn watch(folder: &Path) {
    let (sender, news) = mpsc::channel();
    let listening = sender.clone();
    if thread::Builder::new().spawn(move || listen(&listening)).is_err() {
        return;
    }
    let Ok(News::Ordered(order)) = news.recv() else { return };
    let Ok((log, writer)) = Log::new(order.max_log_bytes) else { return };
    let started = command(&order, folder).and_then(|mut command| {
        command.stdout(writer.try_clone()?).stderr(writer);
        command.spawn()
    });
    let (status, log) = match started {
        Ok(server) => {
            tell(&Told::Started(i32::try_from(server.id()).unwrap_or_default()));
            (serve(server, &order, sender, &news), log.text(true))
        }
        Err(err) => {
            tell(&Told::NotStarted(err.raw_os_error().unwrap_or_default()));
            (None, String::new())
        }
    };
    tell(&Told::Ended { status: status.map(std::os::unix::process::ExitStatusExt::into_raw), log });
}

/// Orders, and then the end of them.
fn listen(sender: &Sender<News>) {
    for line in BufReader::new(io::stdin()).split(b'\n') {
        let order = line.ok().and_then(|line| serde_json::from_slice(&line).ok());
        let Some(order) = order else { break };
        if sender.send(News::Ordered(order)).is_err() {
            return;
        }
    }
    let _ = sender.send(News::Left);
}

/// Waits until the server ends, its time is over, or nobody wants it any more; then it is dead, and all that it has started.
fn serve(mut server: Child, order: &Order, sender: Sender<News>, news: &Receiver<News>) -> Option<ExitStatus> {
    let pid = i32::try_from(server.id()).ok().and_then(Pid::from_raw);
    if let Some(pid) = pid {
        let ended = move || {
            // Not yet waited for: its number stays its own, and that of its group.
            let _ = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
            let _ = sender.send(News::Ended);
        };
        let _ = thread::Builder::new().spawn(ended);
    }
    let now = Instant::now();
    let patience = Duration::from_secs(order.seconds).saturating_add(GRACE);
    let until = now.checked_add(patience).unwrap_or(now + Duration::from_secs(1 << 30));
    let mut by_itself = false;
    loop {
        match news.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(News::Ordered(_)) => {}
            Ok(News::Ended) => {
                by_itself = true;
                break;
            }
            Ok(News::Left) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    if let Some(group) = pid {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = server.kill();
    let status = server.wait().ok();
    #[cfg(target_os = "linux")]
    orphans::end();
    status.filter(|_| by_itself)
}

/// The server, shut in where this program can do that.
fn command(order: &Order, folder: &Path) -> io::Result<Command> {
    use std::os::unix::process::CommandExt as _;
    let mut command;
    if HAS_HOST {
        command = Command::new(&order.program);
        command.arg(FENCE).arg(std::process::id().to_string()).arg(folder).arg(&order.server);
        // Where it tells what is missing; the server itself does not get it.
        command.stdin(Stdio::from(io::stdout().as_fd().try_clone_to_owned()?));
    } else {
        tell(&Told::Unguarded(vec![
            "what shuts in a redis-server, which is there on Linux with glibc alone".to_owned(),
        ]));
        command = Command::new(&order.server);
        command.stdin(Stdio::null()).process_group(0);
    }
    command.args(&order.arguments).current_dir(folder).env("HOME", folder).env("TMPDIR", folder);
    Ok(command)
}

fn tell(told: &Told) {
    // Where nobody listens any more, the end of standard input tells so, too.
    if let Some(line) = told.line() {
        let _ = io::stdout().lock().write_all(&line).and_then(|()| io::stdout().flush());
    }
}

/// Removes the folder, or says on standard error why it stays.
fn remove(folder: &Path) {
    for _ in 1..TRIES {
        if clear::folder(folder).is_ok() {
            return;
        }
        thread::sleep(PAUSE);
    }
    if let Err(err) = clear::folder(folder) {
        let left = fs::symlink_metadata(folder).is_ok();
        let name = folder.display().to_string();
        let line = format!("warning: `{}` cannot be removed: {err}; remove it by hand\n", name.escape_debug());
        let _ = left.then(|| io::stderr().write_all(line.as_bytes()));
    }
}
