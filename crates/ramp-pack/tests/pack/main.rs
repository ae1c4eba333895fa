//! Packing without files and processes, from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout)]

mod assemble;
mod check;
mod differential;
mod docs;
mod documents;
mod manifest;
mod properties;
mod schema;

use std::path::PathBuf;

fn testdata(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(path)
}
