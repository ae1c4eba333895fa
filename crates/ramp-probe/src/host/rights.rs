//! The rights of root, which a process gives up before a module is in it.

use rustix::thread::{CapabilitySet, CapabilitySets, capabilities, set_capabilities};

/// Gives up all that root may beyond others, but for what is kept: by the rest it would see into other processes, whatever Landlock
/// says. Nothing is given back later, since no new privileges are allowed by then. What this system does not let be done is told.
pub(super) fn give_up(kept: CapabilitySet) -> Option<String> {
    let given_up = || {
        let CapabilitySets { effective, permitted, .. } = capabilities(None)?;
        let inheritable = CapabilitySet::empty();
        let (effective, permitted) = (effective & kept, permitted & kept);
        set_capabilities(None, CapabilitySets { effective, permitted, inheritable })
    };
    given_up().err().map(|err| format!("giving up the rights of root ({err})"))
}
