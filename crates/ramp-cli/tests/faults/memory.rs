//! What a server has in memory, by the system's own count.

use crate::support::Served;

pub(crate) const MIB: u64 = 1 << 20;
/// What the server may take, and for each upload that is under way, in bytes.
pub(crate) const BASE: u64 = 64 * MIB;
pub(crate) const EACH: u64 = MIB;

impl Served {
    /// A number of `/proc/PID/status`, in bytes.
    fn status(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    /// What it has in memory, and had at most, without the pages of the program itself: of a build for debugging these are
    /// three times those of a release, and the system takes them back when it likes.
    pub(crate) fn resident(&self) -> u64 {
        self.status("VmRSS").saturating_sub(self.status("RssFile"))
    }

    pub(crate) fn peak(&self) -> u64 {
        self.status("VmHWM").saturating_sub(self.status("RssFile"))
    }

    /// Forgets the peak so far.
    pub(crate) fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").unwrap();
    }
}
