//! From the parts of an [`ElfBuilder`] to bytes.

use super::assembled::{Elf, Place};
use super::strings::{Out, Strings, to_u16, to_u32};
use super::{EM_AARCH64, EM_X86_64, ElfBuilder, STB_LOCAL, Stack};

/// Each segment is shifted by a page more, so that none shares one with another.
const PAGE: u64 = 0x1000;

const PT_TLS: u32 = 7;
const SHT_PROGBITS: u32 = 1;
const SHT_SYMTAB: u32 = 2;
const SHT_STRTAB: u32 = 3;
const SHT_DYNAMIC: u32 = 6;
pub(super) const SHT_NOTE: u32 = 7;
const SHT_NOBITS: u32 = 8;
const SHT_DYNSYM: u32 = 11;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Segment {
    /// Read only.
    Data,
    /// Code.
    Text,
    /// Writable.
    Dynamic,
    /// Not loaded.
    Nowhere,
}

#[derive(Debug)]
pub(super) struct Section {
    name: &'static str,
    sh_type: u32,
    flags: u64,
    pub(super) align: usize,
    pub(super) entry: u64,
    pub(super) link: &'static str,
    pub(super) info: u32,
    segment: Segment,
    content: Vec<u8>,
    place: Place,
}

pub(super) struct Writer<'b> {
    pub(super) builder: &'b ElfBuilder,
    sections: Vec<Section>,
}

pub(super) fn assemble(builder: &ElfBuilder) -> Elf {
    let mut writer = Writer { builder, sections: Vec::new() };
    writer.add_sections();
    writer.write()
}

