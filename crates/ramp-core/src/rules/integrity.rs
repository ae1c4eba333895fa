//! Integrity: damage, and metadata that contradicts the module it describes.

use std::collections::HashSet;

use super::context::{Context, at};
use super::declare::integrity as rule;
use super::digests;
use crate::bundle::{Ending, Entry, Measured};
use crate::cure::{Edit, Repair};
use crate::facts::{ArchiveFacts, MetadataFacts, ModuleEntry};
use crate::finding::{Location, Rule};
use crate::layout::pointer;
use crate::metadata::unpacked::ARCHITECTURES;
use crate::metadata::{Dependency, Object, Value, is_sha256};
use crate::target::platform_id;
use crate::text::count;

mod module_rules;
pub(super) use module_rules::RULES as MODULE_RULES;

/// The rules about contents and digests.
pub(super) const RULES: &[&Rule] = &[
    &CONTENT_CORRUPT,
    &CONTENT_CRC32,
    &CONTENT_SIZE,
    &CONTENT_TRAILING,
    &MODULE_SHA256,
    &PLATFORM_SHA256,
    &DEPENDENCY_SHA256,
];

static CONTENT_CORRUPT: Rule = Rule {
    repair: Repair::Prevents,
    what: "The compressed data of an entry is cut off or cannot be decompressed.",
    why: "The unpacker opens the module without reading it, so the upload is accepted; the module that the nodes then \
          write is not the one that was packed.",
    help: "Transfer the bundle again (compare its checksum), or pack it again.",
    example: "A bundle whose middle was lost in a download.",
    data: &[
        ("claimed", "the size in bytes that the zip claims"),
        ("detail", "what is wrong with the compressed data"),
        ("found", "how many bytes came out of it"),
    ],
    ..rule("content-corrupt", "an entry's content cannot be decompressed")
};
static CONTENT_CRC32: Rule = Rule {
    repair: Repair::Prevents,
    what: "The CRC-32 of an entry's content is not the one that the zip records.",
    why: "Bits have changed since the bundle was written. The unpacker does not check.",
    help: "Transfer the bundle again (compare its checksum), or pack it again.",
    example: "One byte of a stored module changed on the way.",
    data: &[("claimed", "the CRC-32 that the zip records"), ("found", "the CRC-32 of the content")],
    ..rule("content-crc32", "an entry's CRC-32 is wrong")
};
static CONTENT_SIZE: Rule = Rule {
    repair: Repair::Prevents,
    what: "An entry's content is longer or shorter than the zip claims.",
    why: "Claimed sizes are what limits are checked against, and where some readers stop.",
    example: "A module of 100 MB that claims 1 MB.",
    data: &[("claimed", "the size in bytes that the zip claims"), ("found", "the size in bytes that the content has")],
    ..rule("content-size", "an entry's size is not what the zip claims")
};
static CONTENT_TRAILING: Rule = Rule {
    repair: Repair::Prevents,
    what: "The compressed data of an entry goes on after the end of its stream.",
    why: "Readers that stream look for the next record where the stream ends: an entry can hide there that readers of \
          the directory do not see.",
    example: "A DEFLATE stream of 100 bytes in an entry whose compressed size is 200.",
    data: &[
        ("claimed", "the compressed size in bytes that the zip claims"),
        ("found", "after how many bytes the stream ends"),
    ],
    ..rule("content-trailing", "bytes follow the end of an entry's compressed data")
};
static MODULE_SHA256: Rule = Rule {
    repair: Repair::Value,
    what: "The metadata's `sha256`, or that of one of the `platforms` which the bundle is for, is not the SHA-256 of the \
           module in the bundle.",
    why: "The metadata was made for another build of the module: its commands and version may not be those of this \
          one. The unpacker leaves the check for later, and the field is `deprecated` from 7.4 on.",
    help: "Pack the bundle again with the module that it should hold; do not replace the module in a finished bundle.",
    example: "A module stripped or signed after packing and put back with `zip -u`.",
    data: &[("claimed", "the `sha256` of the metadata"), ("found", "the SHA-256 of the module")],
    ..rule("module-sha256", "the module is not the one that the metadata describes")
};
static PLATFORM_SHA256: Rule = Rule {
    what: "Under `platforms`, a platform of another architecture than the bundle's has the SHA-256 of the module in the bundle.",
    why: "A module is built for one architecture: what nodes of the other get is another file.",
    help: "Write the digest of that platform's module; or leave `platforms` out, which clusters make of the bundles that they have.",
    example: "`\"rhel9/aarch64\"` copied from `\"rhel9/x86_64\"`, its digest too.",
    data: &[("claimed", "the architecture of the platform"), ("found", "that of the bundle")],
    ..rule("platform-sha256", "one module is said to be for two architectures")
};
static DEPENDENCY_SHA256: Rule = Rule {
    repair: Repair::Value,
    what: "The `sha256` of a dependency is not that of the file under `deps/`.",
    why: "Nodes check a dependency against it when they install the module.",
    help: "Write the SHA-256 of the file that is packed, or pack the file that the digest belongs to.",
    example: "A `deps/python.tgz` built again, with different time stamps, after its digest was recorded.",
    data: &[
        ("claimed", "the `sha256` of the metadata"),
        ("entry", "the name of the file"),
        ("found", "the SHA-256 of the file"),
    ],
    ..rule("dependency-sha256", "a dependency is not the one that the metadata describes")
};

