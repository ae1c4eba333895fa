//! Every rule has a bundle that trips it and a twin, one step away, that does not.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout, clippy::unwrap_used)]

mod acceptance;
mod answer;
mod archive;
mod archive_headers;
mod builds;
mod cases;
mod catalogue;
mod data;
mod dependency_archive;
mod differential;
mod docs;
mod files;
mod fixed;
mod given;
mod helps;
mod hostile;
mod integrity;
mod kept;
mod kubernetes;
mod left_out;
mod load;
mod meant;
mod metadata;
mod nonsense;
mod numbers;
mod order;
mod probe;
mod schema;
mod target;
mod two_formats;
mod unpack;
mod unpacker_truth;
mod upgrade_cases;
mod upgrades;
