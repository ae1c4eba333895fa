//! Modules that a linker wrote, changed in one thing that they ask of libraries or of the processor.

use super::editor::Editor;
use super::edits::{Edited, edit};

const DT_NEEDED: u64 = 1;
const DT_SONAME: u64 = 14;
const DT_JMPREL: u64 = 23;
const DT_VERDEF: u64 = 0x6fff_fffc;
const DT_VERNEED: u64 = 0x6fff_fffe;

/// The library by whose name a module was called, needed too.
pub(crate) fn needed(base: &Editor, name: &str) -> Vec<Edited> {
    let mut all = Vec::new();
    edit(&mut all, base, &format!("beside libc, {name} is needed"), |editor| {
        let at = editor.entry(DT_SONAME).expect("a name");
        editor.set(at, 8, DT_NEEDED);
    });
    all
}

/// Versions of libm, of a module that has its `log2`.
pub(crate) fn versions(base: &Editor) -> Vec<Edited> {
    let mut all = vec![("log2 of libm".to_owned(), base.bytes.clone())];
    edit(&mut all, base, "libm is asked for a version of libc", |editor| {
        editor.rename_need("GLIBC_2.29", "GLIBC_2.30");
    });
    all
}

/// A version of the module's own that has the number of one that it needs.
pub(crate) fn definitions(base: &Editor) -> Vec<Edited> {
    let mut all = vec![("versions of its own".to_owned(), base.bytes.clone())];
    let needs = base.offset(base.value(DT_VERNEED));
    let need = needs + usize::try_from(base.get(needs + 8, 4)).unwrap();
    let definitions = base.offset(base.value(DT_VERDEF));
    let own = definitions + usize::try_from(base.get(definitions + 16, 4)).unwrap();
    edit(&mut all, base, "a version is needed and defined", |editor| {
        let number = editor.get(need + 6, 2);
        editor.set(own + 4, 2, number);
    });
    all
}

/// What is asked of a function of libm, which has no thread-local storage.
pub(crate) fn storage(base: &Editor) -> Vec<Edited> {
    let mut all = Vec::new();
    let (function, _) = base.symbol("log2");
    let (start, size) = (base.offset(base.value(DT_JMPREL)), usize::try_from(base.value(2)).unwrap());
    let at = (start..start + size).step_by(24).find(|at| base.get(at + 12, 4) == function as u64).expect("a call");
    for kind in [1, 6, 7, 18, 36] {
        edit(&mut all, base, &format!("log2: a relocation of type {kind}"), |editor| editor.set(at + 8, 4, kind));
    }
    all
}

/// The level of x86-64 that the module is marked with.
pub(crate) fn levels(base: &Editor) -> Vec<Edited> {
    let mut all = Vec::new();
    let property = [0x02, 0x80, 0x00, 0xc0, 4, 0, 0, 0];
    let at = base.bytes.windows(8).position(|window| window == property).expect("a mark") + 8;
    for bits in [0_u64, 1, 3, 0x10, 0x8000_0000, 0x8000_0001, 0xffff_ffff] {
        edit(&mut all, base, &format!("level {bits:#x}"), |editor| editor.set(at, 4, bits));
    }
    all
}
