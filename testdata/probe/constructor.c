/* Crashes before anything is asked of it. */
#include "api.h"

__attribute__((constructor)) static void Crash(void) { __builtin_trap(); }

ON_LOAD {
    UNUSED_ARGUMENTS;
    return Init(ctx, "constructor", 1);
}
