//! Processes that left the server's group, such as daemons: adopted and killed.
//!
//! A process whose parent is gone goes to the nearest ancestor that asks for such, which is this process while it probes.
//! It is killed and waited for, and so is what comes to this process by that, until nothing comes.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, child_subreaper, getpid, kill_process, set_child_subreaper, waitpid};

/// How long those may keep coming that start others faster than they are killed.
const PATIENCE: Duration = Duration::from_secs(2);

/// While it lives, orphans come to this process; dropped, it kills them.
#[derive(Debug)]
pub(crate) struct Orphans {
    /// The children that this process had before.
    others: BTreeSet<i32>,
    /// Whether orphans came to it before.
    before: Option<Pid>,
}

impl Orphans {
    /// `None` where the system does not hand orphans over.
    pub(crate) fn adopt() -> Option<Self> {
        let (others, before) = (children(), child_subreaper().ok()?);
        set_child_subreaper(Some(getpid())).ok()?;
        Some(Self { others, before })
    }
}

impl Drop for Orphans {
    fn drop(&mut self) {
        let started = Instant::now();
        loop {
            let orphans: Vec<Pid> = children().difference(&self.others).filter_map(|pid| Pid::from_raw(*pid)).collect();
            if orphans.is_empty() || started.elapsed() > PATIENCE {
                break;
            }
            // All at once, before their places are given to others by waiting for them.
            for orphan in &orphans {
                let _ = kill_process(*orphan, Signal::KILL);
            }
            for orphan in &orphans {
                let _ = waitpid(Some(*orphan), WaitOptions::empty());
            }
        }
        let _ = set_child_subreaper(self.before);
    }
}

/// The processes whose parent is this one.
fn children() -> BTreeSet<i32> {
    let this = getpid().as_raw_pid();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let stats = entries.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    stats.filter_map(|stat| parse(&stat)).filter(|(_, parent)| *parent == this).map(|(pid, _)| pid).collect()
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
