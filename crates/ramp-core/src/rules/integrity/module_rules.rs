//! Integrity: whether the module is a module, whole, and the one that the metadata speaks of.

use crate::bundle::Entry;
use crate::datum::Datum;
use crate::facts::ModuleEntry;
use crate::finding::{Location, Rule};
use crate::level::Level;
use crate::metadata::unpacked::ARCHITECTURES;
use crate::metadata::{Metadata, placeholder_of};
use crate::module::{Architecture, ElfFacts, ElfType, ModuleDefect, ModuleFacts, ModuleFormat, SymbolTable};
use crate::rules::context::Context;
use crate::rules::declare::integrity as rule;
use crate::rules::written;

pub(crate) const RULES: &[&Rule] = &[
    &NOT_ELF,
    &MACH_O,
    &TRUNCATED,
    &DAMAGED,
    &ODD,
    &TABLES_DISAGREE,
    &NOT_64_BIT,
    &ARCHITECTURE_MISMATCH,
    &OS_MISMATCH,
    &NOT_A_LIBRARY,
    &DEBUG_COMPANION,
    &NO_ON_LOAD,
];

/// What the system of the nodes calls itself, in Python's `platform.system()`: any other one is not the module's.
const LINUX: &str = "Linux";

/// The values of a [`ModuleDefect`].
const DEFECT: &[(&str, &str)] = &[
    ("address", "where it is in memory"),
    ("align", "the alignment of the segment"),
    ("claimed", "what is claimed"),
    ("detail", "what is wrong, in words"),
    ("expected", "what the format requires"),
    ("field", "the table, or an entry of it"),
    ("found", "what is there"),
    ("has", "how many bytes there are"),
    ("index", "the number of the segment, section, slice or version"),
    ("kind", "the kind of segment or string, or what there is too much of"),
    ("limit", "how much is read"),
    ("missing", "how many bytes are missing"),
    ("needs", "how many bytes it takes"),
    ("offset", "where it is in the file or the table, in bytes"),
    ("other", "what the other table says"),
    ("size", "the size in bytes of the table or slice"),
    ("version", "the name of the symbol version"),
];

/// The values of a [`ModuleDefect`] that the loader passes over.
const ODDITY: &[(&str, &str)] = &[
    ("address", "where it is in memory"),
    ("claimed", "what is claimed"),
    ("expected", "what the format requires"),
    ("field", "the table, or an entry of it"),
    ("found", "what is there"),
    ("has", "how many bytes there are"),
    ("index", "the number of the segment or section"),
    ("kind", "the kind of segment, or what there is too much of"),
    ("limit", "how much is read"),
    ("missing", "how many bytes are missing"),
    ("needs", "how many bytes it takes"),
    ("offset", "where it is in the file, in bytes"),
];

/// What the function is called by which servers of this family start a module, behind their own name.
const ON_LOAD_OF_ANY: &str = "Module_OnLoad";

