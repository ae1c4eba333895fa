/* The library that needs.c needs. */
int from_the_library(void);

int from_the_library(void) {
    return 1;
}
