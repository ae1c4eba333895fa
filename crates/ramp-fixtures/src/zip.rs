//! Zip files built byte by byte.
