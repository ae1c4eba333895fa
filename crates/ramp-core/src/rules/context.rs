//! What a rule sees, and where it puts what it finds.

use std::borrow::Cow;
use std::collections::HashMap;

use super::printable::printable;
use crate::bundle::Entry;
use crate::cure::{Cure, Repair};
use crate::datum::Data;
use crate::error_code::UploadErrorCode;
use crate::facts::BundleFacts;
use crate::finding::{Location, Observation, Rule};
use crate::given::{Given, is_of_macos};
use crate::group::Group;
use crate::target::Target;
use crate::text::shorten;

mod reported;

pub(crate) use reported::Reported;

/// How many observations one rule may make; the last says how many more there were.
const MOST_PER_RULE: usize = 50;

/// How many it may make once all of them together have [`MOST_BYTES`].
const MOST_PER_RULE_AFTER: usize = 3;

/// How many bytes of messages and places are listed in full. Damaged modules have some kilobytes.
const MOST_BYTES: usize = 256 << 10;

/// How many characters of a name or of a pointer are kept, in the place of an observation.
const LONGEST_PLACE: usize = 500;

/// How often a rule has spoken, and how often it was heard.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    spoken: usize,
    kept: usize,
}

/// Facts in, observations out.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) facts: &'a BundleFacts,
    pub(crate) target: &'a Target,
    observations: Vec<Observation>,
    counts: HashMap<&'static str, Count>,
    /// Whether all is wanted that can be repaired.
    for_cures: bool,
    /// The rules that have spoken of a value of `module.json`, by its JSON pointer.
    spoken: HashMap<String, Vec<&'static Rule>>,
    /// Bytes of the messages and places so far.
    bytes: usize,
    /// What is known to be wrong, and the rules that have said so.
    wrong: HashMap<Subject, Vec<&'static Rule>>,
    /// The rules that have said that what is being judged is wrong.
    causes: Vec<&'static Rule>,
    /// What need not be reported, since it was said that the file is something else.
    settled: Settled,
    /// The rule that said that it is one part of a zip.
    part: Option<&'static Rule>,
}

/// What can be wrong in a way from which other findings follow.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Subject {
    /// The content of the entry at that position in the directory.
    Content(usize),
    /// The headers by which it is opened.
    Header(usize),
    /// The value of that JSON pointer: until the cluster takes it, what others say of it is beside the point.
    Value(String),
}

/// How much was said by saying what the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settled {
    /// Nothing.
    Nothing,
    /// That the entries that macOS adds have no place in it. How they stand in the zip is another matter.
    MacOs,
    /// What a bundle must hold, and how that would fare. Whether the zip is sound is another matter.
    Bundle,
}

impl Settled {
    fn covers(self, rule: &Rule, location: &Location) -> bool {
        let of_content = matches!(rule.group, Group::Unpack | Group::Load | Group::Schema | Group::Metadata);
        match self {
            Self::Nothing => false,
            Self::MacOs => of_content && location.entry.as_deref().is_some_and(is_of_macos),
            Self::Bundle => of_content,
        }
    }
}

impl<'a> Context<'a> {
    pub(crate) fn new(facts: &'a BundleFacts, target: &'a Target) -> Self {
        Self {
            facts,
            target,
            observations: Vec::new(),
            counts: HashMap::new(),
            for_cures: false,
            spoken: HashMap::new(),
            bytes: 0,
            wrong: HashMap::new(),
            causes: Vec::new(),
            settled: Settled::Nothing,
            part: None,
        }
    }

    /// For what can be repaired, which is all wanted, however often a rule speaks. There is no more of it than values are read, records
    /// of a zip, and entries.
    pub(crate) fn for_cures(facts: &'a BundleFacts, target: &'a Target) -> Self {
        Self { for_cures: true, ..Self::new(facts, target) }
    }

    /// Reports something; what it takes beside is added to what comes back.
    pub(crate) fn report(&mut self, rule: &'static Rule, location: Location, message: impl AsRef<str>) -> Reported<'_> {
        let refused = self.refused_around(rule, &location);
        self.push(rule, location, message, refused)
    }

    /// Reports what is wrong with the text of `module.json`, whatever a cluster says of the value that is read of it: that follows from
    /// no value, and a value may be refused for it.
    pub(crate) fn report_text(
        &mut self,
        rule: &'static Rule,
        location: Location,
        message: impl AsRef<str>,
    ) -> Reported<'_> {
        self.push(rule, location, message, Vec::new())
    }

