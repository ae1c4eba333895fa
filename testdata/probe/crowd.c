/* Loads, with 100,000 commands. */
#include <stdio.h>

#include "api.h"

ON_LOAD {
    UNUSED_ARGUMENTS;
    if (Init(ctx, "crowd", 1) != OK) return ERR;
    for (int i = 0; i < 100000; i++) {
        char name[32];
        snprintf(name, sizeof name, "crowd.%d", i);
        if (CreateCommand(ctx, name, Nothing, "write fast", 1, -1, 2) != OK) return ERR;
    }
    return OK;
}
