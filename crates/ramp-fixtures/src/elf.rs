//! ELF modules built byte by byte.
