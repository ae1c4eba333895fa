//! Load: symbol versions that a library has in no release.

use super::loading::Loading;
use crate::finding::Rule;
use crate::knowledge::{Knowledge, LibcKind};
use crate::rules::context::Context;
use crate::rules::declare::load as rule;

pub(crate) const RULES: &[&Rule] = &[&ABSENT];

static ABSENT: Rule = Rule {
    what: "The module asks one of glibc's libraries for a symbol version that this library does not define, in any release \
           that the tables know; another library may. Weak references do not count.",
    why: "Each library has its own versions, and the loader compares them library by library: `libm.so.6: version \
          'GLIBC_2.3' not found`.",
    help: "Build the module again; if a tool renamed the libraries that it needs (`patchelf --replace-needed`), look at that \
           tool.",
    example: "`GLIBC_2.14`, which libc has and libm has not, of `libm.so.6`.",
    data: &[("library", "the library that must define it"), ("needs", "the symbol version")],
    ..rule("load-version-absent", "a library has in no release a symbol version that the module needs")
};

/// Only glibc's loader compares versions; what it says is the same on every platform that has it.
pub(super) fn check(context: &mut Context<'_>, loading: &Loading<'_>) {
    if loading.platform.libc().kind != LibcKind::Glibc {
        return;
    }
    let is_absent = |library: &str, name: &str| {
        Knowledge::builtin().defines_version(&loading.architecture, library, name) == Some(false)
    };
    let mut needs = loading.elf.version_needs.iter().filter(|need| !need.weak);
    if let Some(need) = needs.find(|need| is_absent(&need.library, &need.name)) {
        let (library, name) = (need.library.escape_debug(), need.name.escape_debug());
        let message = format!("the module needs `{name}` of `{library}`, which does not have that version");
        context
            .report_once(&ABSENT, loading.at.clone(), message)
            .data("library", &need.library)
            .data("needs", &need.name);
    }
}
