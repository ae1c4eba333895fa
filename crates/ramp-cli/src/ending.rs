//! By which signals this process is told to end.

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// The signals, less those that it was started not to heed, as by `nohup`, or in the background of a script.
pub(crate) fn signals() -> impl Iterator<Item = i32> {
    // Elsewhere nobody tells.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = ignored(&status);
    [SIGHUP, SIGINT, SIGTERM].into_iter().filter(move |number| ignored & (1 << (number - 1)) == 0)
}

/// A bit a signal, as Linux says it.
fn ignored(status: &str) -> u64 {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_read_off() {
        assert_eq!(ignored("SigBlk:\t0000000000000000\nSigIgn:\t0000000000001003\nSigCgt:\t0"), 0x1003);
        assert_eq!(ignored(""), 0);
    }
}
