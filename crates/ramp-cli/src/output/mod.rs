//! Reports out: one file a format.

mod beside;
pub(crate) mod discovery;
pub(crate) mod facts;
pub(crate) mod github;
mod head;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod listing;
pub(crate) mod manifests;
mod matrix;
mod merged;
mod reporter;
pub(crate) mod sarif;
mod sink;
pub(crate) mod statement;
mod tally;
#[cfg(feature = "cluster")]
pub(crate) mod upload;

pub(crate) use beside::{Beside, Place};
pub(crate) use reporter::{FilesKind, JudgedFiles, Outcome, Reporter, Subject, Verdict, failed};
pub(crate) use sink::{Content, Sink};

use crate::args::format::{Format, ListFormat};

impl Format {
    /// Whether people or programs read it.
    pub(crate) fn content(self) -> Content {
        if self == Self::Human { Content::Styled } else { Content::Data }
    }
}

impl ListFormat {
    /// Whether people or programs read it.
    pub(crate) fn content(self) -> Content {
        if self == Self::Human { Content::Styled } else { Content::Data }
    }
}

pub(crate) fn reporter(format: Format, all: bool) -> Box<dyn Reporter> {
    match format {
        Format::Human => Box::new(human::Human::with_all(all)),
        Format::Json => Box::new(json::Json::default()),
        Format::Jsonl => Box::new(json::Lines),
        Format::Sarif => Box::new(sarif::Sarif::default()),
        Format::Github => Box::new(github::Github),
        Format::Junit => Box::new(junit::Junit::default()),
    }
}
