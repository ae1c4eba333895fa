//! Archive: the rules about names, kinds and sizes of entries.

use crate::cure::Repair;
use crate::finding::Rule;
use crate::rules::declare::archive as rule;

pub(crate) const RULES: &[&Rule] = &[
    &NAME_CHARACTERS,
    &NAME_UNSAFE,
    &NAME_RESERVED,
    &NAME_LONG,
    &NAME_TWICE,
    &NAME_CASE,
    &FILE_IS_DIRECTORY,
    &SPECIAL_FILE,
    &PRIVILEGE_BITS,
    &DIRECTORY_CONTENT,
    &DIRECTORY_MODE,
    &BOMB,
];

pub(super) static NAME_CHARACTERS: Rule = Rule {
    repair: Repair::Never,
    what: "A name is empty, or holds a NUL, a control character or anything outside printable ASCII.",
    why: "Some readers stop at the NUL, and terminals obey control characters. What is not ASCII has several \
          spellings, even where a flag says that it is UTF-8: macOS decomposes `ö` and Linux does not, and readers \
          that do not know the flag decode it with their own code page. Then the file is not found under the name that \
          the metadata gives it.",
    help: "Name the entries with letters, digits, `-`, `_` and `.`: a dependency's file is named by its key in the \
           manifest, or by its `url`.",
    example: "`deps/größe.tgz`, with or without the flag for UTF-8.",
    data: &[("character", "the character, where there is one to show")],
    ..rule("archive-name-characters", "a name is empty or not plain ASCII")
};
pub(super) static NAME_UNSAFE: Rule = Rule {
    repair: Repair::Never,
    what: "A name is absolute, holds a backslash, or has a component that is empty, `.` or `..`.",
    why: "Unpackers that trust names write outside their directory; others write a name other than the one that was \
          checked.",
    help: "Name the entries plainly: `module.json`, the module, `deps/<name>`.",
    example: "`deps/../../etc/cron.d/x`; `ramp-packer` itself makes `../evil.tgz` from a dependency named \
              `../../evil`.",
    ..rule("archive-name-unsafe", "a name leads out of the directory, or to another name")
};
pub(super) static NAME_RESERVED: Rule = Rule {
    repair: Repair::Never,
    what: "A name holds one of `:*?\"<>|`, or starts with two dots, or a component of it ends in a dot or a space, or in `;` \
           with only digits after it, or is the name of a device (`CON`, `CONIN$`, `CONOUT$`, `PRN`, `AUX`, `NUL`, `COM1` to \
           `COM9`, `LPT1` to `LPT9`) before the first dot, whatever spaces come between.",
    why: "Windows forbids these names or changes them: `nul.so` is a device, `a:b` a stream of the file `a`, and `x.` \
          is `x`. unzipper takes the name `..x` for a path that climbs out, and leaves the file out. `unzip` takes what \
          comes after the `;` for a version of OpenVMS and cuts it off: it unpacks `x.tgz;1` as `x.tgz`, over the file of \
          that name.",
    help: "Name the entries plainly: `module.json`, the module, `deps/<name>`.",
    example: "`deps/aux.tgz`",
    data: &[("character", "the character, where one is at fault")],
    ..rule("archive-name-reserved", "a name means something else on some systems")
};
pub(super) static NAME_LONG: Rule = Rule {
    repair: Repair::Never,
    what: "A component of a name is longer than 255 bytes, or the whole name than 4,095; or it has more than 256 components.",
    why: "No file system of Linux holds such a file, so every unpacker fails half-way; readers that only list the archive, \
          or hand out its content, do not. So many folders make readers fail that go into each from the one above.",
    help: "Give the file a shorter name, in fewer folders.",
    example: "`deps/`, 256 times the letter `x`, and a slash.",
    ..rule("archive-name-long", "a name is longer than a file's name can be")
};
pub(super) static NAME_TWICE: Rule = Rule {
    repair: Repair::Prevents,
    what: "Two entries have the same name.",
    why: "The cluster's unpacker reads the last; other readers read the first.",
    example: "Two entries named `module.json`: a check reads the first, the cluster the second.",
    data: &[("other_offset", "where the first record of that name is")],
    ..rule("archive-name-twice", "two entries have one name")
};
pub(super) static NAME_CASE: Rule = Rule {
    repair: Repair::Never,
    what: "Two names differ only in the case of their letters, or by a trailing slash; or one is a file, and but for case a \
           directory in the other.",
    why: "On a file system that ignores case the second overwrites the first, or unpacking fails half-way.",
    example: "`module.json` and `Module.json`; `deps/A` and `deps/a/x`.",
    data: &[("other", "the other name"), ("other_offset", "where its record is")],
    ..rule("archive-name-case", "two names differ only in case")
};
pub(super) static FILE_IS_DIRECTORY: Rule = Rule {
    repair: Repair::Prevents,
    what: "One entry is a file whose name is a directory in the name of another.",
    why: "Unpackers fail half-way, or replace one with the other.",
    example: "`deps` as a file beside `deps/a.tgz`.",
    data: &[("other", "the name in which it is a directory"), ("other_offset", "where its record is")],
    ..rule("archive-file-is-directory", "a file is also a directory")
};
pub(super) static SPECIAL_FILE: Rule = Rule {
    repair: Repair::Prevents,
    what: "The entry's mode makes it a link, a device, a pipe or a socket.",
    why: "An unpacker that restores modes creates a link and then writes through it.",
    help: "Pack the file that the link points to.",
    example: "`zip --symlinks` over a `module.so` that is a link.",
    data: &[("kind", "what it is"), ("mode", "the whole mode, in octal")],
    ..rule("archive-special-file", "an entry is not a plain file")
};
pub(super) static PRIVILEGE_BITS: Rule = Rule {
    what: "The entry's mode has set-user-ID, set-group-ID or sticky bits.",
    why: "An unpacker that restores modes, as root, makes a program that runs as root.",
    help: "Pack with mode 0644 or 0755.",
    example: "A module of mode 4755.",
    data: &[("mode", "the whole mode, in octal")],
    ..rule("archive-privilege-bits", "an entry's mode grants privileges")
};
pub(super) static DIRECTORY_CONTENT: Rule = Rule {
    repair: Repair::Prevents,
    what: "The entry's name ends in a slash, but it has content: it is neither stored with a size of zero, nor \
           deflated from nothing. What such a stream holds is looked at as that of every entry.",
    why: "Some readers make it a directory and drop the content, some a file.",
    example: "`deps/` with 100 bytes of content.",
    data: &[("claimed", "the value"), ("field", "which value is not zero")],
    ..rule("archive-directory-content", "a directory has content")
};
pub(super) static DIRECTORY_MODE: Rule = Rule {
    repair: Repair::Prevents,
    what: "By its name, which ends in a slash, the entry is a directory, but by its mode it is a file; or the other \
           way round.",
    why: "Some readers go by the name, some by the Unix mode or the directory bit of MS-DOS.",
    example: "`deps/a.tgz` with the mode 040755.",
    data: &[("attributes", "the external attributes, in hexadecimal")],
    ..rule("archive-directory-mode", "an entry is both a directory and a file")
};
pub(super) static BOMB: Rule = Rule {
    repair: Repair::Prevents,
    what: "The entry inflates to more than 50 times its compressed size and to more than 40 MiB, which all files but the module \
           and `module.json` share. No more of it is read.",
    why: "Real modules compress by a factor of 2 to 5. What compresses this well is there to fill a disk or memory.",
    help: "Look at what the entry holds; a large zeroed section of a module belongs in `.bss`.",
    example: "A gigabyte of zeros.",
    data: &[("found", "how many bytes were inflated before reading stopped"), ("size", "the compressed size in bytes")],
    ..rule("archive-bomb", "an entry inflates beyond reason")
};