static NOT_ELF: Rule = Rule {
    what: "The module's bytes are not an ELF file: they are empty, text, an archive, or something unknown.",
    why: "The unpacker looks only for `.so` at the end of the name; every node that loads the module then fails.",
    help: "Pack the shared object that the build makes, not a script, a Git LFS pointer or an archive of it.",
    example: "A Git LFS pointer file of three lines named `redisearch.so`.",
    data: &[("found", "what it is instead")],
    ..rule("module-not-elf", "the module is not an ELF file")
};
static MACH_O: Rule = Rule {
    what: "The module is a Mach-O library: it was built on macOS, for macOS.",
    why: "Redis Enterprise runs on Linux only. Some vendors name their macOS libraries `.so`.",
    help: "Build the module on Linux, or in a Linux container, for the architecture of the nodes.",
    example: "The `rejson.so` of a package for macOS.",
    data: &[("found", "the architectures that it was built for")],
    ..rule("module-mach-o", "the module was built for macOS")
};
static TRUNCATED: Rule = Rule {
    what: "A segment of the ELF file, its section headers, or a table that the loader reads, reaches past the file's end.",
    why: "Bytes are missing: the file was cut off before it was packed, since the zip's own checksum matches it.",
    help: "Build or copy the module again, and pack it again.",
    example: "A copy that stopped when the disk was full.",
    data: DEFECT,
    ..rule("module-truncated", "the module is cut off")
};
static DAMAGED: Rule = Rule {
    what: "Tables that the loader reads point nowhere, contradict each other, or go in circles.",
    why: "The loader refuses such a file, or crashes the server that loads it.",
    help: "Build the module again; if a tool rewrote it (`patchelf`, `strip`, a packer), look at that tool.",
    example: "A `DT_STRTAB` that points outside every segment.",
    data: DEFECT,
    ..rule("module-damaged", "the module's tables are damaged")
};
static ODD: Rule = Rule {
    strict_level: Level::Warning,
    what: "The module breaks the ELF format in a place that glibc's loader passes over: section headers, counts beside \
           tables, the order of segments.",
    why: "The module loads today. Debuggers, `objcopy`, `strip` and other loaders do read these places.",
    help: "Build or copy the module again; if a tool rewrote it (`patchelf`, `strip`, a packer), look at that tool.",
    example: "A module whose header says that section headers have no size, as a tool left it that removed them.",
    data: ODDITY,
    ..rule("module-odd", "the module breaks the format where the loader does not look")
};
static TABLES_DISAGREE: Rule = Rule {
    strict_level: Level::Warning,
    what: "The section headers, which tools read, tell a different story from the dynamic table, which the loader \
           reads.",
    why: "What a tool shows of the module is not what is loaded. Checks that read sections are deceived by it.",
    help: "Build the module again; if a tool rewrote it, look at that tool.",
    example: "A version table whose section header was changed to another type.",
    data: &[
        ("claimed", "what the section headers say"),
        ("field", "what was compared"),
        ("found", "what the loader finds"),
    ],
    ..rule("module-tables-disagree", "tools see the module differently from the loader")
};
static NOT_64_BIT: Rule = Rule {
    what: "The module is a 32-bit or a big-endian ELF file.",
    why: "Redis Enterprise runs on 64-bit x86 and ARM only.",
    help: "Build the module for `x86_64` or `aarch64`.",
    example: "A module built with `-m32`.",
    data: &[("found", "the architecture that it was built for"), ("kind", "its class and byte order")],
    ..rule("module-not-64-bit-little-endian", "the module is not for 64-bit little-endian processors")
};
static ARCHITECTURE_MISMATCH: Rule = Rule {
    what: "The metadata's `architecture` is not the one that the module was built for.",
    why: "`ramp-packer` writes the architecture of the machine that packs. The upload is accepted, and the \
          module does not load.",
    help: "Set `architecture` to the module's, or pack the module that was built for the architecture named.",
    example: "A module built for aarch64 by a cross compiler and packed on x86_64.",
    data: &[
        ("claimed", "the `architecture` of the metadata"),
        ("found", "the architecture that the module was built for"),
    ],
    ..rule("module-architecture-mismatch", "the metadata names an architecture other than the module's")
};
static OS_MISMATCH: Rule = Rule {
    what: "The metadata's `os` names a system that has no ELF files of this kind, and the module is one for Linux.",
    why: "`os` says what the module was built for. Redis Enterprise runs on Linux only, so either the field or the \
          module comes from another build.",
    help: "Write `\"os\": \"Linux\"`, or pack the build that the metadata was made for.",
    example: "`\"os\": \"Darwin\"`, from a manifest made on macOS.",
    data: &[("claimed", "the `os` of the metadata")],
    ..rule("module-os-mismatch", "the metadata names an operating system other than the module's")
};
static NOT_A_LIBRARY: Rule = Rule {
    what: "The ELF file is a program, an object file or a core dump, not a shared object.",
    why: "`dlopen` refuses it.",
    help: "Link the module with `-shared`.",
    example: "`cc -c module.c -o module.so`",
    data: &[("found", "what it is instead")],
    ..rule("module-not-a-library", "the module is not a shared object")
};
static DEBUG_COMPANION: Rule = Rule {
    what: "The file is what `objcopy --only-keep-debug` makes: it names the module's sections and holds only debug \
           information.",
    why: "Loading it crashes the server.",
    help: "Pack the module itself; keep the companion for the debugger.",
    example: "`rejson.so.debug` renamed to `rejson.so`.",
    ..rule("module-debug-companion", "the module holds only debug information")
};
static NO_ON_LOAD: Rule = Rule {
    what: "The module does not export the function `RedisModule_OnLoad` among its dynamic symbols.",
    why: "It is the function by which Redis starts a module. A library without it is not a module.",
    help: "Define `int RedisModule_OnLoad(RedisModuleCtx *, RedisModuleString **, int)` with default visibility; check \
           `-fvisibility`, version scripts and `extern \"C\"`; in Rust `#[unsafe(no_mangle)] pub extern \"C\" fn`, which the \
           macro `redis_module!` writes.",
    example: "A plugin that a module loads, packed in place of the module; a module built with Valkey's header.",
    data: &[("found", "an exported function that was probably meant to be it")],
    ..rule("module-no-onload", "the module does not export `RedisModule_OnLoad`")
};

