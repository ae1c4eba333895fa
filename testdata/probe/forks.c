/* Loads, and leaves a process behind. */
#include <unistd.h>

#include "api.h"

ON_LOAD {
    UNUSED_ARGUMENTS;
    if (Init(ctx, "forks", 1) != OK) return ERR;
    if (fork() == 0) {
        for (;;) sleep(1000);
    }
    return OK;
}
