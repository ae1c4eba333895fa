//! Schema: values that are not what the table of fields says.

use crate::cure::{Edit, Repair};
use crate::facts::{ArchiveFacts, MetadataFacts};
use crate::finding::{Location, Rule};
use crate::layout::{self, packed_entry, pointer, spoken};
use crate::metadata::fields::{can_be_left_out, members_at};
use crate::metadata::{
    DEPENDENCY_FIELDS, Dependency, Expected, FieldProblem, Form, Kind, Note, Problem, Value, placeholder_in_key,
    placeholder_of, python,
};
use crate::rules::context::Context;
use crate::rules::declare::schema as rule;
use crate::rules::written::Instead;
use crate::rules::{digests, systems, written};
use crate::version;

pub(crate) const RULES: &[&Rule] = &[&WRONG_TYPE, &OUT_OF_RANGE, &WRONG_FORM, &MEMBER_MISSING, &FORMAT_UNKNOWN];

/// The field that says by which format the others are to be read.
const FORMAT: &str = "/ramp_format_version";

static WRONG_TYPE: Rule = Rule {
    repair: Repair::Value,
    what: "A field is not of the type that the documentation gives it. `null` is a type of its own.",
    why: "The unpacker does not check; whatever reads the field later fails, or shows nonsense.",
    help: "Write the value in the documented type.",
    example: "`\"license\": false`, made by YAML of an unquoted `no`.",
    data: &[
        ("expected", "the documented type"),
        ("found", "the type that it has"),
        ("suggestion", "what was probably meant"),
    ],
    ..rule("wrong-type", "a field has the wrong type")
};
static OUT_OF_RANGE: Rule = Rule {
    what: "A number is not one that the field can have: it is too small, too large, or not whole.",
    why: "The unpacker cuts off fractions and takes any size; modules, Redis and the cluster's database have 32-bit \
          integers there.",
    help: "Write a number that the field can have. For `version` that is major × 10000 + minor × 100 + patch: 10203 for 1.2.3.",
    example: "`\"version\": -1`, `\"version\": 10203.5`",
    data: &[
        ("expected", "the least and the greatest number that the field can have"),
        ("found", "the number that it has"),
        ("suggestion", "the number that was probably meant"),
    ],
    ..rule("out-of-range", "a number is out of range")
};
static WRONG_FORM: Rule = Rule {
    repair: Repair::Value,
    what: "A string, or a key, is not what its place calls for: the name of a module that no file can have, a version \
           without numbers, a `sha256` that is not a digest, a `url` from which nothing can be downloaded, a `homepage` that \
           is not an address, an `email` without `@`, an operating system without a name, a dependency called by a path, a \
           platform without an architecture, a module in a folder of the bundle.",
    why: "The unpacker does not check. Whatever later compares, looks up or downloads by it fails, or writes to the \
          wrong place.",
    help: "Write the value in the form that the message names.",
    example: "`\"semantic_version\": \"banana\"`, `\"module_name\": \"../../x\"`",
    data: &[
        ("detail", "what is wrong with it, in words"),
        ("found", "what the field is, or the key"),
        ("suggestion", "what was probably meant"),
    ],
    ..rule("wrong-form", "a string does not have the form of its field")
};
static MEMBER_MISSING: Rule = Rule {
    what: "An object lacks the member that identifies it.",
    why: "What reads it looks the member up by name, without a default.",
    help: "Add the member, or remove the object.",
    example: "A command without `command_name`.",
    data: &[("expected", "the member")],
    ..rule("member-missing", "an object lacks a member that it must have")
};
static FORMAT_UNKNOWN: Rule = Rule {
    what: "`ramp_format_version` is not 1, the only format there is.",
    why: "The unpacker does not look at it; a reader that does cannot know what the fields of another format mean.",
    help: "Write `\"ramp_format_version\": 1`, or leave the field out.",
    example: "`\"ramp_format_version\": 2`",
    data: &[("found", "the version of the format")],
    ..rule("ramp-format-unknown", "the metadata is in an unknown format")
};

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts, facts: &MetadataFacts) {
    let nameless = || DEPENDENCY_FIELDS.into_iter().filter(|field| Dependency::is_nameless(facts.root(), field));
    let nameless: Vec<(&str, String)> = nameless().map(|field| (field, format!("/{field}/"))).collect();
    for FieldProblem { pointer, problem } in &facts.metadata.problems {
        if let Some((field, _)) = nameless.iter().find(|(_, front)| pointer.starts_with(front)) {
            without_names(context, field);
            continue;
        }
        // Where a number belongs, one that is not finite is said to be that. Of the name of an entry the group archive speaks.
        let is_number = matches!(
            problem,
            Problem::Range { .. } | Problem::Type { expected: Expected::Number | Expected::Integer, .. }
        );
        let is_entry =
            |form| form == Form::DependencyName && archive.directory.last_named(&packed_entry(&key(pointer))).is_some();
        if (is_number && is_non_finite(facts, pointer)) || matches!(problem, Problem::Key(form) if is_entry(*form)) {
            continue;
        }
        let rule = match problem {
            Problem::Type { .. } => &WRONG_TYPE,
            Problem::Range { .. } if pointer == FORMAT => &FORMAT_UNKNOWN,
            Problem::Range { .. } => &OUT_OF_RANGE,
            Problem::Form(_) | Problem::Key(_) => &WRONG_FORM,
            Problem::Missing { .. } => &MEMBER_MISSING,
        };
        if context.is_said(pointer) {
            continue;
        }
        // The value is looked for from the top: not for each of many that are not shown.
        if context.is_full(rule) {
            context.count_more(rule, 1);
        } else if let Some(value) = facts.root().pointer(pointer) {
            report(context, rule, pointer, value, problem);
        }
    }
}

