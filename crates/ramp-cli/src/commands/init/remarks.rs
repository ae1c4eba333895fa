//! What packing would say of the manifest that is proposed, each thing once.

use ramp_core::Level;
use ramp_pack::check::Remark;
use ramp_pack::manifest::{Drafted, draft};

use super::super::check;
use crate::error::help_with;

/// What was said already.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    said: Vec<String>,
}

/// Something that was not said before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct News {
    pub(super) level: Level,
    pub(super) what: String,
    pub(super) help: Option<String>,
}

impl Remarks {
    /// What there is to say of a manifest with these keys that was not said before. What does not keep it from being packed counts as
    /// said from now on.
    pub(super) fn of(&mut self, drafted: &[Drafted]) -> Vec<News> {
        let remarks = check::of(draft(&[], drafted).as_bytes());
        let mut news: Vec<News> = remarks.iter().map(News::of).collect();
        news.retain(|news| !self.said.contains(&news.what));
        self.said.extend(news.iter().filter(|news| news.level != Level::Error).map(|news| news.what.clone()));
        news
    }
}

impl News {
    fn of(remark: &Remark) -> Self {
        Self { level: remark.level(), what: remark.what.to_string(), help: help_with(&remark.what) }
    }
}
