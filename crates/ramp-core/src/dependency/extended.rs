//! What the headers in front of a member say of it: PAX records, and names too long for a header.

use super::header::until_nul;
use super::irregularity::shown;
use super::keys::{self, Effect};
use super::kind::IrregularityKind;
use super::pax;

/// The longest extended header that is read: bsdtar takes no longer record. Names and owners take some hundred bytes,
/// extended attributes up to 64 KiB each.
pub(super) const LONGEST: u64 = 999_999;
/// How much room all file systems have for the extended attributes of a file: ext4 keeps them in one block of 4 KiB.
const ATTRIBUTE_ROOM: u64 = 4_000;
/// How many things that records make of a member, or give it, are told of.
const MOST_GIVEN: usize = 8;

/// The kinds of extended header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extension {
    /// PAX, for the next member.
    Pax,
    /// PAX, for all members from here on.
    Global,
    /// GNU: the next member's name.
    LongName,
    /// GNU: where the next member, a link, leads.
    LongLink,
}

impl Extension {
    pub(super) const fn of(type_flag: u8) -> Option<Self> {
        match type_flag {
            b'x' => Some(Self::Pax),
            b'g' => Some(Self::Global),
            b'L' => Some(Self::LongName),
            b'K' => Some(Self::LongLink),
            _ => None,
        }
    }

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Pax => "PAX extended header",
            Self::Global => "PAX global header",
            Self::LongName => "GNU long name",
            Self::LongLink => "GNU long link name",
        }
    }
}

/// What is known of the next member before its header comes.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) size: Option<u64>,
    pub(super) link: Option<Vec<u8>>,
    /// What PAX records make of it, or give it.
    pub(super) given: Vec<IrregularityKind>,
    path: Option<Vec<u8>>,
    long_name: Option<Vec<u8>>,
    has_pax: bool,
    has_long_link: bool,
    /// Whether a global header came after which no member has.
    global_last: bool,
}

impl Pending {
    /// The kind of extended header that waits for its member, if one does.
    pub(super) fn waiting(&self) -> Option<Extension> {
        match self {
            Self { has_pax: true, .. } => Some(Extension::Pax),
            Self { long_name: Some(_), .. } => Some(Extension::LongName),
            Self { has_long_link: true, .. } => Some(Extension::LongLink),
            Self { global_last: true, .. } => Some(Extension::Global),
            _ => None,
        }
    }

    /// Whether a long link name waits.
    pub(super) const fn has_long_link(&self) -> bool {
        self.has_long_link
    }

    /// The name, where one is given.
    pub(super) fn name(&self) -> Option<&[u8]> {
        self.long_name.as_deref().or(self.path.as_deref())
    }

    /// Takes in an extended header.
    pub(super) fn read(&mut self, extension: Extension, body: &[u8], report: &mut dyn FnMut(IrregularityKind)) {
        match extension {
            Extension::Pax => {
                if self.has_pax {
                    report(IrregularityKind::ExtendedTwice { what: extension.title().into() });
                }
                self.has_pax = true;
                self.records(body, report);
            }
            Extension::Global => {
                if let Some(waiting) = self.waiting().filter(|waiting| *waiting != Extension::Global) {
                    report(IrregularityKind::ExtendedStray { what: waiting.title().into() });
                }
                if self.global_last {
                    report(IrregularityKind::ExtendedTwice { what: extension.title().into() });
                }
                self.global_last = true;
                global(body, report);
            }
            Extension::LongName => {
                if self.long_name.is_some() {
                    report(IrregularityKind::ExtendedTwice { what: extension.title().into() });
                }
                self.long_name = Some(long(body, report));
            }
            Extension::LongLink => {
                if self.has_long_link {
                    report(IrregularityKind::ExtendedTwice { what: extension.title().into() });
                }
                self.has_long_link = true;
                self.link = Some(long(body, report));
            }
        }
        if let (Some(long_name), Some(path)) = (&self.long_name, &self.path) {
            if long_name != path {
                report(IrregularityKind::TwoLongNames);
            }
        }
    }

    fn records(&mut self, body: &[u8], report: &mut dyn FnMut(IrregularityKind)) {
        let mut seen: Vec<&'static str> = Vec::new();
        let (mut encoded_room, mut plain_room) = (0_u64, 0_u64);
        let mut with_nul = None;
        for record in pax::records(body) {
            let (key, value) = match record {
                Ok(record) => record,
                Err(malformed) => return report(IrregularityKind::ExtendedMalformed { at: malformed.at as u64 }),
            };
            let (effect, wrong) = keys::read(key, value);
            wrong.into_iter().for_each(&mut *report);
            with_nul = with_nul.or_else(|| value.contains(&0).then_some(key));
            let key = match effect {
                Effect::None | Effect::Owner => continue,
                Effect::Attribute { room, encoded } => {
                    let sum = if encoded { &mut encoded_room } else { &mut plain_room };
                    *sum = sum.saturating_add(room);
                    continue;
                }
                Effect::Gives(kind) => {
                    if self.given.len() < MOST_GIVEN && !self.given.contains(&kind) {
                        self.given.push(kind);
                    }
                    continue;
                }
                Effect::Path => {
                    self.path = Some(value.to_vec());
                    "path"
                }
                Effect::LinkPath => {
                    self.link = Some(value.to_vec());
                    "linkpath"
                }
                Effect::Size => {
                    self.size = pax::decimal(value);
                    "size"
                }
            };
            if seen.contains(&key) {
                report(IrregularityKind::RecordTwice { key: key.into() });
            } else {
                seen.push(key);
            }
        }
        // 7-Zip skips a header with a NUL in it as a whole, which shows where it gives a name.
        if let (Some(key), Some(false)) = (with_nul, self.path.as_ref().map(|path| path.contains(&0))) {
            report(IrregularityKind::RecordValue { key: shown(&String::from_utf8_lossy(key)).into() });
        }
        let size = encoded_room.max(plain_room);
        if size > ATTRIBUTE_ROOM {
            report(IrregularityKind::AttributesTooLarge { size, allowed: ATTRIBUTE_ROOM });
        }
    }
}

fn global(body: &[u8], report: &mut dyn FnMut(IrregularityKind)) {
    for record in pax::records(body) {
        match record {
            Ok((key, value)) => {
                let (effect, wrong) = keys::read(key, value);
                wrong.into_iter().for_each(&mut *report);
                if effect != Effect::None {
                    let key = shown(&String::from_utf8_lossy(key));
                    report(IrregularityKind::GlobalRecord { key: key.into() });
                }
            }
            Err(malformed) => report(IrregularityKind::ExtendedMalformed { at: malformed.at as u64 }),
        }
    }
}

/// A long name, which ends in a NUL or where the header does; some readers stop at a NUL, some at the end.
fn long(body: &[u8], report: &mut dyn FnMut(IrregularityKind)) -> Vec<u8> {
    let name = body.strip_suffix(&[0]).unwrap_or(body);
    if name.is_empty() || name.contains(&0) {
        report(IrregularityKind::ExtendedMalformed { at: until_nul(name).len() as u64 });
    }
    until_nul(name).to_vec()
}
