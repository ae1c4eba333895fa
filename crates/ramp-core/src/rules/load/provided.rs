//! Load: symbols that none of the module's libraries has.

use crate::datum::Datum;
use crate::finding::{Location, Rule};
use crate::knowledge::Knowledge;
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
           which may stay undefined, do not count, and a module that needs a library whose symbols have no versions is \
           not checked.",
    why: "Redis loads modules with `RTLD_NOW`, so each function is looked up at once, called or not: the loader fails \
          with `undefined symbol`. Functions of the server itself do not help: they are not the module API, and differ \
          from release to release.",
    help: "Link what defines the symbol, or the library that it is in: `-Wl,--no-undefined` makes the linker name \
           everything that is missing.",
    example: "A source file that was left out of the build; `-lcurl` forgotten.",
    data: &[("symbols", "the names of all such symbols")],
    ..rule("load-symbol-missing", "no library has a symbol that the module needs")
};

pub(super) fn check(context: &mut Context<'_>, elf: &ElfFacts, at: &Location) {
    let knowledge = Knowledge::builtin();
    let needed = elf.needed();
    // What is not linked against the C library may have its functions without a version, from the server.
    let tells = elf.libc == LibcFlavour::Glibc
        && needed.iter().any(|library| library == "libc.so.6")
        && needed.iter().all(|library| knowledge.versions_all_symbols(library));
    if !tells {
        return;
    }
    let names = elf.symbols.undefined_unversioned_names.iter().filter(|name| !name.starts_with(MODULE_API));
    let names: Vec<&String> = names.collect();
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
    let libraries = needed.join(", ");
    let message = format!("the module needs {listed}, which none of its libraries has ({libraries})");
    context.report(&MISSING, at.clone(), message).data("symbols", Datum::list(names));
}
