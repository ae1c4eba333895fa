/* Is a module to Valkey alone. */
#include "api.h"

__attribute__((visibility("default"))) int ValkeyModule_OnLoad(RedisModuleCtx *ctx, RedisModuleString **argv, int argc) {
    UNUSED_ARGUMENTS, (void)argc;
    return Init(ctx, "valkey", 1);
}
