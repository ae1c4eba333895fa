//! The `ramp` command, run as its users run it.

mod look;
mod samples;
mod shop;