fn report(context: &mut Context<'_>, rule: &'static Rule, pointer: &str, value: &Value, problem: &Problem) {
    let (name, shown, at) = (spoken(pointer), written::shown(value), Location::pointer(pointer));
    match problem {
        Problem::Type { expected, found } => wrong_type(context, pointer, value, *expected, *found),
        Problem::Range { .. } if pointer == FORMAT => {
            let message = format!("`{name}` is {shown}; the only format is 1");
            context.report(rule, at, message).data("found", written::datum(value));
        }
        Problem::Range { least, greatest } => {
            let expected = format!("{least} to {greatest}");
            let message = format!("`{name}` is {shown}, not a whole number from {expected}");
            // What a version is made of the rule says itself.
            let help = || (pointer != "/version").then(|| format!("Write a whole number from {expected}."));
            // Of a number that is another than what was meant, that is a guess.
            let (suggestion, instead, _) = Instead::parts(written::instead(pointer, value));
            let help = instead.or_else(help);
            context
                .report(rule, at, message)
                .data("found", written::datum(value))
                .data("expected", expected)
                .maybe("suggestion", suggestion)
                .help(help);
        }
        Problem::Form(form) => wrong_form(context, pointer, value, *form),
        Problem::Key(form) => wrong_key(context, pointer, *form),
        Problem::Missing { member } => {
            let at = Location::pointer(format!("{pointer}/{member}"));
            context.report(rule, at, format!("`{name}` has no `{member}`")).data("expected", member);
        }
    }
}

fn is_non_finite(facts: &MetadataFacts, at: &str) -> bool {
    facts.notes.iter().any(|note| matches!(note, Note::NonFiniteNumber { pointer } if pointer == at))
}

/// The last step.
fn key(pointer: &str) -> String {
    layout::steps(pointer).last().unwrap_or_default()
}

/// The member that a value is of, or one of several.
fn member(pointer: &str) -> String {
    let is_name = |step: &String| !step.bytes().all(|b| b.is_ascii_digit());
    layout::steps(pointer).filter(is_name).last().unwrap_or_default()
}

/// Members of one dependency where the names of several belong: said once, of the field.
fn without_names(context: &mut Context<'_>, field: &str) {
    let at = pointer([field]);
    if !context.has_spoken_of(&at, |_| true) {
        let message = written::without_name(field);
        let help = format!("Write `\"{field}\": {{\"<name>\": {{\"url\": \"…\", \"sha256\": \"…\"}}}}`.");
        let (string, object) = (Kind::String.to_string(), Kind::Object.to_string());
        let reported = context.report(&WRONG_TYPE, Location::pointer(at), message);
        reported.data("found", string).data("expected", object).help(help);
    }
}

fn wrong_type(context: &mut Context<'_>, pointer: &str, value: &Value, expected: Expected, found: Kind) {
    let name = spoken(pointer);
    let shown = match value {
        Value::Null => "null".to_owned(),
        Value::Array(_) | Value::Object(_) => format!("an {found}"),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            let article = if matches!(found, Kind::Integer) { "an" } else { "a" };
            format!("{}, {article} {found}", written::shown(value))
        }
    };
    let article = if matches!(expected, Expected::Integer | Expected::Array | Expected::Object) { "an" } else { "a" };
    let message = format!("`{name}` is {shown}, not {article} {expected}");
    let or = if found == Kind::Null && can_be_left_out(pointer) { ", or leave the field out" } else { "" };
    let (suggestion, help, edit) = match written::instead(pointer, value) {
        Some(Instead { text, help, edit }) => (Some(text), help, edit),
        None => {
            let members: Vec<String> =
                members_at(pointer).filter(|name| *name != "local_path").map(|name| format!("\"{name}\": …")).collect();
            let such = if members.is_empty() { String::new() } else { format!(": `{{{}}}`", members.join(", ")) };
            (None, format!("Write {article} {expected}{such}{or}."), None)
        }
    };
    let digest = context.facts.archive.as_ref().ok().and_then(|archive| digests::edit(archive, pointer));
    context
        .report(&WRONG_TYPE, Location::pointer(pointer), message)
        .data("found", found.to_string())
        .data("expected", expected.to_string())
        .maybe("suggestion", suggestion)
        .help(help)
        .edit(digest.or(edit));
}

