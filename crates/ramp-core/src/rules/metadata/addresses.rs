//! Metadata: the addresses of dependencies: what is written into them beside host and file, and two that lead to one file.

use std::collections::HashMap;

use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::level::Level;
use crate::metadata::{DEPENDENCY_FIELDS, Dependency, Url};
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::rules::written;
use crate::text::shorten;

pub(crate) const RULES: &[&Rule] = &[&CREDENTIALS, &FRAGMENT, &SHARED];

/// How many characters of a key are shown.
const LONGEST: usize = 80;

static CREDENTIALS: Rule = Rule {
    what: "The `url` of a dependency has a user, or a user and a password, before the host.",
    why: "Whoever has the bundle, or lists the cluster's modules, can read them. That nodes send them is not documented.",
    help: "Take them out of the `url`, change the password, and put the file where nodes can download it without one.",
    example: "`https://build:secret@files.example.com/data.tgz`",
    data: &[("dependency", "the key of the dependency")],
    ..rule("dependency-url-credentials", Level::Warning, "the `url` of a dependency has a user or a password")
};
static FRAGMENT: Rule = Rule {
    what: "The `url` of a dependency has a fragment: what stands behind `#`.",
    why: "It is not sent, so it chooses nothing; and whether nodes leave it out of the name by which they look for the file is not \
          documented.",
    help: "Take it out; where the `#` belongs to the file's name, write `%23`.",
    example: "`https://files.example.com/data.tgz#sha256=…`, as Python's package indexes write digests.",
    data: &[("dependency", "the key of the dependency"), ("found", "the fragment")],
    ..rule("dependency-url-fragment", Level::Note, "the `url` of a dependency has a fragment")
};
static SHARED: Rule = Rule {
    what: "Two dependencies are looked for under one name, by the last parts of their `url`, and are not known to be one file.",
    why: "From 8.0 on nodes look in the bundle for `deps/` and that name, and there can be one file of it.",
    help: "Give the two files different names, or name the one file once.",
    example: "`https://example.com/rhel9/data.tgz` and `https://example.com/ubuntu22/data.tgz`.",
    data: &[
        ("dependency", "the key of the second"),
        ("expected", "the name of the entry that is looked for"),
        ("other", "the key of the first"),
    ],
    ..rule("dependency-file-shared", Level::Warning, "two dependencies are looked for under one name")
};

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    let mut first: HashMap<String, Dependency<'_>> = HashMap::new();
    for dependency in DEPENDENCY_FIELDS.into_iter().flat_map(|field| Dependency::all(facts.root(), field)) {
        match dependency.address() {
            Some(url) => check_parts(context, &dependency, url),
            // What is not an address has been said.
            None if dependency.url.is_some() => continue,
            None => {}
        }
        let Some(wanted) = dependency.wanted_entry() else { continue };
        match first.get(&wanted) {
            Some(other) => check_shared(context, other, &dependency, &wanted),
            None => drop(first.insert(wanted, dependency)),
        }
    }
}

fn check_parts(context: &mut Context<'_>, dependency: &Dependency<'_>, url: Url<'_>) {
    let (name, at) = (dependency.name, || Location::pointer(format!("{}/url", dependency.pointer)));
    let shown = written::shown_text(name);
    if url.user.is_some() {
        // Not which: a report is read by more people than the bundle.
        let message = format!("the `url` of `{shown}` has a user before its host");
        context.report(&CREDENTIALS, at(), message).data("dependency", name);
    }
    if let Some(fragment) = url.fragment {
        let found = shorten(fragment, LONGEST).into_owned();
        let message = format!("the `url` of `{shown}` ends in the fragment {found:?}");
        context.report(&FRAGMENT, at(), message).data("dependency", name).data("found", found);
    }
}

/// `other` came first.
fn check_shared(context: &mut Context<'_>, other: &Dependency<'_>, dependency: &Dependency<'_>, wanted: &str) {
    // Of one `url`, which is one file, the group schema looks at the digests.
    let same_url = other.url.is_some() && other.url == dependency.url;
    let same_digest = matches!((other.sha256, dependency.sha256), (Some(a), Some(b)) if a.eq_ignore_ascii_case(b));
    if same_url || same_digest {
        return;
    }
    if context.is_full(&SHARED) {
        return context.count_more(&SHARED, 1);
    }
    let message = format!(
        "`{}` and `{}` are both looked for as `{}`",
        written::shown_text(other.name),
        written::shown_text(dependency.name),
        written::shown_text(wanted)
    );
    context
        .report(&SHARED, Location::pointer(&dependency.pointer), message)
        .data("dependency", dependency.name)
        .data("expected", wanted)
        .data("other", other.name);
}
