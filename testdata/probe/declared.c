/* Loads, and declares commands in every way that a server takes or refuses; what it was answered is in the names of others.
   Not an empty name, and none with a bar: 7.0 takes them, and cannot tell of them. */
#include <stdio.h>

#include "api.h"

ON_LOAD {
    UNUSED_ARGUMENTS;
    if (Init(ctx, "declared", 1) != OK) return ERR;
    static const char *const flags[] = {
        "", "write", "readonly", "admin", "deny-oom", "deny-script", "allow-loading", "pubsub", "random", "allow-stale", "no-monitor",
        "no-slowlog", "fast", "no-auth", "may-replicate", "no-mandatory-keys", "blocking", "allow-busy", "getkeys-api", "no-cluster",
        "getchannels-api", "internal", "_proxy-filtered", "unknown", "write fast", "fast write", "write  fast", "write ", " write",
        "write,fast", "WRITE Deny-OOM", "write readonly", "write write", "getkeys-api write deny-oom fast admin pubsub no-auth",
    };
    static const int keys[][3] = {
        {0, 0, 0}, {1, 1, 1}, {1, -1, 1}, {1, -1, 2}, {2, 5, 3}, {3, 1, 1}, {0, 0, -1}, {0, 5, 2}, {-1, -1, 1}, {1, 1, 0}, {2, -3, 1},
    };
    static const char *const names[] = {
        "a b", "a\tb", "a\rb", "a\nb", "a@b", "a=b", "a,b", "get", "GET", "HGETEX", "vadd", "decl.x", "DECL.X",
        "decl.\xc3\xa9", "{}", "\"", "'", "*", "decl.0.", "a\x01" "b",
    };
    char name[64];
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        snprintf(name, sizeof name, "flag.%zu", i);
        int taken = CreateCommand(ctx, name, Nothing, flags[i], 1, 1, 1);
        snprintf(name, sizeof name, "flag.%zu.answer.%d", i, taken);
        if (CreateCommand(ctx, name, Nothing, "", 0, 0, 0) != OK) return ERR;
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        snprintf(name, sizeof name, "keys.%zu", i);
        if (CreateCommand(ctx, name, Nothing, i % 2 ? "getkeys-api" : "", keys[i][0], keys[i][1], keys[i][2]) != OK) return ERR;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int taken = CreateCommand(ctx, names[i], Nothing, "readonly", 0, 0, 0);
        snprintf(name, sizeof name, "name.%zu.answer.%d", i, taken);
        if (CreateCommand(ctx, name, Nothing, "", 0, 0, 0) != OK) return ERR;
    }
    return OK;
}
