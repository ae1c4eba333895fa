/* Registers an empty name. */
#include "api.h"

ON_LOAD {
    UNUSED_ARGUMENTS;
    return Init(ctx, "", 1);
}
