// Exceptions, a vector, and objects with constructors.
#include <stdexcept>
#include <string>
#include <vector>

static std::vector<std::string> names{"one", "two"};

extern "C" __attribute__((visibility("default"))) int RedisModule_OnLoad(void *ctx, void **, int argc) {
    try {
        if (ctx) throw std::runtime_error(names.at(argc));
    } catch (const std::exception &) {
        return 1;
    }
    return 0;
}