/// Whether the contents are those that were packed.
pub(super) fn check_contents(context: &mut Context<'_>, archive: &ArchiveFacts) {
    for (entry, content) in archive.directory.entries.iter().zip(&archive.contents) {
        if let Some(content) = content {
            context.judge_content(entry.index, |context| check_measured(context, entry, content));
        }
    }
}

/// Whether they are those that the metadata speaks of.
pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts) {
    if let Some(module) = &archive.module {
        context.judge_content(module.index, |context| {
            if let Some(facts) = archive.metadata() {
                check_digests(context, facts, module);
            }
        });
        if let Some(entry) = archive.module_entry() {
            module_rules::check(context, entry, module, archive.metadata().map(|facts| &facts.metadata));
        }
    }
    if let Some(facts) = archive.metadata() {
        check_dependencies(context, archive, facts.root());
    }
}

fn check_measured(context: &mut Context<'_>, entry: &Entry, measured: &Measured) {
    let name = format!("`{}`", entry.name.escape_debug());
    match &measured.ending {
        Ending::Corrupt { detail } => {
            let after = measured.size;
            let said = format!("{name}: decompressing it fails after {after}: {detail}", after = count(after, "byte"));
            context.report_damage(&CONTENT_CORRUPT, entry, said).data("detail", detail).data("found", after);
            return;
        }
        Ending::CutShort => {
            let (size, claimed) = (measured.size, entry.claimed_size);
            let said = format!("{name}: it is cut off after {size} of {claimed}", claimed = count(claimed, "byte"));
            context.report_damage(&CONTENT_CORRUPT, entry, said).data("found", size).data("claimed", claimed);
            return;
        }
        Ending::LongerThanClaimed => {
            let claimed = entry.claimed_size;
            let said = format!(
                "{name}: it is longer than the {claimed} that the zip \
                         claims",
                claimed = count(claimed, "byte")
            );
            context.report_damage(&CONTENT_SIZE, entry, said).data("claimed", claimed);
            return;
        }
        // The archive group says so.
        Ending::Bomb => return,
        Ending::Whole => {}
    }
    if measured.crc32 != entry.claimed_crc32 {
        let (crc32, claimed) = (measured.crc32, entry.claimed_crc32);
        let said = format!("{name}: its CRC-32 is {crc32:08x}; the zip says {claimed:08x}");
        let hex = |crc32: u32| format!("{crc32:08x}");
        context.report_damage(&CONTENT_CRC32, entry, said).data("claimed", hex(claimed)).data("found", hex(crc32));
    }
    if measured.size != entry.claimed_size {
        let (size, claimed) = (measured.size, entry.claimed_size);
        let said = format!("{name}: it has {size}, and the zip says {claimed}", size = count(size, "byte"));
        context.judge_content(entry.index, |context| {
            context.report_damage(&CONTENT_SIZE, entry, said).data("claimed", claimed).data("found", size);
        });
    } else if measured.compressed_size < entry.claimed_compressed_size {
        let (used, claimed) = (measured.compressed_size, entry.claimed_compressed_size);
        let said = format!(
            "{name}: its compressed data ends after {used} of the {claimed} that the zip claims",
            claimed = count(claimed, "byte")
        );
        context.report(&CONTENT_TRAILING, at(entry), said).data("claimed", claimed).data("found", used);
    }
}