    /// Reports that what should be in the zip is not there. Where it is one part of a zip, that is why, and all there is to say.
    pub(crate) fn report_unreadable(
        &mut self,
        rule: &'static Rule,
        location: Location,
        message: impl AsRef<str>,
    ) -> Reported<'_> {
        let is_part = self.facts.given == Given::Part && self.part.is_none();
        match self.facts.described().filter(|_| is_part) {
            Some(given) => {
                self.push(rule, location, given.what, Vec::new()).values(given.data).help(given.help);
                self.part = Some(rule);
                Reported(None)
            }
            None => self.push(rule, location, message, Vec::new()),
        }
    }

    fn push(
        &mut self,
        rule: &'static Rule,
        location: Location,
        message: impl AsRef<str>,
        refused: Vec<&'static Rule>,
    ) -> Reported<'_> {
        if self.settled.covers(rule, &location) {
            return Reported(None);
        }
        let mut causes = self.causes.clone();
        causes.extend(refused);
        causes.retain(|cause| cause.id != rule.id);
        // One part of a zip is unsound by its nature, and says nothing of the whole.
        causes.extend(self.part.filter(|_| matches!(rule.group, Group::Archive | Group::Integrity)));
        let most = self.most(rule);
        let heard = self.counts.entry(rule.id).or_default();
        heard.spoken = heard.spoken.saturating_add(1);
        if heard.kept >= most {
            return Reported(None);
        }
        heard.kept = heard.kept.saturating_add(1);
        let message = printable(message.as_ref());
        if let Some(pointer) = &location.pointer {
            self.spoken.entry(pointer.clone()).or_default().push(rule);
        }
        if !self.wants_all(rule) {
            let place = [&location.entry, &location.pointer].into_iter().flatten().map(String::len);
            self.bytes = place.fold(self.bytes, usize::saturating_add).saturating_add(message.len());
        }
        self.observations.push(Observation {
            rule,
            part: rule.part,
            noted: false,
            reason: rule.reason,
            message,
            data: Data::new(),
            location,
            help: None,
            causes,
            cure: Cure::of(rule.repair),
        });
        Reported(self.observations.last_mut())
    }

    /// Reports something unless the rule has spoken: for what is the same on every platform.
    pub(crate) fn report_once(
        &mut self,
        rule: &'static Rule,
        location: Location,
        message: impl AsRef<str>,
    ) -> Reported<'_> {
        if self.counts.contains_key(rule.id) { Reported(None) } else { self.report(rule, location, message) }
    }

    /// What was refused of the value that an observation is about, or of one that it is in: what others say of it may follow. What the
    /// cluster refuses of a value is noted on the way.
    fn refused_around(&mut self, rule: &'static Rule, location: &Location) -> Vec<&'static Rule> {
        let Some(pointer) = &location.pointer else { return Vec::new() };
        if rule.error_code.is_some() {
            self.wrong.entry(Subject::Value(pointer.clone())).or_default().push(rule);
            return Vec::new();
        }
        let refused = around(pointer).filter_map(|place| self.wrong.get(&Subject::Value(place.to_owned())));
        refused.flatten().copied().collect()
    }

    /// Reports, by the rule for which the unpacker refuses it, that the file is something else than a bundle, and what: that
    /// settles all that follows. Whether it is, and was not said before.
    pub(crate) fn report_given(&mut self, rule: &'static Rule) -> bool {
        let Some(given) = self.facts.described().filter(|_| self.settled == Settled::Nothing) else { return false };
        let at = self.facts.given.entry().map(Location::entry).unwrap_or_default();
        self.push(rule, at, given.what, Vec::new()).values(given.data).help(given.help);
        self.settled = match self.facts.given {
            Given::MacOs { .. } => Settled::MacOs,
            _ => Settled::Bundle,
        };
        true
    }

    /// Notes that a rule has said that the content of an entry is not whole.
    pub(crate) fn note_damage(&mut self, index: usize, rule: &'static Rule) {
        self.note(Subject::Content(index), rule);
    }

    /// Notes that a rule has said that an entry cannot be opened.
    pub(crate) fn note_unopened(&mut self, index: usize, rule: &'static Rule) {
        self.note(Subject::Header(index), rule);
    }

    /// What was settled otherwise was not said, so nothing can be put down to it.
    fn note(&mut self, subject: Subject, rule: &'static Rule) {
        if self.counts.contains_key(rule.id) {
            self.wrong.entry(subject).or_default().push(rule);
        }
    }

    /// Reports that the content of an entry is not what was packed.
    pub(crate) fn report_damage(
        &mut self,
        rule: &'static Rule,
        entry: &Entry,
        message: impl AsRef<str>,
    ) -> Reported<'_> {
        let location = at(entry);
        if !self.settled.covers(rule, &location) {
            self.wrong.entry(Subject::Content(entry.index)).or_default().push(rule);
        }
        self.report(rule, location, message)
    }

    /// Judges what may follow from what that rule has said.
    pub(crate) fn judge_after(&mut self, rule: &'static Rule, judge: impl FnOnce(&mut Self)) {
        self.causes = vec![rule];
        judge(self);
        self.causes.clear();
    }

    /// Judges what the entry at that position in the directory holds. Where that is damaged, it counts all the same, but what
    /// is found may follow from the damage, and has no help of its own.
    pub(crate) fn judge_content(&mut self, index: usize, judge: impl FnOnce(&mut Self)) {
        self.judge(&Subject::Content(index), judge);
    }

    /// Judges the headers of an entry, where they are why it cannot be opened.
    pub(crate) fn judge_header(&mut self, index: usize, judge: impl FnOnce(&mut Self)) {
        self.judge(&Subject::Header(index), judge);
    }

    fn judge(&mut self, subject: &Subject, judge: impl FnOnce(&mut Self)) {
        self.causes = self.wrong.get(subject).cloned().unwrap_or_default();
        judge(self);
        self.causes.clear();
    }

    /// Whether it is said already what is wrong with the value at that place of `module.json`: by the unpacker, by the cluster
    /// that cannot read the dependencies, since the module is another, or by the group schema. What it would mean is then beside
    /// the point.
    pub(crate) fn is_said(&self, pointer: &str) -> bool {
        self.has_spoken_of(pointer, |rule| {
            matches!(rule.group, Group::Unpack | Group::Integrity | Group::Schema)
                || rule.error_code == Some(UploadErrorCode::InvalidDependencyData)
        })
    }

    /// That a value is called by another key, where it was said that it is not there: said once, in the place of the one that is as
    /// grave as `rule`, which tells of the key. Whether it was.
    pub(crate) fn name_missing(&mut self, rule: &Rule, pointer: &str, key: &str, help: &str) -> bool {
        let is_of = |o: &Observation| o.location.pointer.as_deref() == Some(pointer);
        let Some(at) = self.observations.iter().position(is_of) else { return false };
        let Some(missing) = self.observations.get_mut(at) else { return false };
        if missing.rule.strict_level < rule.strict_level {
            let removed = self.observations.remove(at);
            if let Some(rules) = self.spoken.get_mut(pointer) {
                rules.retain(|rule| rule.id != removed.rule.id);
            }
            if let Some(count) = self.counts.get_mut(removed.rule.id) {
                *count = Count { spoken: count.spoken.saturating_sub(1), kept: count.kept.saturating_sub(1) };
            }
            return false;
        }
        missing.message = format!("{}; `{}` is there", missing.message, printable(key));
        missing.help = Some(printable(help));
        true
    }

    /// Whether a rule has spoken of that very place.
    pub(crate) fn has_spoken_at(&self, rule: &Rule, location: &Location) -> bool {
        self.observations.iter().any(|o| o.rule.id == rule.id && o.location == *location)
    }

    /// Whether a rule of that kind has spoken of the value at that place of `module.json`.
    pub(crate) fn has_spoken_of(&self, pointer: &str, of: impl Fn(&Rule) -> bool) -> bool {
        self.spoken.get(pointer).is_some_and(|rules| rules.iter().any(|rule| of(rule)))
    }

    /// How many observations a rule may make as it is now.
    fn most(&self, rule: &Rule) -> usize {
        match self.bytes {
            _ if self.wants_all(rule) => usize::MAX,
            ..MOST_BYTES => MOST_PER_RULE,
            _ => MOST_PER_RULE_AFTER,
        }
    }

    fn wants_all(&self, rule: &Rule) -> bool {
        self.for_cures && rule.repair != Repair::Never
    }

    /// Whether a rule has made all the observations it may: what more it would say need not be worked out.
    pub(crate) fn is_full(&self, rule: &Rule) -> bool {
        self.counts.get(rule.id).is_some_and(|count| count.kept >= self.most(rule))
    }

    /// Counts observations of a rule that has made all it may.
    pub(crate) fn count_more(&mut self, rule: &'static Rule, more: u64) {
        if let Some(count) = self.counts.get_mut(rule.id) {
            count.spoken = count.spoken.saturating_add(usize::try_from(more).unwrap_or(usize::MAX));
        }
    }

    /// What was found, and how often each rule has spoken more than that.
    pub(crate) fn finish(mut self) -> Vec<Observation> {
        for (rule, count) in &self.counts {
            if let Some(more) = count.spoken.checked_sub(count.kept).filter(|more| *more > 0) {
                if let Some(last) = self.observations.iter_mut().rfind(|o| o.rule.id == *rule) {
                    last.message = format!("{} (and {more} more like it)", last.message);
                }
            }
        }
        for observation in &mut self.observations {
            let Location { entry, pointer, .. } = &mut observation.location;
            for place in [entry, pointer].into_iter().flatten() {
                if let Cow::Owned(short) = shorten(place, LONGEST_PLACE) {
                    *place = short;
                }
            }
        }
        self.observations
    }
}

/// That place of `module.json`, and those that it is in; not the whole.
fn around(pointer: &str) -> impl Iterator<Item = &str> {
    let ends = pointer.char_indices().filter(|(at, c)| *c == '/' && *at > 0).map(|(at, _)| at);
    ends.chain([pointer.len()]).filter_map(|end| pointer.get(..end)).filter(|place| !place.is_empty())
}

/// An entry of the zip, and its offset there.
pub(crate) fn at(entry: &Entry) -> Location {
    let mut location = Location::entry(&entry.name);
    location.offset = entry.local_offset;
    location
}
