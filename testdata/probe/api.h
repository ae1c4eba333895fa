/* The few things that these modules need of the module API, in place of redismodule.h. */

#include <stddef.h>

#define OK 0
#define ERR 1
#define API_VERSION 1

typedef struct RedisModuleCtx RedisModuleCtx;
typedef struct RedisModuleString RedisModuleString;
typedef int (*Command)(RedisModuleCtx *, RedisModuleString **, int);

static int (*SetModuleAttribs)(RedisModuleCtx *, const char *, int, int);
static int (*CreateCommand)(RedisModuleCtx *, const char *, Command, const char *, int, int, int);
static void (*Log)(RedisModuleCtx *, const char *, const char *, ...);

static int Nothing(RedisModuleCtx *ctx, RedisModuleString **argv, int argc) {
    (void)ctx, (void)argv, (void)argc;
    return OK;
}

__attribute__((unused)) static int Init(RedisModuleCtx *ctx, const char *name, int version) {
    int (*get_api)(const char *, void *) = ((int (**)(const char *, void *))(void *)ctx)[0];
    if (get_api("RedisModule_SetModuleAttribs", (void *)&SetModuleAttribs) != OK ||
        get_api("RedisModule_CreateCommand", (void *)&CreateCommand) != OK ||
        get_api("RedisModule_Log", (void *)&Log) != OK) {
        return ERR;
    }
    SetModuleAttribs(ctx, name, version, API_VERSION);
    (void)Nothing, (void)Log;
    return OK;
}

#define ON_LOAD                                                                                                        \
    __attribute__((visibility("default"))) int RedisModule_OnLoad(RedisModuleCtx *ctx, RedisModuleString **argv, int argc)
#define UNUSED_ARGUMENTS (void)argv, (void)argc
