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
    pub(super) access_list: bool,
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
        for record in pax::records(body) {
            let (key, value) = match record {
                Ok(record) => record,
                Err(malformed) => return report(IrregularityKind::ExtendedMalformed { at: malformed.at as u64 }),
            };
            if let Some(kind) = unlike(key, value) {
                report(kind);
            }
            let Some(key) = known(key) else { continue };
            if seen.contains(&key) && !matches!(key, SPARSE | CAPABILITIES | ACCESS_LIST) {
                report(IrregularityKind::RecordTwice { key: key.into() });
            }
            seen.push(key);
            match key {
                "path" => self.path = Some(value.to_vec()),
                "linkpath" => self.link = Some(value.to_vec()),
                "size" => self.size = pax::decimal(value),
                CAPABILITIES => self.capabilities = true,
                ACCESS_LIST => self.access_list = true,
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
const ACCESS_LIST: &str = "SCHILY.acl";
/// The size of a sparse file, as star writes it; libarchive fills or cuts any file to it.
const REAL_SIZE: &[u8] = b"SCHILY.realsize";
/// Times beyond this many seconds, before or after 1970, are not representable everywhere: Python has them as floats.
const FARTHEST_TIME: u64 = 1 << 53;

/// The keys that change what a member is, or where.
fn known(key: &[u8]) -> Option<&'static str> {
    match key {
        b"path" => Some("path"),
        b"linkpath" => Some("linkpath"),
        b"size" => Some("size"),
        key if key.starts_with(SPARSE.as_bytes()) || key == REAL_SIZE => Some(SPARSE),
        key if key.starts_with(ACCESS_LIST.as_bytes()) => Some(ACCESS_LIST),
        key if key.ends_with(CAPABILITIES.as_bytes()) => Some(CAPABILITIES),
        _ => None,
    }
}

fn global(body: &[u8], report: &mut dyn FnMut(IrregularityKind)) {
    for record in pax::records(body) {
        match record {
            Ok((key, value)) => {
                if let Some(kind) = unlike(key, value) {
                    report(kind);
                }
                if let Some(key) = known(key) {
                    report(IrregularityKind::GlobalRecord { key: key.into() });
                }
            }
            Err(malformed) => report(IrregularityKind::ExtendedMalformed { at: malformed.at as u64 }),
        }
    }
}

/// What about a record some readers fail at, or take for another: a key with whitespace before it or control characters
/// in it, a time or an owner that is not a number, a name of an owner that is not text.
fn unlike(key: &[u8], value: &[u8]) -> Option<IrregularityKind> {
    let shown = || String::from_utf8_lossy(key).into_owned();
    if key.first().is_some_and(u8::is_ascii_whitespace) || key.iter().any(u8::is_ascii_control) {
        return Some(IrregularityKind::RecordKey { key: super::irregularity::shown(&shown()) });
    }
    let usable = match key {
        b"mtime" | b"atime" | b"ctime" => is_time(value),
        b"uid" | b"gid" => pax::decimal(value).is_some_and(|id| u32::try_from(id).is_ok()),
        b"uname" | b"gname" => !value.contains(&0) && std::str::from_utf8(value).is_ok(),
        _ => true,
    };
    (!usable).then(|| IrregularityKind::RecordValue { key: shown().into() })
}

/// Seconds, with a fraction or not, before or after 1970.
fn is_time(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"-").unwrap_or(value);
    let mut parts = value.splitn(2, |byte| *byte == b'.');
    let seconds = parts.next().and_then(pax::decimal).is_some_and(|seconds| seconds < FARTHEST_TIME);
    seconds && parts.next().is_none_or(|fraction| !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit))
}

/// A long name, which ends in a NUL or where the header does; some readers stop at a NUL, some at the end.
fn long(body: &[u8], report: &mut dyn FnMut(IrregularityKind)) -> Vec<u8> {
    let name = body.strip_suffix(&[0]).unwrap_or(body);
    if name.is_empty() || name.contains(&0) {
        report(IrregularityKind::ExtendedMalformed { at: until_nul(name).len() as u64 });
    }
    until_nul(name).to_vec()
}
