//! Whether the end records agree with the directory, with each other, and with the end of the file.

use std::cmp::Ordering;
use std::io::{self, Read, Seek};

use super::super::anomaly::AnomalyKind;
use super::super::directory::Directory;
use super::super::end::EndRecord;
use super::super::source::Source;
use super::found::Framing;
use super::zip64 as needless;

/// The block that libarchive fills up when it writes to a pipe, as tape archives are: twenty times 512 bytes.
const BLOCK: u64 = 10_240;
/// The longest comment that every reader takes: unzipper looks for the end record, of 22 bytes, in the last 80.
const LONGEST_COMMENT: usize = 58;

pub(super) fn check<R: Read + Seek>(
    source: &mut Source<R>,
    framing: &mut Framing,
    directory: &Directory,
    has_prefix: bool,
) -> io::Result<()> {
    let end = &directory.end;
    if directory.shift != 0 && !(directory.shift > 0 && has_prefix) {
        let (claimed, actual) = (end.claimed_directory_offset, directory.offset);
        framing.at(end.offset, AnomalyKind::DirectoryOffset { claimed, actual });
    }
    let counted = directory.entries.len() as u64;
    if end.claimed_entries != counted || end.claimed_entries_here != counted {
        let (claimed, claimed_here) = (end.claimed_entries, end.claimed_entries_here);
        framing.at(end.offset, AnomalyKind::EntryCount { claimed, claimed_here, counted });
    }
    if let Some(&claimed) = [end.claimed_disk, end.claimed_directory_disk].iter().find(|disk| **disk != 0) {
        framing.at(end.offset, AnomalyKind::Disk { claimed });
    }
    zip64(framing, directory);
    if let Some(second) = end.second {
        framing.at(second, AnomalyKind::SecondEnd { at: second, used: end.offset });
    }
    file_end(source, framing, end)?;
    comment(framing, end);
    Ok(())
}

/// Whether the file ends where the end record says.
fn file_end<R: Read + Seek>(source: &mut Source<R>, framing: &mut Framing, end: &EndRecord) -> io::Result<()> {
    let (claimed, file_len) = (end.claimed_end(), source.len());
    match claimed.cmp(&file_len) {
        Ordering::Less => {
            let len = file_len.saturating_sub(claimed);
            let blocks = len < BLOCK && file_len.is_multiple_of(BLOCK);
            let padding = blocks && source.read_at(claimed, usize::try_from(len).unwrap_or(0))?.iter().all(|b| *b == 0);
            let trailing = AnomalyKind::Trailing { end: claimed, file_len };
            framing.at(claimed, if padding { AnomalyKind::Padding { len } } else { trailing });
        }
        Ordering::Greater => {
            let (claimed, present) = (u64::from(end.claimed_comment_len), end.comment.len() as u64);
            framing.at(end.offset, AnomalyKind::CommentCutOff { claimed, present });
        }
        Ordering::Equal => {}
    }
    Ok(())
}

fn comment(framing: &mut Framing, end: &EndRecord) {
    let comment = &end.comment;
    if comment.is_empty() {
        return;
    }
    let kind = match not_text(comment) {
        None if comment.len() > LONGEST_COMMENT => {
            AnomalyKind::CommentLong { len: comment.len(), most: LONGEST_COMMENT }
        }
        None => AnomalyKind::Comment { len: comment.len() },
        Some(at) => AnomalyKind::CommentNotText { len: comment.len(), at },
    };
    framing.at(end.offset, kind);
}

/// Position of the first byte that is not plain text: not UTF-8, a control character, or the start of a signature.
fn not_text(comment: &[u8]) -> Option<usize> {
    let text = match std::str::from_utf8(comment) {
        Ok(text) => text,
        Err(err) => return Some(err.valid_up_to()),
    };
    let control = text.find(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    [control, text.find("PK")].into_iter().flatten().min()
}

fn zip64(framing: &mut Framing, directory: &Directory) {
    let end = &directory.end;
    if let Some(claimed) = end.claimed_zip64_elsewhere {
        framing.at(end.offset, AnomalyKind::Zip64Locator { claimed, actual: None });
    }
    let Some(zip64) = &end.zip64 else {
        // What is as large as a field can be says that the value is in the other record.
        for (field, claimed, unknown) in [
            ("the number of entries", end.claimed_entries, 0xFFFF),
            ("the directory's offset", end.claimed_directory_offset, 0xFFFF_FFFF),
        ] {
            if claimed == unknown {
                framing.at(end.offset, AnomalyKind::Zip64Missing { field: field.into(), claimed });
            }
        }
        return;
    };
    needless::needed_by_end(framing, directory);
    let mut check = |field: &'static str, one: u64, other: u64, leaves_to_zip64: u64| {
        if one != other && one != leaves_to_zip64 {
            framing.at(zip64.offset, AnomalyKind::Zip64End { field: field.into(), one, other });
        }
    };
    let [disk, directory_disk, here, entries, size, offset] = zip64.classic;
    check("this disk's number", disk, u64::from(end.claimed_disk), 0xFFFF);
    check("the directory's disk", directory_disk, u64::from(end.claimed_directory_disk), 0xFFFF);
    check("the entries on this disk", here, end.claimed_entries_here, 0xFFFF);
    check("the number of entries", entries, end.claimed_entries, 0xFFFF);
    check("the directory's size", size, end.claimed_directory_size, 0xFFFF_FFFF);
    check("the directory's offset", offset, end.claimed_directory_offset, 0xFFFF_FFFF);
    if zip64.claimed_disks != 1 {
        framing.at(zip64.offset, AnomalyKind::DiskCount { claimed: zip64.claimed_disks });
    }
    if zip64.claimed_record_size != 44 {
        framing.at(zip64.offset, AnomalyKind::Zip64Extensible { claimed: zip64.claimed_record_size });
    }
    let actual = u64::try_from(i128::from(zip64.offset).saturating_sub(directory.shift)).unwrap_or(0);
    if zip64.claimed_offset != actual {
        let claimed = zip64.claimed_offset;
        framing.at(zip64.offset, AnomalyKind::Zip64Locator { claimed, actual: Some(actual) });
    }
}
