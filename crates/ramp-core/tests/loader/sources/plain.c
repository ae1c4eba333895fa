/* Something of each kind: constructors, pointers to be relocated, calls of the C library, a variable of each thread. */
#include <stdio.h>
#include <stdlib.h>

static int counter;
const char *names[] = {"one", "two", "three"};
int (*functions[])(const char *) = {puts, atoi};
static void __attribute__((constructor)) begin(void) { counter = 1; }
static void __attribute__((destructor)) end(void) { counter = 0; }

__attribute__((visibility("default"))) int RedisModule_OnLoad(void *ctx, void **argv, int argc) {
    if (ctx) printf("%p %p %s %d\n", ctx, (void *)argv, names[argc], functions[1]("7"));
    return counter - 1;
}
