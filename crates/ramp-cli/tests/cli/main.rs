//! The `ramp` command, run as its users run it.
#![allow(clippy::unwrap_used)]

mod embed_deps;
mod formats;
mod inspect;
mod look;
mod options;
mod pack;
mod probe;
mod samples;
#[cfg(all(feature = "server", unix))]
mod serve;
mod shop;
mod unpack;
mod words;
