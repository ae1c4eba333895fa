//! Kubernetes: objects and files as such.

use std::collections::HashMap;

use crate::datum::Datum;
use crate::finding::Rule;
use crate::kubernetes::{Identity, Kind, Manifests, Misplaced, Text, Word};
use crate::level::Level::{Error, Note, Warning};
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;

pub(super) const RULES: &[&Rule] = &[&UNNAMED, &API_VERSION, &TWICE, &MISSPELT, &MISPLACED, &REPEATED, &NO_OBJECT];

static UNNAMED: Rule = Rule {
    what: "An object has no `metadata.name`.",
    why: "The API server refuses it, and nothing else can name it.",
    help: "Write `metadata: {name: NAME}`.",
    example: "A `RedisEnterpriseDatabase` that begins with `spec`.",
    data: &[("kind", "the kind of the object")],
    ..rule("kubernetes-object-unnamed", Error, "an object of the manifests has no name")
};
static API_VERSION: Rule = Rule {
    what: "The `apiVersion` of an object is missing, or is not one that its kind has.",
    why: "`kubectl` finds no kind of that name in that version, and makes nothing.",
    help: "Write the `apiVersion` of the kind.",
    example: "A `RedisEnterpriseDatabase` with `apiVersion: app.redislabs.com/v1`: databases have only `v1alpha1`.",
    data: &[
        ("expected", "what it can be"),
        ("found", "what it is, where there is one"),
        ("kind", "the kind of the object"),
    ],
    ..rule("kubernetes-api-version", Warning, "an object has an `apiVersion` that its kind does not have")
};
static TWICE: Rule = Rule {
    what: "Two objects of the manifests have the same kind, namespace and name.",
    why: "The API server has one of them: `kubectl apply` makes it first what one says and then what the other says, in the \
          order of the files. What is found of one may not be so.",
    help: "Leave one of them out.",
    example: "`rec.yaml`, and a copy of it named `rec-old.yaml` in the same directory.",
    data: &[
        ("cluster", "the object, where it is a cluster"),
        ("database", "the object, where it is a database"),
        ("kind", "the kind of the object"),
        ("other", "where the other begins: file, line, column"),
        ("secret", "the object, where it is a Secret"),
    ],
    ..rule("kubernetes-object-twice", Warning, "an object is defined twice")
};
static MISSPELT: Rule = Rule {
    what: "A key or a kind is not known, and is close to one that counts.",
    why: "What stands under it is not read: not by the operator, and not here. The API server refuses a key that it does not \
          know, or leaves it out.",
    help: "Write it as the definition of the resource has it, capital letters too.",
    example: "`moduleList` in place of `modulesList`.",
    data: &[("found", "what is written"), ("suggestion", "what was probably meant")],
    ..rule("kubernetes-key-misspelt", Warning, "a key or a kind of a manifest is misspelt")
};
static MISPLACED: Rule = Rule {
    what: "A key that counts is not where it belongs: in a mapping above or below its own, beside it, or in an object of another \
           kind.",
    why: "What is under it is not read: not by the operator, and not here. The API server refuses a key at a place where it does \
          not know it, or leaves it out.",
    help: "Move the key to where it belongs, with all that is under it; mind the indentation.",
    example: "`userDefinedModules` at the top of a `RedisEnterpriseCluster`, beside `spec`.",
    data: &[
        ("expected", "the keys under which it belongs, with dots between them, unless that is the top of the object"),
        ("found", "the key"),
        ("kind", "the kind of the objects that have it, where that is another"),
    ],
    ..rule("kubernetes-key-misplaced", Error, "a key of a manifest is not where it belongs")
};
static REPEATED: Rule = Rule {
    what: "A mapping in one of the objects has a key twice.",
    why: "Only the last is read: `kubectl` drops the first without a word, and other tools refuse the file.",
    help: "Put both together under one key.",
    example: "A cluster with `userDefinedModules` at the top of its `spec`, and once more at the end.",
    data: &[("key", "the key"), ("other", "where it stands first: file, line, column")],
    ..rule("kubernetes-key-twice", Error, "a mapping of a manifest has a key twice")
};
static NO_OBJECT: Rule = Rule {
    what: "A file was given that has no `RedisEnterpriseCluster`, `RedisEnterpriseDatabase`, \
           `RedisEnterpriseActiveActiveDatabase` or `Secret`.",
    why: "Nothing of it was looked at. It may be another file than was meant.",
    help: "Leave the file out; or see that it is whole, and that its documents have a `kind`.",
    example: "A `deployment.yaml` in the directory of the manifests.",
    ..rule("kubernetes-file-without-objects", Note, "a file of manifests has nothing that counts")
};

