//! Archive: the rules about what the headers of an entry say, to each other and to different readers.

use crate::cure::Repair;
use crate::finding::Rule;
use crate::rules::declare::archive as rule;

pub(crate) const RULES: &[&Rule] = &[
    &HEADER_MISSING,
    &HEADER_NAME,
    &HEADER_FLAGS,
    &HEADER_METHOD,
    &HEADER_CRC32,
    &HEADER_SIZE,
    &HEADER_VERSION,
    &HEADER_TIME,
    &HEADER_LONG,
    &VERSION_NEEDED,
    &DESCRIPTOR,
    &DESCRIPTOR_REPEATED,
    &DESCRIPTOR_STORED,
    &DESCRIPTOR_UNSIGNED,
    &DESCRIPTOR_WIDTH,
    &FLAGS,
    &ENCRYPTED,
    &METHOD,
    &STORED_SIZE,
    &EXTRA_MALFORMED,
    &EXTRA_TWICE,
    &EXTRA_OVERRIDE,
    &EXTRA_ZIP64,
    &COMMENT_OF_ENTRY,
];

/// How a writer does without descriptors.
const SEEKABLE: &str = "Write the bundle to a seekable file, so that no descriptors are needed; not with bsdtar, which writes them to \
                        files too.";

/// The values of a field that stands in both headers.
const HEADER: &[(&str, &str)] = &[
    ("claimed", "what the central directory says"),
    ("field", "which value"),
    ("found", "what the local header says"),
    ("other_offset", "where the directory's record is"),
];

