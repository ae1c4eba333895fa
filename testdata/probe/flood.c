/* Loads, and writes 64 MB to where messages go, of every byte. */
#include <stdio.h>
#include <unistd.h>

#include "api.h"

ON_LOAD {
    UNUSED_ARGUMENTS;
    if (Init(ctx, "flood", 1) != OK) return ERR;
    unsigned char bytes[65536];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)i;
    for (int i = 0; i < 1024; i++) {
        if (write(i % 2 + 1, bytes, sizeof bytes) < 0) return ERR;
    }
    return OK;
}
