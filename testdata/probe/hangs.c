/* Never comes back, and neither does the process that it starts. */
#include <unistd.h>

#include "api.h"

ON_LOAD {
    (void)ctx, UNUSED_ARGUMENTS;
    fork();
    for (;;) sleep(1000);
}
