//! The page on `/`, in headless Chromium: `cargo test -p ramp-server --test page -- --ignored`.
//!
//! Wants `chromium` and `chromedriver`, and in `RAMP_AXE` the file `axe.min.js` of the npm package `axe-core`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, reason = "test code")]

mod accessible;
mod browser;
mod looks;
mod markup;
mod modules;
mod pictures;
#[path = "../server/support.rs"]
#[allow(dead_code, reason = "the other suite uses all of it")]
mod support;
