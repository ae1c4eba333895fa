//! Extra fields that some reader obeys: they may only say what the record of the directory says, in the form of their kind.
//!
//! Source: APPNOTE 6.3.10 §4.5 and §4.6; Info-ZIP's `extrafld.txt`; the code of libarchive (`process_extra`) and of
//! Info-ZIP's unzip; and what the readers of `interop/readers` make of made-up bundles.

use super::super::anomaly::AnomalyKind;
use super::super::entry::{Entry, FLAG_UTF8};
use super::super::extra;
use super::super::local::{FLAG_DESCRIPTOR, LocalHeader, OpenFailure};
use super::super::source::Fields;
use super::found::{Framing, front};

/// Info-ZIP's Unicode path.
const UNICODE_PATH: u16 = 0x7075;

/// Which header a field is in: some kinds are shorter in the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Local,
    Directory,
}

/// What a field does to the entry.
enum Said {
    /// It repeats the record, or gives times and owners only.
    Nothing,
    /// It has not the form of its kind.
    Malformed,
    /// It says something that the record does not.
    Else(String),
}

/// What is wrong with an extra field, if anything: fields that no reader obeys may hold anything.
pub(super) fn check(entry: &Entry, place: Place, id: u16, data: &[u8]) -> Option<AnomalyKind> {
    let (what, said) = match id {
        UNICODE_PATH => ("Unicode path", path(entry, data)),
        0x6375 => ("Unicode comment", Said::Else(String::new())),
        0x9901 => ("AES encryption", Said::Else(String::new())),
        0x0017 => ("strong encryption", Said::Else(String::new())),
        0x6C78 => ("libarchive's attributes", libarchive(entry, data)),
        0x756E => ("ASi Unix", asi(entry, data)),
        // Times and owner; behind them where a link leads, or which device it is.
        0x000D => ("PKWARE Unix", form(data.len() == 12)),
        0x000A => ("times of NTFS", form(ntfs(data))),
        0x5455 => ("time stamps", form(times(data, place))),
        0x5855 => ("Info-ZIP Unix, times and owner", form(matches!(data.len(), 8 | 12))),
        0x7855 => ("Info-ZIP Unix, owner", form(matches!(data.len(), 0 | 4))),
        0x7875 => ("Info-ZIP Unix, owner of any size", form(owner(data))),
        _ => return None,
    };
    match said {
        Said::Nothing => None,
        Said::Malformed => Some(AnomalyKind::ExtraForm { id, what: what.into(), len: data.len() }),
        Said::Else(said) if said.is_empty() => Some(AnomalyKind::ExtraOverride { id, what: what.into() }),
        Said::Else(said) => Some(AnomalyKind::ExtraOverride { id, what: format!("{what}: {said}").into() }),
    }
}

/// Reports Unicode paths, whatever they say, in an archive with a data descriptor.
///
/// unzip 6.0, as Linux distributions patch it, loses its count of the bytes then, and refuses the archive for entries that
/// overlap. Where a flag says that the name is UTF-8 it does not look at the field.
pub(super) fn paths_beside_descriptors(
    framing: &mut Framing,
    entries: &[Entry],
    locals: &[Result<LocalHeader, OpenFailure>],
) {
    if !entries.iter().any(|entry| entry.claimed_flags & FLAG_DESCRIPTOR != 0) {
        return;
    }
    let has_path = |bytes| extra::fields(bytes).any(|field| field.is_ok_and(|(id, _)| id == UNICODE_PATH));
    for (entry, local) in entries.iter().zip(locals).filter(|(entry, _)| entry.claimed_flags & FLAG_UTF8 == 0) {
        if has_path(&entry.extra) || local.as_ref().is_ok_and(|local| has_path(&local.extra)) {
            let what = "Unicode path, which makes `unzip` refuse an archive with data descriptors".into();
            framing.about(entry, Some(entry.record_offset), AnomalyKind::ExtraOverride { id: UNICODE_PATH, what });
        }
    }
}

const fn form(is_right: bool) -> Said {
    if is_right { Said::Nothing } else { Said::Malformed }
}

