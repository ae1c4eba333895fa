//! Archive: the rules about the archive as a whole.

use crate::cure::Repair;
use crate::finding::Rule;
use crate::level::Level;
use crate::rules::declare::archive as rule;

pub(crate) const RULES: &[&Rule] = &[
    &OTHER_FORMAT,
    &PREFIX,
    &GAP,
    &HEADER_UNLISTED,
    &FOREIGN_RECORD,
    &OVERLAP,
    &ORDER,
    &TRAILING,
    &PADDING,
    &SECOND_END,
    &COMMENT,
    &COMMENT_LONG,
    &COMMENT_NOT_TEXT,
    &COMMENT_CUT_OFF,
    &DIRECTORY_OFFSET,
    &ENTRY_COUNT,
    &RECORD_CUT_OFF,
    &DISK,
    &ZIP64,
    &ZIP64_LOCATOR,
    &ZIP64_EXTENSIBLE,
    &ZIP64_NEEDLESS,
    &HIDDEN_SIGNATURE,
    &OTHER_VIEW,
];

pub(super) static OTHER_FORMAT: Rule = Rule {
    repair: Repair::Prevents,
    what: "The first 512 bytes of the file are a header of tar by its checksum, or `CD001`, with which the volume descriptors \
           of an ISO 9660 image start, is at byte 32,769.",
    why: "bsdtar prefers a tar and such an image to a zip: it unpacks other files, links among them. So do GNU tar, cmake and \
          Python's `tarfile` with a tar. A name and an extra field of the first entry are enough for a header, and a stored \
          dependency holds the rest.",
    help: "Pack the bundle again, without extra fields, or with DEFLATE where a dependency is an image of a disk.",
    example: "A bundle whose first local header has an extra field with size, checksum and magic of a tar where they belong.",
    data: &[("kind", "what it is besides")],
    ..rule("archive-other-format", "the file is an archive of another format too")
};
pub(super) static PREFIX: Rule = Rule {
    what: "Every byte of the file must belong to a record of the zip; here the first record does not start at byte 0.",
    why: "A reader that starts at the front sees something other than one that starts at the end of the file: a \
          polyglot passes the check of one and is installed by the other.",
    help: "Remove what comes before the first `PK\\x03\\x04`; do not append a zip to another file.",
    example: "`cat header.bin module.zip > bundle.zip`",
    data: &[("size", "how many bytes")],
    ..rule("archive-prefix", "bytes come before the archive")
};
pub(super) static GAP: Rule = Rule {
    what: "Between two records, or between the last entry and the central directory, there are bytes that belong to no \
           record.",
    why: "Readers that stream from the front stop there, or look for the next record in them.",
    example: "Padding between the last entry and the directory.",
    data: &[("size", "how many bytes")],
    ..rule("archive-gap", "bytes belong to no record")
};
pub(super) static HEADER_UNLISTED: Rule = Rule {
    repair: Repair::Prevents,
    what: "The file has a local header that no record of the central directory points to.",
    why: "Readers that stream from the front unpack the entry; those that go by the directory, the cluster's unpacker among \
          them, do not see it.",
    example: "An entry deleted from the directory whose header and data were left in the file.",
    data: &[("size", "how many bytes up to the next record")],
    ..rule("archive-header-unlisted", "a local header is not in the directory")
};
pub(super) static FOREIGN_RECORD: Rule = Rule {
    repair: Repair::Prevents,
    what: "Between the entries, the directory and the end records there is a record of another kind: a digital \
           signature, archive extra data, a marker of a spanned archive, a second directory.",
    why: "Few readers know these records: some skip them, some stop at them, some read what they hold.",
    example: "An archive extra data record before the central directory.",
    data: &[("kind", "which record"), ("size", "how many bytes up to the next record")],
    ..rule("archive-foreign-record", "a record has no place in a package")
};
pub(super) static OVERLAP: Rule = Rule {
    repair: Repair::Prevents,
    what: "Two entries, or an entry and the central directory, share bytes.",
    why: "Overlapping entries are how small zips inflate to petabytes, and how one reader is shown different content \
          from the next. Of such entries only the module and `module.json` are read.",
    example: "Many directory records that point at one local header.",
    data: &[
        ("end", "where the shared bytes end"),
        ("other", "the name of the other entry; missing where it is the central directory"),
        ("start", "where the shared bytes start"),
    ],
    ..rule("archive-overlap", "records share bytes")
};
pub(super) static ORDER: Rule = Rule {
    what: "The entries are in a different order in the file than in the central directory.",
    why: "Readers that stream from the front meet the entries in a different order than those that go by the \
          directory; what is the last of its kind to one is not the last to the other.",
    example: "A directory whose records were sorted after writing.",
    data: &[("other", "the name of the entry listed before"), ("other_offset", "where that one is")],
    ..rule("archive-order", "entries are not in the order in which the directory lists them")
};
pub(super) static TRAILING: Rule = Rule {
    what: "Bytes follow the end record and its comment, other than the padding of `archive-padding`.",
    why: "Readers that look for the end record in other ways find another one, or none.",
    help: "Cut the file where the archive ends, or pack the bundle again.",
    example: "`cat bundle.zip signature.bin > signed.zip`",
    data: &[("end", "where the archive ends"), ("size", "the size of the file in bytes")],
    ..rule("archive-trailing", "the file does not end where the archive does")
};
pub(super) static PADDING: Rule = Rule {
    what: "NUL bytes, fewer than 10,240, follow the end record and fill the file up to a multiple of 10,240 bytes.",
    why: "That is how libarchive writes to a pipe. The cluster's unpacker and most readers find the end record before them; \
          Java's zip file system, yauzl, extract-zip and unzipper want the file to end with the archive, and refuse it. \
          Perl's IO::Uncompress sees one more entry, without a name.",
    help: "Write the bundle to a file: `bsdtar -c --format zip -f bundle.zip …`.",
    example: "`bsdtar -c --format zip module.so module.json | cat > bundle.zip`",
    data: &[("size", "how many bytes")],
    ..rule("archive-padding", "NUL bytes fill the file up to a whole block")
};
pub(super) static SECOND_END: Rule = Rule {
    repair: Repair::Prevents,
    what: "Before the end record that the cluster's unpacker uses there is another, whose comment would end where the \
           file does.",
    why: "A reader that looks from the front, or that expects the comment to end with the file, takes the other one: \
          another directory, another package.",
    example: "An archive whose comment is a whole second archive.",
    data: &[("other_offset", "where the end record is that the cluster's unpacker reads")],
    ..rule("archive-second-end", "two end records fit the end of the file")
};
pub(super) static COMMENT: Rule = Rule {
    strict_level: Level::Note,
    what: "The archive has a comment of plain text, of no more than 58 bytes.",
    why: "It is harmless, and it is not part of the package format.",
    help: "Write the archive without a comment.",
    example: "`zip -z bundle.zip`",
    data: &[("size", "how many bytes")],
    ..rule("archive-comment", "the archive has a comment")
};
pub(super) static COMMENT_LONG: Rule = Rule {
    what: "The archive has a comment of more than 58 bytes.",
    why: "unzipper looks for the end record in the last 80 bytes of the file, and fails. From 16 KiB on so do others, with \
          65,535 bytes Perl's Archive::Zip, rubyzip, node-stream-zip and busybox.",
    help: "Write the archive without a comment; `git archive` writes the hash of the commit into one, of 64 bytes where the \
           repository is of SHA-256: pack the files with another program.",
    example: "`zip -z bundle.zip` with a paragraph of text.",
    data: &[("limit", "how many bytes every reader takes"), ("size", "how many bytes there are")],
    ..rule("archive-comment-long", "the archive comment is longer than all readers take")
};
pub(super) static COMMENT_NOT_TEXT: Rule = Rule {
    repair: Repair::Prevents,
    what: "The archive comment holds control characters or the letters `PK` that start a record.",
    why: "Some readers take the last end record in the file, some the first that fits: a comment can hold a second \
          archive.",
    help: "Write the archive without a comment.",
    example: "A comment that is itself a zip.",
    data: &[
        ("position", "the first byte of the comment that is not text, from 0"),
        ("size", "the size of the comment in bytes"),
    ],
    ..rule("archive-comment-not-text", "the archive comment could hide records")
};
pub(super) static COMMENT_CUT_OFF: Rule = Rule {
    what: "The end record claims a longer comment than the file holds.",
    why: "The cluster's unpacker takes what there is; readers that expect the comment to end with the file find no end \
          record, or another one.",
    help: "Transfer the bundle again (compare its checksum), or pack it again.",
    example: "A comment of 20 bytes whose last ten were lost in a download.",
    data: &[("claimed", "the size in bytes that the end record claims"), ("found", "how many bytes there are")],
    ..rule("archive-comment-cut-off", "the file ends inside the archive comment")
};
pub(super) static DIRECTORY_OFFSET: Rule = Rule {
    repair: Repair::Prevents,
    what: "The end record says where the central directory starts, and that is not where its size puts it.",
    why: "Some readers go by the offset, the cluster's unpacker goes by the size: they read two different directories.",
    example: "A second central directory before the first.",
    data: &[("claimed", "the offset in the end record"), ("found", "the offset of the central directory")],
    ..rule("archive-directory-offset", "the central directory is not where the end record says")
};
pub(super) static ENTRY_COUNT: Rule = Rule {
    repair: Repair::Prevents,
    what: "The end record counts a different number of entries than the central directory holds.",
    why: "Readers that go by the count see fewer or more files than the cluster's unpacker, which goes by the size.",
    example: "A count of 2 for a directory of 3 records.",
    data: &[
        ("claimed", "how many entries the end record counts"),
        ("found", "how many there are"),
        ("other", "how many it counts on this disk, where that number differs"),
    ],
    ..rule("archive-entry-count", "the end record miscounts the entries of the directory")
};
pub(super) static RECORD_CUT_OFF: Rule = Rule {
    repair: Repair::Prevents,
    what: "The name, extra fields and comment of the last record reach beyond the end of the central directory.",
    why: "The cluster's unpacker takes what there is; other readers go on into the end record.",
    example: "A last record that claims a comment of one byte, where there is none.",
    data: &[("claimed", "the size in bytes that the record claims"), ("found", "how many bytes there are")],
    ..rule("archive-record-cut-off", "a record reaches beyond the central directory")
};
pub(super) static DISK: Rule = Rule {
    what: "A disk number is not zero: the archive claims to be one of several.",
    why: "No reader of packages joins disks; some refuse the archive, some ignore the number.",
    example: "One part of an archive made by `zip -s`.",
    data: &[("claimed", "the number of the disk, or how many there are")],
    ..rule("archive-disk", "the archive claims to span disks")
};
pub(super) static ZIP64: Rule = Rule {
    repair: Repair::Prevents,
    what: "The ZIP64 end record and the classic one disagree about a value that each gives; or the classic one leaves a value to \
           a ZIP64 end record, and there is none: 65,535 entries, and an offset of 4 GiB less one byte, say so.",
    why: "Readers with and without ZIP64 support read two different archives. Of those with it some take 65,535 for a number, and \
          some refuse the archive.",
    example: "A classic count of 2 and a ZIP64 count of 3; 65,535 entries without a ZIP64 end record.",
    data: &[
        ("claimed", "the value in the classic end record"),
        ("field", "which value"),
        ("other", "the value in the ZIP64 end record, where there is one"),
    ],
    ..rule("archive-zip64", "the end records disagree, or one is missing")
};
pub(super) static ZIP64_LOCATOR: Rule = Rule {
    repair: Repair::Prevents,
    what: "The ZIP64 locator puts the ZIP64 end record somewhere other than right before itself.",
    why: "The cluster's unpacker looks right before the locator, other readers where it points: each finds a different \
          directory.",
    example: "A locator that points into the comment of an entry.",
    data: &[
        ("claimed", "the offset in the locator"),
        ("found", "the offset of the ZIP64 end record, where there is one"),
    ],
    ..rule("archive-zip64-locator", "the ZIP64 locator points elsewhere")
};
pub(super) static ZIP64_EXTENSIBLE: Rule = Rule {
    repair: Repair::Prevents,
    what: "The ZIP64 end record claims a size other than that of its fields: 44 bytes after the first twelve.",
    why: "The fields can be followed by data that no reader of packages knows; where the record then starts depends on \
          the reader.",
    example: "A ZIP64 end record with a strong encryption header.",
    data: &[("claimed", "the size in bytes that the record claims")],
    ..rule("archive-zip64-extensible", "the ZIP64 end record has data of its own")
};
pub(super) static ZIP64_NEEDLESS: Rule = Rule {
    what: "A header has a ZIP64 extra field, or the archive a ZIP64 end record, though no size, offset or count is too large \
           for the classic fields: 4 GiB, or 65,535 entries.",
    why: "Readers differ about ZIP64, and only archives that need it are refused by those that do not know it. Where it is \
          not needed, busybox unpacks nothing or only the front, and says nothing; fflate reads other bytes where the field \
          gives an offset; Java's ZipInputStream finds no entries, or fails; jszip, unzipper, adm-zip and Perl's Archive::Zip \
          refuse some forms of it, Python up to 3.8, Java and libzip others.",
    help: "Write without ZIP64: `zip` without `-fz`, or from files and not from standard input; Python's `ZipFile.open` \
           without `force_zip64`; the `zip` crate without `large_file(true)`; `bsdtar` without the option `zip:zip64`; Commons \
           Compress with `Zip64Mode.AsNeeded` or `Never`; yazl and archiver without `forceZip64`; stream-zip with `ZIP_32` or \
           `ZIP_AUTO`.",
    example: "`zip -fz bundle.zip module.so module.json`",
    data: &[("field", "where it is")],
    ..rule("archive-zip64-needless", "ZIP64 is used where nothing needs it")
};
pub(super) static HIDDEN_SIGNATURE: Rule = Rule {
    repair: Repair::Prevents,
    what: "The bytes `PK\\x03\\x04`, with which a local header starts, are in the extra fields of an entry or elsewhere in the \
           central directory; or they, or those with which a data descriptor or a record of the directory starts, are in the \
           compressed data of an entry that a data descriptor follows, or in that descriptor for its CRC-32 or a size. Or those with which an end record starts, \
           `PK\\x05\\x06`, are in the last 80 bytes of the file, and that of a ZIP64 end record or of its locator, \
           `PK\\x06\\x06` and `PK\\x06\\x07`, in the 20 bytes before the end record: in extra fields, a comment or a time \
           of the last entries, or in the end records themselves.",
    why: "fflate's stream looks for the next local header wherever it is: it sees one more entry there, which no other reader \
          does. And it, and unzipper's stream, take what looks like a descriptor for the end of the data. In compressed data \
          that comes about by chance, once in a GiB or so. A CRC-32 that is the signature of the descriptor makes Archive::Zip \
          refuse the entry. unzipper takes the first end record in the last 80 bytes; adm-zip \
          takes one that is up to 20 bytes before the last, and behind a locator any in the last 64 KiB: they read another \
          directory, which may be in a stored dependency, or none.",
    help: "Write the bundle to a seekable file, so that no descriptors are needed, and without extra fields; bsdtar writes them to \
           files too.",
    example: "An extra field 0x1234 that holds a whole local header; an end record in the extra field of the last entry.",
    data: &[("kind", "the record that starts with it")],
    ..rule("archive-hidden-signature", "the signature of a record is where none is")
};
pub(super) static OTHER_VIEW: Rule = Rule {
    repair: Repair::Prevents,
    what: "The `zip` crate, asked for a second opinion, refuses the archive or reads different entries from the \
           cluster's unpacker.",
    why: "Whoever unpacks with another library installs something other than what was checked.",
    example: "An end record that counts three entries for a directory of two: some readers go by the count.",
    data: &[("detail", "what the other reader makes of it")],
    ..rule("archive-other-view", "another reader reads the archive differently")
};
