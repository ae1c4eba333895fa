//! Where this crate and the loader differ, each with its reason. `docs/security.md` has the same table in words.

/// Which way they differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// We refuse what the loader takes.
    Stricter,
    /// We accept what the loader refuses, by a warning at most.
    Laxer,
}

use Way::{Laxer, Stricter};

/// Way, what the names of the modules begin with, and the reason.
const KNOWN: &[(Way, &[&str], &str)] = &[
    (
        Laxer,
        &[
            "tag 0x1 = ",
            "DT_NEEDED of a library that is not there",
            "DT_FILTER of a library that is not there",
            "patchelf --add-needed libnowhere",
        ],
        "Whether a library is on a node that no table knows cannot be told: `load-library-unknown` warns.",
    ),
    (
        Laxer,
        &["bfd: plain.c -Wl,-F,", "gold: plain.c -Wl,-F,", "lld: plain.c -Wl,-F,", "mold: plain.c -Wl,-F,"],
        "The same, of a library that stands in for the module.",
    ),
    (
        Laxer,
        &[
            "bfd: data.c",
            "gold: data.c",
            "lld: data.c",
            "mold: data.c",
            "bfd: math.c",
            "gold: math.c",
            "lld: math.c",
            "mold: math.c",
        ],
        "A module that is not linked with the C library may get its symbols from the server, which has libc and libm.",
    ),
    (
        Laxer,
        &["printf: st_name", "printf: another name"],
        "Which symbols a version of the C library has is not in the platform table, only which versions it has.",
    ),
    (
        Laxer,
        &[
            "tag 0xc = ",
            "segment 0x1 no. 2: p_offset",
            "OnLoad: type 10",
            "tag 0x17 = 1",
            "tag 0x19 = more",
            "relocation, first: r_offset",
            "relocation, first: r_addend",
            "RELR: entry 1 = most",
        ],
        "There is code, or a table, and it is another one: what the bytes do is not looked at.",
    ),
    (
        Laxer,
        &["segment 0x6474e552 no. 1: p_vaddr = page", "segment 0x6474e552 no. 1: p_memsz = page"],
        "Too much becomes read-only, within what linkers round up to.",
    ),
    (
        Stricter,
        &["section headers cut off", "the last section header cut off", "e_shoff = ", "e_shnum = "],
        "The file ends before its section headers, which linkers write last: it was cut off, and by chance behind what is loaded.",
    ),
    (Stricter, &["tag 0xd = "], "`DT_FINI` is called when the module is unloaded, and the server crashes only then."),
    (
        Stricter,
        &[
            "tag 0x19 taken away",
            "tag 0x14 taken away",
            "PT_TLS whose memsz is below its filesz",
            "PT_TLS: p_",
            "RELR: entry ",
            "functions: version ",
            "__gmon_start__: version ",
            "printf: local",
            "printf: st_other ",
            "tag 0x1b = 2^46",
            "tag 0x8 = ",
            "tag 0x2 = ",
            "tag 0x17 = ",
            "relocation, first: ",
            "relocation, last: ",
            "relocation, of the PLT: ",
        ],
        "It runs by chance: part of the relocations or constructors is left out, written beside the module, or read from what the \
         system maps behind it.",
    ),
    (
        Stricter,
        &["tag 0xa ", "tag 0xb ", "DT_SYMENT 8", "tag 0x1 = ", "tag 0x6ffffff0 = "],
        "Sizes and tables that glibc does not check, and that other loaders and all tools believe.",
    ),
    (
        Stricter,
        &["segment 0x1 no. "],
        "Segments that overlap, shrink, have no rights or an impossible alignment: the kernel and newer loaders refuse them, glibc \
         maps what it can.",
    ),
    (
        Stricter,
        &["segment 0x4 no. 1: ", "segment 0x6474e552 no. 1: "],
        "Broken notes, or protection of what is not there: what comes of it depends on the release of glibc.",
    ),
    (
        Stricter,
        &["headers moved behind the PT_PHDR, and 100 more"],
        "Headers are read on behind those that are where PT_PHDR leads: by chance no note is among them.",
    ),
    (
        Stricter,
        &["hash: chain ", "hash: bucket "],
        "The names that were looked for do not lead there; the next that any library looks for may.",
    ),
    (
        Stricter,
        &["OnLoad: type 1", "OnLoad: type 5"],
        "A variable of that name: calling it is not what its author meant.",
    ),
    (
        Stricter,
        &["OnLoad: st_shndx 0x0", "functions: undefined"],
        "glibc takes an undefined symbol that has an address; other loaders do not.",
    ),
    (
        Stricter,
        &["printf: version ", "version need: vna_other = ", "version need: vn_file = 0"],
        "A versioned library's symbol without a version: glibc falls back to the oldest one. No linker writes that.",
    ),
];

/// Whether a difference is a known one.
pub(crate) fn explains(name: &str, loads: bool) -> bool {
    let way = if loads { Stricter } else { Laxer };
    KNOWN.iter().any(|(known, names, reason)| {
        assert!(!reason.is_empty());
        *known == way && names.iter().any(|start| name.starts_with(start))
    })
}