/// Info-ZIP's second name: fine where it is the first once more, as Ant and Commons Compress write it.
fn path(entry: &Entry, data: &[u8]) -> Said {
    let mut fields = Fields::new(data);
    let (Some(version), Some(crc32)) = (fields.u8(), fields.u32()) else { return Said::Malformed };
    let name = fields.up_to(data.len());
    if version == 1 && crc32 == crc32fast::hash(&entry.raw_name) && name == entry.raw_name {
        return Said::Nothing;
    }
    Said::Else(format!("`{}`", front(name).escape_debug()))
}

/// libarchive's field: a bitmap of which values of the directory's record follow, for readers that stream.
fn libarchive(entry: &Entry, data: &[u8]) -> Said {
    const SYSTEM: u8 = 1;
    const INTERNAL: u8 = 2;
    const EXTERNAL: u8 = 4;
    let mut fields = Fields::new(data);
    let Some(bits) = fields.u8() else { return Said::Malformed };
    if bits & !(SYSTEM | INTERNAL | EXTERNAL) != 0 {
        return Said::Malformed;
    }
    if bits & SYSTEM != 0 {
        match fields.u16().map(u16::to_le_bytes) {
            None => return Said::Malformed,
            Some([_, system]) if system != entry.claimed_system => return Said::Else(format!("system {system}")),
            Some(_) => {}
        }
    }
    if bits & INTERNAL != 0 {
        match fields.u16() {
            None => return Said::Malformed,
            Some(internal) if internal != entry.claimed_internal_attributes => {
                return Said::Else(format!("internal attributes {internal:#06x}"));
            }
            Some(_) => {}
        }
    }
    if bits & EXTERNAL != 0 {
        match fields.u32() {
            None => return Said::Malformed,
            // Then libarchive takes them for those of MS-DOS, which have no mode.
            Some(_) if bits & SYSTEM == 0 => return Said::Else("external attributes of no system".to_owned()),
            Some(external) if external != entry.claimed_external_attributes => {
                return Said::Else(format!("external attributes {external:#010x}"));
            }
            Some(_) => {}
        }
    }
    form(fields.remaining() == 0)
}

/// The field of `ASi`, an archiver: CRC-32 of the rest, mode, size of the link or number of the device, owner, link.
fn asi(entry: &Entry, data: &[u8]) -> Said {
    let mut fields = Fields::new(data);
    let (Some(crc32), Some(mode), Some(size)) = (fields.u32(), fields.u16(), fields.u32()) else {
        return Said::Malformed;
    };
    if data.len() != 14 || size != 0 || data.get(4..).map(crc32fast::hash) != Some(crc32) {
        return Said::Malformed;
    }
    if u32::from(mode) != entry.claimed_external_attributes >> 16 {
        return Said::Else(format!("mode {mode:o}"));
    }
    Said::Nothing
}

/// Four reserved bytes, then attributes: (tag, length, data), of which tag 1 has three times.
fn ntfs(data: &[u8]) -> bool {
    let mut fields = Fields::new(data);
    let mut has_times = false;
    if fields.u32().is_none() {
        return false;
    }
    while fields.remaining() > 0 {
        let Some((tag, len)) = fields.u16().zip(fields.u16()) else { return false };
        if fields.bytes(usize::from(len)).is_none() || tag == 1 && len != 24 {
            return false;
        }
        has_times |= tag == 1;
    }
    has_times
}

/// Flags, and four bytes for each time that they announce. In the directory writers leave out all but the first, the time of
/// modification, and rubyzip fails where that is missing.
fn times(data: &[u8], place: Place) -> bool {
    let Some((flags, times)) = data.split_first() else { return false };
    let announced = usize::try_from(flags.count_ones()).unwrap_or_default().saturating_mul(4);
    let is_modified = flags & 1 != 0;
    match place {
        Place::Local => (1..8).contains(flags) && times.len() == announced,
        Place::Directory => (1..8).contains(flags) && is_modified && (times.len() == announced || times.len() == 4),
    }
}

/// Version 1, and two numbers, each behind its length; the directory can leave them out.
fn owner(data: &[u8]) -> bool {
    let mut fields = Fields::new(data);
    fields.remaining() == 0
        || fields.u8() == Some(1) && sized(&mut fields) && sized(&mut fields) && fields.remaining() == 0
}

/// Takes a number of up to eight bytes, behind its length; whether there is one.
fn sized(fields: &mut Fields<'_>) -> bool {
    let len = fields.u8().filter(|len| (1..=8).contains(len));
    len.is_some_and(|len| fields.bytes(usize::from(len)).is_some())
}
