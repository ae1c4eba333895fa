//! Unpack: what the reference unpacker rejects, in its own order, with its own codes.
//!
//! Source: `RAMP/unpacker.py` of the reference packer 2.5.19 under Python 3.11. Where the reference ends with an
//! exception that it does not catch, the bundle is refused all the same, and there is no reason code.

use super::context::{Context, at};
use super::written::{self, Instead};
use crate::bundle::{DirectoryFailure, Ending, Entry, OpenFailure};
use crate::cure::Edit;
use crate::datum::Datum;
use crate::endpoint::Part;
use crate::facts::{ArchiveFacts, MetadataFacts, MetadataReading};
use crate::finding::Location;
use crate::layout::{self, DEPS, METADATA_NAME, is_module, is_under_deps};
use crate::metadata::{Rejection, RejectionKind, Value, definition};
use crate::text::{count, shorten};

/// How many characters of a value are shown: more would fill the page.
const LONGEST: usize = 80;

mod declarations;
mod instead;
use declarations::{
    ARCHITECTURE, ENTRY_UNREADABLE, JSON_MISSING, JSON_NOT_AN_OBJECT, JSON_UNREADABLE, KEY_MISSING,
    MODULE_FILE_MISSING, MODULE_FILE_UNREADABLE, NAME_MISSING, NOT_A_ZIP, NUMBER_OF_FILES, OS_LIST_INVALID,
    OS_LIST_NOT_A_LIST, VERSION_MISSING, VERSION_NOT_INTEGER, VERSION_TOO_LARGE,
};

pub(super) use declarations::RULES;

/// What libraries of other systems are called.
const FOREIGN_LIBRARIES: [&str; 3] = [".dylib", ".bundle", ".dll"];

/// That the bundle is not a zip is all that can be said of it.
pub(super) fn check_failure(context: &mut Context<'_>, failure: &DirectoryFailure) {
    if context.report_given(&NOT_A_ZIP) {
        return;
    }
    let location = failure.offset().map(Location::offset).unwrap_or_default();
    context.report(&NOT_A_ZIP, location, failure.to_string()).values(failure.data());
}

/// The bundle must hold nothing but `module.json`, files under `deps/`, and at most one `.so` wherever it is.
pub(super) fn check_files(context: &mut Context<'_>, archive: &ArchiveFacts) {
    let entries = &archive.directory.entries;
    let is_module = |e: &&Entry| is_module(&e.name);
    let is_other = |e: &&Entry| e.name == METADATA_NAME || is_under_deps(&e.name);
    let (modules, others) = (entries.iter().filter(is_module).count(), entries.iter().filter(is_other).count());
    // As in the reference, which counts an entry that is both, `deps/x.so`, twice.
    if entries.len() <= modules.saturating_add(others) && modules <= 1 {
        return;
    }
    if context.report_given(&NUMBER_OF_FILES) {
        return;
    }
    let list = |entries: &[&Entry]| {
        let mut shown: Vec<String> = entries.iter().take(5).map(|e| format!("`{}`", e.name.escape_debug())).collect();
        if let Some(more) = entries.len().checked_sub(5).filter(|more| *more > 0) {
            shown.push(format!("{more} more"));
        }
        shown.join(", ")
    };
    let names = |entries: &[&Entry]| Datum::list(entries.iter().map(|entry| &entry.name));
    if modules > 1 {
        let modules: Vec<&Entry> = entries.iter().filter(is_module).collect();
        let at = modules.get(1).map(|e| Location::entry(&e.name)).unwrap_or_default();
        let message = format!("{} end in `.so`: {}", count(modules.len(), "entry"), list(&modules));
        context.report(&NUMBER_OF_FILES, at, message).data("entries", names(&modules));
    }
    let strangers: Vec<&Entry> = entries.iter().filter(|e| !is_module(e) && !is_other(e)).collect();
    if let Some(first) = strangers.first() {
        let message = format!("the bundle holds {}, which {} no place in it", list(&strangers), has(strangers.len()));
        context
            .report(&NUMBER_OF_FILES, Location::entry(&first.name), message)
            .help(of_strangers(&strangers, modules, named_module(archive), &list(&strangers)))
            .data("entries", names(&strangers));
    }
}

/// What `module_file` says, where it can be read.
fn named_module(archive: &ArchiveFacts) -> Option<&str> {
    match &archive.metadata {
        MetadataReading::Read(facts) => facts.module_file.as_deref().ok(),
        _ => None,
    }
}

