//! Archive: what about the zip's structure two readers could take in two ways.

use std::collections::{HashMap, HashSet};

use super::context::{Context, at};
use crate::bundle::{Anomaly, AnomalyKind, Ending, Entry, HeaderField, OpenFailure};
use crate::cure::Cure;
use crate::digest::Digest256;
use crate::facts::ArchiveFacts;
use crate::finding::{Location, Rule};
use crate::layout::DEPS;
use crate::level::Level;
use crate::name::UnsafeName;
use crate::text::count;

mod attribute_rules;
mod entry_rules;
mod header_rules;
mod structure_rules;

/// The rules of the group: the archive as a whole, headers, entries and their attributes.
pub(super) const RULES: [&[&Rule]; 4] =
    [structure_rules::RULES, header_rules::RULES, entry_rules::RULES, attribute_rules::RULES];

/// The rule that an anomaly trips.
fn rule_of(kind: &AnomalyKind) -> &'static Rule {
    use {
        attribute_rules as attributes, entry_rules as entries, header_rules as headers, structure_rules as structure,
    };
    match kind {
        AnomalyKind::OtherFormat { .. } => &structure::OTHER_FORMAT,
        AnomalyKind::Prefix { .. } => &structure::PREFIX,
        AnomalyKind::Gap { .. } => &structure::GAP,
        AnomalyKind::HeaderUnlisted { .. } => &structure::HEADER_UNLISTED,
        AnomalyKind::ForeignRecord { .. } => &structure::FOREIGN_RECORD,
        AnomalyKind::Overlap { .. } => &structure::OVERLAP,
        AnomalyKind::Order { .. } => &structure::ORDER,
        AnomalyKind::Trailing { .. } => &structure::TRAILING,
        AnomalyKind::Padding { .. } => &structure::PADDING,
        AnomalyKind::SecondEnd { .. } => &structure::SECOND_END,
        AnomalyKind::Comment { .. } => &structure::COMMENT,
        AnomalyKind::CommentLong { .. } => &structure::COMMENT_LONG,
        AnomalyKind::CommentNotText { .. } => &structure::COMMENT_NOT_TEXT,
        AnomalyKind::CommentCutOff { .. } => &structure::COMMENT_CUT_OFF,
        AnomalyKind::DirectoryOffset { .. } => &structure::DIRECTORY_OFFSET,
        AnomalyKind::EntryCount { .. } => &structure::ENTRY_COUNT,
        AnomalyKind::RecordCutOff { .. } => &structure::RECORD_CUT_OFF,
        AnomalyKind::Disk { .. } | AnomalyKind::DiskCount { .. } => &structure::DISK,
        AnomalyKind::Zip64End { .. } | AnomalyKind::Zip64Missing { .. } => &structure::ZIP64,
        AnomalyKind::Zip64Locator { .. } => &structure::ZIP64_LOCATOR,
        AnomalyKind::Zip64Extensible { .. } => &structure::ZIP64_EXTENSIBLE,
        AnomalyKind::Zip64Needless { .. } => &structure::ZIP64_NEEDLESS,
        AnomalyKind::HiddenSignature { .. } => &structure::HIDDEN_SIGNATURE,
        AnomalyKind::OtherView { .. } => &structure::OTHER_VIEW,
        AnomalyKind::Local(_) => &headers::HEADER_MISSING,
        AnomalyKind::Header { field, .. } => match field {
            HeaderField::Name => &headers::HEADER_NAME,
            HeaderField::Flags => &headers::HEADER_FLAGS,
            HeaderField::Method => &headers::HEADER_METHOD,
            HeaderField::Crc32 => &headers::HEADER_CRC32,
            HeaderField::CompressedSize | HeaderField::Size => &headers::HEADER_SIZE,
            HeaderField::VersionNeeded => &headers::HEADER_VERSION,
            HeaderField::Time => &headers::HEADER_TIME,
        },
        AnomalyKind::Descriptor { .. } => &headers::DESCRIPTOR,
        AnomalyKind::StoredDescriptor => &headers::DESCRIPTOR_STORED,
        AnomalyKind::HeaderLong { .. } => &headers::HEADER_LONG,
        AnomalyKind::VersionNeeded { .. } => &headers::VERSION_NEEDED,
        AnomalyKind::DescriptorRepeated { .. } => &headers::DESCRIPTOR_REPEATED,
        AnomalyKind::DescriptorUnsigned { .. } => &headers::DESCRIPTOR_UNSIGNED,
        AnomalyKind::DescriptorWidth { .. } => &headers::DESCRIPTOR_WIDTH,
        AnomalyKind::Flags { .. } => &headers::FLAGS,
        AnomalyKind::Encrypted => &headers::ENCRYPTED,
        AnomalyKind::Method { .. } => &headers::METHOD,
        AnomalyKind::StoredSizes { .. } => &headers::STORED_SIZE,
        AnomalyKind::ExtraMalformed { .. } | AnomalyKind::ExtraForm { .. } => &headers::EXTRA_MALFORMED,
        AnomalyKind::ExtraTwice { .. } => &headers::EXTRA_TWICE,
        AnomalyKind::ExtraOverride { .. } => &headers::EXTRA_OVERRIDE,
        AnomalyKind::ExtraZip64 { .. } => &headers::EXTRA_ZIP64,
        AnomalyKind::EntryComment { .. } => &headers::COMMENT_OF_ENTRY,
        AnomalyKind::Name(what) => rule_of_name(*what),
        AnomalyKind::NameTwice { .. } => &entries::NAME_TWICE,
        AnomalyKind::NameCase { .. } | AnomalyKind::NameCaseFolder { .. } => &entries::NAME_CASE,
        AnomalyKind::FileIsDirectory { .. } => &entries::FILE_IS_DIRECTORY,
        AnomalyKind::SpecialFile { .. } => &entries::SPECIAL_FILE,
        AnomalyKind::PrivilegeBits { .. } => &entries::PRIVILEGE_BITS,
        AnomalyKind::Attributes { .. } => &attributes::ATTRIBUTES,
        AnomalyKind::System { .. } => &attributes::SYSTEM,
        AnomalyKind::Mode { .. } => &attributes::MODE,
        AnomalyKind::ModeIncomplete { .. } => &attributes::MODE_INCOMPLETE,
        AnomalyKind::DirectoryContent { .. } => &entries::DIRECTORY_CONTENT,
        AnomalyKind::DirectoryMode { .. } => &entries::DIRECTORY_MODE,
    }
}