fn wrong_form(context: &mut Context<'_>, pointer: &str, value: &Value, form: Form) {
    let text = value.as_str().unwrap_or_default();
    let Some(fault) = form.fault(text) else { return };
    let message = format!("`{}` is {}: {fault}", spoken(pointer), written::shown(value));
    let written = |meant: String, certain: Option<String>| {
        let edit = certain.map(|certain| Edit::Set { pointer: pointer.to_owned(), value: certain.into() });
        Instead { help: format!("Write `{meant}`."), text: meant, edit }
    };
    let meant = match form {
        Form::OperatingSystem => systems::instead_of(pointer, text, context.target),
        Form::SemanticVersion => {
            let certain = certain_semantic_version(context, text);
            let meant = semantic_version(context, text).or_else(|| form.meant(text)).or_else(|| certain.clone());
            meant.map(|meant| written(meant, certain))
        }
        _ => form.meant(text).map(|meant| written(meant, form.certain(text))),
    };
    let (suggestion, help, edit) = match (placeholder_of(&member(pointer), text), meant) {
        (Some(placeholder), _) => (None, format!("Fill in the placeholder `{placeholder}`. {}", form.help()), None),
        (None, Some(Instead { text, help, edit })) => (Some(text), help, edit),
        (None, None) => (None, form.help().to_owned(), None),
    };
    let digest = context.facts.archive.as_ref().ok().and_then(|archive| digests::edit(archive, pointer));
    context
        .report(&WRONG_FORM, Location::pointer(pointer), message)
        .data("found", text)
        .data("detail", fault.into_owned())
        .maybe("suggestion", suggestion)
        .help(help)
        .edit(digest.or(edit));
}

/// The version as three numbers that `version` says, where that is a number.
fn of_version(context: &Context<'_>) -> Option<semver::Version> {
    let facts = context.facts.archive.as_ref().ok()?.metadata()?;
    version::of_number(python::int_of_float(facts.root().get("version")?).ok()?)
}

/// The same, by which files are named, unless what was written is that version in another spelling; without it, what was written.
fn certain_semantic_version(context: &Context<'_>, text: &str) -> Option<String> {
    let written = Form::SemanticVersion.certain(text);
    let Some(version) = of_version(context) else { return written };
    let number = |text: &String| version::number(&semver::Version::parse(text).ok()?);
    Some(written.filter(|text| number(text) == version::number(&version)).unwrap_or_else(|| version.to_string()))
}

/// The version as three numbers that `version` says, where what was written begins alike, is that number, or says nothing at all.
fn semantic_version(context: &Context<'_>, text: &str) -> Option<String> {
    let version = of_version(context)?;
    let number = version::number(&version)?;
    let own = [version.major, version.minor, version.patch];
    let bare = text.trim().trim_start_matches(['v', 'V']);
    let says_nothing = !text.bytes().any(|b| b.is_ascii_digit());
    let begins = || {
        let numbers: Option<Vec<u64>> = bare.split('.').map(|part| part.parse().ok()).collect();
        numbers.is_some_and(|numbers| own.starts_with(&numbers))
    };
    (says_nothing || bare == number.to_string() || begins()).then(|| version.to_string())
}

fn wrong_key(context: &mut Context<'_>, pointer: &str, form: Form) {
    let (key, object) = (key(pointer), pointer.rsplit_once('/').map_or("", |(object, _)| object));
    let Some(fault) = form.fault(&key) else { return };
    let message = format!("`{}` has the key \"{}\": {fault}", spoken(object), written::shown_text(&key));
    let meant = (form == Form::Platform).then(|| systems::meant_platform(&key)).flatten();
    let help = match (placeholder_in_key(&key), &meant) {
        (Some(placeholder), _) => {
            format!("Fill in the placeholder `{}`. {}", written::shown_text(placeholder), form.help())
        }
        (None, Some(meant)) => format!("Write `{meant}`."),
        (None, None) => form.help().to_owned(),
    };
    context
        .report(&WRONG_FORM, Location::pointer(pointer), message)
        .data("found", key)
        .data("detail", fault.into_owned())
        .maybe("suggestion", meant.clone())
        .help(help)
        .edit(meant.map(|key| Edit::Rename { pointer: pointer.to_owned(), key }));
}
