//! Zips of ordinary writers are accepted, and what is accepted is read alike by everybody.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout, clippy::unwrap_used)]

mod damage;
mod mutations;
mod reader;
mod views;
mod writers;
