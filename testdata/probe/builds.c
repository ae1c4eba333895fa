/* One module in two builds: BUILD is 1 or 2. */
#include <stdint.h>

#include "api.h"

#ifndef BUILD
#define BUILD 1
#endif

static void *Load(void *io, int encoding) {
    (void)io, (void)encoding;
    return NULL;
}
static long long GetLimit(const char *name, void *data) {
    (void)name, (void)data;
    return 1;
}
static int SetLimit(const char *name, long long value, void *data, RedisModuleString **err) {
    (void)name, (void)value, (void)data, (void)err;
    return OK;
}

ON_LOAD {
    UNUSED_ARGUMENTS;
    if (Init(ctx, "builds", BUILD * 10000) != OK) return ERR;
    int (*get_api)(const char *, void *) = ((int (**)(const char *, void *))(void *)ctx)[0];
    void *(*CreateDataType)(RedisModuleCtx *, const char *, int, void *);
    void *(*GetCommand)(RedisModuleCtx *, const char *);
    int (*CreateSubcommand)(void *, const char *, Command, const char *, int, int, int);
    int (*NumericConfig)(RedisModuleCtx *, const char *, long long, unsigned, long long, long long, void *, void *, void *,
                         void *);
    int (*LoadConfigs)(RedisModuleCtx *);
    if (get_api("RedisModule_CreateDataType", &CreateDataType) || get_api("RedisModule_GetCommand", &GetCommand) ||
        get_api("RedisModule_CreateSubcommand", &CreateSubcommand) ||
        get_api("RedisModule_RegisterNumericConfig", &NumericConfig) || get_api("RedisModule_LoadConfigs", &LoadConfigs))
        return ERR;
    uint64_t methods[16] = {1, (uint64_t)(uintptr_t)Load};
    if (!CreateDataType(ctx, "builds-aa", BUILD, methods)) return ERR;
    if (CreateCommand(ctx, "builds.get", Nothing, "readonly", 1, 1, 1)) return ERR;
    if (CreateCommand(ctx, "builds.box", NULL, "readonly", 0, 0, 0)) return ERR;
    if (CreateCommand(ctx, BUILD == 1 ? "builds.old" : "builds.new", Nothing, "write", 1, 1, 1)) return ERR;
    if (BUILD == 1) {
        if (CreateSubcommand(GetCommand(ctx, "builds.box"), "all", Nothing, "readonly", 0, 0, 0)) return ERR;
        if (NumericConfig(ctx, "limit", 1, 0, 0, 9, GetLimit, SetLimit, NULL, NULL)) return ERR;
    } else if (NumericConfig(ctx, "most", 1, 0, 0, 9, GetLimit, SetLimit, NULL, NULL)) {
        return ERR;
    }
    return LoadConfigs(ctx);
}