pub(super) static HEADER_MISSING: Rule = Rule {
    repair: Repair::Prevents,
    what: "A record of the central directory points to a place where there is no local header, and the unpacker does \
           not open that entry.",
    why: "Readers that take the first of two entries of one name, or stream from the front, fail or read other bytes.",
    example: "The first of two entries named `module.json`, with its offset changed.",
    ..rule("archive-header-missing", "an entry has no local header")
};
pub(super) static HEADER_NAME: Rule = Rule {
    repair: Repair::Prevents,
    what: "The local header of an entry gives it a different name from the central directory.",
    why: "A reader that streams unpacks it under one name, a reader that goes by the directory under the other. The \
          unpacker refuses such an entry, unless it is `deps/` or the first of two of the same name.",
    example: "A directory `deps/` whose local header says `bin/`.",
    data: HEADER,
    ..rule("archive-header-name", "the two headers of an entry name it differently")
};
pub(super) static HEADER_FLAGS: Rule = Rule {
    repair: Repair::Prevents,
    what: "The general purpose flags of the local header are not those in the central directory, other than the two of a \
           deflated entry that say how much effort went into it (0x0006), which readers leave alone.",
    why: "Flags say whether an entry is encrypted, how its name is written and where its sizes are: two readers read \
          the entry in two ways. Of a stored entry 7-Zip compares the two for effort as well, and refuses it.",
    example: "A local header without the flag for a UTF-8 name that the directory sets.",
    data: HEADER,
    ..rule("archive-header-flags", "the two headers of an entry have different flags")
};
pub(super) static HEADER_METHOD: Rule = Rule {
    repair: Repair::Prevents,
    what: "The compression method of the local header is not that in the central directory.",
    why: "One reader hands out the compressed bytes as they are, the other decompresses them.",
    example: "A local header that says `stored` over an entry that the directory calls `deflated`.",
    data: HEADER,
    ..rule("archive-header-method", "the two headers of an entry have different methods")
};
pub(super) static HEADER_CRC32: Rule = Rule {
    what: "The CRC-32 of the local header is not that in the central directory, and no data descriptor follows that could \
           give it.",
    why: "A reader that goes by one finds the entry sound, a reader that goes by the other finds it damaged.",
    example: "An entry whose content was replaced, and its CRC-32 in the directory only.",
    data: HEADER,
    ..rule("archive-header-crc32", "the two headers of an entry have different CRC-32s")
};
pub(super) static HEADER_SIZE: Rule = Rule {
    repair: Repair::Prevents,
    what: "A size of the local header is not that in the central directory, and no data descriptor follows that could give \
           it.",
    why: "Readers that stream take more or fewer bytes for the entry than those that go by the directory; the rest is \
          the next record to them.",
    example: "A local header that claims a size of zero, with the content after it.",
    data: HEADER,
    ..rule("archive-header-size", "the two headers of an entry have different sizes")
};
pub(super) static HEADER_VERSION: Rule = Rule {
    what: "The version needed to extract differs between the local header and the central directory.",
    why: "Readers refuse an entry for one or for the other: some unpack it, some do not.",
    example: "A local header that needs version 4.5 under a record that needs 2.0.",
    data: HEADER,
    ..rule("archive-header-version", "the two headers of an entry need different versions")
};
pub(super) static HEADER_TIME: Rule = Rule {
    what: "The date or the time of the local header is not that in the central directory.",
    why: "No ordinary writer does that: one of the two headers was changed afterwards.",
    example: "A header patched to hide when a module was replaced.",
    data: HEADER,
    ..rule("archive-header-time", "the two headers of an entry have different times")
};
pub(super) static HEADER_LONG: Rule = Rule {
    what: "The name, the extra fields and the comment of a header have more than 978 bytes in all.",
    why: "node-stream-zip reads the directory in pieces of 1,024 bytes, and unzipper looks for the data of an entry as near to \
          its local header: both fail where a record is longer.",
    help: "Give the file a shorter name, and pack without `zipalign` and extra fields.",
    example: "A module aligned to 4,096 bytes by extra fields in its local header.",
    data: &[("limit", "how many bytes every reader takes"), ("size", "how many bytes there are")],
    ..rule("archive-header-long", "a header is longer than all readers take")
};
pub(super) static VERSION_NEEDED: Rule = Rule {
    what: "The entry says that a version above 4.6 is needed to unpack it, though it is only stored or deflated.",
    why: "`unzip` leaves such entries out, with an error; other readers do not look at the version, or refuse others.",
    example: "A deflated entry that needs version 6.3.",
    data: &[("version", "the version that it needs")],
    ..rule("archive-version-needed", "an entry needs a version that not all readers have")
};
pub(super) static DESCRIPTOR: Rule = Rule {
    repair: Repair::Prevents,
    what: "A flag says that CRC-32 and sizes follow the data in a descriptor, which is missing or contradicts the \
           directory.",
    why: "A streaming reader trusts the descriptor, others trust the directory.",
    help: SEEKABLE,
    example: "A descriptor with the CRC-32 of other content.",
    data: &[("claimed", "what the central directory says"), ("found", "what the data descriptor says")],
    ..rule("archive-descriptor", "a data descriptor contradicts the directory")
};
pub(super) static DESCRIPTOR_REPEATED: Rule = Rule {
    what: "A data descriptor follows the entry, and its local header gives the CRC-32 or the compressed size too, instead of \
           zero.",
    why: "Perl's IO::Uncompress fails where the CRC-32 is there, and unzipper's stream where the compressed size is: it takes the \
          descriptor for the next record.",
    help: SEEKABLE,
    example: "A local header with the flag 0x0008 and the compressed size of its entry.",
    data: &[("field", "which value"), ("found", "what the local header says")],
    ..rule("archive-descriptor-repeated", "a local header gives what its data descriptor gives")
};
pub(super) static DESCRIPTOR_STORED: Rule = Rule {
    what: "The CRC-32 and sizes of a stored entry are left to a data descriptor after it.",
    why: "Stored data does not say where it ends: a streaming reader has to guess, and what looks like a descriptor can \
          be content. Java's ZipInputStream refuses such an entry, and so do stream-unzip and unzipper's stream as it comes.",
    help: "Write the bundle with DEFLATE, or to a seekable file; bsdtar writes descriptors to files too, so with it only DEFLATE \
           helps: without the option `zip:compression=store`.",
    example: "`zip -0 - module.so | cat > bundle.zip`; `bsdtar -c --options zip:compression=store -f bundle.zip …`",
    ..rule("archive-descriptor-stored", "a stored entry has a data descriptor")
};
pub(super) static DESCRIPTOR_UNSIGNED: Rule = Rule {
    what: "A data descriptor has the right values, but not the signature before them.",
    why: "The specification leaves it to the writer, so readers guess which of the two forms they see: Perl's \
          IO::Uncompress, fflate's and unzipper's stream guess wrong, and fail. Nearly every writer writes the signature.",
    help: SEEKABLE,
    example: "A descriptor of twelve bytes.",
    data: &[("found", "the four bytes in place of the signature, in hexadecimal")],
    ..rule("archive-descriptor-unsigned", "a data descriptor has no signature")
};
pub(super) static DESCRIPTOR_WIDTH: Rule = Rule {
    what: "The sizes in a data descriptor have eight bytes each, but the local header has no ZIP64 field; or they have \
           four, but one of the headers leaves a size to such a field.",
    why: "The ZIP64 field is how a streaming reader knows the width; where it is wrong, the next record starts eight \
          bytes earlier or later for that reader.",
    help: SEEKABLE,
    example: "A descriptor of 24 bytes after an entry of the classic format.",
    data: &[("expected", "its size in bytes according to the headers"), ("found", "its size in bytes")],
    ..rule("archive-descriptor-width", "a data descriptor is wider or narrower than announced")
};
pub(super) static FLAGS: Rule = Rule {
    repair: Repair::Prevents,
    what: "General purpose flags beyond those for UTF-8 names, compression effort and data descriptors are set.",
    why: "They mark patches, masked headers and other things that readers know or ignore.",
    example: "Bit 13, masked local headers.",
    data: &[("flags", "the unusual flags, in hexadecimal")],
    ..rule("archive-flags", "an entry has unusual flags")
};
pub(super) static ENCRYPTED: Rule = Rule {
    repair: Repair::Prevents,
    what: "The entry is encrypted.",
    why: "The cluster has no password; nothing in the entry can be checked.",
    help: "Pack the bundle without a password.",
    example: "`zip -e bundle.zip module.so module.json`",
    ..rule("archive-encrypted", "an entry is encrypted")
};
pub(super) static METHOD: Rule = Rule {
    what: "The entry is compressed with a method other than DEFLATE.",
    why: "The cluster's unpacker also reads bzip2 and LZMA; most readers read only stored and deflated entries.",
    help: "Pack the bundle with DEFLATE, the method of `ramp pack` and of `ramp-packer`.",
    example: "`7z a -mm=LZMA bundle.zip`",
    data: &[("method", "the number of the compression method")],
    ..rule("archive-method", "an entry is neither stored nor deflated")
};
pub(super) static STORED_SIZE: Rule = Rule {
    repair: Repair::Prevents,
    what: "A stored entry claims a size other than the number of bytes it stores.",
    why: "One reader takes one number, the next takes the other.",
    example: "A stored entry of 100 bytes that claims 200.",
    data: &[("claimed", "the size in bytes that is claimed"), ("found", "the size of the stored data in bytes")],
    ..rule("archive-stored-size", "a stored entry has two sizes")
};
pub(super) static EXTRA_MALFORMED: Rule = Rule {
    what: "The extra fields of a header do not divide into identifier, length and data; or one that gives times, an owner or \
           attributes is longer or shorter than its kind is.",
    why: "Some readers ignore what is left over, some refuse the entry, some read on into the next record: Perl's \
          IO::Uncompress refuses what `zipalign` fills up with NULs. bsdtar refuses time stamps (0x5455) without flags, rubyzip \
          those without times, or in the directory without that of modification, empty times of NTFS (0x000a), and owners \
          (0x5855) of other than 8 or 12 bytes.",
    example: "Three bytes after the last extra field; a time stamp field `55 54 00 00`.",
    data: &[
        ("found", "how many bytes are not a field, or how many the field has"),
        ("id", "the identifier of the field, in hexadecimal"),
        ("kind", "which field that is"),
        ("size", "how many bytes there are in all"),
    ],
    ..rule("archive-extra-malformed", "an entry's extra fields are malformed")
};
pub(super) static EXTRA_TWICE: Rule = Rule {
    repair: Repair::Prevents,
    what: "A header has two extra fields with the same identifier.",
    why: "One reader goes by the first, the next by the last.",
    example: "Two ZIP64 fields with two sizes.",
    data: &[("id", "the identifier of the field, in hexadecimal")],
    ..rule("archive-extra-twice", "an entry has an extra field twice")
};
pub(super) static EXTRA_OVERRIDE: Rule = Rule {
    repair: Repair::Prevents,
    what: "An extra field gives the entry another name, comment, mode or kind than its record, or says that it is encrypted.",
    why: "Those who know the field go by it, and no others. A Unicode path (0x7075) renames the entry for `unzip`, 7-Zip and \
          more. `xl` (0x6c78), which bsdtar writes, gives bsdtar the attributes: the entry is a link, a directory or a \
          set-user-ID program to it, and a plain file to all others; where it gives no system with them, bsdtar makes a file of \
          mode 644. `unzip` takes mode and link from ASi's field (0x756e) \
          where the record has no mode. A field that says the same as the record is fine; but not a Unicode path in an archive \
          with data descriptors, which `unzip` refuses.",
    example: "An extra field 0x7075 that says `evil.so`; the field `78 6c 05 00 04 00 00 ff a1`, a link to bsdtar.",
    data: &[("id", "the identifier of the field, in hexadecimal"), ("kind", "which field that is")],
    ..rule("archive-extra-override", "an extra field gives an entry another name or meaning")
};
pub(super) static EXTRA_ZIP64: Rule = Rule {
    repair: Repair::Prevents,
    what: "A ZIP64 extra field contradicts its header, or is longer or shorter than what the header leaves to it.",
    why: "Some readers take each value from its place, some only those that the header leaves to the field: they come to \
          different sizes.",
    example: "A ZIP64 field that gives a size of 5 beside a header that gives 50.",
    data: &[("expected", "what it should say"), ("field", "which value"), ("found", "what the field says")],
    ..rule("archive-extra-zip64", "a ZIP64 field does not agree with its header")
};
pub(super) static COMMENT_OF_ENTRY: Rule = Rule {
    what: "The entry has a comment in the central directory.",
    why: "No packer writes one, and directory records can be hidden in it.",
    example: "`zip -c bundle.zip`",
    data: &[("size", "how many bytes")],
    ..rule("archive-entry-comment", "an entry has a comment")
};