/// What the metadata says of the module, and of each platform that the bundle is for: for others there are other modules.
fn check_digests(context: &mut Context<'_>, facts: &MetadataFacts, module: &ModuleEntry) {
    let architecture = facts.metadata.architecture();
    let systems: HashSet<&str> = facts.operating_systems().into_iter().map(platform_id).collect();
    let is_for = |key: &str| {
        let platform = key.split_once('/');
        platform.is_some_and(|(system, of)| systems.contains(platform_id(system)) && Some(of) == architecture)
    };
    let platforms = || facts.root().get("platforms").and_then(Value::as_object).into_iter().flat_map(Object::iter);
    let digests = || platforms().filter_map(|(key, value)| Some((key, value.get("sha256")?.as_str()?)));
    let at = |key: &str| pointer(["platforms", key, "sha256"]);
    // What the module was built for counts, whatever is said of it.
    let built = module.facts.architecture().map(|built| built.to_string());
    if let Some(built) = built.as_deref().or(architecture).filter(|name| ARCHITECTURES.contains(name)) {
        for (key, claimed) in digests() {
            let of = key.split_once('/').map(|(_, of)| of).filter(|of| ARCHITECTURES.contains(of) && *of != built);
            let Some(of) = of.filter(|_| claimed.parse() == Ok(module.sha256)) else { continue };
            let said = format!("`{key}` has the SHA-256 of the module in the bundle, which is for {built}");
            let reported = context.report(&PLATFORM_SHA256, Location::pointer(at(key)), said);
            reported.data("claimed", of).data("found", built);
        }
    }
    let of_platforms = digests().filter(|(key, _)| is_for(key)).map(|(key, claimed)| (at(key), claimed));
    let own = facts.metadata.sha256().map(|claimed| (pointer(["sha256"]), claimed));
    for (at, claimed) in own.into_iter().chain(of_platforms) {
        // What is not a digest is a finding of the group schema.
        if is_sha256(claimed) && claimed.parse() != Ok(module.sha256) {
            let found = module.sha256.to_string();
            let said = format!("the module's SHA-256 is {found}; the metadata says {claimed}");
            let edit = Edit::Set { pointer: at.clone(), value: found.as_str().into() };
            let reported = context.report(&MODULE_SHA256, Location::pointer(at), said);
            // As long as another module is named, the digest may be right.
            reported.data("claimed", claimed).data("found", &found).edit(Some(edit).filter(|_| module.named));
        }
    }
}

fn check_dependencies(context: &mut Context<'_>, archive: &ArchiveFacts, root: &Value) {
    for field in ["dependencies", "optional-dependencies"] {
        for dependency in Dependency::all(root, field) {
            let Some(claimed) = dependency.sha256.filter(|d| is_sha256(d)) else { continue };
            let Some((entry, sha256)) = digests::of_dependency(archive, &dependency) else { continue };
            if claimed.parse() != Ok(sha256) {
                let at = format!("{}/sha256", dependency.pointer);
                // A file that only its name speaks for may be another dependency's.
                let edit = digests::edit(archive, &at);
                let name = &entry.name;
                let said = format!("`{name}` has the SHA-256 {sha256}; the metadata says {claimed}");
                context.judge_content(entry.index, |context| {
                    context
                        .report(&DEPENDENCY_SHA256, Location::pointer(at), said)
                        .data("claimed", claimed)
                        .data("found", sha256.to_string())
                        .data("entry", name)
                        .edit(edit);
                });
            }
        }
    }
}
