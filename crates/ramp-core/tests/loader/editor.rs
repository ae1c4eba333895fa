//! A small editor of 64-bit little-endian ELF files.

/// A file that is changed in place.
#[derive(Clone)]
pub(crate) struct Editor {
    pub(crate) bytes: Vec<u8>,
}

pub(crate) const PT_LOAD: u32 = 1;
pub(crate) const PT_DYNAMIC: u32 = 2;

/// Bytes of a program header, a dynamic entry, a symbol and a relocation.
pub(crate) const PHDR: usize = 56;
const DYN: usize = 16;
const SYM: usize = 24;
pub(crate) const RELA: usize = 24;

impl Editor {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    pub(crate) fn get(&self, at: usize, width: usize) -> u64 {
        let mut word = [0; 8];
        word[..width].copy_from_slice(&self.bytes[at..at + width]);
        u64::from_le_bytes(word)
    }

    /// Writes as many low bytes of the value as the field has.
    pub(crate) fn set(&mut self, at: usize, width: usize, value: u64) {
        self.bytes[at..at + width].copy_from_slice(&value.to_le_bytes()[..width]);
    }

    /// Where the program headers are, with the type of each.
    pub(crate) fn segments(&self) -> Vec<(u32, usize)> {
        let (table, count) = (self.get(32, 8), self.get(56, 2));
        (0..count)
            .map(|index| usize::try_from(table + index * PHDR as u64).unwrap())
            .map(|at| (u32::try_from(self.get(at, 4)).unwrap(), at))
            .collect()
    }

    /// The first program header of a type.
    pub(crate) fn segment(&self, p_type: u32) -> usize {
        self.segments().iter().find(|(found, _)| *found == p_type).expect("such a segment").1
    }

    /// Where in the file an address comes from.
    pub(crate) fn offset(&self, address: u64) -> usize {
        let loads = self.segments().into_iter().filter(|(p_type, _)| *p_type == PT_LOAD);
        let mut found = loads.map(|(_, at)| (self.get(at + 8, 8), self.get(at + 16, 8), self.get(at + 32, 8)));
        let of = |(offset, start, size): (u64, u64, u64)| {
            (start..start + size).contains(&address).then(|| offset + address - start)
        };
        usize::try_from(found.find_map(of).expect("a mapped address")).unwrap()
    }

    /// Where the dynamic entries are, with the tag of each; the ones behind the end too.
    pub(crate) fn dynamic(&self) -> Vec<(u64, usize)> {
        let header = self.segment(PT_DYNAMIC);
        let (start, size) = (self.offset(self.get(header + 16, 8)), usize::try_from(self.get(header + 32, 8)).unwrap());
        (start..start + size).step_by(DYN).map(|at| (self.get(at, 8), at)).collect()
    }

    /// The entry of a tag, if there is one.
    pub(crate) fn entry(&self, tag: u64) -> Option<usize> {
        self.dynamic().iter().find(|(found, _)| *found == tag).map(|(_, at)| *at)
    }

    pub(crate) fn value(&self, tag: u64) -> u64 {
        self.get(self.entry(tag).expect("such a tag") + 8, 8)
    }

    /// Sets the value of a tag, or adds it where linkers leave room.
    pub(crate) fn tag(&mut self, tag: u64, value: u64) {
        let at = self.entry(tag).or_else(|| self.entry(0)).expect("room for an entry");
        self.set(at, 8, tag);
        self.set(at + 8, 8, value);
    }

    /// Adds an entry, whatever is there.
    pub(crate) fn add(&mut self, tag: u64, value: u64) {
        let at = self.entry(0).expect("room for an entry");
        self.set(at, 8, tag);
        self.set(at + 8, 8, value);
    }

    /// Number and place of the dynamic symbol of a name.
    pub(crate) fn symbol(&self, name: &str) -> (usize, usize) {
        let (symbols, strings) = (self.offset(self.value(6)), self.offset(self.value(5)));
        let of = |index: usize| symbols + index * SYM;
        let is = |index: &usize| {
            let at = strings + usize::try_from(self.get(of(*index), 4)).unwrap();
            self.bytes[at..].starts_with(name.as_bytes()) && self.bytes[at + name.len()] == 0
        };
        let index = (1..4096).find(is).expect("such a symbol");
        (index, of(index))
    }

    /// Gives the first need of a version another name of the same length. Its hash is the System V ABI's.
    pub(crate) fn rename_need(&mut self, from: &str, to: &str) {
        assert_eq!(from.len(), to.len());
        let hash = |name: &str| {
            name.bytes().fold(0_u64, |hash, byte| {
                let hash = (hash << 4) + u64::from(byte);
                (hash ^ (hash & 0xf000_0000) >> 24) & 0xfff_ffff
            })
        };
        let needs = self.offset(self.value(0x6fff_fffe));
        let strings = self.offset(self.value(5));
        let name = strings + self.string(from);
        let was = (needs..self.bytes.len()).step_by(4).find(|at| self.get(*at, 4) == hash(from)).expect("such a need");
        self.set(was, 4, hash(to));
        self.bytes[name..name + to.len()].copy_from_slice(to.as_bytes());
    }

    /// Where in the string table a string is.
    pub(crate) fn string(&self, text: &str) -> usize {
        let strings = self.offset(self.value(5));
        let is =
            |window: &[u8]| window[0] == 0 && &window[1..=text.len()] == text.as_bytes() && window[text.len() + 1] == 0;
        self.bytes[strings..].windows(text.len() + 2).position(is).expect("such a string") + 1
    }

    /// Where the relocations of `DT_RELA` are.
    pub(crate) fn relocations(&self) -> Vec<usize> {
        let (start, size) = (self.offset(self.value(7)), usize::try_from(self.value(8)).unwrap());
        (start..start + size).step_by(RELA).collect()
    }
}
