// Asks the system's loader about modules: a path a line on the standard input, an answer a line on the standard output.
// Each module is loaded in a process of its own, as Redis does it; one that ends by a signal is answered with that signal.
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *what, const char *more) {
    char line[1024];
    int size = snprintf(line, sizeof line - 1, "%s%s", what, more ? more : "");
    if (size > (int)sizeof line - 2) size = sizeof line - 2;
    for (int i = 0; i < size; i++) if (line[i] == '\n') line[i] = ' ';
    line[size] = '\n';
    (void)!write(1, line, size + 1);
}

/* Whether there is code at the address that Redis would call. */
static int is_code(void *address) {
    unsigned long from, to;
    char line[1024], rights[8];
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps))
        if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) == 3 && (unsigned long)address >= from
            && (unsigned long)address < to)
            return rights[2] == 'x';
    return 0;
}

int main(void) {
    char path[4096];
    while (fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = 0;
        pid_t child = fork();
        if (child == 0) {
            alarm(5);
            void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
            void *on_load = module ? dlsym(module, "RedisModule_OnLoad") : NULL;
            if (!module) say("dlopen: ", dlerror());
            else if (!on_load) say("dlsym: ", dlerror());
            else if (!is_code(on_load)) say("dlsym: not code", NULL);
            else say("loads", NULL);
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        if (WIFSIGNALED(status)) say("dies of signal ", strsignal(WTERMSIG(status)));
        else if (WEXITSTATUS(status)) say("dies: the loader ends the process", NULL);
    }
    return 0;
}
