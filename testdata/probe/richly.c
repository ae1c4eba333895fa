/* Loads, and registers all kinds of things. */
#include <stdint.h>

#include "api.h"

typedef struct {
    const char *notes;
    uint64_t flags;
    int begin_search;
    union {
        struct {
            int pos;
        } index;
        struct {
            const char *keyword;
            int startfrom;
        } keyword;
    } bs;
    int find_keys;
    union {
        struct {
            int lastkey, keystep, limit;
        } range;
        struct {
            int keynumidx, firstkey, keystep;
        } keynum;
    } fk;
} KeySpec;
typedef struct {
    int version;
    size_t history, keyspec, arg;
} InfoVersion;
typedef struct {
    const InfoVersion *version;
    const char *summary, *complexity, *since;
    void *history;
    const char *tips;
    int arity;
    KeySpec *key_specs;
    void *args;
} Info;

static int Set(const char *name, int value, void *data, RedisModuleString **err) {
    (void)name, (void)value, (void)err;
    ++*(int *)data;
    return OK;
}
static int Get(const char *name, void *data) {
    (void)name;
    return *(int *)data;
}

ON_LOAD {
    UNUSED_ARGUMENTS;
    static int sets;
    if (Init(ctx, "richly", 20304) != OK) return ERR;
    int (*get_api)(const char *, void *) = ((int (**)(const char *, void *))(void *)ctx)[0];
    void *(*GetCommand)(RedisModuleCtx *, const char *);
    int (*CreateSubcommand)(void *, const char *, Command, const char *, int, int, int);
    int (*SetCommandInfo)(void *, const Info *);
    int (*SetCategories)(void *, const char *);
    int (*AddCategory)(RedisModuleCtx *, const char *);
    void *(*CreateDataType)(RedisModuleCtx *, const char *, int, void *);
    int (*BoolConfig)(RedisModuleCtx *, const char *, int, unsigned, void *, void *, void *, void *);
    int (*LoadConfigs)(RedisModuleCtx *);
    int (*GetServerVersion)(void);
    void *unknown = &sets;
    if (get_api("RedisModule_GetCommand", &GetCommand) || get_api("RedisModule_CreateSubcommand", &CreateSubcommand) ||
        get_api("RedisModule_SetCommandInfo", &SetCommandInfo) ||
        get_api("RedisModule_SetCommandACLCategories", &SetCategories) ||
        get_api("RedisModule_AddACLCategory", &AddCategory) || get_api("RedisModule_CreateDataType", &CreateDataType) ||
        get_api("RedisModule_RegisterBoolConfig", &BoolConfig) || get_api("RedisModule_LoadConfigs", &LoadConfigs) ||
        get_api("RedisModule_GetServerVersion", &GetServerVersion)) {
        Log(ctx, "warning", "this version of redis is too old, at least 7.4 is required");
        return ERR;
    }
    /* What is not there leaves the pointer as it was. */
    if (!get_api("RedisModule_NoSuchThing", &unknown) || unknown != &sets) return ERR;

    const InfoVersion version = {1, 16, sizeof(KeySpec), 80};
    KeySpec specs[] = {
        {"the first", 1 << 1 | 1 << 4 | 1 << 5, 2, {.index = {1}}, 2, {.range = {0, 1, 0}}},
        {0, 1 << 0 | 1 << 4, 3, {.keyword = {"FROM", 2}}, 3, {.keynum = {0, 1, 1}}},
        {0, 0, 0, {.index = {0}}, 0, {.range = {0, 0, 0}}},
    };
    const Info info = {&version, "Does much", "O(N)", "2.0", 0, "request_policy:all_shards nondeterministic_output", -4, specs, 0};
    if (CreateCommand(ctx, "rich.Key", Nothing, "write deny-oom", 5, 6, 7) != OK) return ERR;
    if (SetCommandInfo(GetCommand(ctx, "RICH.KEY"), &info) != OK) return ERR;
    if (SetCommandInfo(GetCommand(ctx, "RICH.KEY"), &info) == OK) return ERR;
    if (AddCategory(ctx, "richness") != OK || AddCategory(ctx, "read") == OK) return ERR;
    if (SetCategories(GetCommand(ctx, "rich.key"), "write richness") != OK) return ERR;
    if (SetCategories(GetCommand(ctx, "rich.key"), "no such") == OK) return ERR;

    if (CreateCommand(ctx, "rich.box", 0, "readonly", 0, 0, 0) != OK) return ERR;
    void *box = GetCommand(ctx, "rich.box");
    if (CreateSubcommand(box, "Open", Nothing, "readonly fast", 2, 2, 1) != OK) return ERR;
    if (GetCommand(ctx, "rich.box|open") == 0 || GetCommand(ctx, "get") != 0) return ERR;
    if (CreateCommand(ctx, "get", Nothing, "", 0, 0, 0) == OK || CreateCommand(ctx, "a b", Nothing, "", 0, 0, 0) == OK ||
        CreateCommand(ctx, "rich.no", Nothing, "write,fast", 0, 0, 0) == OK) return ERR;

    uint64_t methods[16] = {1};
    if (CreateDataType(ctx, "rich-type", 3, methods) == 0 || CreateDataType(ctx, "short", 3, methods) != 0) return ERR;
    if (BoolConfig(ctx, "enabled", 1, 0, (void *)Get, (void *)Set, 0, &sets) != OK) return ERR;
    if (BoolConfig(ctx, "not.a.name", 1, 0, (void *)Get, (void *)Set, 0, &sets) == OK) return ERR;
    if (LoadConfigs(ctx) != OK || sets != 1) return ERR;
    Log(ctx, "notice", "set %d of %s in %.1f, server %x, %d %d %d %d", sets, "one", 2.5, GetServerVersion() >> 16, 4, 5, 6, 7);
    return OK;
}
