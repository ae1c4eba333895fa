//! Archive: what about the zip's structure two readers could take in two ways.

use super::{Context, Group, Rule};
use crate::bundle::{Anomaly, AnomalyKind, Measured};
use crate::error_code::UploadErrorCode::InvalidModule;
use crate::facts::ArchiveFacts;
use crate::report::{Level, Location};

mod entry_rules;
pub(super) use entry_rules::RULES as ENTRY_RULES;
use entry_rules::{
    BOMB, COMMENT_OF_ENTRY, DESCRIPTOR, DIRECTORY_CONTENT, ENCRYPTED, EXTRA_FIELD, FILE_IS_DIRECTORY, FLAGS,
    HEADER_MISMATCH, HEADER_MISSING, METHOD, NAME_CASE, NAME_TWICE, NAME_UNSAFE, PRIVILEGE_BITS, SPECIAL_FILE,
    STORED_SIZE,
};

/// The rules about the archive as a whole.
pub(super) const RULES: &[&Rule] = &[
    &PREFIX,
    &GAP,
    &OVERLAP,
    &TRAILING,
    &COMMENT,
    &COMMENT_NOT_TEXT,
    &DIRECTORY_OFFSET,
    &ENTRY_COUNT,
    &DISK,
    &ZIP64,
    &OTHER_VIEW,
];

const REPACK: &str = "Pack the bundle again with `ramp pack`, or any ordinary zip writer.";

/// What the rules of this group have in common.
const fn rule(id: &'static str, title: &'static str) -> Rule {
    Rule { cure: REPACK, ..Rule::refusing(id, Group::Archive, InvalidModule, title) }
}

static PREFIX: Rule = Rule {
    what: "Every byte of the file must belong to a record of the zip; here the first record does not start at byte 0.",
    why: "A reader that starts at the front sees something else than one that starts at the end of the file: a \
          polyglot passes one check and is installed by another.",
    cure: "Remove what stands in front of the first `PK\\x03\\x04`; do not append a zip to another file.",
    example: "`cat header.bin module.zip > bundle.zip`",
    ..rule("archive-prefix", "bytes stand in front of the archive")
};
static GAP: Rule = Rule {
    what: "Between two records, or between the last entry and the central directory, are bytes that belong to none.",
    why: "An entry that the directory does not list can hide there; readers that stream from the front unpack it.",
    example: "An entry deleted from the directory whose data was left in the file.",
    ..rule("archive-gap", "bytes belong to no record")
};
static OVERLAP: Rule = Rule {
    what: "Two entries, or an entry and the central directory, share bytes.",
    why: "Overlapping entries are how small zips inflate to petabytes, and how one reader is shown other content than \
          the next. Of such entries only the module and `module.json` are read.",
    example: "Many directory records that point at one local header.",
    ..rule("archive-overlap", "records share bytes")
};
static TRAILING: Rule = Rule {
    what: "The end record and its comment do not end where the file ends.",
    why: "Readers that look for the end record in other ways find another one, or none.",
    cure: "Cut the file where the archive ends, or pack the bundle again.",
    example: "`cat bundle.zip signature.bin > signed.zip`",
    ..rule("archive-trailing", "the file does not end where the archive does")
};
static COMMENT: Rule = Rule {
    strict_level: Level::Note,
    error_code: None,
    what: "The archive has a comment of plain text.",
    why: "It is harmless, and it is not part of the package format.",
    cure: "Write the archive without a comment.",
    example: "`zip -z bundle.zip`",
    ..rule("archive-comment", "the archive has a comment")
};
static COMMENT_NOT_TEXT: Rule = Rule {
    what: "The archive comment holds control characters or the letters `PK` that start a record.",
    why: "Some readers take the last end record in the file, some the first that fits: a comment can hold a second \
          archive.",
    cure: "Write the archive without a comment.",
    example: "A comment that is itself a zip.",
    ..rule("archive-comment-not-text", "the archive comment could hide records")
};
static DIRECTORY_OFFSET: Rule = Rule {
    what: "The end record says where the central directory starts, and that is not where its size puts it.",
    why: "Some readers go by the offset, the reference goes by the size: they read two different directories.",
    example: "A second central directory in front of the first.",
    ..rule("archive-directory-offset", "the central directory is not where the end record says")
};
static ENTRY_COUNT: Rule = Rule {
    what: "The end record counts entries; the central directory holds another number of them.",
    why: "Readers that go by the count see fewer or more files than the reference, which goes by the size.",
    example: "A count of 2 over a directory of 3 records.",
    ..rule("archive-entry-count", "the end record counts other than the directory holds")
};
static DISK: Rule = Rule {
    what: "A disk number is not zero: the archive claims to be one of several.",
    why: "No reader of packages joins disks; some refuse the archive, some ignore the number.",
    example: "One part of an archive made by `zip -s`.",
    ..rule("archive-disk", "the archive claims to span disks")
};
static ZIP64: Rule = Rule {
    what: "The ZIP64 end record, its locator and the classic end record disagree about a value that each gives.",
    why: "Readers with and without ZIP64 support read two different archives.",
    example: "A classic count of 2 and a ZIP64 count of 3.",
    ..rule("archive-zip64", "the end records disagree")
};
static OTHER_VIEW: Rule = Rule {
    what: "The `zip` crate, asked for a second opinion, refuses the archive or reads other entries than the reference.",
    why: "Whoever unpacks with another library installs something else than was checked.",
    example: "An end record that counts three entries over a directory of two: some readers go by the count.",
    ..rule("archive-other-view", "another reader takes the archive differently")
};

