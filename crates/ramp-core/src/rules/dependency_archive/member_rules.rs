//! Archive: the rules about files in the archives under `deps/`.

use crate::finding::Rule;
use crate::level::Level;
use crate::rules::declare::dependency_archive as rule;

pub(crate) const RULES: &[&Rule] = &[
    &HEADER,
    &EXTENDED_HEADER,
    &SIZE_AMBIGUOUS,
    &LINK,
    &SPECIAL_FILE,
    &NAME_UNSAFE,
    &NAME_PORTABILITY,
    &NAME_TWICE,
    &FILE_IS_DIRECTORY,
    &PRIVILEGE_BITS,
    &OLD_HEADER,
];

pub(super) static HEADER: Rule = Rule {
    what: "A header in the tar has a magic, a checksum, a number or a name prefix that readers read in different ways, or \
           something where its format has nothing, such as the sparse map of a file that is not sparse; or the name in the first \
           one starts like a file of another format, such as bzip2, cpio or a cabinet; or a name, a comment or an extra field in \
           the header of the gzip file is longer than all readers take.",
    why: "To some readers the member has another name, mode, owner or content, or is the end of the archive. bsdtar fills or \
          cuts a file by the sparse map in a GNU header, whatever its type; a tar that starts with `BZh91AY&SY` is a file of bzip2 to \
          it, and one that starts with `070707` an archive of cpio to GNU cpio. Go fails at 512 bytes of name or comment in a \
          gzip header, busybox at more than 16,384 bytes of extra field.",
    help: "Pack the dependency with an ordinary tar, in the format `pax` or `ustar`, without access times, and with its folder first: \
           `tar -czf name.tgz folder`.",
    example: "Access times in a GNU header, which Python's `tarfile` takes for a folder before the name.",
    data: &[
        ("claimed", "the size in bytes of what is too long in the gzip header"),
        ("field", "the field that readers read in different ways"),
        ("found", "its bytes, escaped"),
        ("gzip_offset", "where in the gzip file it is, in bytes"),
        ("kind", "which other format the tar starts like"),
        ("limit", "the largest size in bytes that all take there"),
        ("member", "the name of the file"),
        ("position", "the byte of the header that should be a NUL"),
        ("tar_offset", "where in the tar it is, in bytes"),
    ],
    ..rule("dependency-archive-header", "readers read a header of a tar in different ways")
};
pub(super) static EXTENDED_HEADER: Rule = Rule {
    what: "An extended header (PAX, or a GNU long name) is malformed, padded with something other than NULs, repeated, without \
           a name of its own, or belongs to no member; it gives a value twice, or all members one name, size or owner. Or a \
           key in it starts with whitespace, holds control characters, or is an unknown one under a prefix that readers know \
           (`GNU.`, `LIBARCHIVE.`, `RHT.`, `SCHILY.`, `SUN.`). Or a time or an owner is not a number in range, the name of an \
           owner is not text, a NUL stands beside a name, or extended attributes have no namespace or are larger than file \
           systems keep.",
    why: "Names and sizes in it override those of the header that follows: readers that skip it, or take the first of \
          two values, unpack other files. Python's `tarfile` reads on in the padding, and takes another name from there, which \
          may lead out of the folder; it fails at a global header that nothing follows. GNU tar takes a key with a space before \
          it for the key, others do not; it fails, and so does Go, at a time or owner that is not a number. 7-Zip skips a \
          header with a NUL in it. bsdtar fails at 32 global headers in a row, and at attributes that it cannot set.",
    help: "Pack the dependency again: with `tar -czf name.tgz folder`, on a Mac with \
           `COPYFILE_DISABLE=1 tar --no-xattrs -czf name.tgz folder`, or through its `local_path` in the manifest.",
    example: "A record `path` twice.",
    data: &[
        ("claimed", "its size in bytes"),
        ("key", "the key of the record"),
        ("kind", "which kind of extended header"),
        ("limit", "the largest size in bytes that is read"),
        ("position", "the byte of the extended header from which it is malformed"),
        ("tar_offset", "where in the tar it is, in bytes"),
    ],
    ..rule("dependency-archive-extended-header", "readers read an extended header of a tar in different ways")
};
pub(super) static SIZE_AMBIGUOUS: Rule = Rule {
    what: "The size of a member depends on where, and how, it is read: the extended header gives a different one from \
           the header, the number is octal to some readers only, or something without content has a size.",
    why: "Readers look for the next header in different places: what is content to one is a list of files to another.",
    example: "A header with a size of 1024 bytes after a PAX record `size=0`.",
    data: &[
        ("claimed", "the size in bytes in the header"),
        ("field", "the field that readers read in different ways"),
        ("found", "its bytes, escaped"),
        ("kind", "what it is that has no content"),
        ("member", "the name of the file"),
        ("other", "the size in bytes in the extended header"),
        ("tar_offset", "where in the tar it is, in bytes"),
    ],
    ..rule("dependency-archive-size-ambiguous", "readers differ about where a member of a tar ends")
};
pub(super) static LINK: Rule = Rule {
    what: "A member is a symbolic or a hard link.",
    why: "Later members can be written through it, to wherever it leads; and readers without support for links, or \
          with checks of their own, leave it out.",
    help: "Pack what the link leads to: `tar --dereference --hard-dereference -czf name.tgz folder`.",
    example: "`data/out`, a link to `/etc`, followed by `data/out/passwd`.",
    data: &[
        ("kind", "which kind of link"),
        ("member", "the name of the file"),
        ("path", "where it leads"),
        ("tar_offset", "where in the tar it is, in bytes"),
    ],
    ..rule("dependency-archive-link", "an archive of a dependency holds a link")
};
pub(super) static SPECIAL_FILE: Rule = Rule {
    what: "A member is a device, a pipe, a sparse file, the label of a volume, or of a type that is not known; \
           `SCHILY.realsize`, `SUN.holesdata` or `GNU.sparse.…` in an extended header make a file a sparse one.",
    why: "A module needs only files and folders. Devices reach past the file system; sparse files have different \
          content for readers that do not know them: bsdtar fills or cuts a file by its `SCHILY.realsize` or \
          `SUN.holesdata`.",
    help: "Leave it out; pack sparse files without `--sparse`, or, with bsdtar, with `--no-read-sparse`, and leave out \
           `--label`.",
    example: "A character device `data/null`.",
    data: &[
        ("found", "the type, where it is not known"),
        ("kind", "what it is"),
        ("member", "the name of the file"),
        ("tar_offset", "where in the tar it is, in bytes"),
    ],
    ..rule("dependency-archive-special-file", "a member of a tar is neither file nor folder")
};
pub(super) static NAME_UNSAFE: Rule = Rule {
    what: "The name of a member is absolute, climbs out with `..`, starts with a letter and a colon, is not UTF-8, is longer \
           than a name of a file (255 bytes) or a path (4,095) can be, has more than 256 components, holds backslashes, control characters or \
           characters that are not shown, or is not in Unicode's composed form (NFC).",
    why: "Unpackers that trust names write outside their folder, as root on every node. bsdtar takes `C:` for a drive and cuts \
          it off, and composes names in PAX headers, over a file of that name; too long a name ends unpacking half-way, and so do a thousand folders in each other for Python; npm's tar leaves such a file \
          out.",
    help: "Pack with names relative to one folder: `tar -C parent -czf name.tgz folder`; `convmv -f utf8 -t utf8 --nfc` \
           composes names.",
    example: "`../../etc/cron.d/x`",
    data: &[
        ("character", "the character, where there is one to show"),
        ("member", "the name of the file"),
        ("tar_offset", "where in the tar it is, in bytes"),
    ],
    ..rule("dependency-archive-name-unsafe", "the name of a member of a tar leads elsewhere")
};
pub(super) static NAME_PORTABILITY: Rule = Rule {
    strict_level: Level::Note,
    what: "The name of a member, or a character in it, is not allowed on systems other than the nodes'.",
    why: "The archive cannot be unpacked everywhere, for example to look at it.",
    help: "Rename the file, if it is yours.",
    example: "`man/Foo::Bar.3pm`",
    data: &[
        ("character", "the character, where one is at fault"),
        ("member", "the name of the file"),
        ("tar_offset", "where in the tar it is, in bytes"),
    ],
    ..rule("dependency-archive-name-portability", "the name of a member of a tar is not portable")
};
pub(super) static NAME_TWICE: Rule = Rule {
    what: "Two members have one name, and are not both folders.",
    why: "The last one replaces the first for most readers; some keep the first, or fail.",
    example: "`tar -rf data.tar data/config` on an archive that already has it.",
    data: &[
        ("member", "the name of the file"),
        ("other_offset", "where in the tar the first of that name is"),
        ("tar_offset", "where in the tar it is, in bytes"),
    ],
    ..rule("dependency-archive-name-twice", "two members of a tar have one name")
};
pub(super) static FILE_IS_DIRECTORY: Rule = Rule {
    what: "A member is a file, but also a folder: in the name of another member, or by a slash at the end of its own.",
    why: "Unpackers fail half-way, replace one with the other, or differ about what it is: of a file whose name ends in a slash, \
          as tar before POSIX had folders, busybox makes a file.",
    example: "`data` as a file beside `data/a`.",
    data: &[
        ("member", "the name of the file"),
        ("other", "the name in which it is a folder"),
        ("tar_offset", "where in the tar it is, in bytes"),
    ],
    ..rule("dependency-archive-file-is-directory", "a file in a tar is also a folder")
};
pub(super) static PRIVILEGE_BITS: Rule = Rule {
    what: "A member has set-user-ID, set-group-ID or sticky bits in its mode, file capabilities, an access control list, \
           another extended attribute of the namespaces `security` or `trusted`, or flags of a file system other than \
           `nodump` and `noatime`.",
    why: "Unpacked by root, it is a program with the rights of its owner, for everybody on the node. An access control list \
          is restored by bsdtar, which gives the file another mode by it, and left out by others. So are attributes and \
          flags: a file with the flag `schg` cannot be changed or removed, not even by root.",
    help: "Remove them before packing: `chmod -R ug-s,-t folder`, or pack with `--mode=u=rwX,go=rX`; leave access control \
           lists, attributes and flags out with `--no-acls --no-xattrs --no-fflags`.",
    example: "A helper program of mode 4755.",
    data: &[
        ("found", "the flags"),
        ("key", "the name of the attribute"),
        ("member", "the name of the file"),
        ("mode", "the whole mode, in octal"),
        ("tar_offset", "where in the tar it is, in bytes"),
    ],
    ..rule("dependency-archive-privilege-bits", "a member of a tar grants privileges")
};
pub(super) static OLD_HEADER: Rule = Rule {
    strict_level: Level::Warning,
    what: "The tar is in the format from before POSIX, whose headers have no magic. It is told of once for each archive.",
    why: "busybox refuses it; all others read it.",
    help: "Pack the dependency with an ordinary tar, in the format `pax`, `gnu` or `ustar`.",
    example: "`tar --format=v7 -czf deps/data.tgz data`",
    data: &[("member", "the name of the file"), ("tar_offset", "where in the tar it is, in bytes")],
    ..rule("dependency-archive-old-header", "a tar is in the format from before POSIX")
};
