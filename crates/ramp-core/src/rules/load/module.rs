//! Load: the module as a whole: what it was built for, and what it asks of the loader.

use semver::Version;

use super::loading::Loading;
use crate::datum::Datum;
use crate::error_code::UploadErrorCode;
use crate::facts::{ArchiveFacts, MetadataFacts};
use crate::finding::{Location, Rule};
use crate::knowledge::{LibcKind, SymbolOffer};
use crate::level::Level;
use crate::module::{ElfFacts, ExecStack, LibcFlavour, X86IsaLevel};
use crate::rules::context::Context;
use crate::rules::declare::{load as rule, load_hint as hint};
use crate::rules::nodes;
use crate::target::platform_id;
use crate::text::count;

pub(crate) const RULES: &[&Rule] = &[
    &ARCHITECTURE,
    &OPERATING_SYSTEM,
    &OS_ABI,
    &NO_OPEN,
    &STATIC_TLS,
    &MEMORY,
    &UNRESOLVED_API,
    &LIBC,
    &EXECUTABLE_STACK,
    &EXECUTABLE_STACK_LATER,
    &CPU_LEVEL,
    &CPU_UNKNOWN,
    &TEXT_RELOCATIONS,
    &SEARCH_PATH,
];

static ARCHITECTURE: Rule = Rule {
    what: "The module was built for an architecture other than that of a node of the target.",
    why: "The loader refuses it: `wrong ELF class`, or `cannot open shared object file`.",
    help: "Upload the build for the nodes' architecture.",
    example: "A module for aarch64 and `--arch x86_64`.",
    data: &[
        ("has", "the architecture of the nodes"),
        ("needs", "the architecture that the module is for"),
        ("nodes", "the numbers of the nodes concerned, where they are known"),
    ],
    ..rule("load-architecture", "the module is not for the nodes' architecture")
};
static OPERATING_SYSTEM: Rule = Rule {
    what: "The bundle is not for the operating system that a node of the target runs, on a release (7.2 to 7.22) that \
           takes such uploads.",
    why: "These releases take builds for a system that the cluster is yet to be upgraded to; on today's nodes the \
          module cannot be used.",
    help: "Upload the build for the nodes' system as well. If the upload prepares an upgrade of the operating system, \
           allow this rule.",
    example: "A bundle for `ubuntu22` and `--target 7.22 --os rhel9`.",
    data: &[
        ("has", "the system of the nodes"),
        ("needs", "the systems that the module is for"),
        ("nodes", "the numbers of the nodes concerned, where they are known"),
    ],
    ..rule("load-operating-system", "the module is not for the system that the nodes run")
};
static OS_ABI: Rule = Rule {
    what: "The ELF header names an ABI other than System V's and GNU's, or a version that these do not have.",
    why: "Linux's loader refuses it: `ELF file OS ABI invalid`, `ELF file ABI version invalid`.",
    help: "Build the module on Linux.",
    example: "A module built on FreeBSD.",
    data: &[("found", "the name of the ABI"), ("id", "its number"), ("version", "its version, where that is wrong")],
    ..rule("load-os-abi", "the module is not for Linux")
};
static NO_OPEN: Rule = Rule {
    what: "The module carries the flag `DF_1_NOOPEN`.",
    why: "`dlopen`, by which Redis loads modules, refuses it.",
    help: "Link without `-z nodlopen`.",
    example: "A library linked with `-Wl,-z,nodlopen`.",
    ..rule("load-no-open", "the module forbids being loaded")
};
static STATIC_TLS: Rule = Rule {
    what: "The module's thread-local variables must lie in the static block (`DF_STATIC_TLS`), and take more than what \
           glibc keeps free there for libraries that are loaded later, 1,664 bytes for all of them together and what is left \
           of the last 64; or they are aligned to more than 64 bytes.",
    why: "The loader fails with `cannot allocate memory in static TLS block`. How much is free depends on what the \
          server has loaded before; more than this never is.",
    help: "Compile without `-ftls-model=initial-exec`, with `-fPIC`; make large thread-local buffers pointers to memory \
           that is allocated when it is needed. Of jemalloc: `--disable-initial-exec-tls`.",
    example: "`__thread char buffer[8192]` compiled with `-ftls-model=initial-exec`.",
    data: &[
        ("align", "to how many bytes the module aligns it, where that is too much"),
        ("limit", "how many bytes there are at most"),
        ("needs", "how many bytes the module needs"),
    ],
    ..rule("load-static-tls", "the module needs too much static thread-local storage")
};
static MEMORY: Rule = Rule {
    what: "The module reserves more than 16 GiB of memory as soon as it is loaded, by its zero-filled variables or the \
           alignment of its segments.",
    why: "The loader asks for it in one piece, of which a node has to have as much: `cannot map zero-fill pages`, \
          `failed to map segment from shared object`.",
    help: "Allocate large buffers when they are needed, by `RedisModule_Alloc`, so that they count as the database's \
           memory.",
    example: "`static char cache[64UL << 30];`",
    data: &[("limit", "how many bytes are reasonable"), ("needs", "how many bytes the module needs")],
    ..rule("load-memory", "the module reserves more memory than nodes have to spare")
};
static UNRESOLVED_API: Rule = Rule {
    what: "The module needs functions named `RedisModule_…` from elsewhere.",
    why: "Redis exports none: the module's API comes as pointers that `RedisModule_Init` fills in. The loader fails \
          with `undefined symbol`.",
    help: "Include `redismodule.h` and call `RedisModule_Init` in `RedisModule_OnLoad`; in all but one source file define \
           `REDISMODULE_MAIN` accordingly, so that the pointers are defined once.",
    example: "A module that declares `extern int RedisModule_CreateCommand(…)` itself.",
    data: &[("symbols", "the functions")],
    ..rule("load-unresolved-api", "the module expects Redis to export its API")
};
static LIBC: Rule = Rule {
    what: "The module was linked against a C library other than the platform's.",
    why: "A module for musl needs `libc.musl-*.so.1`, one for glibc needs `ld-linux-*`: neither is on the other \
          system.",
    help: "Build the module on a glibc distribution, preferably the oldest that it is for.",
    example: "A module built on Alpine, for `rhel9`.",
    data: &[("needs", "the C library that the module was built for"), ("platform", "the operating system")],
    ..rule("load-libc", "the module was built for another C library")
};
static EXECUTABLE_STACK: Rule = Rule {
    what: "The module asks for an executable stack, and the platform's glibc (2.41 or later) refuses that to modules.",
    why: "The loader fails with `cannot enable executable stack`.",
    help: "Link with `-z noexecstack`; give each assembler file a `.note.GNU-stack` section.",
    example: "A module with hand-written assembler, for Debian 13.",
    data: &[("platform", "the operating system")],
    ..rule("load-executable-stack", "the module asks for an executable stack")
};
static EXECUTABLE_STACK_LATER: Rule = Rule {
    what: "The module asks for an executable stack.",
    why: "glibc from 2.41 on refuses that to modules; today's platforms of Redis Enterprise still grant it, at the cost \
          of a protection of the whole server.",
    help: "Link with `-z noexecstack`; give each assembler file a `.note.GNU-stack` section.",
    example: "A module with hand-written assembler.",
    ..hint("load-executable-stack-later", "newer systems will refuse the module's executable stack")
};
static CPU_LEVEL: Rule = Rule {
    what: "The module is marked as needing x86-64-v2, v3 or v4, above what the platform itself needs.",
    why: "glibc from 2.33 on refuses it on older processors: `CPU ISA level is lower than required`.",
    help: "Build with `-march=x86-64`, or `-march=x86-64-v2` for systems that need it themselves.",
    example: "A module built with `-march=x86-64-v3`, for `ubuntu22`.",
    data: &[
        ("has", "the level that the platform needs itself"),
        ("needs", "the level that the module needs"),
        ("platform", "the operating system"),
    ],
    ..hint("load-cpu-level", "the module needs a newer processor than the platform")
};
static CPU_UNKNOWN: Rule = Rule {
    what: "The module is marked as needing a level of x86-64 above v4, and the platform's glibc is 2.33 or later.",
    why: "There is no such level, so no processor has it, and the loader refuses the module on all of them: `CPU ISA level is \
          lower than required`.",
    help: "Build the module again; if a tool wrote its notes, look at that tool.",
    example: "A module whose property `GNU_PROPERTY_X86_ISA_1_NEEDED` is 0x80000000.",
    data: &[("limit", "the highest level that there is"), ("platform", "the operating system")],
    ..rule("load-cpu-unknown", "the module needs a processor that does not exist")
};
static TEXT_RELOCATIONS: Rule = Rule {
    what: "The loader has to write into the module's code before it can run.",
    why: "SELinux, enforcing on RHEL, forbids that: `cannot restore segment prot after reloc`.",
    help: "Compile everything that goes into the module with `-fPIC`.",
    example: "A static library without `-fPIC` linked into the module.",
    ..hint("load-text-relocations", "the module's code must be patched when it is loaded")
};
static SEARCH_PATH: Rule = Rule {
    strict_level: Level::Note,
    what: "The module's RUNPATH or RPATH names an absolute directory other than Redis Enterprise's own.",
    why: "Nodes do not have the directories of the machine that built the module; whoever can write there can have the \
          server run their code.",
    help: "Link with `-Wl,-rpath,'$ORIGIN'`, or without a path.",
    example: "RUNPATH `/home/build/lib`",
    data: &[("path", "the directory")],
    ..hint("load-search-path", "the module looks for libraries in a directory of the build machine")
};

