//! Reports out: one file a format.

mod beside;
pub(crate) mod discovery;
pub(crate) mod facts;
pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod sarif;
mod sink;
pub(crate) mod upload;

use ramp_core::{PolicyName, Report, Target};

pub(crate) use beside::{Beside, Place, plain, set_mode};
pub(crate) use sink::{Content, Sink};

use crate::args::{FailOn, Format, ListFormat};
use crate::error::CliError;

/// What came of one bundle.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The bundle's name, as given.
    pub(crate) bundle: String,
    pub(crate) verdict: Verdict,
    pub(crate) policy: PolicyName,
    pub(crate) target: Target,
}

#[derive(Debug)]
pub(crate) enum Verdict {
    Judged(Box<Report>),
    NotEvaluated { message: String },
}

/// A format: outcomes in, text out, as they come or at the end.
pub(crate) trait Reporter {
    fn add(&mut self, outcome: &Outcome, sink: &mut Sink) -> Result<(), CliError>;
    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError>;
}

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

pub(crate) fn reporter(format: Format, fail_on: FailOn) -> Box<dyn Reporter> {
    match format {
        Format::Human => Box::new(human::Human::default()),
        Format::Json => Box::new(json::Json::default()),
        Format::Jsonl => Box::new(json::Lines),
        Format::Sarif => Box::new(sarif::Sarif::default()),
        Format::Github => Box::new(github::Github),
        Format::Junit => Box::new(junit::Junit::new(fail_on)),
    }
}
