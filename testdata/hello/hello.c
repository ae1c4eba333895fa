/* The smallest module worth packing: HELLO.GREET answers with a greeting.
 *
 * It declares the few things it needs of the module API itself, in place of redismodule.h, and finds the API the way
 * that header does: the first member of the context is the function that looks other functions up. */

#include <stddef.h>

#define OK 0
#define ERR 1
#define API_VERSION 1

typedef struct RedisModuleCtx RedisModuleCtx;
typedef struct RedisModuleString RedisModuleString;
typedef int (*Command)(RedisModuleCtx *, RedisModuleString **, int);

static int (*SetModuleAttribs)(RedisModuleCtx *, const char *, int, int);
static int (*CreateCommand)(RedisModuleCtx *, const char *, Command, const char *, int, int, int);
static int (*ReplyWithSimpleString)(RedisModuleCtx *, const char *);

static int Greet(RedisModuleCtx *ctx, RedisModuleString **argv, int argc) {
    (void)argv;
    (void)argc;
    return ReplyWithSimpleString(ctx, "Hello from a module");
}

__attribute__((visibility("default"))) int RedisModule_OnLoad(RedisModuleCtx *ctx, RedisModuleString **argv, int argc) {
    int (*get_api)(const char *, void *) = ((int (**)(const char *, void *))ctx)[0];
    (void)argv;
    (void)argc;
    if (get_api("RedisModule_SetModuleAttribs", (void *)&SetModuleAttribs) != OK ||
        get_api("RedisModule_CreateCommand", (void *)&CreateCommand) != OK ||
        get_api("RedisModule_ReplyWithSimpleString", (void *)&ReplyWithSimpleString) != OK) {
        return ERR;
    }
    SetModuleAttribs(ctx, "hello", 10203, API_VERSION);
    return CreateCommand(ctx, "hello.greet", Greet, "readonly fast", 0, 0, 0);
}
