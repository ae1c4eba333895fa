/* Needs a library that the test takes away. */
#include "api.h"

int from_the_library(void);

ON_LOAD {
    UNUSED_ARGUMENTS;
    if (Init(ctx, "needs", from_the_library()) != OK) return ERR;
    return OK;
}
