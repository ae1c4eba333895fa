/* Loads, under a name that has to be quoted wherever it can be. */
#include "api.h"

ON_LOAD {
    UNUSED_ARGUMENTS;
    if (Init(ctx, "odd \"name\" {\xc3\xa9}\r\n", 7) != OK) return ERR;
    return CreateCommand(ctx, "odd.{\xc3\xa9}", Nothing, "readonly", 0, 0, 0);
}
