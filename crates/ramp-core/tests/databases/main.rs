//! The life of a module after the upload: what databases get, and what a cluster refuses.
#![allow(clippy::needless_pass_by_value, clippy::unwrap_used)]

mod created;
mod rehearsed;
mod support;
mod told;
mod upgraded;
