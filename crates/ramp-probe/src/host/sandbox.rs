//! What the module may not do: it is shut in before the loader runs the first of its instructions.
//!
//! Sources: the system calls of 137 modules between `dlopen` and the end of `RedisModule_OnLoad`, with two releases of glibc; which
//! limits and which answers break which of them. What is not allowed is answered with `ENOSYS`, as by a kernel that does not have it:
//! to `EPERM` glibc reacts by ending threads.

use std::collections::BTreeMap;
use std::path::PathBuf;

use libloading::os::unix::Library;
use rustix::process::{Resource, Rlimit, getpid, setrlimit};
use rustix::thread::CapabilitySet;
use seccompiler::{
    SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition as Condition, SeccompRule as Rule,
};

use super::{calls, files, rights};

/// The address space: threads of as many processors as there are fit into it with the small stacks that they are given.
const ADDRESS_SPACE: u64 = 4 << 30;
/// A stack of a thread, where the module does not ask for another.
const STACK: usize = 256 << 10;
const OPEN_FILES: u64 = 256;

/// What every module may read: where libraries are, and what the C library and others look into.
const READABLE: [&str; 14] = [
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share/zoneinfo",
    "/usr/share/locale",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/ssl/openssl.cnf",
    "/nix/store",
    "/gnu/store",
    "/dev/urandom",
    "/sys/devices/system/cpu",
];

/// Shuts this process in, which has one thread yet; tells what this system does not have for it.
pub(super) fn enter(readable: impl Iterator<Item = PathBuf>, seconds: u64) -> Result<Vec<String>, String> {
    limits(seconds)?;
    small_stacks();
    let there = files::shut_in(READABLE.into_iter().map(PathBuf::from).chain(readable), [])?;
    // Where the module lies may be closed to all but root.
    let rights = rights::give_up(CapabilitySet::DAC_READ_SEARCH);
    let refused = allow();
    let mut missing = files::missing(there, refused.is_ok());
    missing.extend(rights);
    missing.extend(
        refused
            .err()
            .map(|why| format!("seccomp, which keeps a module from connecting and from starting processes ({why})")),
    );
    Ok(missing)
}

fn limits(seconds: u64) -> Result<(), String> {
    let rows = [
        (Resource::As, ADDRESS_SPACE),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, OPEN_FILES),
        (Resource::Cpu, seconds.saturating_add(1)),
    ];
    for (resource, most) in rows {
        let hard = rustix::process::getrlimit(resource).maximum.map_or(most, |maximum| maximum.min(most));
        setrlimit(resource, Rlimit { current: Some(hard), maximum: Some(hard) })
            .map_err(|err| format!("a limit cannot be set: {err}"))?;
    }
    Ok(())
}

/// Gives threads less address space than the usual 8 MiB of stack and 64 MiB of memory to allocate from: some modules start one for
/// each processor.
fn small_stacks() {
    type SetDefault = unsafe extern "C" fn(*const libc::pthread_attr_t) -> libc::c_int;
    let mut attributes = std::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
    // SAFETY: the symbol is the C library's, of that name and type; the attributes are made before they are used, and are this function's own.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        // Looked up, since it came with glibc 2.18, and this runs with the one before: there stacks stay as large as they are.
        let this = Library::this();
        let Ok(set_default) = this.get::<SetDefault>(c"pthread_setattr_default_np") else { return };
        if libc::pthread_attr_init(attributes.as_mut_ptr()) == 0 {
            if libc::pthread_attr_setstacksize(attributes.as_mut_ptr(), STACK) == 0 {
                set_default(attributes.as_ptr());
            }
            libc::pthread_attr_destroy(attributes.as_mut_ptr());
        }
    }
}

/// Whatever has no effect beyond this process.
const ALLOWED: &[libc::c_long] = &[
    libc::SYS_brk,
    libc::SYS_clock_getres,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_close,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_eventfd2,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_fstat,
    libc::SYS_futex,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_getegid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_getuid,
    libc::SYS_lseek,
    libc::SYS_madvise,
    libc::SYS_membarrier,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_nanosleep,
    libc::SYS_newfstatat,
    libc::SYS_pipe2,
    libc::SYS_pkey_alloc,
    libc::SYS_pkey_free,
    libc::SYS_pkey_mprotect,
    libc::SYS_ppoll,
    libc::SYS_pread64,
    libc::SYS_read,
    libc::SYS_readlinkat,
    libc::SYS_readv,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_sigaltstack,
    libc::SYS_statx,
    libc::SYS_sysinfo,
    libc::SYS_uname,
    libc::SYS_write,
    libc::SYS_writev,
];

/// Of the same, what only older architectures have.
#[cfg(target_arch = "x86_64")]
const ALLOWED_OLD: &[libc::c_long] = &[
    libc::SYS_access,
    libc::SYS_arch_prctl,
    libc::SYS_epoll_wait,
    libc::SYS_poll,
    libc::SYS_readlink,
    libc::SYS_stat,
    libc::SYS_time,
];
#[cfg(not(target_arch = "x86_64"))]
const ALLOWED_OLD: &[libc::c_long] = &[];

fn allow() -> Result<(), String> {
    let fail = |err: seccompiler::BackendError| err.to_string();
    let rule = |conditions: Vec<Condition>| Rule::new(conditions).map_err(fail);
    let masked =
        |argument, mask: u64, value| Condition::new(argument, Len::Qword, Op::MaskedEq(mask), value).map_err(fail);
    let equal = |argument, value| Condition::new(argument, Len::Dword, Op::Eq, value).map_err(fail);

    #[expect(clippy::cast_sign_loss, reason = "constants of the kernel's, all positive")]
    let bits = |flags: libc::c_int| flags as u64;
    // A thread shares all of these with its process; anything else is another process.
    let thread = bits(libc::CLONE_VM | libc::CLONE_THREAD | libc::CLONE_SIGHAND);
    let writing = bits(libc::O_WRONLY | libc::O_RDWR | libc::O_CREAT | libc::O_TRUNC | libc::O_APPEND);
    let this = u64::from(getpid().as_raw_nonzero().get().unsigned_abs());

    let mut allowed: BTreeMap<i64, Vec<Rule>> =
        ALLOWED.iter().chain(ALLOWED_OLD).map(|call| (*call, Vec::new())).collect();
    // `clone3` hides its flags from a filter; glibc takes the older call where it is missing.
    allowed.insert(libc::SYS_clone, vec![rule(vec![masked(0, thread, thread)?])?]);
    allowed.insert(libc::SYS_openat, vec![rule(vec![masked(2, writing, 0)?])?]);
    // Signals to itself, as `abort` sends them.
    allowed.insert(libc::SYS_tgkill, vec![rule(vec![equal(0, this)?])?]);
    // Asking, not setting.
    allowed.insert(libc::SYS_prlimit64, vec![rule(vec![masked(2, u64::MAX, 0)?])?]);
    allowed.insert(
        libc::SYS_prctl,
        vec![rule(vec![equal(0, bits(libc::PR_SET_NAME))?])?, rule(vec![equal(0, bits(libc::PR_GET_NAME))?])?],
    );
    // Flags of descriptors.
    allowed.insert(
        libc::SYS_fcntl,
        [libc::F_GETFD, libc::F_SETFD, libc::F_GETFL, libc::F_SETFL, libc::F_DUPFD_CLOEXEC]
            .into_iter()
            .map(|command| rule(vec![equal(1, bits(command))?]))
            .collect::<Result<_, _>>()?,
    );

    calls::filter(allowed, SeccompAction::Errno(libc::ENOSYS.unsigned_abs()), SeccompAction::Allow)
}
