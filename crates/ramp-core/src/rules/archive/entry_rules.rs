//! Archive: the rules about single entries.

use super::{Rule, rule};

pub(crate) const RULES: &[&Rule] = &[
    &HEADER_MISSING,
    &HEADER_MISMATCH,
    &DESCRIPTOR,
    &FLAGS,
    &ENCRYPTED,
    &METHOD,
    &STORED_SIZE,
    &EXTRA_FIELD,
    &COMMENT_OF_ENTRY,
    &NAME_UNSAFE,
    &NAME_TWICE,
    &NAME_CASE,
    &FILE_IS_DIRECTORY,
    &SPECIAL_FILE,
    &PRIVILEGE_BITS,
    &DIRECTORY_CONTENT,
    &BOMB,
];

pub(super) static HEADER_MISSING: Rule = Rule {
    what: "A record of the central directory points at a place where no local header is, and the unpacker does not \
           open that entry.",
    why: "Readers that take the first of two entries of one name, or stream from the front, fail or read other bytes.",
    example: "The first of two `module.json`, with its offset changed.",
    ..rule("archive-header-missing", "an entry has no local header")
};
pub(super) static HEADER_MISMATCH: Rule = Rule {
    what: "Name, flags, method, CRC-32, sizes and time stand in the local header and again in the central directory; \
           here the two differ.",
    why: "A reader that goes by the one unpacks something else than a reader that goes by the other.",
    example: "A local header that says `stored` over an entry that the directory calls `deflated`.",
    ..rule("archive-header-mismatch", "the two headers of an entry differ")
};
pub(super) static DESCRIPTOR: Rule = Rule {
    what: "The entry's sizes follow its data in a descriptor, which is missing, says other than the directory, or \
           stands behind stored data.",
    why: "A streaming reader trusts the descriptor; behind stored data it has to guess where that is.",
    cure: "Write the bundle to a seekable file, so that no descriptors are needed.",
    example: "A stored entry written to a pipe.",
    ..rule("archive-descriptor", "a data descriptor cannot be relied on")
};
pub(super) static FLAGS: Rule = Rule {
    what: "General purpose flags beyond UTF-8 names, compression effort and data descriptors are set.",
    why: "They mark patches, masked headers and other things that readers know or ignore.",
    example: "Bit 13, masked local headers.",
    ..rule("archive-flags", "an entry has unusual flags")
};
pub(super) static ENCRYPTED: Rule = Rule {
    what: "The entry is encrypted.",
    why: "The cluster has no password; nothing in the entry can be checked.",
    cure: "Pack the bundle without a password.",
    example: "`zip -e bundle.zip module.so module.json`",
    ..rule("archive-encrypted", "an entry is encrypted")
};
pub(super) static METHOD: Rule = Rule {
    what: "The entry is compressed by a method other than DEFLATE.",
    why: "The reference also reads bzip2 and LZMA; most readers read only stored and deflated entries.",
    cure: "Pack the bundle with DEFLATE, the method of `ramp pack` and of the reference packer.",
    example: "`7z a -mm=LZMA bundle.zip`",
    ..rule("archive-method", "an entry is neither stored nor deflated")
};
pub(super) static STORED_SIZE: Rule = Rule {
    what: "A stored entry claims a size other than the number of bytes it stores.",
    why: "One reader takes the one number, the next the other.",
    example: "A stored entry of 100 bytes that claims 200.",
    ..rule("archive-stored-size", "a stored entry has two sizes")
};
pub(super) static EXTRA_FIELD: Rule = Rule {
    what: "The extra fields do not divide into fields, hold one twice, or give the entry a second name or encryption.",
    why: "A Unicode path field renames the entry for readers that know it and for no others.",
    example: "An extra field 0x7075 that says `evil.so`.",
    ..rule("archive-extra-field", "an entry's extra fields change its meaning")
};
pub(super) static COMMENT_OF_ENTRY: Rule = Rule {
    what: "The entry has a comment in the central directory.",
    why: "No packer writes one, and directory records can be hidden in it.",
    example: "`zip -c bundle.zip`",
    ..rule("archive-entry-comment", "an entry has a comment")
};
pub(super) static NAME_UNSAFE: Rule = Rule {
    what: "A name is absolute, climbs out with `..`, or holds characters that systems treat differently: control \
           characters, backslashes, colons, anything outside ASCII, device names.",
    why: "Unpackers that trust names write outside their directory; others write another name than was checked.",
    cure: "Name the entries plainly: `module.json`, the module, `deps/<name>`.",
    example: "`deps/../../etc/cron.d/x`; the reference packer itself makes `../evil.tgz` of a dependency named \
              `../../evil`.",
    ..rule("archive-name-unsafe", "a name leads elsewhere on some system")
};
pub(super) static NAME_TWICE: Rule = Rule {
    what: "Two entries have the same name.",
    why: "The reference reads the last; other readers read the first.",
    example: "Two `module.json`, of which a check reads the first and the cluster the second.",
    ..rule("archive-name-twice", "two entries have one name")
};
pub(super) static NAME_CASE: Rule = Rule {
    what: "Two names differ only in the case of their letters, or by a trailing slash.",
    why: "On a file system that ignores case the second overwrites the first.",
    example: "`module.json` and `Module.json`.",
    ..rule("archive-name-case", "two names differ only in case")
};
pub(super) static FILE_IS_DIRECTORY: Rule = Rule {
    what: "One entry is a file whose name is a directory in the name of another.",
    why: "Unpackers fail half-way, or replace the one by the other.",
    example: "`deps` as a file beside `deps/a.tgz`.",
    ..rule("archive-file-is-directory", "a file is also a directory")
};
pub(super) static SPECIAL_FILE: Rule = Rule {
    what: "The entry's mode makes it a link, a device, a pipe or a socket.",
    why: "An unpacker that restores modes creates a link and then writes through it.",
    cure: "Pack the file that the link points to.",
    example: "`zip --symlinks` over a `module.so` that is a link.",
    ..rule("archive-special-file", "an entry is no plain file")
};
pub(super) static PRIVILEGE_BITS: Rule = Rule {
    what: "The entry's mode has set-user-ID, set-group-ID or sticky bits.",
    why: "An unpacker that restores modes, as root, makes a program that runs as root.",
    cure: "Pack with mode 0644 or 0755.",
    example: "A module of mode 4755.",
    ..rule("archive-privilege-bits", "an entry's mode grants privileges")
};
pub(super) static DIRECTORY_CONTENT: Rule = Rule {
    what: "The entry's name ends in a slash, and it has content or a file's mode.",
    why: "Some readers make it a file, some a directory.",
    example: "`deps/` with 100 bytes of content.",
    ..rule("archive-directory-content", "an entry is a directory and a file")
};
pub(super) static BOMB: Rule = Rule {
    what: "The entry inflates to more than 64 MiB and more than 50 times its compressed size.",
    why: "Real modules compress 2 to 5 times. What compresses so well is there to fill a disk or a memory.",
    cure: "Look at what the entry holds; a module with a large zeroed section is better linked with it in `.bss`.",
    example: "A gigabyte of zeros.",
    ..rule("archive-bomb", "an entry inflates beyond reason")
};
