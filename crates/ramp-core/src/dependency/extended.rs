//! What the headers in front of a member say of it: PAX records, and names too long for a header.

use super::header::until_nul;
use super::kind::IrregularityKind;
use super::pax;

/// The longest extended header that is read. Names and owners take some hundred bytes, extended attributes up to 64 KiB
/// each.
pub(super) const LONGEST: u64 = 1 << 20;

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
    pub(super) sparse: bool,
    pub(super) capabilities: bool,
    path: Option<Vec<u8>>,
    long_name: Option<Vec<u8>>,
    has_pax: bool,
    has_long_link: bool,
}

impl Pending {
    /// The kind of extended header that waits for its member, if one does.
    pub(super) fn waiting(&self) -> Option<Extension> {
        match self {
            Self { has_pax: true, .. } => Some(Extension::Pax),
            Self { long_name: Some(_), .. } => Some(Extension::LongName),
            Self { has_long_link: true, .. } => Some(Extension::LongLink),
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
                if let Some(waiting) = self.waiting() {
                    report(IrregularityKind::ExtendedStray { what: waiting.title().into() });
                }
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
        for record in pax::records(body) {
            let (key, value) = match record {
                Ok(record) => record,
                Err(malformed) => return report(IrregularityKind::ExtendedMalformed { at: malformed.at as u64 }),
            };
            let Some(key) = known(key) else { continue };
            if seen.contains(&key) && key != SPARSE && key != CAPABILITIES {
                report(IrregularityKind::RecordTwice { key: key.into() });
            }
            seen.push(key);
            match key {
                "path" => self.path = Some(value.to_vec()),
                "linkpath" => self.link = Some(value.to_vec()),
                "size" => self.size = pax::decimal(value),
                CAPABILITIES => self.capabilities = true,
                _ => self.sparse = true,
            }
            let usable = match key {
                "size" => self.size.is_some(),
                "path" | "linkpath" => !value.is_empty() && !value.contains(&0),
                _ => true,
            };
            if !usable {
                report(IrregularityKind::RecordValue { key: key.into() });
            }
        }
    }
}

const SPARSE: &str = "GNU.sparse";
const CAPABILITIES: &str = "security.capability";

/// The keys that change what a member is, or where.
fn known(key: &[u8]) -> Option<&'static str> {
    match key {
        b"path" => Some("path"),
        b"linkpath" => Some("linkpath"),
        b"size" => Some("size"),
        key if key.starts_with(SPARSE.as_bytes()) => Some(SPARSE),
        key if key.ends_with(CAPABILITIES.as_bytes()) => Some(CAPABILITIES),
        _ => None,
    }
}

fn global(body: &[u8], report: &mut dyn FnMut(IrregularityKind)) {
    for record in pax::records(body) {
        match record {
            Ok((key, _)) => {
                if let Some(key) = known(key) {
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
