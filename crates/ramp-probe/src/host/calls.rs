//! Which system calls the kernel answers, and how: seccomp.

use std::collections::BTreeMap;

use seccompiler::{BpfProgram, BpfProgramRef, SeccompAction, SeccompFilter, SeccompRule};

/// For each system call the rules of which one has to match; without any, it matches always.
pub(super) type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Has the kernel answer system calls so from now on, those that the rules match and all others.
pub(super) fn filter(rules: Rules, others: SeccompAction, matched: SeccompAction) -> Result<(), String> {
    let fail = |err: seccompiler::BackendError| err.to_string();
    let architecture = std::env::consts::ARCH.try_into().map_err(fail)?;
    let filter = SeccompFilter::new(rules, others, matched, architecture).map_err(fail)?;
    let program: BpfProgram = filter.try_into().map_err(fail)?;
    apply(&program)
}

/// Has the kernel run a program before each system call, from now on.
pub(super) fn apply(program: BpfProgramRef<'_>) -> Result<(), String> {
    seccompiler::apply_filter(program).map_err(|err| err.to_string())
}
