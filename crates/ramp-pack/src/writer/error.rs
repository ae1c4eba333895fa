//! Why a bundle, or an entry of it, could not be written.

use std::io;

use ramp_core::name::UnsafeName;
use ramp_core::text;

/// A bundle could not be written. What is in the output by then is none.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// Writing failed.
    #[error("cannot write the bundle")]
    Write(#[source] io::Error),
    /// Reading a dependency failed.
    #[error("cannot read what is to become `{name}`")]
    Read {
        /// The entry.
        name: String,
        /// Why.
        source: io::Error,
    },
    /// A name that is not the same everywhere.
    #[error("`{}` cannot be a name in a bundle: {unsafe_name}", name.escape_debug())]
    UnsafeName {
        /// The entry.
        name: String,
        /// What is wrong with it.
        unsafe_name: UnsafeName,
    },
    /// A module or a dependency in a directory of its own.
    #[error("`{}` cannot be a name in a bundle: it has a slash", name.escape_debug())]
    Slash {
        /// The entry.
        name: String,
    },
    /// Two entries of one name, letter case aside.
    #[error("two files would be `{}` in the bundle", name.escape_debug())]
    NameTwice {
        /// The second entry.
        name: String,
    },
    /// More than zips count without ZIP64, which not every reader of packages knows.
    #[error("`{name}` makes the bundle larger than 4 GiB, which a zip without ZIP64 cannot be")]
    TooLarge {
        /// The entry.
        name: String,
    },
    /// More than zips count without ZIP64.
    #[error("{} are more than a zip without ZIP64 holds, 65534", text::count(count, "file"))]
    TooMany {
        /// How many there would be.
        count: usize,
    },
}

/// Why an entry's data could not be written.
#[derive(Debug)]
pub(super) enum Failure {
    Read(io::Error),
    Write(io::Error),
    /// There is more than a zip can hold.
    TooLarge,
}
