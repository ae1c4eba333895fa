//! The zip that a RAMP package is: its records, the regularity of its structure, the content of its entries.
//!
//! Three readings stand side by side. [`Directory::read`] reads the central directory the way the
//! reference unpacker does, since what it sees is what the cluster judges. The framing walk demands that every byte
//! belongs to exactly one record and that what is written twice says the same twice; where it does not, readers can
//! be played against each other. And the `zip` crate is asked for its view, so that a difference cannot go unseen.
//!
//! Numbers read from headers are claims, and are called so (`claimed_size`) until the content has been measured.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]

mod anomaly;
mod archive;
mod content;
mod decoder;
mod directory;
mod end;
mod entry;
mod extra;
mod failure;
mod framing;
mod hashing;
mod limits;
mod local;
mod other_view;
#[cfg(feature = "bzip2-lzma")]
mod rare;
mod reader;
mod signatures;
mod source;

pub use anomaly::{Anomaly, AnomalyKind, HeaderField};
pub use archive::{Bundle, CopyError, EntryError};
pub use content::{Ending, Measured};
pub use directory::Directory;
pub use end::{EndMissing, EndRecord, Zip64End};
pub use entry::Entry;
pub use failure::{DirectoryFailure, OpenError};
pub use framing::Framing;
pub use limits::BundleLimits;
pub use local::{LocalHeader, OpenFailure};
pub use reader::EntryReader;

pub(crate) use content::{Beyond, Receiver};
pub(crate) use local::open;
pub(crate) use source::{Fields, Source};
