//! Archive: what is in the archives under `deps/`, which nodes unpack.

use super::context::{Context, at};
use super::declare::dependency_archive as rule;
use crate::bundle::{Ending, Entry, Measured};
use crate::dependency::{self, Flaw, Irregularity, IrregularityKind, Place, Walked};
use crate::facts::ArchiveFacts;
use crate::finding::Rule;
use crate::level::Level;
use crate::text::count;

mod member_rules;
pub(super) use member_rules::RULES as MEMBER_RULES;
use member_rules::{
    EXTENDED_HEADER, FILE_IS_DIRECTORY, HEADER, LINK, NAME_PORTABILITY, NAME_TWICE, NAME_UNSAFE, OLD_HEADER,
    PRIVILEGE_BITS, SIZE_AMBIGUOUS, SPECIAL_FILE,
};

/// The rules about an archive as a whole.
pub(super) const RULES: &[&Rule] =
    &[&UNCHECKED, &NOT_GZIP, &NOT_TAR, &DAMAGED, &SECOND_MEMBER, &TRAILING, &BOMB, &TOO_LARGE];

static UNCHECKED: Rule = Rule {
    strict_level: Level::Note,
    what: "A file under `deps/` is not a gzip file with a tar in it, and its name does not say that it is one.",
    why: "What a dependency contains is up to the module's author; the content of this one was not checked.",
    help: "Pack it as a `.tgz`, the format of `ramp-packer`, to have it checked.",
    example: "`deps/model.onnx`",
    ..rule("dependency-archive-unchecked", "a dependency is not an archive that can be checked")
};
static NOT_GZIP: Rule = Rule {
    what: "A file under `deps/` is named `.tgz` or `.tar.gz`, but does not start like a gzip file.",
    why: "Readers that go by the name fail; readers that detect the format themselves unpack something that was not \
          checked.",
    example: "A `deps/data.tgz` that is a zip, a bare tar, or an error page that was downloaded in its place.",
    data: &[("size", "the size of the file in bytes")],
    ..rule("dependency-archive-not-gzip", "a `.tgz` is not a gzip file")
};
static NOT_TAR: Rule = Rule {
    what: "A `.tgz` under `deps/` is a gzip file, but what comes out of it does not start with a tar header.",
    why: "It cannot be unpacked.",
    example: "`gzip -c data.bin > deps/data.tgz`",
    data: &[("tar_offset", "where in what comes out of the gzip file a header should be")],
    ..rule("dependency-archive-not-tar", "a `.tgz` holds no tar")
};
static DAMAGED: Rule = Rule {
    what: "An archive under `deps/` is cut off, lacks the two blocks of NULs at its end, or has data, checksums or \
           sizes that do not fit together.",
    why: "Some readers fail, some silently keep what they got before the damage: Python's `tarfile` takes a header \
          that it cannot read for the end of the archive.",
    help: "Download or build the dependency again, and compare its checksum.",
    example: "A `deps/data.tgz` whose end was lost in a download.",
    data: &[
        ("claimed", "the checksum or size that is claimed"),
        ("flags", "the flags of the gzip header that are unknown, in hexadecimal"),
        ("found", "what it really is"),
        ("gzip_offset", "where in the gzip file it is, in bytes"),
        ("method", "the compression method of the gzip file"),
        ("tar_offset", "where in the tar it is, in bytes"),
    ],
    ..rule("dependency-archive-damaged", "an archive of a dependency is damaged")
};
static SECOND_MEMBER: Rule = Rule {
    what: "Something other than NULs follows the first member of the gzip file.",
    why: "Some readers unpack all members, some only the first, some fail: what follows the first is there for some \
          only.",
    example: "`cat a.tgz b.tgz > deps/data.tgz`",
    data: &[("gzip_offset", "where the first member ends"), ("size", "how many bytes follow")],
    ..rule("dependency-archive-members", "a gzip file has more than one member")
};
static TRAILING: Rule = Rule {
    what: "Something other than NULs follows the block of NULs that ends a tar, or NULs that do not fill whole blocks of 512 \
           bytes.",
    why: "Readers stop at the first such block, at the second, or read on to the end of the file: a second set of \
          files is there for some only. npm's tar-fs fails at a part of a block.",
    example: "`cat a.tar b.tar | gzip > deps/data.tgz`",
    data: &[("size", "how many bytes the last block has"), ("tar_offset", "where in the tar it is, in bytes")],
    ..rule("dependency-archive-trailing", "something follows the end of a tar")
};
static BOMB: Rule = Rule {
    what: "An archive under `deps/` inflates to more than 50 times its size in the bundle, and to more than what is \
           left of the 40 MiB that all such archives share beyond that. No more of it is read.",
    why: "What compresses this well is there to fill a disk, or would better be created where it is needed.",
    help: "Look at what the archive holds; leave out files of zeros.",
    example: "A gigabyte of zeros.",
    data: &[
        ("size", "the size of the file in bytes"),
        ("tar_offset", "how many bytes were inflated before reading stopped"),
    ],
    ..rule("dependency-archive-bomb", "an archive of a dependency inflates beyond reason")
};
static TOO_LARGE: Rule = Rule {
    what: "An archive under `deps/` has more files, longer names or more content than is looked through: by default \
           100,000 files, 8 MiB of names, 2 GiB of content, and 4 GiB in all archives together.",
    why: "What is beyond the limit was not checked.",
    help: "Split the dependency, or leave out what the module does not need; those who link the library can raise its \
           limits.",
    example: "A `deps/data.tgz` of a million files.",
    data: &[("kind", "what there is too much of"), ("limit", "how much of it is looked at")],
    ..rule("dependency-archive-too-large", "an archive of a dependency is too large to be looked through")
};