/// What to do about them, who are named: where one tells what happened, about that.
fn of_strangers(strangers: &[&Entry], modules: usize, module_file: Option<&str>, named: &str) -> String {
    let ending = |ends: &[&str]| {
        strangers.iter().find(|entry| ends.iter().any(|end| entry.name.to_ascii_lowercase().ends_with(end)))
    };
    if modules == 0 && ending(&FOREIGN_LIBRARIES).is_some() {
        return "Build the module on Linux, as a `.so`: Redis Enterprise runs nothing else.".to_owned();
    }
    if let Some(module) = module_file.filter(|file| modules == 0 && strangers.iter().any(|entry| entry.name == *file)) {
        let (name, right) = (written::shown_text(module), layout::module_name_of(module));
        let right = written::shown_text(&right);
        return format!(
            "Name the module `{name}` so that it ends in `.so`, such as `{right}`, here and in `module_file`."
        );
    }
    match ending(&[".zip"]) {
        Some(zip) => {
            let name = written::shown_text(&zip.name);
            format!("Leave out `{name}`; if that is the bundle, take it out, and give it alone.")
        }
        None => format!("Leave out {named}; what the module needs besides goes into a `.tgz` under `deps/`."),
    }
}

const fn has(count: usize) -> &'static str {
    if count == 1 { "has" } else { "have" }
}

/// Every step of the reference, in its order; where one fails, those after it that still make sense are taken too.
pub(super) fn check_metadata(context: &mut Context<'_>, archive: &ArchiveFacts) {
    let at = || Location::entry(METADATA_NAME);
    match &archive.metadata {
        MetadataReading::Absent => {
            if context.report_given(&JSON_MISSING) {
                return;
            }
            let elsewhere = archive.directory.entries.iter().find(|e| e.name.ends_with("/module.json"));
            let message = match elsewhere {
                Some(entry) => {
                    format!("there is no `module.json` at the top level; `{}` is not read", entry.name.escape_debug())
                }
                None => "there is no `module.json`".to_owned(),
            };
            let found = elsewhere.map(|entry| &entry.name);
            context.report(&JSON_MISSING, Location::default(), message).maybe("found", found);
        }
        MetadataReading::Unopenable(failure) => {
            context
                .report_unreadable(&JSON_UNREADABLE, at(), format!("`module.json` cannot be opened: {failure}"))
                .values(failure.data())
                .help(failure.help().map(str::to_owned));
            if let Some(entry) = archive.directory.last_named(METADATA_NAME) {
                context.note_unopened(entry.index, &JSON_UNREADABLE);
            }
        }
        MetadataReading::Broken(ending) => {
            let what = match ending {
                Ending::Corrupt { detail } => format!("cannot be decompressed: {detail}"),
                Ending::CutShort => "is cut off".to_owned(),
                Ending::LongerThanClaimed => "is longer than the zip claims".to_owned(),
                Ending::Bomb => "inflates beyond reason".to_owned(),
                Ending::Whole => "does not have the CRC-32 that the zip records".to_owned(),
            };
            let help = "Transfer the bundle again (compare its checksum), or pack it again.".to_owned();
            context.report(&JSON_UNREADABLE, at(), format!("`module.json` {what}")).help(help);
            if let Some(entry) = archive.directory.last_named(METADATA_NAME) {
                context.note_damage(entry.index, &JSON_UNREADABLE);
            }
        }
        MetadataReading::Unreadable(err) => {
            let message = format!("`module.json` is not JSON: {err}");
            context.report(&JSON_UNREADABLE, at(), message).values(err.data()).help(err.help());
        }
        MetadataReading::Read(facts) => check_values(context, archive, facts),
    }
}

fn check_values(context: &mut Context<'_>, archive: &ArchiveFacts, facts: &MetadataFacts) {
    if let Some(key) = facts.metadata.wrapped_in() {
        let shown = written::shown_text(key);
        context
            .report(&MODULE_FILE_MISSING, Location::key(key), format!("all fields are inside `{shown}`"))
            .data("found", key)
            .help(format!("Move the fields up: `module.json` is the object that is inside `{shown}`."))
            // The object, which is sent first, has none of them either.
            .about(Part::Object);
        return;
    }
    check_module_file(context, archive, facts);
    for rejection in &facts.rejections {
        // What is said of `module_file` above is not said again.
        if rejection.pointer() != "/module_file" && !matches!(rejection.kind, RejectionKind::NotAnObject { .. }) {
            report(context, facts, rejection);
        }
    }
}

