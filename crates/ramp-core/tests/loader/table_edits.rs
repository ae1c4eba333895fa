//! Modules that a linker wrote, changed in the tables by which the loader looks symbols up, relocates, and lays out thread-local storage.

use super::editor::{Editor, RELA};
use super::edits::{Edited, edit, field};

const DT_HASH: u64 = 4;
const DT_VERSYM: u64 = 0x6fff_fff0;
const DT_GNU_HASH: u64 = 0x6fff_fef5;
const DT_RELRSZ: u64 = 35;
const DT_RELR: u64 = 36;
const PT_TLS: u32 = 7;

/// A module's own symbol that relocations ask for, and a weak one that nothing has.
const SYMBOLS: [&str; 2] = ["functions", "__gmon_start__"];

/// What relocations ask for.
pub(crate) fn asked(base: &Editor) -> Vec<Edited> {
    let mut all = Vec::new();
    let versions = base.offset(base.value(DT_VERSYM));
    for name in SYMBOLS {
        let (index, at) = base.symbol(name);
        for version in [0, 1, 2, 3, 0x7000, 0x7fff, 0x8001, 0xffff] {
            edit(&mut all, base, &format!("{name}: version {version:#x}"), |editor| {
                editor.set(versions + 2 * index, 2, version);
            });
        }
        field(&mut all, base, &format!("{name}: st_name"), at, 4);
        for kind in 0..16 {
            edit(&mut all, base, &format!("{name}: type {kind}"), |editor| {
                editor.set(at + 4, 1, editor.get(at + 4, 1) & 0xf0 | kind);
            });
        }
        for binding in [0, 1, 2, 10, 13] {
            edit(&mut all, base, &format!("{name}: binding {binding}"), |editor| {
                editor.set(at + 4, 1, editor.get(at + 4, 1) & 0xf | binding << 4);
            });
        }
        for other in 0..4 {
            edit(&mut all, base, &format!("{name}: st_other {other}"), |editor| editor.set(at + 5, 1, other));
        }
        edit(&mut all, base, &format!("{name}: value 0"), |editor| editor.set(at + 8, 8, 0));
        edit(&mut all, base, &format!("{name}: undefined"), |editor| editor.set(at + 6, 2, 0));
    }
    all
}

/// The GNU table of hashes.
pub(crate) fn gnu_hashes(base: &Editor) -> Vec<Edited> {
    let mut all = Vec::new();
    let hash = base.offset(base.value(DT_GNU_HASH));
    for words in [0, 2, 3, 4, 5, 12] {
        edit(&mut all, base, &format!("GNU hash: {words} words of the filter"), |editor| {
            editor.set(hash + 8, 4, words);
        });
    }
    let (buckets, words) = (base.get(hash, 4), base.get(hash + 8, 4));
    let first = hash + 16 + usize::try_from(words).unwrap() * 8;
    for bucket in 0..usize::try_from(buckets).unwrap() {
        field(&mut all, base, &format!("GNU hash: bucket {bucket}"), first + 4 * bucket, 4);
    }
    edit(&mut all, base, "GNU hash: no bit of the filter", |editor| editor.set(hash + 16, 8, 0));
    all
}

/// The table of hashes of System V.
pub(crate) fn sysv_hashes(base: &Editor) -> Vec<Edited> {
    let mut all = Vec::new();
    let hash = base.offset(base.value(DT_HASH));
    let (buckets, symbols) =
        (usize::try_from(base.get(hash, 4)).unwrap(), usize::try_from(base.get(hash + 4, 4)).unwrap());
    let chain = |symbol: usize| hash + 4 * (2 + buckets + symbol);
    for bucket in 0..buckets {
        for (how, to) in [("nowhere", 0), ("far away", 0x8000_0000)] {
            edit(&mut all, base, &format!("hash: bucket {bucket} leads {how}"), |editor| {
                editor.set(hash + 8 + 4 * bucket, 4, to);
            });
        }
    }
    for (how, to) in [("far away", 0x8000_0000), ("behind the last symbol", symbols as u64)] {
        for symbol in 1..symbols {
            edit(&mut all, base, &format!("hash: chain {symbol} leads {how}"), |editor| {
                editor.set(chain(symbol), 4, to);
            });
        }
    }
    // The loader is given up after a while, so only one.
    let on_load = base.symbol("RedisModule_OnLoad").0;
    edit(&mut all, base, "hash: a chain that is a circle", |editor| {
        for bucket in 0..buckets {
            editor.set(hash + 8 + 4 * bucket, 4, on_load as u64);
        }
        editor.set(chain(on_load), 4, on_load as u64);
    });
    all
}

/// Relative relocations in the compact form.
pub(crate) fn compact(base: &Editor) -> Vec<Edited> {
    let mut all = Vec::new();
    let (start, size) = (base.offset(base.value(DT_RELR)), base.value(DT_RELRSZ));
    for entry in 0..usize::try_from(size / 8).unwrap() {
        field(&mut all, base, &format!("RELR: entry {entry}"), start + 8 * entry, 8);
        edit(&mut all, base, &format!("RELR: entry {entry} leads to code"), |editor| {
            let code = editor.get(editor.symbol("RedisModule_OnLoad").1 + 8, 8);
            editor.set(start + 8 * entry, 8, code & !7);
        });
    }
    for (tag, name) in [(DT_RELR, "DT_RELR"), (DT_RELRSZ, "DT_RELRSZ"), (37, "DT_RELRENT")] {
        let at = base.entry(tag).unwrap();
        field(&mut all, base, name, at + 8, 8);
        edit(&mut all, base, &format!("{name} taken away"), |editor| editor.set(at, 8, 0x6eee_eee0));
    }
    all
}

/// The thread-local storage of a module that has its place in the static block.
pub(crate) fn storage(base: &Editor) -> Vec<Edited> {
    let mut all = Vec::new();
    let header = base.segment(PT_TLS);
    for (name, at) in [("p_vaddr", 16), ("p_filesz", 32), ("p_memsz", 40)] {
        field(&mut all, base, &format!("PT_TLS: {name}"), header + at, 8);
    }
    for align in [0, 1, 3, 64, 128, 4096] {
        edit(&mut all, base, &format!("PT_TLS: p_align {align}"), |editor| editor.set(header + 48, 8, align));
    }
    edit(&mut all, base, "no PT_TLS", |editor| editor.set(header, 4, 0));
    edit(&mut all, base, "no DF_STATIC_TLS, and 4 KiB", |editor| {
        editor.tag(30, 0);
        editor.set(header + 40, 8, 4096);
    });
    all
}

/// Pointers to constructors, and who writes them.
pub(crate) fn constructors(base: &Editor) -> Vec<Edited> {
    let mut all = Vec::new();
    let array = base.value(25);
    let of_array = |at: &usize| (array..array + base.value(27)).contains(&base.get(*at, 8));
    let writing: Vec<usize> = base.relocations().into_iter().filter(of_array).collect();
    let (weak, _) = base.symbol("__gmon_start__");
    for (number, &at) in writing.iter().enumerate() {
        edit(&mut all, base, &format!("constructor {number}: a weak symbol that nothing has"), |editor| {
            editor.set(at + 8, 8, (weak as u64) << 32 | 1);
        });
        edit(&mut all, base, &format!("constructor {number}: written twice, another not"), |editor| {
            let other = writing[(number + 1) % writing.len()];
            let record = editor.bytes[at..at + RELA].to_vec();
            editor.bytes[other..other + RELA].copy_from_slice(&record);
        });
    }
    assert!(writing.len() > 1, "{} constructors", writing.len());
    all
}