pub(super) fn check(context: &mut Context<'_>, entry: &Entry, module: &ModuleEntry, metadata: Option<&Metadata>) {
    let facts = &module.facts;
    let at = Location::entry(&entry.name);
    let name = entry.name.escape_debug().to_string();
    // A companion's tables point at bytes that were left out on purpose.
    let is_companion = facts.elf.as_ref().is_some_and(|elf| elf.debug_companion);
    // What a program has, or lacks, is not what a module would.
    if let Some(elf) = &facts.elf {
        context.judge_content(entry.index, |context| check_kind(context, &at, &name, elf));
        if kind(elf).is_some() {
            context.note_damage(entry.index, &NOT_A_LIBRARY);
        }
    }
    // What the tables of a damaged file say, and lack, may follow from the damage.
    let mut damage = None;
    context.judge_content(entry.index, |context| {
        if let Some(mach_o) = &facts.mach_o {
            let slices: Vec<String> = mach_o.slices.iter().map(|s| s.architecture.to_string()).collect();
            let said = format!("`{name}` is a Mach-O library for {}", slices.join(", "));
            context.report(&MACH_O, at.clone(), said).data("found", Datum::list(slices));
        } else if facts.format != ModuleFormat::Elf {
            let what = described(facts);
            context.report(&NOT_ELF, at.clone(), format!("`{name}` is {what}")).data("found", what);
        }
        if !is_companion {
            damage = check_damage(context, &at, &name, facts);
        }
    });
    if let Some(rule) = damage {
        context.note_damage(entry.index, rule);
    }
    context.judge_content(entry.index, |context| {
        if !is_companion {
            check_tables(context, &at, &name, facts);
        }
        if let Some(elf) = &facts.elf {
            check_elf(context, &at, &name, elf);
        }
        check_architecture(context, facts, metadata);
    });
    let claimed = metadata.and_then(|m| m.root().get("os")?.as_str());
    if let Some(os) =
        claimed.filter(|os| !os.is_empty() && !os.eq_ignore_ascii_case(LINUX)).filter(|_| facts.elf.is_some())
    {
        let said = format!("`os` is {os:?}, the module is an ELF file");
        let help = placeholder_of("os", os).map(|placeholder| {
            format!("Fill in the placeholder `{}`, or write `\"os\": \"Linux\"`.", written::shown_text(placeholder))
        });
        context.report(&OS_MISMATCH, Location::key("os"), said).data("claimed", os).help(help);
    }
}

fn described(facts: &ModuleFacts) -> &'static str {
    match facts.format {
        ModuleFormat::Pe => "a Windows library",
        ModuleFormat::Archive => "a static library",
        ModuleFormat::Compressed => "a compressed file",
        ModuleFormat::Script => "a script",
        ModuleFormat::Text => "text",
        ModuleFormat::Empty => "empty",
        _ => "not an ELF file",
    }
}

