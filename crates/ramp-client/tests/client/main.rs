//! The client against the server of this workspace, and against servers that misbehave.
//!
//! Those against a catalogue in Redis want a `redis-server` on the path and are run by `--ignored`.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "test code")]

mod fake;
mod faults;
mod modules;
mod nodes;
mod recorded;
mod remote;
mod support;
mod trust;
mod uploads;