/// The first glibc that asks whether the processor has the level.
const ASKS_FOR_LEVEL: Version = Version::new(2, 33, 0);

/// The highest level of x86-64.
const HIGHEST: &str = "x86-64-v4";

/// Versions of GNU's ABI. Source: `LIBC_ABI_MAX` of glibc (`libc-abis`).
const GNU_ABI_VERSIONS: u8 = 4;

/// `TLS_STATIC_SURPLUS` of glibc, which all libraries share that are loaded into a running program; rounded up to
/// [`STATIC_TLS_ALIGN`], so that a few more may be free.
const STATIC_TLS_FREE: u64 = 1_664 + STATIC_TLS_ALIGN - 1;

/// What the block itself is aligned to (`TCB_ALIGNMENT`).
const STATIC_TLS_ALIGN: u64 = 64;

/// More is not reasonable, and no module known comes near: the largest takes some 50 MB.
const MOST_MEMORY: u64 = 16 << 30;

/// What does not depend on the platform.
pub(super) fn check(
    context: &mut Context<'_>,
    archive: &ArchiveFacts,
    elf: &ElfFacts,
    declared: &[&str],
    at: &Location,
) {
    check_nodes(context, archive, elf, declared, at);
    let (name, number) = (&elf.os_abi.name, elf.os_abi.raw);
    if !matches!(number, 0 | 3) {
        let message = format!("the module's ABI is {name} ({number})");
        context.report(&OS_ABI, at.clone(), message).data("found", name).data("id", number);
    } else if elf.abi_version != 0 && (number == 0 || elf.abi_version >= GNU_ABI_VERSIONS) {
        let version = elf.abi_version;
        let message = format!("the module's ABI is {name} ({number}) of version {version}, which there is not");
        context
            .report(&OS_ABI, at.clone(), message)
            .data("found", name)
            .data("id", number)
            .data("version", version)
            .help("Build the module again; if a tool rewrote its header, look at that tool.".to_owned());
    }
    if elf.memory_size > MOST_MEMORY {
        let needs = elf.memory_size;
        let message = format!(
            "the module reserves {} of memory when it is loaded, more than {MOST_MEMORY}",
            count(needs, "byte")
        );
        context.report(&MEMORY, at.clone(), message).data("needs", needs).data("limit", MOST_MEMORY);
    }
    if let Some(first) = elf.symbols.undefined_module_api.first() {
        let count = elf.symbols.undefined_module_api.len();
        let others = match count {
            0 | 1 => String::new(),
            2 => " and one other".to_owned(),
            count => format!(" and {} others", count.saturating_sub(1)),
        };
        let message = format!("the module needs `{first}`{others}, which Redis does not export");
        let symbols = Datum::list(&elf.symbols.undefined_module_api);
        context.report(&UNRESOLVED_API, at.clone(), message).data("symbols", symbols);
    }
    let Some(dynamic) = &elf.dynamic else { return };
    if dynamic.flags.no_open {
        context.report(&NO_OPEN, at.clone(), "the module is linked with `-z nodlopen`");
    }
    check_static_tls(context, elf, at);
    if dynamic.flags.text_relocations {
        context.report(&TEXT_RELOCATIONS, at.clone(), "the module has text relocations");
    }
    for path in [&dynamic.rpath, &dynamic.runpath].into_iter().flatten() {
        let foreign = |dir: &&str| dir.starts_with('/') && !dir.starts_with("/opt/redislabs/");
        if let Some(dir) = path.split(':').find(foreign) {
            let message = format!("the module looks for libraries in `{}`", dir.escape_debug());
            context.report(&SEARCH_PATH, at.clone(), message).data("path", dir);
        }
    }
}