fn check_module_file(context: &mut Context<'_>, archive: &ArchiveFacts, facts: &MetadataFacts) {
    let name = match &facts.module_file {
        Ok(name) => name,
        Err(rejection) => return report(context, facts, rejection),
    };
    let Some(entry) = archive.directory.last_named(name) else {
        let modules = archive.directory.entries.iter().filter(|e| is_module(&e.name));
        let has: Vec<&str> = modules.take(3).map(|e| e.name.as_str()).collect();
        let there: Vec<String> = has.iter().map(|name| format!("`{}`", name.escape_debug())).collect();
        let there = if there.is_empty() { "no module at all".to_owned() } else { there.join(", ") };
        let message = format!("`module_file` names `{}`; the bundle holds {there}", name.escape_debug());
        let is_renamed = |entry: &Entry| match archive.opened(entry) {
            Some(Err(OpenFailure::NameDiffers { local, .. })) => local == *name,
            _ => false,
        };
        let help = match has.as_slice() {
            _ if archive.directory.entries.iter().any(is_renamed) => {
                Some("Transfer the bundle again (compare its checksum): what is wrong is the directory.".to_owned())
            }
            [] => Some("Put the module into the zip, at the top level; or pack it again with `ramp pack`.".to_owned()),
            [only] => Some(format!("Write `{}`.", written::shown_text(only))),
            _ => None,
        };
        context
            .report(&MODULE_FILE_MISSING, Location::key("module_file"), message)
            .data("claimed", name)
            .data("has", Datum::list(has))
            .help(help)
            .edit(renamed_module(archive, facts));
        return;
    };
    if let Some(Err(failure)) = archive.opened(entry) {
        let at = at(entry);
        let message = format!("the module `{}` cannot be opened: {failure}", entry.name.escape_debug());
        let reported = context.report_unreadable(&MODULE_FILE_UNREADABLE, at, message).values(failure.data());
        reported.help(failure.help().map(str::to_owned));
        context.note_unopened(entry.index, &MODULE_FILE_UNREADABLE);
    }
    if name.is_empty() {
        // Only a bundle with an entry of no name gets here.
        for rejection in facts.rejections.iter().filter(|r| r.kind == RejectionKind::ModuleFileMissing) {
            report(context, facts, rejection);
        }
    }
}

/// That `module_file` is the one module of the bundle, where its digest says that this is the one that was meant.
fn renamed_module(archive: &ArchiveFacts, facts: &MetadataFacts) -> Option<Edit> {
    let (module, entry) = (archive.module.as_ref()?, archive.module_entry()?);
    let is_it = facts.metadata.sha256().is_some_and(|sha256| sha256.eq_ignore_ascii_case(&module.sha256.to_string()));
    let value = entry.name.as_str().into();
    is_it.then(|| Edit::Set { pointer: "/module_file".into(), value })
}

