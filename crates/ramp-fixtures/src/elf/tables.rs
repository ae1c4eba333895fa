//! Notes, symbols, hash tables and version tables.

use super::strings::{Strings, gnu_hash, sysv_hash, to_u16, to_u32};
use super::write::{SHT_NOTE, Segment, TEXT_MARK, Value, Writer};
use super::{Export, HashStyle, STB_GLOBAL, STB_WEAK};

const SHT_HASH: u32 = 5;
const SHT_GNU_HASH: u32 = 0x6fff_fff6;
const SHT_GNU_VERDEF: u32 = 0x6fff_fffd;
const SHT_GNU_VERNEED: u32 = 0x6fff_fffe;
const SHT_GNU_VERSYM: u32 = 0x6fff_ffff;

impl Writer<'_> {
    pub(super) fn add_notes(&mut self) {
        let note = |n_type: u32, description: &[u8]| {
            let mut out = self.out();
            out.u32(4).u32(to_u32(description.len())).u32(n_type).raw(b"GNU\0").raw(description);
            out.bytes
        };
        let property = self.builder.isa_needed.map(|bits| {
            let mut out = self.out();
            out.u32(0xc000_8002).u32(4).u32(bits).pad(self.word());
            note(5, &out.bytes)
        });
        let build_id = self.builder.build_id.as_ref().map(|id| note(3, id));
        if let Some(property) = property {
            self.add(".note.gnu.property", SHT_NOTE, Segment::Data, property);
        }
        if let Some(build_id) = build_id {
            self.add(".note.gnu.build-id", SHT_NOTE, Segment::Data, build_id).align = 4;
        }
    }

    /// The dynamic symbols in order, undefined ones first as `DT_GNU_HASH` wants it, and their version indices.
    pub(super) fn symbols(&self) -> (Vec<Export>, Vec<u16>) {
        let undefined = |name: &String, weak: bool| Export {
            name: name.clone(),
            symbol_type: 0,
            binding: if weak { STB_WEAK } else { STB_GLOBAL },
            visibility: 0,
            defined: false,
        };
        let first = 2 + self.builder.definitions.len();
        let mut symbols = Vec::new();
        let mut versions = vec![0_u16];
        for (index, need) in self.builder.needs.iter().enumerate() {
            for (name, weak) in &need.symbols {
                symbols.push(undefined(name, *weak));
                versions.push(to_u16(first + index));
            }
        }
        let plain = self.builder.undefined.iter().map(|(name, weak)| undefined(name, *weak));
        let (defined, missing): (Vec<Export>, Vec<Export>) =
            self.builder.exports.iter().cloned().partition(|export| export.defined);
        symbols.extend(plain.chain(missing));
        let mut defined = defined;
        let buckets = bucket_count(defined.len());
        defined.sort_by_key(|export| gnu_hash(&export.name) % buckets);
        symbols.extend(defined);
        versions.resize(symbols.len() + 1, 1);
        (symbols, versions)
    }

    pub(super) fn symbol_table(&self, symbols: &[Export], strings: &mut Strings) -> Vec<u8> {
        let mut out = self.out();
        let size = if self.builder.wide { 24 } else { 16 };
        out.raw(&vec![0; size]);
        for symbol in symbols {
            let name = strings.add(&symbol.name);
            let info = (symbol.binding << 4) | symbol.symbol_type;
            // Sections get their numbers later; any that is not zero will do.
            let section = u16::from(symbol.defined);
            let value = if symbol.defined { TEXT_MARK } else { 0 };
            if self.builder.wide {
                out.u32(name).raw(&[info, symbol.visibility]).u16(section).u64(value).u64(0);
            } else {
                out.u32(name).word(value).u32(0).raw(&[info, symbol.visibility]).u16(section);
            }
        }
        out.bytes
    }

    pub(super) fn add_hashes(&mut self, symbols: &[Export], dynamic: &mut Vec<(u64, Value)>) {
        let hash = self.builder.hash;
        if matches!(hash, HashStyle::Sysv | HashStyle::Both) {
            let table = self.sysv_table(symbols);
            let section = self.add(".hash", SHT_HASH, Segment::Data, table);
            section.link = ".dynsym";
            dynamic.push((4, Value::At(".hash")));
        }
        if matches!(hash, HashStyle::Gnu | HashStyle::Both) {
            let table = self.gnu_table(symbols);
            let section = self.add(".gnu.hash", SHT_GNU_HASH, Segment::Data, table);
            section.link = ".dynsym";
            dynamic.push((0x6fff_fef5, Value::At(".gnu.hash")));
        }
    }

    fn sysv_table(&self, symbols: &[Export]) -> Vec<u8> {
        let mut chains = vec![0_usize; symbols.len() + 1];
        let mut bucket = 0;
        // One bucket: the chain runs through all symbols that are defined.
        for (index, _) in symbols.iter().enumerate().filter(|(_, symbol)| symbol.defined) {
            chains[index + 1] = bucket;
            bucket = index + 1;
        }
        let mut out = self.out();
        for value in [1, symbols.len() + 1, bucket].into_iter().chain(chains) {
            if self.builder.wide && self.builder.machine == super::EM_S390 {
                out.u64(value as u64);
            } else {
                out.u32(to_u32(value));
            }
        }
        out.bytes
    }

    fn gnu_table(&self, symbols: &[Export]) -> Vec<u8> {
        let undefined = symbols.iter().filter(|symbol| !symbol.defined).count();
        let hashes: Vec<u32> = symbols[undefined..].iter().map(|symbol| gnu_hash(&symbol.name)).collect();
        let buckets = bucket_count(hashes.len());
        let mut out = self.out();
        let first = if hashes.is_empty() { 1 } else { undefined + 1 };
        // A filter of ones lets everything through.
        out.u32(buckets).u32(to_u32(first)).u32(1).u32(6).word(u64::MAX);
        for bucket in 0..buckets {
            let found = hashes.iter().position(|hash| hash % buckets == bucket);
            out.u32(found.map_or(0, |index| to_u32(undefined + 1 + index)));
        }
        for (index, hash) in hashes.iter().enumerate() {
            let last = hashes.get(index + 1).is_none_or(|next| next % buckets != hash % buckets);
            out.u32(hash & !1 | u32::from(last));
        }
        out.bytes
    }

    pub(super) fn add_versions(&mut self, versions: &[u16], strings: &mut Strings, dynamic: &mut Vec<(u64, Value)>) {
        let builder = self.builder;
        if builder.needs.is_empty()
            && builder.definitions.is_empty()
            && !builder.replaced.contains_key(".gnu.version_r")
        {
            return;
        }
        let mut out = self.out();
        for version in versions {
            out.u16(*version);
        }
        let section = self.add(".gnu.version", SHT_GNU_VERSYM, Segment::Data, out.bytes);
        (section.entry, section.link) = (2, ".dynsym");
        dynamic.push((0x6fff_fff0, Value::At(".gnu.version")));
        if !builder.definitions.is_empty() {
            let base = builder.soname.clone().unwrap_or_else(|| "module.so".to_owned());
            let names: Vec<&String> = std::iter::once(&base).chain(&builder.definitions).collect();
            let mut out = self.out();
            for (index, name) in names.iter().enumerate() {
                let next = if index + 1 == names.len() { 0 } else { 28 };
                out.u16(1).u16(u16::from(index == 0)).u16(to_u16(index + 1)).u16(1).u32(sysv_hash(name));
                out.u32(20).u32(next).u32(strings.add(name)).u32(0);
            }
            let section = self.add(".gnu.version_d", SHT_GNU_VERDEF, Segment::Data, out.bytes);
            (section.link, section.info) = (".dynstr", to_u32(names.len()));
            dynamic
                .extend([(0x6fff_fffc, Value::At(".gnu.version_d")), (0x6fff_fffd, Value::Number(names.len() as u64))]);
        }
        if !builder.needs.is_empty() || builder.replaced.contains_key(".gnu.version_r") {
            let (table, count) = self.needs_table(strings);
            let section = self.add(".gnu.version_r", SHT_GNU_VERNEED, Segment::Data, table);
            (section.link, section.info) = (".dynstr", to_u32(count));
            dynamic.extend([(0x6fff_fffe, Value::At(".gnu.version_r")), (0x6fff_ffff, Value::Number(count as u64))]);
        }
    }

    fn needs_table(&self, strings: &mut Strings) -> (Vec<u8>, usize) {
        let first = 2 + self.builder.definitions.len();
        let mut libraries: Vec<(&str, Vec<usize>)> = Vec::new();
        for (index, need) in self.builder.needs.iter().enumerate() {
            match libraries.iter_mut().find(|(library, _)| *library == need.library) {
                Some((_, needs)) => needs.push(index),
                None => libraries.push((&need.library, vec![index])),
            }
        }
        let mut out = self.out();
        for (at, (library, needs)) in libraries.iter().enumerate() {
            let next = if at + 1 == libraries.len() { 0 } else { 16 + needs.len() * 16 };
            out.u16(1).u16(to_u16(needs.len())).u32(strings.add(library)).u32(16).u32(to_u32(next));
            for (at, index) in needs.iter().enumerate() {
                let need = &self.builder.needs[*index];
                let next = if at + 1 == needs.len() { 0 } else { 16 };
                out.u32(sysv_hash(&need.version)).u16(if need.weak { 2 } else { 0 }).u16(to_u16(first + index));
                out.u32(strings.add(&need.version)).u32(next);
            }
        }
        (out.bytes, libraries.len())
    }
}

fn bucket_count(symbols: usize) -> u32 {
    to_u32(symbols / 4 + 1)
}