/// The rule that an unsafe name trips.
const fn rule_of_name(what: UnsafeName) -> &'static Rule {
    match what {
        UnsafeName::Empty | UnsafeName::Blank | UnsafeName::Nul | UnsafeName::Control(_) | UnsafeName::NotAscii(_) => {
            &entry_rules::NAME_CHARACTERS
        }
        UnsafeName::Absolute
        | UnsafeName::Backslash
        | UnsafeName::ParentComponent
        | UnsafeName::CurrentComponent
        | UnsafeName::EmptyComponent
        | UnsafeName::Slash
        | UnsafeName::Folder => &entry_rules::NAME_UNSAFE,
        UnsafeName::Reserved(_)
        | UnsafeName::TrailingDotOrSpace
        | UnsafeName::DeviceName
        | UnsafeName::LeadingDots
        | UnsafeName::Version
        | UnsafeName::Drive => &entry_rules::NAME_RESERVED,
        UnsafeName::TooLong | UnsafeName::PathTooLong | UnsafeName::TooDeep => &entry_rules::NAME_LONG,
    }
}

/// What is irregular, after the entry that it is about. Where that stands, the location says.
fn message(anomaly: &Anomaly) -> String {
    match &anomaly.name {
        Some(name) => format!("`{}`: {}", name.escape_debug(), anomaly.kind),
        None => anomaly.kind.to_string(),
    }
}

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts) {
    let (lost, different) = (Lost::of(archive), with_different_contents(archive));
    for anomaly in &archive.framing.anomalies {
        if !said_by_unpack(archive, anomaly) {
            let mut location = Location::default();
            (location.entry, location.offset) = (anomaly.name.clone(), anomaly.offset);
            let report = |context: &mut Context<'_>| {
                let reported = context.report(rule_of(&anomaly.kind), location, message(anomaly));
                reported.values(anomaly.kind.data()).cure(cure(anomaly, &different));
            };
            // What other readers make of it follows from whatever is odd about it.
            if matches!(anomaly.kind, AnomalyKind::OtherView { .. }) {
                if let Some(rule) = first_of(archive, anomaly) {
                    context.judge_after(rule, report);
                    continue;
                }
            }
            let of_entry = anomaly.entry.filter(|index| keeps_closed(archive, &anomaly.kind, *index));
            match of_entry.or_else(|| lost.explains(anomaly)) {
                Some(index) => context.judge_header(index, report),
                None => report(context),
            }
        }
    }
    for (entry, content) in archive.directory.entries.iter().zip(&archive.contents) {
        if let Some(offset) = content.as_ref().and_then(|content| content.hidden_signature) {
            let message = format!(
                "`{name}`: its compressed data holds the signature of a record, and only a data descriptor says where it ends",
                name = entry.name.escape_debug()
            );
            let location = Location { offset: Some(offset), ..at(entry) };
            context.report(&structure_rules::HIDDEN_SIGNATURE, location, message);
        }
        if let Some(content) = content.as_ref().filter(|content| content.ending == Ending::Bomb) {
            let name = entry.name.escape_debug();
            let (found, size) = (content.size, entry.claimed_compressed_size);
            let message = format!(
                "`{name}`: it inflates to {found} or more from {size} compressed; no more was read",
                found = count(found, "byte")
            );
            context.report(&entry_rules::BOMB, at(entry), message).data("found", found).data("size", size);
        }
    }
}

