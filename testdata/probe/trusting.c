/* Calls what it asked for without looking whether it was given. */
#include "api.h"

ON_LOAD {
    UNUSED_ARGUMENTS;
    if (Init(ctx, "trusting", 1) != OK) return ERR;
    int (*get_api)(const char *, void *) = ((int (**)(const char *, void *))(void *)ctx)[0];
    int (*AddCategory)(RedisModuleCtx *, const char *) = 0;
    get_api("RedisModule_AddACLCategory", (void *)&AddCategory);
    return AddCategory(ctx, "trust");
}
