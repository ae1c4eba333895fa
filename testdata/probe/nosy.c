/* Loads, and registers a command for each thing that it could do and should not have been able to. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "api.h"

static int Opens(const char *path, int flags) {
    int fd = open(path, flags, 0600);
    if (fd >= 0) close(fd);
    return fd >= 0;
}

static int Writes(const char *folder) {
    char path[4096];
    snprintf(path, sizeof path, "%s/ramp-nosy-was-here", folder ? folder : "/nowhere");
    return Opens(path, O_CREAT | O_WRONLY);
}

static int Connects(int family) {
    int fd = socket(family, SOCK_STREAM, 0);
    if (fd >= 0) close(fd);
    return fd >= 0;
}

/* Where a server listens, it listens: what counts is whom it reaches. */
static int Reaches(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || !path || strlen(path) >= sizeof address.sun_path) return 0;
    strcpy(address.sun_path, path);
    int reached = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return reached;
}

static int ReadsParent(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/environ", (int)getppid());
    return Opens(path, O_RDONLY);
}

static int Inherits(void) {
    for (int fd = 3; fd < 100; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) return 1;
    }
    return 0;
}

static int Forks(void) {
    int child = fork();
    if (child == 0) _exit(0);
    return child > 0;
}

static int Lists(const char *path) {
    DIR *folder = opendir(path);
    if (folder) closedir(folder);
    return folder != 0;
}

/* What is done to a file by its name, here to the module's own, which lies where it may not write. Nothing changes it. */
static int Touches(void) {
    Dl_info self;
    struct stat is;
    if (!dladdr((void *)Touches, &self) || stat(self.dli_fname, &is) != 0) return 0;
    const char *file = self.dli_fname;
    const struct timespec as_it_is[2] = {{0, UTIME_OMIT}, {0, UTIME_OMIT}};
    int fd = open(file, O_RDONLY);
    int could = chmod(file, is.st_mode & 07777) == 0 || fchmod(fd, is.st_mode & 07777) == 0 ||
        fchmodat(AT_FDCWD, file, is.st_mode & 07777, 0) == 0 || chown(file, -1, -1) == 0 || lchown(file, -1, -1) == 0 ||
        fchown(fd, -1, -1) == 0 || utimensat(AT_FDCWD, file, as_it_is, 0) == 0 || futimens(fd, as_it_is) == 0 ||
        (setxattr(file, "user.nosy", "", 0, XATTR_REPLACE) == 0 || errno == ENODATA) || flock(fd, LOCK_SH | LOCK_NB) == 0 ||
        truncate(file, is.st_size) == 0;
    close(fd);
    return could;
}

/* To be read, and emptied all the same: nobody may who may not write, and a file of nobody's is no loss. */
static int Empties(void) {
    int fd = open("/dev/zero", O_RDONLY | O_TRUNC);
    if (fd >= 0) close(fd);
    return fd >= 0;
}

/* Who started this, with limits and priorities that it has anyhow. */
static int Rules(void) {
    struct rlimit limit;
    pid_t other = getppid();
    int own = getpriority(PRIO_PROCESS, other);
    return (prlimit(other, RLIMIT_CORE, 0, &limit) == 0 && prlimit(other, RLIMIT_CORE, &limit, 0) == 0) ||
        setpriority(PRIO_PROCESS, other, own) == 0 || syscall(SYS_ioprio_set, 1, other, 2 << 13) == 0 ||
        kill(other, 0) == 0 || syscall(SYS_pidfd_open, other, 0) >= 0;
}

/* What stays in the kernel when a process is gone; here it is removed at once. */
static int Outlives(void) {
    int memory = shmget(IPC_PRIVATE, 1, 0600), semaphore = semget(IPC_PRIVATE, 1, 0600), queue = msgget(IPC_PRIVATE, 0600);
    if (memory >= 0) shmctl(memory, IPC_RMID, 0);
    if (semaphore >= 0) semctl(semaphore, 0, IPC_RMID);
    if (queue >= 0) msgctl(queue, IPC_RMID, 0);
    mqd_t posix = mq_open("/ramp-nosy", O_CREAT | O_RDWR, 0600, 0);
    if (posix >= 0) mq_unlink("/ramp-nosy");
    long key = syscall(SYS_add_key, "user", "ramp-nosy", "x", 1, -2 /* of the process */);
    return memory >= 0 || semaphore >= 0 || queue >= 0 || posix >= 0 || key >= 0;
}

/* The kernel looks at the call before it looks at the descriptor. */
static int Types(void) {
    int there = ioctl(-1, TIOCSTI, "x") == -1 && errno == EBADF;
    int fd = open("/dev/tty", O_RDONLY | O_NOCTTY);
    if (fd >= 0) close(fd);
    return there || fd >= 0 || (fcntl(0, F_SETOWN, getppid()) == 0);
}

static int Widens(void) {
    return unshare(CLONE_NEWUSER) == 0 || syscall(SYS_perf_event_open, 0, 0, 0, 0, 0) == 0 ||
        (syscall(SYS_userfaultfd, 0) >= 0) || (syscall(SYS_bpf, 0, 0, 0) == -1 && errno != ENOSYS && errno != EACCES) ||
        (syscall(463 /* newer than what is known */, 0, 0, 0, 0) == -1 && errno != ENOSYS);
}

ON_LOAD {
    UNUSED_ARGUMENTS;
    if (Init(ctx, "nosy", 1) != OK) return ERR;
    const struct {
        const char *name;
        int could;
    } things[] = {
        {"nosy.environment", getenv("RAMP_NOSY_SECRET") != 0},
        {"nosy.passwords", Opens("/etc/passwd", O_RDONLY)},
        {"nosy.processes", Lists("/proc") || Opens("/proc/self/environ", O_RDONLY)},
        {"nosy.parent", Lists("/root") || Lists("/home")},
        {"nosy.home", Writes(getenv("HOME"))},
        {"nosy.temporary", Writes(getenv("TMPDIR"))},
        {"nosy.elsewhere", Writes("/tmp") || Writes("/var/tmp") || Writes("/root")},
        {"nosy.here", Writes(".")},
        {"nosy.internet", Connects(AF_INET) || Connects(AF_INET6)},
        {"nosy.sockets", Connects(AF_UNIX)},
        {"nosy.reach", Reaches(getenv("RAMP_NOSY_SOCKET"))},
        {"nosy.secrets", ReadsParent()},
        {"nosy.session", setsid() > 0},
        {"nosy.inherited", Inherits()},
        {"nosy.fork", Forks()},
        {"nosy.kill", kill(getppid(), 0) == 0},
        {"nosy.touch", Touches()},
        {"nosy.empty", Empties()},
        {"nosy.others", Rules()},
        {"nosy.stays", Outlives()},
        {"nosy.terminal", Types()},
        {"nosy.kernel", Widens()},
        {"nosy.outlive", prctl(PR_SET_PDEATHSIG, 0) == 0},
        {"nosy.memory", malloc(100ull << 30) != 0},
        {"nosy.map", mmap(0, 100ull << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED},
    };
    for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
        if (things[i].could && CreateCommand(ctx, things[i].name, Nothing, "", 0, 0, 0) != OK) return ERR;
    }
    return OK;
}
