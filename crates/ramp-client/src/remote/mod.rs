//! Bundles at URLs, read as files are: what is not looked at is not fetched.
//!
//! `url` is what somebody typed; `fetch` asks, follows redirects, and connects to no address that they may not lead to; `answer`
//! holds what comes against what was asked for; `watch` counts what comes beside it; `ranges` gets the blocks that are read; `spool` keeps what a server sends that
//! knows no ranges; [`Remote`] is all that as one reader.

mod answer;
mod cache;
mod error;
mod fetch;
mod headers;
mod limits;
mod pace;
mod ranges;
mod reach;
mod reader;
mod spool;
mod url;
mod watch;

pub use self::error::RemoteError;
pub use self::limits::RemoteLimits;
pub use self::reader::{Remote, Remotes};
pub use self::url::RemoteUrl;
