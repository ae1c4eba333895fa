//! System calls that a server with a module in it is refused: what leads out of its folder and its processes where Landlock does not
//! look, or where an older Landlock does not.
//!
//! Sources: the table of system calls of Linux 6.18, and what running servers of Redis 6.2 to 8.2 and Valkey 9.1 call while they load
//! modules. Landlock looks at files that are opened, made, moved and removed; not at what is done to them by name, and not at other
//! processes of the same user before its sixth version.

use std::collections::BTreeMap;

use seccompiler::{
    BackendError, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition as Condition,
    SeccompRule as Rule, sock_filter,
};

use super::calls::{self, Rules};

/// Answered as by a kernel that has none of this: they say in memory, where no filter looks, what others say in their arguments.
const UNSEEN: [libc::c_long; 5] = [
    libc::SYS_clone3,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_io_uring_setup,
    libc::SYS_openat2,
];

/// The first system call of which this file does not know what it does; and none of x32, whose numbers are far above, is let through.
const UNKNOWN: u32 = 463;

/// `fchmodat2`, of Linux 6.6: the library that has the other numbers lacks it on aarch64.
const FCHMODAT2: libc::c_long = 452;

/// Refused, whatever the arguments.
const REFUSED: &[libc::c_long] = &[
    // Modes, owners, times, attributes and locks of files, and their contents by name.
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    FCHMODAT2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_flock,
    libc::SYS_fremovexattr,
    libc::SYS_fsetxattr,
    libc::SYS_lremovexattr,
    libc::SYS_lsetxattr,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_removexattr,
    libc::SYS_setxattr,
    libc::SYS_truncate,
    libc::SYS_utimensat,
    // Other processes.
    libc::SYS_ioprio_set,
    libc::SYS_kcmp,
    libc::SYS_migrate_pages,
    libc::SYS_move_pages,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_send_signal,
    libc::SYS_process_madvise,
    libc::SYS_process_mrelease,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_setattr,
    libc::SYS_sched_setparam,
    libc::SYS_sched_setscheduler,
    libc::SYS_setpgid,
    libc::SYS_setpriority,
    libc::SYS_setsid,
    // What others listen to.
    libc::SYS_connect,
    libc::SYS_sendmmsg,
    libc::SYS_sendmsg,
    // What outlives a process, in the kernel.
    libc::SYS_add_key,
    libc::SYS_keyctl,
    libc::SYS_mq_getsetattr,
    libc::SYS_mq_notify,
    libc::SYS_mq_open,
    libc::SYS_mq_timedreceive,
    libc::SYS_mq_timedsend,
    libc::SYS_mq_unlink,
    libc::SYS_msgctl,
    libc::SYS_msgget,
    libc::SYS_msgrcv,
    libc::SYS_msgsnd,
    libc::SYS_request_key,
    libc::SYS_semctl,
    libc::SYS_semget,
    libc::SYS_semop,
    libc::SYS_semtimedop,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_shmdt,
    libc::SYS_shmget,
    // Mounts and namespaces; and large parts of the kernel that no server needs.
    libc::SYS_bpf,
    libc::SYS_chroot,
    libc::SYS_fanotify_init,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fsopen,
    libc::SYS_fspick,
    libc::SYS_mount,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_perf_event_open,
    libc::SYS_pivot_root,
    libc::SYS_quotactl,
    libc::SYS_setns,
    libc::SYS_umount2,
    libc::SYS_unshare,
    libc::SYS_userfaultfd,
];

/// Of the same, what only older architectures have.
#[cfg(target_arch = "x86_64")]
const REFUSED_OLD: &[libc::c_long] =
    &[libc::SYS_chmod, libc::SYS_chown, libc::SYS_futimesat, libc::SYS_lchown, libc::SYS_utime, libc::SYS_utimes];
#[cfg(not(target_arch = "x86_64"))]
const REFUSED_OLD: &[libc::c_long] = &[];

/// Of `ioctl` what says something of a descriptor; all else is of a device, such as what types into a terminal.
const CONTROLS: [libc::Ioctl; 6] =
    [libc::TCGETS, libc::TIOCGWINSZ, libc::FIOCLEX, libc::FIONBIO, libc::FIONCLEX, libc::FIONREAD];

/// Of `fcntl` what others notice: signals to them, and locks.
const NOTICED: [libc::c_int; 8] = [
    libc::F_NOTIFY,
    libc::F_OFD_SETLK,
    libc::F_OFD_SETLKW,
    libc::F_SETLEASE,
    libc::F_SETLK,
    libc::F_SETLKW,
    libc::F_SETOWN,
    // By which, and to which threads.
    10,
];
/// `F_SETOWN_EX`.
const SET_OWNER: libc::c_int = 15;