/// The names of entries that are there twice, and whose contents are not known to be the same.
fn with_different_contents(archive: &ArchiveFacts) -> HashSet<&str> {
    let mut seen: HashMap<&str, Option<Digest256>> = HashMap::new();
    let mut different = HashSet::new();
    for (entry, content) in archive.directory.entries.iter().zip(&archive.contents) {
        let digest = content.as_ref().filter(|content| content.ending == Ending::Whole).map(|content| content.sha256);
        match seen.insert(&entry.name, digest) {
            Some(other) if other.is_none() || other != digest => drop(different.insert(entry.name.as_str())),
            _ => {}
        }
    }
    different
}

/// How the zip is put right: most of what its rule says, but for what hides nothing this time.
fn cure(anomaly: &Anomaly, different: &HashSet<&str>) -> Cure {
    match &anomaly.kind {
        // Who reads nothing sees nothing else.
        AnomalyKind::OtherView { refuses: true, .. } => Cure::Zip,
        AnomalyKind::NameTwice { .. }
            if anomaly.name.as_ref().is_some_and(|name| !different.contains(name.as_str())) =>
        {
            Cure::Zip
        }
        kind => Cure::of(rule_of(kind).repair),
    }
}

/// The rule of what else is told first of the zip as a whole, by which readers find its directory.
fn first_of(archive: &ArchiveFacts, anomaly: &Anomaly) -> Option<&'static Rule> {
    let is_error = |rule: &&Rule| rule.strict_level == Level::Error;
    let is_other = |other: &&Anomaly| *other != anomaly && other.entry.is_none() && other.name.is_none();
    let others = archive.framing.anomalies.iter().filter(is_other);
    others.map(|other| rule_of(&other.kind)).find(is_error)
}

/// Entries that cannot be opened since their header is not where it should be.
#[derive(Debug)]
struct Lost {
    /// Where each should be, and its position in the directory, in the order of the file.
    inside: Vec<(u64, usize)>,
    /// One that should be before the start of the file.
    before: Option<usize>,
}

impl Lost {
    fn of(archive: &ArchiveFacts) -> Self {
        let (mut inside, mut before) = (Vec::new(), None);
        for entry in &archive.directory.entries {
            match archive.opened(entry) {
                Some(Err(OpenFailure::BadSignature { offset })) => inside.push((offset, entry.index)),
                Some(Err(OpenFailure::BeforeStart)) => before = before.or(Some(entry.index)),
                _ => {}
            }
        }
        inside.sort_unstable();
        Self { inside, before }
    }

    /// The one for whose damage these bytes belong to no record, or the directory is not where it should be.
    fn explains(&self, anomaly: &Anomaly) -> Option<usize> {
        let start = anomaly.offset.unwrap_or_default();
        match anomaly.kind {
            AnomalyKind::Prefix { len } | AnomalyKind::Gap { len } => {
                let next = self.inside.get(self.inside.partition_point(|(offset, _)| *offset < start)..)?.first();
                let there = next.filter(|(offset, _)| *offset < start.saturating_add(len)).map(|(_, index)| *index);
                let is_prefix = matches!(anomaly.kind, AnomalyKind::Prefix { .. });
                there.or(self.before.filter(|_| is_prefix))
            }
            AnomalyKind::DirectoryOffset { .. } => self.before,
            _ => None,
        }
    }
}

/// Whether it may be for this, or for what comes with it, that the unpacker cannot open the entry.
fn keeps_closed(archive: &ArchiveFacts, kind: &AnomalyKind, index: usize) -> bool {
    match kind {
        AnomalyKind::Encrypted
        | AnomalyKind::Method { .. }
        | AnomalyKind::Flags { .. }
        | AnomalyKind::Header { field: HeaderField::Name, .. } => true,
        // What encrypts writes a descriptor, whose time is part of the key.
        AnomalyKind::DescriptorRepeated { .. } => archive.directory.entries.get(index).is_some_and(Entry::is_encrypted),
        _ => false,
    }
}

/// Whether an unusable local header is already what the unpacker refuses: it opens every entry but the directory
/// `deps/`, the last of each name.
fn said_by_unpack(archive: &ArchiveFacts, anomaly: &Anomaly) -> bool {
    let (AnomalyKind::Local(_), Some(index), Some(name)) = (&anomaly.kind, anomaly.entry, &anomaly.name) else {
        return false;
    };
    name != DEPS && archive.directory.last_named(name).is_some_and(|last| last.index == index)
}
