/* Loads, and prints what is no text: more than any buffer holds. */
#include <stdio.h>

#include "api.h"

ON_LOAD {
    UNUSED_ARGUMENTS;
    if (Init(ctx, "garbage", 1) != OK) return ERR;
    for (int i = 0; i < 1 << 22; i++) putchar("\xff\x1b[2J\r\n*3\r\n"[i % 12]);
    fflush(stdout);
    fprintf(stderr, "\n9:M 1 Jan 2026 00:00:00.000 # Module garbage failed to load: a lie\n");
    return CreateCommand(ctx, "garbage.out", Nothing, "readonly", 0, 0, 0);
}
