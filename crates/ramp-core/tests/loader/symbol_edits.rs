//! Modules that a linker wrote, changed in one symbol, version or relocation.

use super::editor::{Editor, RELA};
use super::edits::{Edited, edit, field};

const ON_LOAD: &str = "RedisModule_OnLoad";

/// Symbols and their versions.
pub(crate) fn symbols(base: &Editor) -> Vec<Edited> {
    let mut all = Vec::new();
    let (index, on_load) = base.symbol(ON_LOAD);
    for binding in [0, 1, 2, 3, 9, 10, 13, 15] {
        edit(&mut all, base, &format!("OnLoad: binding {binding}"), |editor| {
            editor.set(on_load + 4, 1, binding << 4 | 2);
        });
    }
    for kind in 0..16 {
        edit(&mut all, base, &format!("OnLoad: type {kind}"), |editor| editor.set(on_load + 4, 1, 1 << 4 | kind));
    }
    for other in [1, 2, 3, 4, 0x80] {
        edit(&mut all, base, &format!("OnLoad: st_other {other}"), |editor| editor.set(on_load + 5, 1, other));
    }
    for section in [0, 1, 0x7fff, 0xff00, 0xfff1, 0xfff2, 0xffff] {
        edit(&mut all, base, &format!("OnLoad: st_shndx {section:#x}"), |editor| editor.set(on_load + 6, 2, section));
    }
    edit(&mut all, base, "OnLoad: absolute of value 0", |editor| {
        editor.set(on_load + 6, 2, 0xfff1);
        editor.set(on_load + 8, 8, 0);
    });
    for (name, at, width) in [("st_name", 0, 4), ("st_value", 8, 8), ("st_size", 16, 8)] {
        field(&mut all, base, &format!("OnLoad: {name}"), on_load + at, width);
    }
    let data = base.value(6);
    edit(&mut all, base, "OnLoad: in data", |editor| editor.set(on_load + 8, 8, data));
    let versions = base.offset(base.value(0x6fff_fff0));
    for version in [0, 1, 2, 3, 9, 0x7fff, 0x8000, 0x8001, 0x8002, 0xffff] {
        edit(&mut all, base, &format!("OnLoad: version {version:#x}"), |editor| {
            editor.set(versions + 2 * index, 2, version);
        });
    }
    let (printf, symbol) = base.symbol("printf");
    for version in [0, 1, 2, 9, 0x8002] {
        edit(&mut all, base, &format!("printf: version {version:#x}"), |editor| {
            editor.set(versions + 2 * printf, 2, version);
        });
    }
    for (name, binding) in [("local", 0), ("weak", 2), ("unique", 10), ("of binding 13", 13)] {
        edit(&mut all, base, &format!("printf: {name}"), |editor| editor.set(symbol + 4, 1, binding << 4 | 2));
    }
    for kind in [0, 1, 3, 4, 5, 6, 10, 13] {
        edit(&mut all, base, &format!("printf: type {kind}"), |editor| editor.set(symbol + 4, 1, 1 << 4 | kind));
    }
    for other in [1, 2, 3] {
        edit(&mut all, base, &format!("printf: st_other {other}"), |editor| editor.set(symbol + 5, 1, other));
    }
    for (name, at, width) in [("st_name", 0, 4), ("st_value", 8, 8), ("st_size", 16, 8)] {
        field(&mut all, base, &format!("printf: {name}"), symbol + at, width);
    }
    edit(&mut all, base, "printf: another name", |editor| {
        let name = editor.offset(editor.value(5)) + usize::try_from(editor.get(symbol, 4)).unwrap();
        editor.bytes[name] = b'q';
    });
    edit(&mut all, base, "printf: another name, weak", |editor| {
        let name = editor.offset(editor.value(5)) + usize::try_from(editor.get(symbol, 4)).unwrap();
        editor.bytes[name] = b'q';
        editor.set(symbol + 4, 1, 2 << 4 | 2);
    });
    let needs = base.offset(base.value(0x6fff_fffe));
    for (name, at, width) in
        [("vn_version", 0, 2), ("vn_cnt", 2, 2), ("vn_file", 4, 4), ("vn_aux", 8, 4), ("vn_next", 12, 4)]
    {
        field(&mut all, base, &format!("version need: {name}"), needs + at, width);
    }
    let aux = needs + usize::try_from(base.get(needs + 8, 4)).unwrap();
    for (name, at, width) in
        [("vna_hash", 0, 4), ("vna_flags", 4, 2), ("vna_other", 6, 2), ("vna_name", 8, 4), ("vna_next", 12, 4)]
    {
        field(&mut all, base, &format!("version need: {name}"), aux + at, width);
    }
    let hash = base.offset(base.value(0x6fff_fef5));
    for (name, at) in [
        ("buckets", 0),
        ("first symbol", 4),
        ("bloom words", 8),
        ("bloom shift", 12),
        ("bloom", 16),
        ("bloom, high", 20),
    ] {
        field(&mut all, base, &format!("GNU hash: {name}"), hash + at, 4);
    }
    all
}

/// Relocations.
pub(crate) fn relocations(base: &Editor) -> Vec<Edited> {
    let mut all = Vec::new();
    let (first, last) = (base.relocations()[0], *base.relocations().last().unwrap());
    let plt = base.entry(23).map(|at| base.offset(base.get(at + 8, 8)));
    for (name, at) in [("first", Some(first)), ("last", Some(last)), ("of the PLT", plt)] {
        let Some(at) = at else { continue };
        field(&mut all, base, &format!("relocation, {name}: r_offset"), at, 8);
        field(&mut all, base, &format!("relocation, {name}: r_addend"), at + 16, 8);
        field(&mut all, base, &format!("relocation, {name}: symbol"), at + 12, 4);
        for kind in (0..44).chain([255]) {
            edit(&mut all, base, &format!("relocation, {name}: type {kind}"), |editor| editor.set(at + 8, 4, kind));
        }
    }
    edit(&mut all, base, "relocation in code", |editor| {
        let code = editor.get(editor.symbol(ON_LOAD).1 + 8, 8);
        editor.set(first, 8, code);
    });
    edit(&mut all, base, "relocations reversed", |editor| {
        let records: Vec<Vec<u8>> =
            editor.relocations().iter().rev().map(|at| editor.bytes[*at..*at + RELA].to_vec()).collect();
        let start = editor.relocations()[0];
        editor.bytes[start..start + records.len() * RELA].copy_from_slice(&records.concat());
    });
    all
}
