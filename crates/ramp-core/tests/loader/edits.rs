//! Modules that a linker wrote, changed in one place.

use super::editor::{Editor, PHDR, PT_DYNAMIC, PT_LOAD};

/// A name, and the bytes.
pub(crate) type Edited = (String, Vec<u8>);

/// What numbers are changed to: none, one, one more, far more than there is.
fn values(was: u64, width: usize) -> Vec<(&'static str, u64)> {
    let most = if width == 8 { u64::MAX } else { (1 << (8 * width)) - 1 };
    let mut values = vec![("0", 0), ("1", 1), ("more", was.wrapping_add(1) & most), ("most", most)];
    if width == 8 {
        values.extend([("8 more", was.wrapping_add(8)), ("2^46", 1 << 46), ("page", was.wrapping_add(0x1000))]);
    }
    values.retain(|(_, value)| *value != was);
    values.dedup_by_key(|(_, value)| *value);
    values
}

/// Each value in one field.
pub(crate) fn field(all: &mut Vec<Edited>, base: &Editor, name: &str, at: usize, width: usize) {
    for (how, value) in values(base.get(at, width), width) {
        let mut editor = base.clone();
        editor.set(at, width, value);
        all.push((format!("{name} = {how}"), editor.bytes));
    }
}

pub(crate) fn edit(all: &mut Vec<Edited>, base: &Editor, name: &str, change: impl FnOnce(&mut Editor)) {
    let mut editor = base.clone();
    change(&mut editor);
    all.push((name.to_owned(), editor.bytes));
}

/// The header of the file.
pub(crate) fn header(base: &Editor) -> Vec<Edited> {
    let mut all = Vec::new();
    let fields = [
        ("EI_MAG3", 3, 1),
        ("EI_CLASS", 4, 1),
        ("EI_DATA", 5, 1),
        ("EI_VERSION", 6, 1),
        ("EI_OSABI", 7, 1),
        ("EI_ABIVERSION", 8, 1),
        ("EI_PAD", 12, 1),
        ("e_type", 16, 2),
        ("e_machine", 18, 2),
        ("e_version", 20, 4),
        ("e_entry", 24, 8),
        ("e_phoff", 32, 8),
        ("e_shoff", 40, 8),
        ("e_flags", 48, 4),
        ("e_ehsize", 52, 2),
        ("e_phentsize", 54, 2),
        ("e_phnum", 56, 2),
        ("e_shentsize", 58, 2),
        ("e_shnum", 60, 2),
        ("e_shstrndx", 62, 2),
    ];
    for (name, at, width) in fields {
        field(&mut all, base, name, at, width);
    }
    for (os_abi, abi_version) in [(3, 0), (3, 1), (3, 3), (3, 4), (0, 3), (9, 0)] {
        edit(&mut all, base, &format!("EI_OSABI {os_abi}, EI_ABIVERSION {abi_version}"), |editor| {
            editor.set(7, 1, os_abi);
            editor.set(8, 1, abi_version);
        });
    }
    all
}

