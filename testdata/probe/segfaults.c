/* Writes to where nothing is as it is loaded. */
#include "api.h"

ON_LOAD {
    (void)ctx, UNUSED_ARGUMENTS;
    *(volatile int *)0 = 1;
    return OK;
}