/// The rule that an anomaly trips.
fn rule_of(kind: &AnomalyKind) -> &'static Rule {
    match kind {
        AnomalyKind::Prefix { .. } => &PREFIX,
        AnomalyKind::Gap { .. } => &GAP,
        AnomalyKind::Overlap { .. } => &OVERLAP,
        AnomalyKind::Trailing { .. } | AnomalyKind::CommentCutOff { .. } => &TRAILING,
        AnomalyKind::Comment { .. } => &COMMENT,
        AnomalyKind::CommentNotText => &COMMENT_NOT_TEXT,
        AnomalyKind::DirectoryOffset { .. } => &DIRECTORY_OFFSET,
        AnomalyKind::EntryCount { .. } => &ENTRY_COUNT,
        AnomalyKind::Disk { .. } => &DISK,
        AnomalyKind::Zip64End { .. } => &ZIP64,
        AnomalyKind::Local(_) => &HEADER_MISSING,
        AnomalyKind::Header { .. } => &HEADER_MISMATCH,
        AnomalyKind::Descriptor | AnomalyKind::StoredDescriptor => &DESCRIPTOR,
        AnomalyKind::Flags { .. } => &FLAGS,
        AnomalyKind::Encrypted => &ENCRYPTED,
        AnomalyKind::Method { .. } => &METHOD,
        AnomalyKind::StoredSizes { .. } => &STORED_SIZE,
        AnomalyKind::ExtraMalformed { .. } | AnomalyKind::ExtraTwice { .. } | AnomalyKind::ExtraOverride { .. } => {
            &EXTRA_FIELD
        }
        AnomalyKind::EntryComment { .. } => &COMMENT_OF_ENTRY,
        AnomalyKind::Name(_) => &NAME_UNSAFE,
        AnomalyKind::NameTwice => &NAME_TWICE,
        AnomalyKind::NameCase { .. } => &NAME_CASE,
        AnomalyKind::FileIsDirectory { .. } => &FILE_IS_DIRECTORY,
        AnomalyKind::SpecialFile { .. } => &SPECIAL_FILE,
        AnomalyKind::PrivilegeBits { .. } => &PRIVILEGE_BITS,
        AnomalyKind::Directory { .. } => &DIRECTORY_CONTENT,
        AnomalyKind::OtherView { .. } => &OTHER_VIEW,
    }
}

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts) {
    for anomaly in &archive.framing.anomalies {
        if !said_by_unpack(archive, anomaly) {
            let message = match &anomaly.name {
                Some(name) => format!("`{}`: {}", name.escape_debug(), anomaly.kind),
                None => anomaly.kind.to_string(),
            };
            let location = Location { entry: anomaly.name.clone(), pointer: None, offset: anomaly.offset };
            context.report(rule_of(&anomaly.kind), location, message);
        }
    }
    for (entry, content) in archive.directory.entries.iter().zip(&archive.contents) {
        if let Some(content) = content.as_ref().filter(|content| is_bomb(content)) {
            let ratio = content.size / content.compressed_size.max(1);
            context.report(
                &BOMB,
                Location::entry(&entry.name),
                format!(
                    "`{}`: {} bytes inflate to {}, {ratio} times as many",
                    entry.name.escape_debug(),
                    content.compressed_size,
                    content.size
                ),
            );
        }
    }
}

/// Whether an unusable local header is already what the unpacker refuses: it opens every entry but the directory
/// `deps/`, the last of each name.
fn said_by_unpack(archive: &ArchiveFacts, anomaly: &Anomaly) -> bool {
    let (AnomalyKind::Local(_), Some(index), Some(name)) = (&anomaly.kind, anomaly.entry, &anomaly.name) else {
        return false;
    };
    name != "deps/" && archive.directory.last_named(name).is_some_and(|last| last.index == index)
}

/// Source: the limit that a large package index applies, 50 times above 64 MiB.
fn is_bomb(content: &Measured) -> bool {
    const FREE: u64 = 64 << 20;
    const RATIO: u64 = 50;
    content.size > FREE && content.size / RATIO > content.compressed_size
}