/// Reports what the unpacker rejects of a value.
fn report(context: &mut Context<'_>, facts: &MetadataFacts, rejection: &Rejection) {
    let pointer = rejection.pointer();
    let value = facts.root().pointer(&pointer);
    let written = value.map(written::shown).unwrap_or_default();
    let field = layout::steps(&pointer).next().unwrap_or_default();
    let (rule, message) = match &rejection.kind {
        RejectionKind::NotAnObject { .. } => {
            (&JSON_NOT_AN_OBJECT, format!("`module.json` is of type {}, not an object", facts.root().kind()))
        }
        RejectionKind::MissingKey { key } if key == "module_file" => {
            (&MODULE_FILE_MISSING, "there is no `module_file`".to_owned())
        }
        RejectionKind::MissingKey { key } => (&KEY_MISSING, format!("there is no `{key}`")),
        RejectionKind::ModuleFileNoSuchEntry { .. }
        | RejectionKind::ModuleFileUnhashable { .. }
        | RejectionKind::ModuleFileMissing => {
            (&MODULE_FILE_MISSING, format!("`module_file` is {written}, which names no entry"))
        }
        RejectionKind::ModuleNameMissing => (&NAME_MISSING, format!("`module_name` is {written}, which is not a name")),
        RejectionKind::ArchitectureNotSupported { .. } | RejectionKind::ArchitectureUnhashable { .. } => {
            (&ARCHITECTURE, format!("`architecture` is {written}, not \"x86_64\" or \"aarch64\""))
        }
        RejectionKind::VersionMissing => (&VERSION_MISSING, format!("`version` is {written}, which counts as missing")),
        RejectionKind::VersionNotInteger => {
            (&VERSION_NOT_INTEGER, format!("`version` is {written}, which is not a number"))
        }
        RejectionKind::VersionOverflow { .. } => {
            (&VERSION_TOO_LARGE, format!("`version` is {written}, which is too large"))
        }
        RejectionKind::OsListInvalid { entry, .. } => {
            let message = match facts.root().get(&field) {
                // It goes through a string letter by letter.
                Some(Value::String(_)) => format!("`{field}` is {written}, a string, not a list"),
                // A string is quoted as Rust does, whose escapes can be told from what is there.
                Some(Value::Array(_)) if value.is_some_and(|value| value.as_str().is_none()) => {
                    format!("`{field}` has {written}, not a name with a version")
                }
                _ => format!("`{field}` has {}, not a name with a version", shorten(&format!("{entry:?}"), LONGEST)),
            };
            (&OS_LIST_INVALID, message)
        }
        RejectionKind::OsListNotIterable { .. } => (&OS_LIST_NOT_A_LIST, format!("`{field}` is {written}, not a list")),
    };
    let reason = rejection.reason();
    let (key, value) = match &rejection.kind {
        RejectionKind::NotAnObject { .. } => ("found", Some(facts.root().kind().to_string().into())),
        // Of an object the key is what is wrong, and not what is under it.
        RejectionKind::OsListInvalid { entry, .. }
            if facts.root().get(&field).is_some_and(|v| v.as_object().is_some()) =>
        {
            ("found", Some(entry.into()))
        }
        RejectionKind::ModuleFileNoSuchEntry { .. }
        | RejectionKind::ModuleFileUnhashable { .. }
        | RejectionKind::ModuleFileMissing => ("claimed", value.map(written::datum)),
        _ => ("found", value.map(written::datum)),
    };
    let part = match &rejection.kind {
        // The object, which is sent first, lacks it too.
        RejectionKind::MissingKey { key } if definition::required().any(|field| field.name == *key) => Part::Object,
        _ => rule.part,
    };
    let help = (!context.is_full(rule)).then(|| instead::of(context, rejection, facts.root().pointer(&pointer)));
    let (suggestion, help, edit) = Instead::parts(help.flatten());
    let help = help.or_else(|| {
        let written = facts.root().pointer(&pointer).filter(|_| rule.id == ARCHITECTURE.id)?;
        is_built_for(context, written).then(|| BUILD.to_owned())
    });
    context
        .report(rule, Location::pointer(pointer), message)
        .maybe(key, value)
        .maybe("suggestion", suggestion)
        .help(help)
        .about(part)
        .reason(reason)
        .edit(edit);
}

/// What to do where the module is built for an architecture, rightly named, that clusters do not run on: no spelling helps.
const BUILD: &str = "Build the module for `x86_64` or `aarch64`.";

/// Whether the module in the bundle is built for the architecture that is written.
fn is_built_for(context: &Context<'_>, written: &Value) -> bool {
    let module = context.facts.archive.as_ref().ok().and_then(|archive| archive.module.as_ref());
    let built = module.and_then(|module| module.facts.architecture());
    built.is_some_and(|built| written.as_str() == Some(&*built.as_str()))
}

/// The unpacker opens every other entry too, the last of each name, but for the directory `deps/`.
pub(super) fn check_entries(context: &mut Context<'_>, archive: &ArchiveFacts) {
    let module_file = archive.metadata().and_then(|facts| facts.module_file.as_deref().ok());
    for entry in &archive.directory.entries {
        let skipped = entry.name == METADATA_NAME || entry.name == DEPS || Some(entry.name.as_str()) == module_file;
        let last = archive.directory.last_named(&entry.name).is_some_and(|last| last.index == entry.index);
        if skipped || !last {
            continue;
        }
        if let Some(Err(failure)) = archive.opened(entry) {
            let at = at(entry);
            let message = format!("`{}` cannot be opened: {failure}", entry.name.escape_debug());
            let reported = context.report_unreadable(&ENTRY_UNREADABLE, at, message).values(failure.data());
            reported.help(failure.help().map(str::to_owned));
            context.note_unopened(entry.index, &ENTRY_UNREADABLE);
        }
    }
}
