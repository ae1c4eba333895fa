/* Registers a command for each of its arguments that is a file which it may read, by the file's own name. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "api.h"

ON_LOAD {
    if (Init(ctx, "reads", 1) != OK) return ERR;
    int (*get_api)(const char *, void *) = ((int (**)(const char *, void *))(void *)ctx)[0];
    const char *(*StringPtrLen)(const RedisModuleString *, size_t *);
    if (get_api("RedisModule_StringPtrLen", (void *)&StringPtrLen) != OK) return ERR;
    for (int i = 0; i < argc; i++) {
        size_t length;
        const char *path = StringPtrLen(argv[i], &length);
        int fd = open(path, O_RDONLY);
        if (fd < 0) continue;
        close(fd);
        const char *slash = strrchr(path, '/');
        if (CreateCommand(ctx, slash ? slash + 1 : path, Nothing, "", 0, 0, 0) != OK) return ERR;
    }
    return OK;
}
