//! Landlock: of the file system what is needed, no ports, and no signals to others.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, LandlockStatus, Ruleset, RulesetAttr as _,
    RulesetCreatedAttr as _, RulesetStatus, Scope, path_beneath_rules,
};

/// The newest of Landlock that is asked for.
const ASKED: ABI = ABI::V6;

/// Each version that brought something that is wanted, and what.
const PARTS: [(ABI, &str); 5] = [
    (ABI::V1, "Landlock, which keeps a module from other files"),
    (ABI::V3, "Landlock's word on emptying files (its version 3, Linux 6.2)"),
    (ABI::V4, "Landlock's word on ports (its version 4, Linux 6.7)"),
    (ABI::V5, "Landlock's word on devices (its version 5, Linux 6.10)"),
    (ABI::V6, "Landlock's word on signals and abstract sockets (its version 6, Linux 6.12)"),
];

/// Shuts this process in; tells which version of Landlock does so.
pub(super) fn shut_in<'a>(
    readable: impl IntoIterator<Item = PathBuf>,
    writable: impl IntoIterator<Item = &'a Path>,
) -> Result<ABI, String> {
    let fail = |err: landlock::RulesetError| format!("Landlock cannot be set up: {err}");
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ASKED))
        .map_err(fail)?
        .handle_access(AccessNet::from_all(ASKED))
        .map_err(fail)?
        .scope(Scope::from_all(ASKED))
        .map_err(fail)?
        .create()
        .map_err(fail)?
        .add_rules(path_beneath_rules(readable, AccessFs::from_read(ASKED)))
        .map_err(fail)?
        .add_rules(path_beneath_rules(writable, AccessFs::from_all(ASKED)))
        .map_err(fail)?
        .restrict_self()
        .map_err(fail)?;
    Ok(match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, _) => ABI::Unsupported,
        (_, LandlockStatus::Available { effective_abi, .. }) => effective_abi,
        (_, _) => ABI::Unsupported,
    })
}

/// Whether it keeps a process from sending signals to others.
pub(super) fn keeps_signals(there: ABI) -> bool {
    there >= ABI::V6
}

/// What is missing of it. What seccomp refuses as well, where that is in force, is not.
pub(super) fn missing(there: ABI, by_seccomp: bool) -> Vec<String> {
    let parts = PARTS.iter().filter(|(since, _)| there < *since);
    let only_files = there == ABI::Unsupported || by_seccomp;
    parts.filter(|(since, _)| *since == ABI::V1 || !only_files).map(|(_, what)| (*what).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_kernel_lacks() {
        let count = |there, by_seccomp| missing(there, by_seccomp).len();
        assert_eq!(missing(ABI::Unsupported, true), ["Landlock, which keeps a module from other files"]);
        assert_eq!(missing(ABI::Unsupported, false), missing(ABI::Unsupported, true));
        for there in [ABI::V1, ABI::V2, ABI::V3, ABI::V4, ABI::V5, ABI::V6] {
            assert_eq!(count(there, true), 0, "{there:?}");
        }
        assert_eq!(
            [ABI::V1, ABI::V2, ABI::V3, ABI::V4, ABI::V5, ABI::V6].map(|there| count(there, false)),
            [4, 4, 3, 2, 1, 0]
        );
        assert_eq!(
            missing(ABI::V5, false),
            ["Landlock's word on signals and abstract sockets (its version 6, Linux 6.12)"]
        );
    }
}
