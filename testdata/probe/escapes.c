/* Loads, and leaves a process behind that belongs to nobody: in a session of its own, with another parent. */
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"

ON_LOAD {
    UNUSED_ARGUMENTS;
    if (Init(ctx, "escapes", 1) != OK) return ERR;
    pid_t child = fork();
    if (child == 0) {
        setsid();
        if (fork() == 0) {
            for (;;) sleep(1000);
        }
        _exit(0);
    }
    waitpid(child, 0, 0);
    return OK;
}
