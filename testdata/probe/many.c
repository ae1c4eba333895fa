/* Loads, with 300 commands. */
#include <stdio.h>

#include "api.h"

ON_LOAD {
    UNUSED_ARGUMENTS;
    if (Init(ctx, "many", 1) != OK) return ERR;
    for (int i = 299; i >= 0; i--) {
        char name[32];
        snprintf(name, sizeof name, "many.%d", i);
        if (CreateCommand(ctx, name, Nothing, "readonly", 0, 0, 0) != OK) return ERR;
    }
    return OK;
}