/// The program headers.
pub(crate) fn segments(base: &Editor) -> Vec<Edited> {
    let mut all = Vec::new();
    let mut seen = std::collections::HashMap::new();
    for (p_type, at) in base.segments() {
        let number = seen.entry(p_type).or_insert(0);
        *number += 1;
        // Of what is loaded: headers, code, constants, variables.
        let name = |field: &str| format!("segment {p_type:#x} no. {number}: {field}");
        let fields = [
            ("p_type", 0, 4),
            ("p_flags", 4, 4),
            ("p_offset", 8, 8),
            ("p_vaddr", 16, 8),
            ("p_paddr", 24, 8),
            ("p_filesz", 32, 8),
            ("p_memsz", 40, 8),
            ("p_align", 48, 8),
        ];
        for (field_name, offset, width) in fields {
            field(&mut all, base, &name(field_name), at + offset, width);
        }
    }
    let (load, second) = {
        let loads: Vec<usize> = base.segments().into_iter().filter(|(t, _)| *t == PT_LOAD).map(|(_, at)| at).collect();
        (loads[0], loads[1])
    };
    edit(&mut all, base, "PT_LOAD out of order", |editor| {
        let (first, other) = (editor.bytes[load..load + PHDR].to_vec(), editor.bytes[second..second + PHDR].to_vec());
        editor.bytes[load..load + PHDR].copy_from_slice(&other);
        editor.bytes[second..second + PHDR].copy_from_slice(&first);
    });
    for (name, size) in
        [("a gigabyte", 1_u64 << 30), ("64 GiB", 64 << 30), ("100 TiB", 100 << 40), ("200 TiB", 200 << 40)]
    {
        edit(&mut all, base, &format!("bss of {name}"), |editor| {
            let last = editor.segments().into_iter().rfind(|(t, _)| *t == PT_LOAD).unwrap().1;
            editor.set(last + 40, 8, size);
        });
    }
    // Segments that nothing needs to load become others.
    let spare = base.segments().into_iter().find(|(t, _)| *t == 4).unwrap().1;
    let dynamic = base.segment(PT_DYNAMIC);
    edit(&mut all, base, "two PT_DYNAMIC, the last good", |editor| {
        assert!(spare > dynamic);
        let good = editor.bytes[dynamic..dynamic + PHDR].to_vec();
        editor.bytes[spare..spare + PHDR].copy_from_slice(&good);
        editor.set(dynamic + 16, 8, 0x10);
    });
    edit(&mut all, base, "two PT_DYNAMIC, the first good", |editor| {
        let good = editor.bytes[dynamic..dynamic + PHDR].to_vec();
        editor.bytes[spare..spare + PHDR].copy_from_slice(&good);
        editor.set(spare + 16, 8, 0x10);
    });
    edit(&mut all, base, "two PT_DYNAMIC, the same", |editor| {
        let good = editor.bytes[dynamic..dynamic + PHDR].to_vec();
        editor.bytes[spare..spare + PHDR].copy_from_slice(&good);
    });
    edit(&mut all, base, "no PT_DYNAMIC", |editor| editor.set(dynamic, 4, 0));
    edit(&mut all, base, "PT_DYNAMIC whose table is empty", |editor| {
        let at = editor.offset(editor.get(dynamic + 16, 8));
        editor.set(at, 8, 0);
    });
    edit(&mut all, base, "an interpreter", |editor| editor.set(spare, 4, 3));
    let table = base.get(32, 8);
    let to_headers = |editor: &mut Editor, address: u64| {
        editor.set(spare, 4, 6);
        editor.set(spare + 16, 8, address);
    };
    for (name, address) in
        [("to the headers", table), ("to zero", 0), ("to other bytes", table + 8), ("to nowhere", 0xdead_0000)]
    {
        edit(&mut all, base, &format!("PT_PHDR leads {name}"), |editor| to_headers(editor, address));
    }
    for more in [0, 100] {
        edit(&mut all, base, &format!("headers moved behind the PT_PHDR, and {more} more"), |editor| {
            to_headers(editor, table);
            let (start, end) = (usize::try_from(table).unwrap(), editor.bytes.len().next_multiple_of(8));
            let count = usize::try_from(editor.get(56, 2)).unwrap();
            let moved = editor.bytes[start..start + count * PHDR].to_vec();
            editor.bytes.resize(end, 0);
            editor.bytes.extend(moved);
            editor.bytes.resize(end + (count + more) * PHDR, 0);
            editor.set(32, 8, end as u64);
            editor.set(56, 2, (count + more) as u64);
        });
    }
    edit(&mut all, base, "PT_TLS of 1 GiB", |editor| {
        editor.set(spare, 4, 7);
        editor.set(spare + 32, 8, 0);
        editor.set(spare + 40, 8, 1 << 30);
    });
    edit(&mut all, base, "PT_TLS whose memsz is below its filesz", |editor| {
        editor.set(spare, 4, 7);
        editor.set(spare + 32, 8, 64);
        editor.set(spare + 40, 8, 1);
    });
    all
}

