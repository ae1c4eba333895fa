//! An observation that is being completed.

use crate::cure::{Cure, Edit, Repair};
use crate::datum::{Data, Datum};
use crate::endpoint::Part;
use crate::finding::Observation;
use crate::rules::printable::printable;

/// What was just reported, to be completed; nothing where the rule has made all the observations it may.
#[derive(Debug)]
pub(crate) struct Reported<'a>(pub(super) Option<&'a mut Observation>);

impl Reported<'_> {
    /// A value that it is about, under a key that the rule documents.
    pub(crate) fn data(self, key: &'static str, value: impl Into<Datum>) -> Self {
        let Self(mut observation) = self;
        if let Some(observation) = &mut observation {
            observation.data.insert(key.into(), value.into());
        }
        Self(observation)
    }

    /// The values that it is about, as a fact has them.
    pub(crate) fn values(self, values: Data) -> Self {
        let Self(mut observation) = self;
        if let Some(observation) = &mut observation {
            observation.data.extend(values);
        }
        Self(observation)
    }

    /// A value that it is about, where there is one.
    pub(crate) fn maybe(self, key: &'static str, value: Option<impl Into<Datum>>) -> Self {
        match value {
            Some(value) => self.data(key, value),
            None => self,
        }
    }

    /// What to do in this very case, in place of the rule's own help; nothing leaves that.
    pub(crate) fn help(self, help: impl Into<Option<String>>) -> Self {
        let Self(mut observation) = self;
        if let Some(observation) = &mut observation {
            observation.help = help.into().map(|help| printable(&help));
        }
        Self(observation)
    }

    /// How it is put right in this very case, in place of what the rule says in general.
    pub(crate) fn cure(self, cure: Cure) -> Self {
        let Self(mut observation) = self;
        if let Some(observation) = &mut observation {
            observation.cure = cure;
        }
        Self(observation)
    }

    /// That this edit of `module.json` puts it right, and needs no guess, where there is one: unless it may follow from something else
    /// that is wrong, which is seen to first.
    pub(crate) fn edit(self, edit: impl Into<Option<Edit>>) -> Self {
        let Self(mut observation) = self;
        if let (Some(observation), Some(edit)) = (&mut observation, edit.into()) {
            debug_assert_eq!(observation.rule.repair, Repair::Value, "{}", observation.rule.id);
            if observation.causes.is_empty() {
                observation.cure = Cure::Edits(vec![edit]);
            }
        }
        Self(observation)
    }

    /// It is worth knowing here, and no more: a note, for which no cluster refuses.
    pub(crate) fn note(self) -> Self {
        let Self(mut observation) = self;
        if let Some(observation) = &mut observation {
            (observation.noted, observation.reason) = (true, None);
        }
        Self(observation)
    }

    /// What of the upload it is about in this very case, in place of what the rule is about in general.
    pub(crate) fn about(self, part: Part) -> Self {
        let Self(mut observation) = self;
        if let Some(observation) = &mut observation {
            observation.part = part;
        }
        Self(observation)
    }

    /// The unpacker's reason code, or none, in place of the rule's own.
    pub(crate) fn reason(self, reason: Option<&'static str>) -> Self {
        let Self(mut observation) = self;
        if let Some(observation) = &mut observation {
            observation.reason = reason;
        }
        Self(observation)
    }
}
