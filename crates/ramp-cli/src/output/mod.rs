//! Reports out: one file a format.

pub(crate) mod azure;
mod beside;
pub(crate) mod diff;
pub(crate) mod discovery;
pub(crate) mod facts;
mod fingerprint;
pub(crate) mod fixed;
pub(crate) mod github;
pub(crate) mod gitlab;
mod head;
mod home;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod listing;
mod look;
pub(crate) mod manifests;
pub(crate) mod markdown;
mod marks;
mod matrix;
mod merged;
#[cfg(feature = "cluster")]
pub(crate) mod modules;
mod page;
mod place;
pub(crate) mod rdjson;
#[cfg(feature = "cluster")]
mod refusal;
pub(crate) mod rehearsed;
mod reporter;
pub(crate) mod sarif;
mod sink;
mod spool;
pub(crate) mod statement;
mod statistics;
mod summary;
pub(crate) mod table;
mod tally;
#[cfg(test)]
mod tests;
mod totals;
#[cfg(feature = "cluster")]
pub(crate) mod upload;

pub(crate) use beside::{Beside, Place};
pub(crate) use home::book;
pub(crate) use look::Look;
pub(crate) use place::Places;
pub(crate) use reporter::{FilesKind, JudgedFiles, Outcome, Reporter, Subject, Verdict, failed};
pub(crate) use sink::{Content, Sink};
pub(crate) use summary::Summary;

use crate::args::diff::DiffFormat;
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

impl DiffFormat {
    /// Whether people or programs read it.
    pub(crate) fn content(self) -> Content {
        if self == Self::Human { Content::Styled } else { Content::Data }
    }
}

pub(crate) fn reporter(format: Format, look: &Look) -> Box<dyn Reporter> {
    let places = || look.places.clone();
    match format {
        Format::Human => Box::new(human::Human::new(look)),
        Format::Json => Box::new(json::Json::default()),
        Format::Jsonl => Box::new(json::Lines),
        Format::Sarif => Box::new(sarif::Sarif::new(places())),
        Format::Github => Box::new(github::Github::new(places())),
        Format::Gitlab => Box::new(gitlab::Gitlab::new(places())),
        Format::Azure => Box::new(azure::Azure::new(places())),
        Format::Rdjson => Box::new(rdjson::Rdjson::new(places())),
        Format::Junit => Box::new(junit::Junit::default()),
        Format::Markdown => Box::new(markdown::Markdown::new(look.all, markdown::COMMENT)),
    }
}