/// The section headers, at which no loader looks.
pub(crate) fn sections(base: &Editor) -> Vec<Edited> {
    let mut all = Vec::new();
    let (start, count) = (usize::try_from(base.get(40, 8)).unwrap(), usize::try_from(base.get(60, 2)).unwrap());
    for index in [0, 1, 2, 3, 4, 5, count - 1] {
        for (name, offset, width) in [
            ("sh_name", 0, 4),
            ("sh_type", 4, 4),
            ("sh_flags", 8, 8),
            ("sh_addr", 16, 8),
            ("sh_offset", 24, 8),
            ("sh_size", 32, 8),
            ("sh_link", 40, 4),
            ("sh_info", 44, 4),
            ("sh_addralign", 48, 8),
            ("sh_entsize", 56, 8),
        ] {
            let at = start + index * 64 + offset;
            let mut editor = base.clone();
            editor.set(at, width, u64::MAX);
            all.push((format!("section {index}: {name} = most"), editor.bytes));
        }
    }
    edit(&mut all, base, "section headers of zeros", |editor| editor.bytes[start..].fill(0));
    edit(&mut all, base, "section headers cut off", |editor| editor.bytes.truncate(start));
    edit(&mut all, base, "the last section header cut off", |editor| {
        editor.bytes.pop();
    });
    all
}

/// The dynamic table.
pub(crate) fn dynamic(base: &Editor) -> Vec<Edited> {
    let mut all = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (tag, at) in base.dynamic() {
        if tag == 0 || !seen.insert(tag) {
            continue;
        }
        field(&mut all, base, &format!("tag {tag:#x}"), at + 8, 8);
        edit(&mut all, base, &format!("tag {tag:#x} taken away"), |editor| editor.set(at, 8, 0x6eee_eee0));
    }
    let added: [(&str, u64, u64); 24] = [
        ("DT_PLTREL is DT_REL", 20, 17),
        ("DT_PLTREL is nonsense", 20, 99),
        ("DT_RELAENT 8", 9, 8),
        ("DT_SYMENT 8", 11, 8),
        ("DT_REL", 17, 0x100),
        ("DT_RELSZ", 18, 16),
        ("DT_TEXTREL", 22, 0),
        ("DT_BIND_NOW", 24, 0),
        ("DT_SYMBOLIC", 16, 0),
        ("DF_STATIC_TLS", 30, 16),
        ("DF_TEXTREL", 30, 4),
        ("DF_ORIGIN", 30, 1),
        ("DF_1_NOOPEN", 0x6fff_fffb, 0x40),
        ("DF_1_PIE", 0x6fff_fffb, 0x0800_0000),
        ("DF_1_NODELETE", 0x6fff_fffb, 8),
        ("DF_1_INITFIRST", 0x6fff_fffb, 0x20),
        ("DF_1_GLOBAL", 0x6fff_fffb, 2),
        ("DF_1_INTERPOSE", 0x6fff_fffb, 0x400),
        ("DF_1 of unknown bits", 0x6fff_fffb, 0xf000_0000),
        ("DT_FLAGS of unknown bits", 30, 0xff00),
        ("DT_PREINIT_ARRAY", 32, 0x10),
        ("DT_DEBUG", 21, 0),
        ("DT_RELR unmapped", 36, 0xdead_0000),
        ("an unknown tag", 0x6000_1234, 7),
    ];
    for (name, tag, value) in added {
        edit(&mut all, base, name, |editor| editor.tag(tag, value));
    }
    // Names of libraries are taken from the strings that are there.
    let string = |text: &str| {
        let strings = base.offset(base.value(5));
        let at = base.bytes[strings..]
            .windows(text.len() + 1)
            .position(|window| &window[..text.len()] == text.as_bytes() && window[text.len()] == 0);
        at.expect("such a string") as u64
    };
    for (name, tag, text) in [
        ("DT_FILTER of a library that is there", 0x7fff_ffff, "libc.so.6"),
        ("DT_AUXILIARY of a library that is there", 0x7fff_fffd, "libc.so.6"),
        ("DT_FILTER of a library that is not there", 0x7fff_ffff, "printf"),
        ("DT_AUXILIARY of a library that is not there", 0x7fff_fffd, "printf"),
        ("DT_NEEDED of a library that is not there", 1, "printf"),
        ("DT_NEEDED of an empty name", 1, ""),
        ("DT_SONAME of libc", 14, "libc.so.6"),
        ("DT_RUNPATH of a name", 29, "printf"),
        ("DT_RPATH of a name", 15, "printf"),
    ] {
        edit(&mut all, base, name, |editor| editor.add(tag, string(text)));
    }
    edit(&mut all, base, "an init array of 8 bytes more", |editor| editor.tag(27, editor.value(27) + 8));
    edit(&mut all, base, "DT_NULL in front of all", |editor| {
        let at = editor.dynamic()[0].1;
        editor.set(at, 8, 0);
    });
    all
}
