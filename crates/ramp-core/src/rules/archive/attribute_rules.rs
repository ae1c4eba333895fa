//! Archive: the rules about attributes and modes of entries, which readers restore in different ways.

use crate::finding::Rule;
use crate::level::Level;
use crate::rules::declare::archive as rule;

pub(crate) const RULES: &[&Rule] = &[&ATTRIBUTES, &SYSTEM, &MODE, &MODE_INCOMPLETE];

pub(super) static ATTRIBUTES: Rule = Rule {
    what: "The attributes of the entry have the bit of a volume's label (0x08) or of a reparse point (0x400), or its \
           internal attributes have a bit other than the one for text.",
    why: "`unzip` leaves an entry that is a label out, and says nothing; 7-Zip takes the content of a reparse point for a \
          link of Windows, and fails. With bit 2 of the internal attributes `unzip` makes a file that only root can read, and \
          Perl's Archive::Zip refuses the archive. Other readers look at none of them.",
    example: "A `module.json` with the external attributes 0x00000008, made on MS-DOS.",
    data: &[("attributes", "the bits that are wrong, in hexadecimal"), ("kind", "what they say")],
    ..rule("archive-attributes", "an entry's attributes make it something else")
};
pub(super) static SYSTEM: Rule = Rule {
    what: "The entry says that it was made on a system other than MS-DOS, Unix, Windows or macOS (0, 3, 7, 10, 11, 14, 19).",
    why: "What attributes mean depends on the system. `unzip` reads a Unix mode for Amiga, OpenVMS, Atari, BeOS, Acorn and \
          others, and gives a file the mode 000 or 200 where there is none; all other readers give it 644.",
    example: "An entry made on system 16, BeOS, without a mode.",
    data: &[("found", "the number of the system")],
    ..rule("archive-system", "an entry was made on a system whose attributes readers read differently")
};
pub(super) static MODE: Rule = Rule {
    what: "The entry has a Unix mode, but a system other than Unix made it, and the mode takes something from the owner or \
           lets a file be executed; or its mode gives nobody a permission; or it is that of a directory which its owner may \
           not read, write and enter.",
    why: "Of a system other than Unix, extract-zip and adm-zip restore the mode, `unzip`, 7-Zip, bsdtar and busybox do not. \
          For a mode of 0100000 adm-zip makes a file of mode 666, the others one of 000. To a directory's mode 7-Zip adds what \
          its owner lacks; busybox, extract-zip and adm-zip do not, and then, unless they are root, cannot unpack the files \
          inside.",
    help: "Pack with mode 0644 or 0755, on Unix.",
    example: "A module of mode 0100755 whose entry says that MS-DOS made it.",
    data: &[("mode", "the whole mode, in octal")],
    ..rule("archive-mode", "readers give an entry different modes")
};
pub(super) static MODE_INCOMPLETE: Rule = Rule {
    strict_level: Level::Warning,
    what: "The entry says that Unix made it, and has no mode; or its mode can be executed, but does not say that it is that \
           of a file; or it was made on MS-DOS or Windows and is read-only, or has a mode that others than its owner may read \
           less with than usual, as Python's `writestr` writes there.",
    why: "Without a mode `unzip` and busybox make a file of mode 000, which only root can read, others one of 644. For a mode \
          that does not say what it is of, 7-Zip makes one of 644. What is read-only is so for `unzip`, and for some \
          others. Of a mode from MS-DOS or Windows only extract-zip and adm-zip know. Names and bytes are the same for all.",
    help: "Pack with mode 0644 or 0755; in Python, give `ZipInfo.external_attr` as `0o100644 << 16`.",
    example: "An entry made on Unix with the external attributes 0.",
    data: &[("attributes", "the external attributes, in hexadecimal")],
    ..rule("archive-mode-incomplete", "some readers leave an entry's permissions out")
};
