/* Does not load: says that it has no luck. */
#include "api.h"

ON_LOAD {
    UNUSED_ARGUMENTS;
    if (Init(ctx, "refuses", 1) != OK) return ERR;
    Log(ctx, "warning", "no luck today");
    return ERR;
}
