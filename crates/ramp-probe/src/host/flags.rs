//! The flags of a command: as a module declares them, and as `COMMAND INFO` shows them.
//!
//! Source: asked of running servers of 6.2, 7.0, 7.2, 7.4 and 8.2, with each token and with 3,923 rows of `COMMAND`.

use crate::played::PlayedVersion;

/// A flag: what a module declares, what is shown, and the version that brought it.
struct Flag {
    declared: &'static str,
    shown: Option<&'static str>,
    since: (u8, u8),
}

const fn flag(declared: &'static str, shown: &'static str, since: (u8, u8)) -> Flag {
    Flag { declared, shown: Some(shown), since }
}

const fn hidden(declared: &'static str, since: (u8, u8)) -> Flag {
    Flag { declared, shown: None, since }
}

/// In the order in which they are shown.
const FLAGS: [Flag; 21] = [
    flag("write", "write", (5, 0)),
    flag("readonly", "readonly", (5, 0)),
    flag("deny-oom", "denyoom", (5, 0)),
    flag("admin", "admin", (5, 0)),
    flag("pubsub", "pubsub", (5, 0)),
    flag("deny-script", "noscript", (5, 0)),
    flag("blocking", "blocking", (7, 0)),
    // Taken and forgotten from 7.0 on.
    flag("random", "random", (5, 0)),
    flag("allow-loading", "loading", (5, 0)),
    flag("allow-stale", "stale", (5, 0)),
    flag("no-monitor", "skip_monitor", (5, 0)),
    flag("no-slowlog", "skip_slowlog", (6, 0)),
    flag("fast", "fast", (5, 0)),
    flag("no-auth", "no_auth", (6, 0)),
    flag("may-replicate", "may_replicate", (6, 2)),
    flag("no-mandatory-keys", "no_mandatory_keys", (7, 0)),
    flag("getkeys-api", "movablekeys", (5, 0)),
    flag("allow-busy", "allow_busy", (7, 0)),
    hidden("no-cluster", (5, 0)),
    hidden("getchannels-api", (7, 0)),
    hidden("internal", (8, 0)),
];

/// The place of `module`, which the server adds: behind the flags before it in [`FLAGS`].
const MODULE_AT: usize = 3;

/// The flags of a command, as a set of places in [`FLAGS`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Flags(u32);

impl Flags {
    /// The flags that a module declares, if all of them are known. Tokens are separated by single spaces.
    pub(super) fn declared(text: &[u8], version: PlayedVersion) -> Option<Self> {
        let mut flags = Self::default();
        if text.is_empty() {
            return Some(flags);
        }
        for token in text.split(|byte| *byte == b' ') {
            let has = |flag: &Flag| {
                token.eq_ignore_ascii_case(flag.declared.as_bytes()) && version.is_from(flag.since.0, flag.since.1)
            };
            flags.0 |= 1 << FLAGS.iter().position(has)?;
        }
        Some(flags)
    }

    fn has(self, declared: &str) -> bool {
        FLAGS.iter().position(|flag| flag.declared == declared).is_some_and(|at| self.0 & 1 << at != 0)
    }

    /// Whether the module itself says where the keys are, when it is asked.
    pub(super) fn has_keys_api(self) -> bool {
        self.has("getkeys-api")
    }

    /// Whether ordinary clients do not see the command.
    pub(super) fn is_internal(self) -> bool {
        self.has("internal")
    }

    /// As `COMMAND INFO` shows them; `movable` where keys are not where the positions say.
    pub(super) fn shown(self, movable: bool, version: PlayedVersion) -> Vec<String> {
        let modern = version.is_from(7, 0);
        let mut shown = Vec::new();
        for (at, flag) in FLAGS.iter().enumerate() {
            if at == MODULE_AT && modern {
                shown.push("module".to_owned());
            }
            let is_set = self.0 & 1 << at != 0
                || flag.declared == "getkeys-api" && movable
                || flag.declared == "deny-script" && self.is_internal();
            let is_past = modern && matches!(flag.declared, "random" | "may-replicate");
            shown.extend(flag.shown.filter(|_| is_set && !is_past).map(str::to_owned));
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(declared: &str, version: &str) -> Option<String> {
        let version = version.parse().unwrap();
        Some(Flags::declared(declared.as_bytes(), version)?.shown(false, version).join(" "))
    }

    #[test]
    fn flags_are_shown_in_the_order_of_the_server() {
        assert_eq!(shown("fast readonly", "7.4").unwrap(), "readonly module fast");
        assert_eq!(shown("WRITE Deny-OOM", "8.2").unwrap(), "write denyoom module");
        assert_eq!(shown("", "7.0").unwrap(), "module");
        assert_eq!(shown("", "6.2").unwrap(), "");
        assert_eq!(shown("write random", "6.2").unwrap(), "write random");
        assert_eq!(shown("write random", "7.0").unwrap(), "write module");
        assert_eq!(shown("allow-busy getkeys-api no-auth", "7.2").unwrap(), "module no_auth movablekeys allow_busy");
        assert_eq!(shown("internal", "8.0").unwrap(), "module noscript");
    }

    #[test]
    fn what_a_version_does_not_know_is_refused() {
        for (declared, version) in [
            ("write  fast", "7.4"),
            ("write ", "7.4"),
            ("write,fast", "7.4"),
            ("blocking", "6.2"),
            ("no-auth", "5.0"),
            ("internal", "7.4"),
            ("_proxy-filtered", "8.2"),
        ] {
            assert_eq!(shown(declared, version), None, "{declared:?} {version}");
        }
    }
}
