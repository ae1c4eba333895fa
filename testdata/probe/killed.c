/* Ends the server from outside, as the kernel does where memory is short. */
#include <signal.h>
#include <unistd.h>

#include "api.h"

ON_LOAD {
    (void)ctx, UNUSED_ARGUMENTS;
    kill(getpid(), SIGKILL);
    return ERR;
}
