//! Relocations of what the module needs from elsewhere, so that the loader looks for it.

use super::strings::to_u32;
use super::write::{Segment, Value, Writer};
use super::{EM_AARCH64, EM_X86_64, Export};

const SHT_PROGBITS: u32 = 1;
const SHT_RELA: u32 = 4;
/// Bytes of a relocation.
const RELA: usize = 24;

impl Writer<'_> {
    /// One for each symbol that is undefined and of no version; all write to the same place, which is enough. On other machines there
    /// are none.
    pub(super) fn add_relocations(&mut self, symbols: &[Export], versions: &[u16], dynamic: &mut Vec<(u64, Value)>) {
        let kind: u64 = match self.builder.machine {
            EM_X86_64 => 6,
            EM_AARCH64 => 1025,
            _ => return,
        };
        let numbered = symbols.iter().zip(versions.iter().skip(1)).zip(1_usize..);
        let asked = numbered.filter(|((symbol, version), _)| !symbol.defined && **version < 2);
        let mut out = self.out();
        for (_, index) in asked {
            out.u64(0).u64(u64::from(to_u32(index)) << 32 | kind).u64(0);
        }
        if !out.bytes.is_empty() {
            self.add(".rela.dyn", SHT_RELA, Segment::Data, out.bytes).entry = RELA as u64;
            dynamic.extend([
                (7, Value::At(".rela.dyn")),
                (8, Value::Size(".rela.dyn")),
                (9, Value::Number(RELA as u64)),
            ]);
        }
    }

    /// The place that they write to, in the writable segment.
    pub(super) fn add_got(&mut self) {
        if self.has(".rela.dyn") {
            self.add(".got", SHT_PROGBITS, Segment::Dynamic, vec![0; 8]);
        }
    }

    /// Tells them the place, now that it is known.
    pub(super) fn aim_relocations(&mut self) {
        let place = self.at(".got").address;
        for record in self.content_of(".rela.dyn").chunks_exact_mut(RELA) {
            record[..8].copy_from_slice(&place.to_le_bytes());
        }
    }
}
