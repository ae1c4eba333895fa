//! Reading and judging `module.json`, from outside.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod differential;
mod inputs;
mod model;
mod properties;
mod python;
mod reading;

use ramp_core::metadata::{Document, Rejection, unpacked};

/// Where the unpacker stops.
fn first_rejection(document: &Document) -> Option<Rejection> {
    unpacked::module_file(document).err().or_else(|| unpacked::rejections(document).into_iter().next())
}
