//! What is true of one bundle: gathered once, judged by the rules afterwards, as often as one likes.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]

mod contents;
mod dependencies;
mod gather;
mod kinds;
mod known;

pub use contents::Contents;
pub use gather::{gather, gather_known, gather_with_contents, gather_without_dependencies};
pub use kinds::{ArchiveFacts, BundleFacts, DependencyEntry, MetadataFacts, MetadataReading, ModuleEntry};
pub use known::KnownModule;
