//! Reading and judging `module.json`, from outside.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod differential;
mod model;
mod properties;
mod reading;