/// Whether the thread-local storage fits where it has to lie.
fn check_static_tls(context: &mut Context<'_>, elf: &ElfFacts, at: &Location) {
    if !elf.static_tls || elf.libc == LibcFlavour::Musl {
        return;
    }
    let (needs, align) = (elf.tls_size, elf.tls_align);
    if align > STATIC_TLS_ALIGN {
        let message = format!(
            "the module aligns static thread-local storage to {}, the server to {STATIC_TLS_ALIGN}",
            count(align, "byte")
        );
        context
            .report(&STATIC_TLS, at.clone(), message)
            .data("needs", needs)
            .data("align", align)
            .data("limit", STATIC_TLS_ALIGN)
            .help(
                "Compile without `-ftls-model=initial-exec`, with `-fPIC`; or take `alignas` off thread-local variables."
                    .to_owned(),
            );
    } else if needs > STATIC_TLS_FREE {
        let message = format!(
            "the module needs {} of static thread-local storage, of which there are {STATIC_TLS_FREE} at most",
            count(needs, "byte")
        );
        context.report(&STATIC_TLS, at.clone(), message).data("needs", needs).data("limit", STATIC_TLS_FREE);
    }
}

/// Whether the nodes' systems and architectures are the module's.
fn check_nodes(context: &mut Context<'_>, archive: &ArchiveFacts, elf: &ElfFacts, declared: &[&str], at: &Location) {
    let target = context.target;
    let machine = elf.machine.to_string();
    let claimed = archive.metadata().and_then(|m| m.metadata.architecture());
    if let Some(node) = target.architectures().iter().find(|a| **a != machine) {
        // Where the metadata says the same as the module, the group target has said it.
        let said =
            context.has_spoken_of("/architecture", |rule| rule.error_code == Some(UploadErrorCode::OsNotSupported));
        if !said || claimed != Some(machine.as_str()) {
            let who = target.nodes_being(node);
            let message = format!("{who} {node}; the module is for {machine}");
            context
                .report(&ARCHITECTURE, at.clone(), message)
                .data("needs", machine)
                .data("has", node)
                .maybe("nodes", nodes::being(target, node));
        }
    }
    if target.takes_any_platform() && !declared.is_empty() {
        let field = archive.metadata().map_or("operating_systems", MetadataFacts::operating_systems_field);
        for os in target.operating_systems() {
            if !declared.iter().any(|d| platform_id(d) == os) {
                let listed = declared.join(", ");
                let message = format!("{} {os}; the module is only for {listed}", target.nodes_running(os));
                context
                    .report(&OPERATING_SYSTEM, Location::key(field), message)
                    .data("needs", Datum::list(declared))
                    .data("has", os)
                    .maybe("nodes", nodes::running(target, os));
            }
        }
    }
}

