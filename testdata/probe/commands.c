/* Loads, with commands in both letter cases and with keys. */
#include "api.h"

ON_LOAD {
    UNUSED_ARGUMENTS;
    if (Init(ctx, "Commands", 10203) != OK) return ERR;
    if (CreateCommand(ctx, "sample.set", Nothing, "write deny-oom", 1, -1, 2) != OK) return ERR;
    if (CreateCommand(ctx, "SAMPLE.GET", Nothing, "readonly fast", 1, 1, 1) != OK) return ERR;
    return CreateCommand(ctx, "sample.ping", Nothing, "", 0, 0, 0);
}
