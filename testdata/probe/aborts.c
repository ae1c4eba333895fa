/* Crashes the server as it is loaded. */
#include <stdlib.h>

#include "api.h"

ON_LOAD {
    (void)ctx, UNUSED_ARGUMENTS;
    abort();
}
