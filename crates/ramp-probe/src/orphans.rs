//! Processes whose parent is gone, such as daemons that a module starts: adopted and killed.
//!
//! They go to the nearest ancestor that asks for such, which is the process that watches over a server. It has no children but that
//! server, so all that come to it are the server's: they are killed and waited for, and so is what comes by that, until nothing comes.

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, wait, waitpid};

/// How long those may keep coming that start others faster than they are killed.
const PATIENCE: Duration = Duration::from_secs(10);

/// From now on, orphans come to this process; where the system does not hand them over, they do not.
pub(crate) fn adopt() {
    let _ = set_child_subreaper(Some(getpid()));
}

/// Ends all children of this process, and all that come to it by that.
pub(crate) fn end() {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let orphans = children();
        // All at once, before their places are given to others by waiting for them.
        for orphan in &orphans {
            let _ = kill_process(*orphan, Signal::KILL);
        }
        for orphan in &orphans {
            let _ = waitpid(Some(*orphan), WaitOptions::empty());
        }
        // Whoever came meanwhile is waited for, or killed next.
        if orphans.is_empty() && wait(WaitOptions::NOHANG).is_err() {
            break;
        }
    }
}

/// The processes whose parent is this one.
fn children() -> Vec<Pid> {
    let this = getpid().as_raw_pid();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let stats = entries.filter_map(|entry| fs::read(entry.path().join("stat")).ok());
    let mine = stats.filter_map(|stat| parse(&String::from_utf8_lossy(&stat))).filter(|(_, parent)| *parent == this);
    mine.filter_map(|(pid, _)| Pid::from_raw(pid)).collect()
}

/// A process and its parent: `PID (name) STATE PARENT …`, where a name may have anything in it.
fn parse(stat: &str) -> Option<(i32, i32)> {
    let (head, tail) = stat.rsplit_once(')')?;
    let pid = head.split(' ').next()?.parse().ok()?;
    let parent = tail.split_whitespace().nth(1)?.parse().ok()?;
    Some((pid, parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_proc() {
        assert_eq!(parse("12 (a) b (c) 3) S 7 12 12 0"), Some((12, 7)));
        assert_eq!(parse("12 (a"), None);
        assert_eq!(parse(""), None);
    }
}