/// The rule for a flaw.
const fn rule_of(flaw: Flaw) -> &'static Rule {
    match flaw {
        Flaw::NotTar => &NOT_TAR,
        Flaw::Damaged => &DAMAGED,
        Flaw::Bomb => &BOMB,
        Flaw::SecondMember => &SECOND_MEMBER,
        Flaw::Trailing => &TRAILING,
        Flaw::Header => &HEADER,
        Flaw::ExtendedHeader => &EXTENDED_HEADER,
        Flaw::Size => &SIZE_AMBIGUOUS,
        Flaw::Link => &LINK,
        Flaw::SpecialFile => &SPECIAL_FILE,
        Flaw::NameUnsafe => &NAME_UNSAFE,
        Flaw::NamePortability => &NAME_PORTABILITY,
        Flaw::NameTwice => &NAME_TWICE,
        Flaw::FileIsDirectory => &FILE_IS_DIRECTORY,
        Flaw::Privileges => &PRIVILEGE_BITS,
        Flaw::OldHeader => &OLD_HEADER,
    }
}

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts) {
    for dependency in &archive.dependencies {
        let measured = archive.contents.get(dependency.index).and_then(Option::as_ref);
        if let Some((entry, measured)) = archive.directory.entries.get(dependency.index).zip(measured) {
            context.judge_content(entry.index, |context| {
                check_dependency(context, entry, measured, &dependency.walked);
            });
        }
    }
}

fn check_dependency(context: &mut Context<'_>, entry: &Entry, measured: &Measured, walked: &Walked) {
    let name = entry.name.escape_debug();
    let at = || at(entry);
    let named = dependency::is_named_archive(&entry.name);
    // Damage that the zip's own checks have found is not damage of the archive's.
    let sound = measured.ending == Ending::Whole;
    if !named && !walked.is_tar {
        let what = match walked.compression {
            Some(compression) => format!("a {} without a tar in it", compression.called()),
            None => format!("not a {}", dependency::called()),
        };
        context.report(&UNCHECKED, at(), format!("`{name}` is {what}: what it holds was not checked"));
        return;
    }
    if walked.compression.is_none() {
        if sound {
            let size = measured.size;
            let what = format!("`{name}` is not a {}; it has {}", dependency::called(), count(size, "byte"));
            context.report(&NOT_GZIP, at(), what).data("size", size);
        }
        return;
    }
    for irregularity in walked.irregularities.listed() {
        let flaw = irregularity.kind.flaw();
        if sound || !matches!(flaw, Flaw::Damaged | Flaw::NotTar) {
            let size = (flaw == Flaw::Bomb).then_some(measured.size);
            let (place, offset) = match irregularity.place {
                Place::Gzip(offset) => ("gzip_offset", offset),
                Place::Tar(offset) => ("tar_offset", offset),
            };
            context
                .report(rule_of(flaw), at(), message(entry, measured, irregularity))
                .values(irregularity.kind.data())
                .maybe("member", irregularity.member.as_ref())
                .maybe("size", size)
                .data(place, offset);
        }
    }
    if let Some((limit, allowed)) = walked.stopped {
        let what = format!("`{name}`: {limit} over the limit of {allowed}; the rest was not checked");
        context
            .report(&TOO_LARGE, at(), what)
            .data("kind", limit.to_string().trim_end_matches(" is"))
            .data("limit", allowed);
    }
    for (flaw, more) in walked.irregularities.unlisted() {
        context.count_more(rule_of(flaw), more);
    }
}

fn message(entry: &Entry, measured: &Measured, irregularity: &Irregularity) -> String {
    let Irregularity { kind, member, place } = irregularity;
    let entry = entry.name.escape_debug();
    match member {
        None if *kind == IrregularityKind::Bomb => {
            format!(
                "`{entry}`, at {place}: it has {} and inflates beyond reason; no more was read",
                count(measured.size, "byte")
            )
        }
        Some(member) => format!("`{entry}`: `{}`, at {place}: {kind}", member.escape_debug()),
        None => format!("`{entry}`, at {place}: {kind}"),
    }
}