/// What depends on the platform.
pub(super) fn check_on(context: &mut Context<'_>, loading: &Loading<'_>) {
    let Loading { elf, platform, at, .. } = loading;
    let fits = match (elf.libc, platform.libc().kind) {
        (LibcFlavour::Musl, LibcKind::Glibc) => Err("musl"),
        (LibcFlavour::Glibc, LibcKind::Musl) => Err("glibc"),
        _ => Ok(()),
    };
    if let Err(built_for) = fits {
        let message = format!("the module was built for {built_for}, which {} does not have", platform.id);
        context.report(&LIBC, at.clone(), message).data("needs", built_for).data("platform", &platform.id);
    }
    if elf.exec_stack != ExecStack::No {
        if platform.refuses_executable_stack {
            let what = format!("{} refuses the executable stack that the module asks for", platform.id);
            context.report(&EXECUTABLE_STACK, at.clone(), what).data("platform", &platform.id);
        } else {
            context.report_once(&EXECUTABLE_STACK_LATER, at.clone(), "the module asks for an executable stack");
        }
    }
    if loading.architecture == "x86_64" {
        check_cpu(context, loading);
    }
}

/// Whether the processors are those that the module is for.
fn check_cpu(context: &mut Context<'_>, loading: &Loading<'_>) {
    let Loading { elf, platform, at, .. } = loading;
    let asks = |glibc| platform.symbol_version("x86_64", "GLIBC", &glibc);
    let needed = match elf.x86_isa_needed {
        None | Some(X86IsaLevel::Baseline) => return,
        Some(X86IsaLevel::V2) => 2,
        Some(X86IsaLevel::V3) => 3,
        Some(X86IsaLevel::Other) if matches!(asks(ASKS_FOR_LEVEL), SymbolOffer::Floor | SymbolOffer::Later { .. }) => {
            let message =
                format!("the module needs a level above {HIGHEST}, which {} finds on no processor", platform.id);
            context.report(&CPU_UNKNOWN, at.clone(), message).data("limit", HIGHEST).data("platform", &platform.id);
            return;
        }
        Some(X86IsaLevel::V4 | X86IsaLevel::Other) => 4,
    };
    let has = platform.cpu.x86_64;
    if needed > has {
        let (needs, has) = (format!("x86-64-v{needed}"), format!("x86-64-v{has}"));
        context
            .report(
                &CPU_LEVEL,
                at.clone(),
                format!("the module needs {needs}; {} runs on {has} processors", platform.id),
            )
            .data("needs", needs)
            .data("has", has)
            .data("platform", &platform.id);
    }
}