/// What contradicts the format. Gives the rule by which the file is damaged.
fn check_damage(context: &mut Context<'_>, at: &Location, name: &str, facts: &ModuleFacts) -> Option<&'static Rule> {
    let truncated = facts.truncated();
    let (mut damage, mut is_cut) = (None, false);
    for defect in facts.defects.iter().filter(|defect| !matches!(defect, ModuleDefect::SectionsDisagree { .. })) {
        // Of a file that is cut off, the section headers are missing for the same reason.
        let rule = match defect.matters_to_loader() {
            _ if truncated => &TRUNCATED,
            true => &DAMAGED,
            false => &ODD,
        };
        if defect.matters_to_loader() {
            damage = Some(rule);
        }
        // What lies behind the end is missing as a whole, and the first of it tells that.
        if truncated && defect.is_past_end() && std::mem::replace(&mut is_cut, true) {
            context.count_more(rule, 1);
            continue;
        }
        context.report(rule, at.clone(), format!("`{name}`: {defect}")).values(defect.data());
    }
    damage
}

fn check_tables(context: &mut Context<'_>, at: &Location, name: &str, facts: &ModuleFacts) {
    for defect in facts.defects.iter().filter(|defect| matches!(defect, ModuleDefect::SectionsDisagree { .. })) {
        context.report(&TABLES_DISAGREE, at.clone(), format!("`{name}`: {defect}")).values(defect.data());
    }
}

/// What it is, with its article, where it is not a shared object.
const fn kind(elf: &ElfFacts) -> Option<(&'static str, &'static str)> {
    match elf.file_type {
        ElfType::Rel => Some(("an", "object file")),
        ElfType::Exec => Some(("a", "program")),
        ElfType::Core => Some(("a", "core dump")),
        ElfType::Other(_) => Some(("an", "ELF file of an unknown type")),
        ElfType::Dyn if elf.pie => Some(("a", "position-independent program")),
        ElfType::Dyn => None,
    }
}

fn check_kind(context: &mut Context<'_>, at: &Location, name: &str, elf: &ElfFacts) {
    if let Some((article, kind)) = kind(elf) {
        let said = format!("`{name}` is {article} {kind}, not a shared object");
        context.report(&NOT_A_LIBRARY, at.clone(), said).data("found", kind);
    }
}

fn check_elf(context: &mut Context<'_>, at: &Location, name: &str, elf: &ElfFacts) {
    use crate::module::{ElfClass, Endianness};
    if elf.class == ElfClass::Elf32 || elf.endianness == Endianness::Big {
        let bits = if elf.class == ElfClass::Elf32 { 32 } else { 64 };
        let order = if elf.endianness == Endianness::Big { "big" } else { "little" };
        let (kind, machine) = (format!("{bits}-bit {order}-endian"), elf.machine.to_string());
        context
            .report(&NOT_64_BIT, at.clone(), format!("`{name}` is a {kind} module for {machine}"))
            .data("kind", kind)
            .data("found", machine);
    }
    if kind(elf).is_some() {
        return;
    }
    if elf.debug_companion {
        context.report(&DEBUG_COMPANION, at.clone(), format!("`{name}` has section names and no code"));
    } else if !elf.symbols.on_load.as_ref().is_some_and(crate::module::ExportFacts::is_callable) {
        let message = match &elf.symbols.on_load {
            None => format!("`{name}` does not export RedisModule_OnLoad"),
            Some(found) if !found.defined => {
                format!("`{name}` only refers to RedisModule_OnLoad, it does not define it")
            }
            Some(found) if found.table == SymbolTable::Symtab => {
                format!("`{name}` defines RedisModule_OnLoad and hides it from the dynamic symbols")
            }
            Some(found) if found.hidden_version => {
                format!("`{name}` defines RedisModule_OnLoad in a hidden version, which `dlsym` passes over")
            }
            Some(found) if found.several_versions => {
                format!(
                    "`{name}` defines RedisModule_OnLoad in several versions that are not hidden, of which `dlsym` takes none"
                )
            }
            Some(found) if found.outside_code => {
                format!("`{name}` has a symbol RedisModule_OnLoad at {:#x}, where there is no code", found.value)
            }
            Some(_) => format!("`{name}` has a symbol RedisModule_OnLoad that `dlsym` cannot call"),
        };
        let alike = &elf.symbols.on_load_alike;
        let message = match alike.first() {
            Some(first) => format!("{message}; it exports `{}`", first.escape_debug()),
            None => message,
        };
        context
            .report(&NO_ON_LOAD, at.clone(), message)
            .maybe("found", alike.first())
            .help(alike.first().map(|name| instead_of_on_load(name)));
    }
}

/// What to do where another function was meant to be it.
fn instead_of_on_load(name: &str) -> String {
    match name.strip_suffix(ON_LOAD_OF_ANY).filter(|server| server.chars().all(char::is_alphanumeric)) {
        Some(server) if !server.eq_ignore_ascii_case("Redis") => format!(
            "Build the module with Redis's `redismodule.h`, which names the function `RedisModule_OnLoad`: it was \
             built for {server}, or with its header."
        ),
        None if name.contains("RedisModule_OnLoad") => {
            "Declare the function `extern \"C\"`: C++ has mangled its name.".to_owned()
        }
        _ => "Name the function exactly `RedisModule_OnLoad`.".to_owned(),
    }
}

fn check_architecture(context: &mut Context<'_>, facts: &ModuleFacts, metadata: Option<&Metadata>) {
    let claimed = metadata.and_then(|m| m.architecture());
    let actual = facts.architecture().map(|a| a.to_string());
    if let (Some(claimed), Some(actual)) = (claimed, actual) {
        // What the unpacker knows no architecture by is compared by what it means.
        let is_known = ARCHITECTURES.contains(&claimed);
        let meant = Architecture::meant(claimed).filter(|_| !is_known).map(|meant| meant.to_string());
        let differs = if is_known { claimed != actual } else { meant.is_some_and(|meant| meant != actual) };
        if differs {
            let message = format!("`architecture` is {claimed:?}, the module is for {actual}");
            let help = if ARCHITECTURES.contains(&actual.as_str()) {
                format!("Set `architecture` to \"{actual}\", or pack the build for {claimed}.")
            } else {
                format!("Pack the build for {claimed}; Redis Enterprise does not run on {actual}.")
            };
            context
                .report(&ARCHITECTURE_MISMATCH, Location::key("architecture"), message)
                .data("claimed", claimed)
                .data("found", actual)
                .help(help);
        }
    }
}
