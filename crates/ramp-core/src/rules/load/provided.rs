//! Load: symbols that none of the module's libraries has.

use crate::datum::Datum;
use crate::finding::{Location, Rule};
use crate::knowledge::{Knowledge, Platform, Provider};
use crate::module::{ElfFacts, LibcFlavour};
use crate::rules::context::Context;
use crate::rules::declare::load as rule;

pub(crate) const RULES: &[&Rule] = &[&MISSING];

/// How many symbols are named in a message.
const NAMED: usize = 4;

/// Of those another rule speaks.
const MODULE_API: &str = "RedisModule_";

static MISSING: Rule = Rule {
    what: "The module needs a symbol that none of the libraries it names has. Every symbol of these libraries has a \
           version, which the linker writes into whatever is linked against them; this one has none. Weak symbols, \
           which may stay undefined, do not count. Of a module that needs a library whose symbols have no versions only \
           functions of other well-known libraries count. Where the module is not linked with the C library either, only functions of well-known libraries \
           count that no server has loaded.",
    why: "Redis loads modules with `RTLD_NOW`, so each function is looked up at once, called or not: the loader fails \
          with `undefined symbol`. Functions of the server itself do not help: they are not the module API, and differ \
          from release to release.",
    help: "Link what defines the symbol, or the library that it is in: `-Wl,--no-undefined` makes the linker name \
           everything that is missing.",
    example: "A source file that was left out of the build; `-lcurl` forgotten.",
    data: &[
        ("suggestion", "the library that has one of them, where that is known"),
        ("symbols", "the names of all such symbols"),
    ],
    ..rule("load-symbol-missing", "no library has a symbol that the module needs")
};

/// What to do where a library was forgotten at the link.
fn forgotten(name: &str, row: &Provider, platforms: &[&Platform]) -> String {
    let Provider { soname, link, .. } = row;
    let without =
        platforms.iter().find(|platform| !platform.library(soname).is_some_and(|row| row.offer.is_installed()));
    let name = name.escape_debug();
    match without {
        None => format!("`{name}` is in `{soname}`: link with `{link}`, behind the object files that need it."),
        Some(platform) => format!(
            "`{name}` is in `{soname}`, which {} does not have by itself: link that library statically.",
            platform.id
        ),
    }
}

pub(super) fn check(context: &mut Context<'_>, elf: &ElfFacts, platforms: &[&Platform], at: &Location) {
    let knowledge = Knowledge::builtin();
    let needed = elf.needed();
    let are_versioned = needed.iter().all(|library| knowledge.versions_all_symbols(library));
    let are_known = needed.iter().all(|library| knowledge.knows_library(library));
    // What is not linked against the C library may have its functions without a version, from the server; and those of
    // what the server has loaded itself.
    let with_libc = elf.libc == LibcFlavour::Glibc && needed.iter().any(|library| library == "libc.so.6");
    // Of a library there may be several, such as `libcurl-gnutls.so.4`.
    let needs = |row: &Provider| needed.iter().any(|library| library.starts_with(row.stem()));
    let any_brings_others = knowledge.providers().iter().any(|row| row.brings && needs(row));
    let missing = |name: &&String| {
        let elsewhere = |row: &Provider| are_known && !row.server && !any_brings_others && !needs(row);
        let known = are_versioned && with_libc || knowledge.provider(name).is_some_and(elsewhere);
        known && !name.starts_with(MODULE_API)
    };
    let names: Vec<&String> = elf.symbols.undefined_unversioned_names.iter().filter(missing).collect();
    if names.is_empty() {
        return;
    }
    let mut shown: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{}`", name.escape_debug())).collect();
    match names.len().saturating_sub(NAMED) {
        0 => {}
        1 => shown.push("one other".to_owned()),
        more => shown.push(format!("{more} others")),
    }
    let last = shown.pop().unwrap_or_default();
    let listed = if shown.is_empty() { last } else { format!("{} and {last}", shown.join(", ")) };
    let message = if needed.is_empty() {
        format!("the module needs {listed}, and names no library")
    } else {
        format!("the module needs {listed}, which none of its libraries has ({})", needed.join(", "))
    };
    let provider = names.iter().find_map(|name| Some((*name, knowledge.provider(name)?)));
    context
        .report(&MISSING, at.clone(), message)
        .maybe("suggestion", provider.map(|(_, row)| row.soname.as_str()))
        .help(provider.map(|(name, row)| forgotten(name, row, platforms)))
        .data("symbols", Datum::list(names));
}
