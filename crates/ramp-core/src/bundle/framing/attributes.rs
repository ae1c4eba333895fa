//! What an entry is, by its name and by its attributes, and which mode readers give it.
//!
//! Source: the code of Info-ZIP's unzip (`mapattr`), 7-Zip and libarchive, and what the readers of `interop/readers` make
//! of made-up bundles.

use super::super::anomaly::AnomalyKind;
use super::super::entry::Entry;
use super::found::Framing;

const DEFLATED: u16 = 8;
const UNIX: u8 = 3;
/// Systems whose entries have a Unix mode, or none for all readers: MS-DOS, Unix, Macintosh, Windows (three), macOS.
const SYSTEMS: [u8; 7] = [0, UNIX, 7, 10, 11, 14, 19];

const TYPE: u32 = 0o170_000;
const TYPE_DIRECTORY: u32 = 0o040_000;
const TYPE_FILE: u32 = 0o100_000;
const PRIVILEGES: u32 = 0o7000;
const PERMISSIONS: u32 = 0o777;
const EXECUTE: u32 = 0o111;
const OWNER: u32 = 0o700;
/// What the usual mask takes from files without a mode, which are made with 0666.
const MASKED: u32 = 0o022;
/// Attributes of MS-DOS and of Windows.
const DOS_READ_ONLY: u32 = 0x01;
const DOS_LABEL: u32 = 0x08;
const DOS_DIRECTORY: u32 = 0x10;
const REPARSE_POINT: u32 = 0x400;
/// The one internal attribute that writers set: the content is text.
const TEXT: u16 = 1;

/// Checks the attributes of an entry.
///
/// The upper half of the external ones is a Unix mode whatever system claims to have made the entry: there are readers
/// that do not ask.
pub(super) fn check(framing: &mut Framing, entry: &Entry) {
    let attributes = entry.claimed_external_attributes;
    let mode = attributes >> 16;
    let mut report = |kind| framing.about(entry, Some(entry.record_offset), kind);
    let what = match mode & TYPE {
        0 | TYPE_DIRECTORY | TYPE_FILE => None,
        0o120_000 => Some("symbolic link"),
        0o010_000 => Some("named pipe"),
        0o020_000 => Some("character device"),
        0o060_000 => Some("block device"),
        0o140_000 => Some("socket"),
        _ => Some("file of an unknown kind"),
    };
    if let Some(what) = what {
        report(AnomalyKind::SpecialFile { what: what.into(), mode });
    }
    if mode & PRIVILEGES != 0 {
        report(AnomalyKind::PrivilegeBits { mode });
    }
    for (bit, what) in [(DOS_LABEL, "it is the label of a volume"), (REPARSE_POINT, "its content is a link of Windows")]
    {
        if attributes & bit != 0 {
            report(AnomalyKind::Attributes { what: what.into(), attributes: bit });
        }
    }
    let internal = entry.claimed_internal_attributes & !TEXT;
    if internal != 0 {
        let what = "its content is more than data, or reserved bits of the internal ones are set";
        report(AnomalyKind::Attributes { what: what.into(), attributes: u32::from(internal) });
    }
    if !SYSTEMS.contains(&entry.claimed_system) {
        report(AnomalyKind::System { system: entry.claimed_system });
    } else if let Some(kind) = permissions(entry) {
        report(kind);
    }
    if entry.is_directory() {
        directory(framing, entry);
    } else if mode & TYPE == TYPE_DIRECTORY || attributes & DOS_DIRECTORY != 0 {
        report(AnomalyKind::DirectoryMode { by_name: false, attributes });
    }
}

/// Whether readers that restore modes give an entry the same one.
fn permissions(entry: &Entry) -> Option<AnomalyKind> {
    let attributes = entry.claimed_external_attributes;
    let mode = attributes >> 16;
    let permissions = mode & PERMISSIONS;
    let differs = |why: &'static str| Some(AnomalyKind::Mode { why: why.into(), mode });
    let incomplete = |why: &'static str| Some(AnomalyKind::ModeIncomplete { why: why.into(), attributes });
    if entry.claimed_system != UNIX {
        // Without a mode readers give the one that the mask leaves: the same is no other.
        let ordinary = if entry.is_directory() { 0o755 } else { 0o644 };
        let others = (permissions & !MASKED) ^ ordinary;
        let is_narrower = others & (OWNER | !ordinary) == 0;
        if mode != 0 && !is_narrower {
            return differs("and the system that made it is not Unix: some readers take the mode, some do not");
        }
        if attributes & DOS_READ_ONLY != 0 {
            return incomplete("read-only to some readers, and writable to others");
        }
        let is_other = mode != 0 && others != 0;
        return if is_other {
            incomplete("with a mode that some readers restore and others do not: who but its owner may read it differs")
        } else {
            None
        };
    }
    match (mode & TYPE, permissions) {
        (_, 0) if mode != 0 => differs("which grants nothing: some readers give it one of their own"),
        (_, 0) if entry.is_directory() => {
            incomplete("without a mode: some readers make it a folder that only root can use")
        }
        (_, 0) => incomplete("without a mode: some readers make it a file that only root can read"),
        (_, of_folder) if entry.is_directory() && of_folder & OWNER != OWNER => differs(
            "which does not let its owner read, write and enter it: some readers add what is missing, some cannot \
             unpack into it",
        ),
        (0, of_folder) if entry.is_directory() && of_folder & EXECUTE != EXECUTE => {
            incomplete("a mode that does not say that it is a directory: some readers let everybody enter it")
        }
        (0, _) if !entry.is_directory() && permissions & EXECUTE != 0 => {
            incomplete("a mode that does not say that it is a file: some readers do not make it executable")
        }
        _ => None,
    }
}

/// Whether a directory by name is one by its attributes, and has no content.
fn directory(framing: &mut Framing, entry: &Entry) {
    let attributes = entry.claimed_external_attributes;
    let mut report = |kind| framing.about(entry, Some(entry.record_offset), kind);
    if (attributes >> 16) & TYPE == TYPE_FILE {
        report(AnomalyKind::DirectoryMode { by_name: true, attributes });
    }
    // Some writers deflate the nothing: Python's `writestr("deps/", "")` to two bytes, Java's `setLevel(0)` to five. What
    // comes out of it is looked at with the contents, as that of every entry.
    let deflated = entry.claimed_method == DEFLATED && entry.claimed_compressed_size != 0;
    let stored = if deflated { (0, 0) } else { (entry.claimed_compressed_size, entry.claimed_method) };
    let content = [
        ("size", entry.claimed_size),
        ("CRC-32", u64::from(entry.claimed_crc32)),
        ("compressed size", stored.0),
        ("compression method", u64::from(stored.1)),
    ];
    if let Some((value, claimed)) = content.into_iter().find(|(_, claimed)| *claimed != 0) {
        report(AnomalyKind::DirectoryContent { value: value.into(), claimed });
    }
}
