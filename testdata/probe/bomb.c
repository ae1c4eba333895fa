/* Starts processes and threads for as long as it can, and then waits for ever. */
#include <pthread.h>
#include <unistd.h>

#include "api.h"

static void *Sleep(void *nothing) {
    for (;;) sleep(1000);
    return nothing;
}

ON_LOAD {
    UNUSED_ARGUMENTS;
    if (Init(ctx, "bomb", 1) != OK) return ERR;
    pthread_t thread;
    for (int i = 0; i < 10000; i++) {
        if (fork() == 0) Sleep(0);
        if (pthread_create(&thread, 0, Sleep, 0) != 0) break;
    }
    Sleep(0);
    return OK;
}
