//! Notes: the build id and the x86 level.

use std::fmt::Write as _;

use goblin::elf::note::{NT_GNU_BUILD_ID, NT_GNU_PROPERTY_TYPE_0};
use goblin::elf::program_header::PT_NOTE;

use super::image::{Image, PT_GNU_PROPERTY};
use super::kinds::X86IsaLevel;
use super::sections::Sections;
use crate::module::defect::{LimitKind, ModuleDefect};
use crate::module::read::{Encoding, Scan, narrow, slice, widen};

const GNU_PROPERTY_X86_ISA_1_NEEDED: u32 = 0xc000_8002;
/// Build ids are hashes of 16, 20 or 32 bytes.
const LONGEST_BUILD_ID: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) build_id: Option<String>,
    pub(super) x86_isa_needed: Option<X86IsaLevel>,
}

/// Reads the note segments, and the note sections for what they did not say: object files have no segments.
pub(super) fn read(scan: &mut Scan<'_>, image: &Image<'_>, sections: &Sections) -> Notes {
    let mut notes = Notes::default();
    let mut left = scan.limits.notes;
    let segments = image.segments.iter().filter(|segment| matches!(segment.p_type, PT_NOTE | PT_GNU_PROPERTY));
    let mut places: Vec<_> = segments
        .map(|segment| (segment.p_offset, widen(image.segment_bytes(segment).len()), segment.p_align))
        .collect();
    if places.is_empty() {
        places = sections.notes();
    }
    let mut seen = Vec::new();
    for (offset, size, align) in places {
        if seen.contains(&offset) {
            continue;
        }
        seen.push(offset);
        let Some(bytes) = slice(scan.bytes, offset, size) else { continue };
        let place = Place { offset, align: if align == 8 { 8 } else { 4 }, encoding: image.encoding };
        place.read(scan, bytes, &mut notes, &mut left);
    }
    notes
}

struct Place {
    offset: u64,
    align: usize,
    encoding: Encoding,
}

impl Place {
    fn read(&self, scan: &mut Scan<'_>, bytes: &[u8], notes: &mut Notes, left: &mut usize) {
        let mut at = 0_usize;
        while at < bytes.len() {
            if !take_one(scan, left) {
                return;
            }
            let Some((note, next)) = self.note(bytes, at) else {
                // Padding behind the last note is not a note.
                if bytes.get(at..).is_some_and(|rest| rest.iter().take(64).any(|byte| *byte != 0)) {
                    scan.defect(ModuleDefect::NoteBroken { offset: self.offset.saturating_add(widen(at)) });
                }
                return;
            };
            if note.name == b"GNU\0" {
                match note.n_type {
                    NT_GNU_BUILD_ID if notes.build_id.is_none() && !note.description.is_empty() => {
                        notes.build_id = Some(hex(note.description));
                    }
                    NT_GNU_PROPERTY_TYPE_0 => self.properties(scan, note.description, notes, left),
                    _ => {}
                }
            }
            at = next;
        }
    }

    fn note<'b>(&self, bytes: &'b [u8], at: usize) -> Option<(Note<'b>, usize)> {
        let name_size = narrow(u64::from(self.encoding.u32(bytes, at)?));
        let description_size = narrow(u64::from(self.encoding.u32(bytes, at.checked_add(4)?)?));
        let n_type = self.encoding.u32(bytes, at.checked_add(8)?)?;
        let name_at = at.checked_add(12)?;
        let name_end = name_at.checked_add(name_size)?;
        let description_at = name_end.checked_next_multiple_of(self.align)?;
        let description_end = description_at.checked_add(description_size)?;
        let note = Note {
            n_type,
            name: bytes.get(name_at..name_end)?,
            description: bytes.get(description_at..description_end)?,
        };
        Some((note, description_end.checked_next_multiple_of(self.align)?))
    }

    fn properties(&self, scan: &mut Scan<'_>, bytes: &[u8], notes: &mut Notes, left: &mut usize) {
        let mut at = 0_usize;
        while let (Some(kind), Some(size)) =
            (self.encoding.u32(bytes, at), self.encoding.u32(bytes, at.saturating_add(4)))
        {
            if !take_one(scan, left) {
                return;
            }
            let value = at.saturating_add(8);
            if kind == GNU_PROPERTY_X86_ISA_1_NEEDED && size == 4 {
                let level = self.encoding.u32(bytes, value).and_then(X86IsaLevel::of_bits);
                notes.x86_isa_needed = notes.x86_isa_needed.max(level);
            }
            let end = value.saturating_add(narrow(u64::from(size)));
            at = end.checked_next_multiple_of(self.encoding.word_size()).unwrap_or(usize::MAX);
        }
    }
}

struct Note<'b> {
    n_type: u32,
    name: &'b [u8],
    description: &'b [u8],
}

fn take_one(scan: &mut Scan<'_>, left: &mut usize) -> bool {
    if *left == 0 {
        scan.limit(LimitKind::Notes, scan.limits.notes);
        return false;
    }
    *left = left.saturating_sub(1);
    true
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(LONGEST_BUILD_ID).fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