pub(super) fn check(context: &mut Context<'_>, manifests: &Manifests) {
    // What is there, and is not a string, is said of its type.
    let is_there = |identity: &Identity| identity.written.iter().any(|(field, _)| *field == "name");
    for identity in manifests.identities().filter(|identity| identity.name.is_empty() && !is_there(identity)) {
        let kind = identity.kind.as_str();
        let message = format!("a {kind} has no `metadata.name`");
        context.report(&UNNAMED, identity.place.location(), message).data("kind", kind);
    }
    for identity in manifests.identities() {
        check_api_version(context, identity);
    }
    check_twice(context, manifests);
    for word in &manifests.misspelt {
        let (found, meant) = (&word.found, word.meant);
        let (what, help) = match word.what {
            Word::Key => ("known key here", format!("Write `{meant}:`.")),
            Word::Kind => ("known kind", format!("Write `kind: {meant}`.")),
        };
        let message = format!("`{found}` is not a {what}; `{meant}` was probably meant");
        let reported = context.report(&MISSPELT, word.place.location(), message).help(help);
        reported.data("found", found).data("suggestion", meant);
    }
    for misplaced in &manifests.misplaced {
        check_misplaced(context, misplaced);
    }
    for repeated in &manifests.repeated {
        let (key, first) = (&repeated.key, repeated.first.location().to_string());
        let message = format!("`{key}` is already set at `{first}`, and only the last one counts");
        context.report(&REPEATED, repeated.place.location(), message).data("key", key).data("other", first);
    }
    for place in &manifests.without_objects {
        context.report(&NO_OBJECT, place.location(), "the file has no object that is looked at here");
    }
}

fn check_misplaced(context: &mut Context<'_>, misplaced: &Misplaced) {
    let (key, under) = (misplaced.key, misplaced.under);
    let (place, to) = match under {
        "" => ("at the top".to_owned(), "to the top".to_owned()),
        under => (format!("under `{under}`"), format!("under `{under}:`")),
    };
    let of = match (misplaced.of, under) {
        (Some(kind), _) => format!(" of a {}", kind.as_str()),
        (None, "") => " of the object".to_owned(),
        (None, _) => String::new(),
    };
    let message = format!("`{key}` belongs {place}{of}, and is not read here");
    let help = format!("Move `{key}:` {to}{of}, with all that is under it.");
    let reported = context.report(&MISPLACED, misplaced.place.location(), message).help(help);
    let reported = reported.data("found", key);
    reported
        .maybe("expected", Some(under).filter(|under| !under.is_empty()))
        .maybe("kind", misplaced.of.map(Kind::as_str));
}

fn check_api_version(context: &mut Context<'_>, identity: &Identity) {
    let (kind, can_be) = (identity.kind.as_str(), identity.kind.api_versions());
    let found = identity.api_version.as_ref();
    // What is not filled in is said of it.
    if found.is_some_and(|text| can_be.contains(&text.value.as_str()) || text.placeholder().is_some()) {
        return;
    }
    let listed = can_be.iter().map(|own| format!("`{own}`")).collect::<Vec<_>>().join(" or ");
    let message = match found.and_then(Text::known) {
        Some(found) => format!("the `apiVersion` of a {kind} is `{found}`, but must be {listed}"),
        None => format!("a {kind} has no `apiVersion`; it must be {listed}"),
    };
    let at = found.map_or(&identity.place, |text| &text.place).location();
    let help = can_be.first().map(|own| format!("Write `apiVersion: {own}`."));
    let reported = context.report(&API_VERSION, at, message).help(help).data("kind", kind);
    reported.data("expected", Datum::list(can_be.iter().copied())).maybe("found", found.and_then(Text::known));
}

fn check_twice(context: &mut Context<'_>, manifests: &Manifests) {
    let mut first: HashMap<_, &Identity> = HashMap::new();
    for identity in manifests.identities().filter(|identity| !identity.name.is_empty()) {
        let Identity { kind, name, namespace, place, .. } = identity;
        let Some(other) = first.insert((kind, name, namespace), identity) else { continue };
        let elsewhere = other.place.location().to_string();
        let message = format!("the {} `{name}` is defined in `{elsewhere}` too", kind.as_str());
        let key = match kind {
            Kind::Cluster => "cluster",
            Kind::Database | Kind::ActiveActive => "database",
            Kind::Secret => "secret",
        };
        let reported = context.report(&TWICE, place.location(), message);
        reported.data("kind", kind.as_str()).data(key, name).data("other", elsewhere);
    }
}