/// From now on they are refused; `kill` of others too, unless Landlock does so.
pub(super) fn refuse(signals_are_kept: bool) -> Result<(), String> {
    let error = |number: libc::c_int| SeccompAction::Errno(number.unsigned_abs());
    calls::apply(&unknown())?;
    let unseen = UNSEEN.into_iter().map(|call| (call, Vec::new())).collect();
    calls::filter(unseen, SeccompAction::Allow, error(libc::ENOSYS))?;
    let refused = rules(signals_are_kept).map_err(|err| err.to_string())?;
    calls::filter(refused, SeccompAction::Allow, error(libc::EACCES))
}

/// What is newer than this file is not there. Written out, since the rules of the library cannot say "from this number on".
fn unknown() -> [sock_filter; 4] {
    const LOAD: u16 = 0x20; // BPF_LD | BPF_W | BPF_ABS
    const IF_AT_LEAST: u16 = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    const RETURN: u16 = 0x06; // BPF_RET | BPF_K
    let step = |code, jt, jf, k| sock_filter { code, jt, jf, k };
    [
        step(LOAD, 0, 0, 0),
        step(IF_AT_LEAST, 0, 1, UNKNOWN),
        step(RETURN, 0, 0, SeccompAction::Errno(libc::ENOSYS.unsigned_abs()).into()),
        step(RETURN, 0, 0, SeccompAction::Allow.into()),
    ]
}

fn rules(signals_are_kept: bool) -> Result<Rules, BackendError> {
    let condition = |argument, op, value| Condition::new(argument, Len::Dword, op, value);
    let is = |argument, value| Rule::new(vec![condition(argument, Op::Eq, value)?]);
    #[expect(clippy::cast_sign_loss, reason = "constants of the kernel's, all positive")]
    let bits = |flags: libc::c_int| flags as u64;
    let this = u64::from(std::process::id());

    let mut refused: BTreeMap<i64, Vec<Rule>> =
        REFUSED.iter().chain(REFUSED_OLD).map(|call| (*call, Vec::new())).collect();
    // Sockets of this machine alone, and nothing sent to who is not connected.
    let elsewhere = Rule::new(vec![condition(0, Op::Ne, bits(libc::AF_UNIX))?])?;
    refused.insert(libc::SYS_socket, vec![elsewhere]);
    refused.insert(libc::SYS_sendto, vec![Rule::new(vec![Condition::new(4, Len::Qword, Op::Ne, 0)?])?]);
    // Limits of others.
    let of_another =
        vec![condition(0, Op::Ne, 0)?, condition(0, Op::Ne, this)?, Condition::new(2, Len::Qword, Op::Ne, 0)?];
    refused.insert(libc::SYS_prlimit64, vec![Rule::new(of_another)?]);
    // It ends with whoever watches over it.
    refused.insert(libc::SYS_prctl, vec![is(0, bits(libc::PR_SET_PDEATHSIG))?]);
    let controls = CONTROLS.into_iter().map(|control| condition(1, Op::Ne, control));
    refused.insert(libc::SYS_ioctl, vec![Rule::new(controls.collect::<Result<_, _>>()?)?]);
    let noticed = NOTICED.into_iter().chain([SET_OWNER]).map(|command| is(1, bits(command)));
    refused.insert(libc::SYS_fcntl, noticed.collect::<Result<_, _>>()?);
    // Namespaces, each by its flag.
    let namespaces = [
        libc::CLONE_NEWCGROUP,
        libc::CLONE_NEWIPC,
        libc::CLONE_NEWNET,
        libc::CLONE_NEWNS,
        libc::CLONE_NEWPID,
        libc::CLONE_NEWUSER,
        libc::CLONE_NEWUTS,
    ];
    let namespaces = namespaces.into_iter().map(|flag| {
        let flag = bits(flag);
        Rule::new(vec![Condition::new(0, Len::Qword, Op::MaskedEq(flag), flag)?])
    });
    refused.insert(libc::SYS_clone, namespaces.collect::<Result<_, _>>()?);
    // Opened to be read, and emptied all the same: before its third version Landlock lets that be.
    let emptied = |argument| {
        let mask = bits(libc::O_ACCMODE | libc::O_TRUNC);
        Rule::new(vec![condition(argument, Op::MaskedEq(mask), bits(libc::O_TRUNC))?])
    };
    refused.insert(libc::SYS_openat, vec![emptied(2)?]);
    #[cfg(target_arch = "x86_64")]
    refused.insert(libc::SYS_open, vec![emptied(1)?]);
    if !signals_are_kept {
        let to_another = || Rule::new(vec![condition(0, Op::Ne, this)?]);
        refused.insert(libc::SYS_kill, vec![to_another()?]);
        refused.insert(libc::SYS_tgkill, vec![to_another()?]);
        refused.insert(libc::SYS_tkill, Vec::new());
    }
    Ok(refused)
}
