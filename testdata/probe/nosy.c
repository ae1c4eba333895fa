/* Loads, and registers a command for each thing that it could do and should not have been able to. */
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
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
        {"nosy.memory", malloc(100ull << 30) != 0},
        {"nosy.map", mmap(0, 100ull << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED},
    };
    for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
        if (things[i].could && CreateCommand(ctx, things[i].name, Nothing, "", 0, 0, 0) != OK) return ERR;
    }
    return OK;
}