impl Writer<'_> {
    pub(super) fn out(&self) -> Out {
        Out::new(self.builder.wide, self.builder.little)
    }

    pub(super) fn word(&self) -> usize {
        if self.builder.wide { 8 } else { 4 }
    }

    pub(super) fn add(&mut self, name: &'static str, sh_type: u32, segment: Segment, content: Vec<u8>) -> &mut Section {
        let content = self.builder.replaced.get(name).cloned().unwrap_or(content);
        let place = Place { offset: 0, address: 0, size: content.len() };
        let flags = match segment {
            Segment::Data => 2,
            Segment::Text => 6,
            Segment::Dynamic => 3,
            Segment::Nowhere => 0,
        };
        let align = if segment == Segment::Nowhere { 1 } else { 8 };
        let index = self.sections.len();
        self.sections.push(Section {
            name,
            sh_type,
            flags,
            align,
            entry: 0,
            link: "",
            info: 0,
            segment,
            content,
            place,
        });
        &mut self.sections[index]
    }

    fn add_sections(&mut self) {
        let builder = self.builder;
        let mut strings = Strings::new();
        let mut dynamic: Vec<(u64, Value)> = Vec::new();
        for library in &builder.needed {
            dynamic.push((1, Value::Number(strings.add(library).into())));
        }
        for (tag, text) in [(14, &builder.soname), (15, &builder.rpath), (29, &builder.runpath)] {
            dynamic.extend(text.as_ref().map(|text| (tag, Value::Number(strings.add(text).into()))));
        }
        if let Some(interpreter) = &builder.interpreter {
            self.add(".interp", SHT_PROGBITS, Segment::Data, [interpreter.as_bytes(), b"\0"].concat());
        }
        self.add_notes();
        let (symbols, versions) = self.symbols();
        self.add_hashes(&symbols, &mut dynamic);
        let (word, table) = (self.word() as u64, self.symbol_table(&symbols, &mut strings));
        let section = self.add(".dynsym", SHT_DYNSYM, Segment::Data, table);
        (section.entry, section.link, section.info) = (if word == 8 { 24 } else { 16 }, ".dynstr", 1);
        dynamic.extend([(6, Value::At(".dynsym")), (11, Value::Number(if word == 8 { 24 } else { 16 }))]);
        self.add_versions(&versions, &mut strings, &mut dynamic);
        self.add_relocations(&symbols, &versions, &mut dynamic);
        self.add(".dynstr", SHT_STRTAB, Segment::Data, strings.bytes);
        dynamic.extend([(5, Value::At(".dynstr")), (10, Value::Size(".dynstr"))]);
        for (tag, flags) in [(30, builder.flags), (0x6fff_fffb, builder.flags_1)] {
            if flags != 0 {
                dynamic.push((tag, Value::Number(flags)));
            }
        }
        dynamic.extend(builder.tags.iter().map(|(tag, value)| (*tag, Value::Number(*value))));
        let code: &[u8] = match builder.machine {
            EM_X86_64 => &[0x31, 0xc0, 0xc3],                       // xor eax, eax; ret
            EM_AARCH64 => &[0, 0, 0x80, 0x52, 0xc0, 3, 0x5f, 0xd6], // mov w0, #0; ret
            _ => &[0; 8],
        };
        self.add(".text", SHT_PROGBITS, Segment::Text, code.to_vec());
        let size = (dynamic.len() + 1) * 2 * self.word();
        let section = self.add(".dynamic", SHT_DYNAMIC, Segment::Dynamic, vec![0; size]);
        (section.link, section.entry) = (".dynstr", word * 2);
        self.add_got();
        self.add_unloaded();
        self.place();
        self.aim_relocations();
        if !builder.replaced.contains_key(".dynamic") {
            self.fill_dynamic(&dynamic);
        }
    }

    fn add_unloaded(&mut self) {
        let builder = self.builder;
        if !builder.comments.is_empty() {
            let content = builder.comments.iter().flat_map(|text| [text.as_bytes(), b"\0"].concat()).collect();
            self.add(".comment", SHT_PROGBITS, Segment::Nowhere, content);
        }
        if let Some(name) = &builder.debug_link {
            let mut out = self.out();
            out.raw(name.as_bytes()).raw(&[0]).pad(4).u32(0);
            self.add(".gnu_debuglink", SHT_PROGBITS, Segment::Nowhere, out.bytes);
        }
        if builder.debug_info {
            self.add(".debug_info", SHT_PROGBITS, Segment::Nowhere, vec![0; 16]);
        }
        if !builder.statics.is_empty() {
            let mut strings = Strings::new();
            let table = self.symbol_table(&builder.statics, &mut strings);
            let locals = builder.statics.iter().take_while(|symbol| symbol.binding == STB_LOCAL).count();
            let section = self.add(".symtab", SHT_SYMTAB, Segment::Nowhere, table);
            (section.entry, section.link) = (if builder.wide { 24 } else { 16 }, ".strtab");
            (section.info, section.align) = (to_u32(locals + 1), 8);
            self.add(".strtab", SHT_STRTAB, Segment::Nowhere, strings.bytes);
        }
        if builder.section_headers {
            let mut names = Strings::new();
            for section in &self.sections {
                names.add(section.name);
            }
            names.add(".shstrtab");
            self.add(".shstrtab", SHT_STRTAB, Segment::Nowhere, names.bytes);
        }
    }

    fn header_sizes(&self) -> (usize, usize, usize) {
        if self.builder.wide { (64, 56, 64) } else { (52, 32, 40) }
    }

    fn segment_count(&self) -> usize {
        let notes = self.sections.iter().filter(|section| section.sh_type == SHT_NOTE).count();
        let (builder, stack) = (self.builder, self.builder.stack != Stack::Missing);
        let others = [builder.interpreter.is_some(), stack, builder.isa_needed.is_some(), builder.tls.is_some()];
        4 + notes + others.into_iter().filter(|there| *there).count()
    }

    fn place(&mut self) {
        let (header, segment, _) = self.header_sizes();
        let mut offset = header + segment * self.segment_count();
        let companion = self.builder.debug_companion;
        for section in &mut self.sections {
            offset = offset.next_multiple_of(section.align);
            let pages = match section.segment {
                Segment::Data => Some(0),
                Segment::Text => Some(1),
                Segment::Dynamic => Some(2),
                Segment::Nowhere => None,
            };
            let address = pages.map_or(0, |pages| offset as u64 + pages * PAGE);
            section.place = Place { offset, address, size: section.content.len() };
            if companion && section.flags & 2 != 0 && section.sh_type != SHT_NOTE {
                section.sh_type = SHT_NOBITS;
            }
            if section.sh_type == SHT_NOBITS {
                section.content.clear();
            }
            offset += section.content.len();
        }
        // Now that the code has an address, the symbols get it.
        let text = self.at(".text").address;
        let wide = self.builder.wide;
        let mut out = self.out();
        let mark = out.word(TEXT_MARK).bytes.clone();
        let mut out = self.out();
        let value = out.word(text).bytes.clone();
        for section in self.sections.iter_mut().filter(|section| matches!(section.name, ".dynsym" | ".symtab")) {
            let (size, at) = if wide { (24, 8) } else { (16, 4) };
            for symbol in section.content.chunks_exact_mut(size) {
                if symbol[at..at + mark.len()] == mark[..] {
                    symbol[at..at + mark.len()].copy_from_slice(&value);
                }
            }
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.sections.iter().any(|section| section.name == name)
    }

    /// What a section has; nothing where there is none.
    pub(super) fn content_of(&mut self, name: &str) -> &mut [u8] {
        let found = self.sections.iter_mut().find(|section| section.name == name);
        found.map_or(&mut [], |section| section.content.as_mut_slice())
    }

    pub(super) fn at(&self, name: &str) -> Place {
        let found = self.sections.iter().find(|section| section.name == name);
        found.map_or(Place { offset: 0, address: 0, size: 0 }, |section| section.place)
    }

    fn fill_dynamic(&mut self, dynamic: &[(u64, Value)]) {
        let mut out = self.out();
        for (tag, value) in dynamic {
            let value = match value {
                Value::Number(number) => *number,
                Value::At(name) => self.at(name).address,
                Value::Size(name) => self.at(name).size as u64,
            };
            out.word(*tag).word(value);
        }
        out.word(0).word(0);
        let filled = |section: &&mut Section| section.name == ".dynamic" && section.sh_type != SHT_NOBITS;
        if let Some(section) = self.sections.iter_mut().find(filled) {
            section.content = out.bytes;
        }
    }

    fn write(self) -> Elf {
        let builder = self.builder;
        let (header_size, segment_size, section_size) = self.header_sizes();
        let end = self.sections.iter().map(|section| section.place.offset + section.content.len()).max();
        let section_table = end.unwrap_or(header_size).next_multiple_of(8);
        let section_count = if builder.section_headers { self.sections.len() + 1 } else { 0 };
        let mut out = self.out();
        out.raw(&[0x7f, b'E', b'L', b'F', 1 + u8::from(builder.wide), 2 - u8::from(builder.little), 1, builder.os_abi]);
        out.raw(&[0; 8]).u16(builder.file_type).u16(builder.machine).u32(1).word(0).word(header_size as u64);
        out.word(if builder.section_headers { section_table as u64 } else { 0 }).u32(0);
        out.u16(to_u16(header_size)).u16(to_u16(segment_size)).u16(to_u16(self.segment_count()));
        out.u16(to_u16(section_size)).u16(to_u16(section_count)).u16(to_u16(section_count.saturating_sub(1)));
        self.write_segments(&mut out);
        for section in &self.sections {
            out.bytes.resize(section.place.offset.max(out.bytes.len()), 0);
            out.raw(&section.content);
        }
        if builder.section_headers {
            out.bytes.resize(section_table, 0);
            self.write_section_headers(&mut out);
        }
        let places = self.sections.iter().map(|section| (section.name.to_owned(), section.place)).collect();
        Elf { bytes: out.bytes, places }
    }

    fn write_segments(&self, out: &mut Out) {
        let (header_size, segment_size, _) = self.header_sizes();
        let companion = self.builder.debug_companion;
        let mut put = |p_type: u32, flags: u32, place: Place, align: u64| {
            let (address, size) = (place.address, place.size as u64);
            // Thread-local storage is zeroed.
            let left_out = p_type == PT_TLS || companion && !matches!(p_type, 4 | 0x6474_e553);
            let in_file = if left_out { 0 } else { size };
            out.u32(p_type);
            if self.builder.wide {
                out.u32(flags).u64(place.offset as u64).u64(address).u64(address).u64(in_file).u64(size).u64(align);
            } else {
                out.word(place.offset as u64).word(address).word(address).word(in_file).word(size).u32(flags);
                out.word(align);
            }
        };
        let span = |wanted: Segment| {
            let mut found = self.sections.iter().filter(|section| section.segment == wanted);
            let first = found.next().map_or(Place { offset: 0, address: 0, size: 0 }, |section| section.place);
            let last = found.next_back().map_or(first, |section| section.place);
            Place { size: last.offset + last.size - first.offset, ..first }
        };
        if self.builder.interpreter.is_some() {
            put(3, 4, self.at(".interp"), 1);
        }
        let (data, head) = (span(Segment::Data), header_size + segment_size * self.segment_count());
        let size = if data.size == 0 { head } else { data.offset + data.size };
        put(1, 4, Place { offset: 0, address: 0, size }, PAGE);
        put(1, 5, span(Segment::Text), PAGE);
        put(1, 6, span(Segment::Dynamic), PAGE);
        put(2, 6, self.at(".dynamic"), 8);
        for section in self.sections.iter().filter(|section| section.sh_type == SHT_NOTE) {
            put(4, 4, section.place, section.align as u64);
        }
        let property = self.builder.isa_needed.map(|_| (0x6474_e553, self.at(".note.gnu.property")));
        let tls = self.builder.tls.map(|size| (PT_TLS, Place { size, ..self.at(".dynamic") }));
        for (p_type, place) in [property, tls].into_iter().flatten() {
            put(p_type, 4, place, 8);
        }
        match self.builder.stack {
            Stack::Missing => {}
            stack => {
                let flags = if stack == Stack::Executable { 7 } else { 6 };
                put(0x6474_e551, flags, Place { offset: 0, address: 0, size: 0 }, 16);
            }
        }
    }

    fn write_section_headers(&self, out: &mut Out) {
        let (_, _, size) = self.header_sizes();
        out.raw(&vec![0; size]);
        let mut names = Strings::new();
        let index = |name: &str| self.sections.iter().position(|section| section.name == name).map_or(0, |at| at + 1);
        for section in &self.sections {
            let sh_type = self.builder.retyped.get(section.name).copied().unwrap_or(section.sh_type);
            out.u32(names.add(section.name)).u32(sh_type).word(section.flags).word(section.place.address);
            out.word(section.place.offset as u64).word(section.place.size as u64).u32(to_u32(index(section.link)));
            out.u32(section.info).word(section.align as u64).word(section.entry);
        }
    }
}

/// Stands for the address of the code until that is known.
pub(super) const TEXT_MARK: u64 = 0x7e57;

/// A value of the dynamic table: known, or known once all sections have their place.
#[derive(Debug)]
pub(super) enum Value {
    Number(u64),
    At(&'static str),
    Size(&'static str),
}
