/* Loads only with the arguments `a b`, `--port`, `"q\`, an empty one, and a line feed. */
#include <string.h>

#include "api.h"

static const char *EXPECTED[] = {"a b", "--port", "\"q\\", "", "\n"};
#define COUNT (int)(sizeof EXPECTED / sizeof *EXPECTED)

ON_LOAD {
    if (Init(ctx, "arguments", 1) != OK) return ERR;
    int (*get_api)(const char *, void *) = ((int (**)(const char *, void *))(void *)ctx)[0];
    const char *(*StringPtrLen)(const RedisModuleString *, size_t *);
    if (get_api("RedisModule_StringPtrLen", (void *)&StringPtrLen) != OK) return ERR;
    if (argc != COUNT) {
        Log(ctx, "warning", "wrong number of arguments: %d in place of %d", argc, COUNT);
        return ERR;
    }
    for (int i = 0; i < COUNT; i++) {
        size_t length;
        const char *text = StringPtrLen(argv[i], &length);
        if (length != strlen(EXPECTED[i]) || memcmp(text, EXPECTED[i], length) != 0) {
            Log(ctx, "warning", "argument %d is not as expected", i);
            return ERR;
        }
    }
    return OK;
}
