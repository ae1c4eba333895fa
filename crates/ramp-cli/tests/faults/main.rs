//! The real process of `ramp serve` where things go wrong: killed, out of space, without its catalogue, asked by many, told to end.
//!
//! All of them are run by `--ignored`, and by `.ci/run`; they want `redis-server`, and root for the small file systems.
#![cfg(all(feature = "serve", unix))]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "test code")]

mod between;
mod fair;
mod gone;
mod kill;
mod load;
mod memory;
mod mixed;
mod race;
#[cfg(feature = "s3")]
mod s3;
mod space;
mod stop;
mod support;
