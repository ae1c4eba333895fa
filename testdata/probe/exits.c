/* Ends the server, as if nothing were wrong. */
#include <stdlib.h>

#include "api.h"

ON_LOAD {
    (void)ctx, UNUSED_ARGUMENTS;
    exit(0);
}
