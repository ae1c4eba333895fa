//! Metadata: capabilities, systems and the other names that the cluster goes by.

use super::{systems, templates};
use crate::finding::{Location, Rule};
use crate::level::Level;
use std::collections::HashSet;

use crate::cure::{Edit, Repair};
use crate::facts::MetadataFacts;
use crate::knowledge::{CapabilityStanding, Knowledge};
use crate::metadata::{Value, placeholder_of, python};
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::rules::{digests, written};
use crate::text::closest;

pub(crate) const RULES: &[&Rule] = &[
    &NAME_CHARACTERS,
    &NAME_DEPRECATED,
    &NAME_BUNDLED,
    &DISPLAY_NAME_EMPTY,
    &CAPABILITY_UNKNOWN,
    &systems::OS_MISSING,
    &systems::OS_UNKNOWN,
    &systems::OS_SPELLING,
    &systems::OS_LISTS_DIFFER,
    &ARGS_CHARACTERS,
    &CRDB_DECLARED,
    &SHA256_MISSING,
    &GIT_SHA_BYTES,
];

static NAME_CHARACTERS: Rule = Rule {
    what: "`module_name` has a character other than ASCII letters, digits, `-`, `_` and `.`.",
    why: "Nodes name files by it, and it is written in addresses, in command lines and in configuration files: each of them takes \
          some characters for something else, or writes them in another way.",
    help: "Write the name that the module registers with Redis; letters, digits, `-` and `_` are safe. What people read is \
           `display_name`.",
    example: "`größe`, `a&b`",
    data: &[("character", "the first such character"), ("module", "the name")],
    ..rule("module-name-characters", Level::Warning, "the module's name has unusual characters")
};
static NAME_DEPRECATED: Rule = Rule {
    what: "`module_name` is that of a module that Redis Enterprise has retired.",
    why: "Upgrades to newer releases stop while a database uses it, and its files are deleted afterwards.",
    help: "Give the module a name of its own.",
    example: "`graph`, the name that FalkorDB's packages carry.",
    data: &[("module", "the name")],
    ..rule("module-name-deprecated", Level::Warning, "the module has the name of a retired one")
};
static NAME_BUNDLED: Rule = Rule {
    what: "`module_name` is that of a module that comes with Redis Enterprise.",
    why: "A database asks for a module by name; which of the two it gets is decided by their versions.",
    help: "Give the module a name of its own, unless it is a build of that very module.",
    example: "`search`",
    data: &[("module", "the name"), ("release", "the release that it comes with")],
    ..rule("module-name-bundled", Level::Note, "the module has the name of a bundled one")
};
static DISPLAY_NAME_EMPTY: Rule = Rule {
    what: "`display_name` is missing or empty.",
    why: "The cluster's pages show it, and the Kubernetes operator requires it.",
    help: "Set `display_name` in the manifest.",
    example: "A manifest with `display-name`, which `ramp-packer` ignores.",
    ..rule("display-name-empty", Level::Note, "there is no `display_name`")
};
static CAPABILITY_UNKNOWN: Rule = Rule {
    what: "A capability is neither documented by `ramp-packer` nor declared by any of Redis's own modules; or, where \
           the cluster was asked, it is one that the cluster does not name.",
    why: "It is ignored: the database feature it was meant for stays refused.",
    help: "Correct the name; `ramp explain capabilities` lists those that are known.",
    example: "`resharding`, which is `reshard_rebalance`.",
    data: &[("capability", "the name"), ("suggestion", "the capability that was probably meant")],
    ..rule("capability-unknown", Level::Warning, "a capability is unknown")
};
static ARGS_CHARACTERS: Rule = Rule {
    what: "`command_line_args` has one of the characters `&`, `<`, `>` and `\"`.",
    why: "The cluster's API refuses them in module arguments.",
    help: "Write the arguments without them.",
    example: "`\"command_line_args\": \"PLUGIN \\\"a b\\\"\"`",
    data: &[("found", "the first such character")],
    ..rule("command-line-args-characters", Level::Warning, "the arguments have characters the API refuses")
};
static CRDB_DECLARED: Rule = Rule {
    what: "`crdb` is not empty, or the capability `crdb` is declared.",
    why: "User-defined modules are not supported in Active-Active databases on Kubernetes; elsewhere a non-empty \
          `crdb` marks the module as one that manages its own replicated data.",
    help: "Leave out `crdb` and the capability `crdb`, unless the module was made for Active-Active databases.",
    example: "A manifest copied from RedisJSON.",
    ..rule("crdb-declared", Level::Note, "the module declares itself for Active-Active databases")
};
static SHA256_MISSING: Rule = Rule {
    repair: Repair::Value,
    what: "There is no `sha256`.",
    why: "Without it there is no telling whether the module in the bundle is the one that the metadata was made for.",
    help: "Pack with a packer that writes it, or add the module's SHA-256.",
    example: "A `module.json` written by hand.",
    ..rule("sha256-missing", Level::Note, "the metadata has no digest of the module")
};
static GIT_SHA_BYTES: Rule = Rule {
    repair: Repair::Value,
    what: "`git_sha` is written `b'…'`: Python's notation for bytes, not the commit.",
    why: "Tools that look the commit up do not find it.",
    help: "Pack with `ramp pack`, or strip the `b'` and `'`.",
    example: "Every package that `ramp-packer` makes in a git checkout.",
    data: &[("found", "what `git_sha` is")],
    ..rule("git-sha-bytes", Level::Note, "`git_sha` is in Python's notation")
};

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    check_module(context, facts);
    check_capabilities(context, facts);
    systems::check(context, facts);
    check_odds(context, facts);
}

fn check_module(context: &mut Context<'_>, facts: &MetadataFacts) {
    if let Some(name) = facts.metadata.module_name() {
        check_characters(context, name);
        let newest = || context.target.release().or_else(|| Knowledge::builtin().releases().last());
        if let Some(release) = newest() {
            let at = Location::pointer("/module_name");
            if release.deprecated_modules.value.iter().any(|m| m == name) {
                let message = format!("`{name}` is the name of a retired module");
                context.report(&NAME_DEPRECATED, at, message).data("module", name);
            } else if release.bundled_modules.value.iter().any(|m| m == name) {
                let message = format!("`{name}` comes with Redis Software {}", release.name);
                context.report(&NAME_BUNDLED, at, message).data("module", name).data("release", &release.name);
            }
        }
    }
    let untold = !context.is_said("/display_name");
    let is_blank = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
    if untold && facts.root().get("display_name").is_none_or(|value| !python::is_truthy(value) || is_blank(value)) {
        let at = Location::pointer("/display_name");
        context.report(&DISPLAY_NAME_EMPTY, at, "`display_name` is missing or empty");
    }
}

/// Characters that are none of a usual name. Where something was said of it, blanks and braces for one, they tell of that.
fn check_characters(context: &mut Context<'_>, name: &str) {
    let is_usual = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let Some(c) = name.chars().find(|c| !is_usual(*c)) else { return };
    if context.has_spoken_of("/module_name", |_| true) {
        return;
    }
    let message = format!("`module_name` is \"{}\", with `{}` in it", written::shown_text(name), c.escape_debug());
    let reported = context.report(&NAME_CHARACTERS, Location::pointer("/module_name"), message);
    reported.data("module", name).data("character", c);
}

fn check_capabilities(context: &mut Context<'_>, facts: &MetadataFacts) {
    // By the positions in the document: the typed list leaves out what is not a string.
    let Some(Value::Array(capabilities)) = facts.root().get("capabilities") else { return };
    let mut seen = HashSet::new();
    for (index, name) in capabilities.iter().enumerate().filter_map(|(index, item)| Some((index, item.as_str()?))) {
        let at = || Location::pointer(format!("/capabilities/{index}"));
        if !seen.insert(name) {
            continue;
        }
        let standing = known_capability(name);
        // The cluster that is uploaded to knows best.
        let named = context.target.known_capabilities();
        if named.iter().any(|known| known == name) {
            continue;
        }
        if !named.is_empty() && !matches!(standing, None | Some(CapabilityStanding::Mistaken { .. })) {
            let message = format!("`{name}` is not a capability that the cluster names");
            context.report(&CAPABILITY_UNKNOWN, at(), message).data("capability", name);
            continue;
        }
        let meant = match standing {
            None if context.is_full(&CAPABILITY_UNKNOWN) => None,
            None => closest_capability(name),
            Some(CapabilityStanding::Mistaken { instead }) => Some(instead.as_str()),
            Some(_) => continue,
        };
        let is_full = context.is_full(&CAPABILITY_UNKNOWN);
        let pointer = format!("/capabilities/{index}");
        if !is_full && templates::is_placeholder(context, &pointer) {
            continue;
        }
        let message = format!("`{}` is not a known capability", name.escape_debug());
        let several = if is_full { None } else { written::several(name, |part| known_capability(part).is_some()) };
        let instead = match several {
            Some(several) => Some(written::each(&several)),
            None => meant.map(|meant| (meant.to_owned(), format!("Did you mean `{meant}`?"))),
        };
        let (suggestion, help) = instead.unzip();
        context
            .report(&CAPABILITY_UNKNOWN, at(), message)
            .data("capability", name)
            .maybe("suggestion", suggestion)
            .help(help);
    }
}

fn known_capability(name: &str) -> Option<&'static CapabilityStanding> {
    Knowledge::builtin().capability(name).map(|capability| &capability.standing)
}

fn closest_capability(name: &str) -> Option<&'static str> {
    closest(Knowledge::builtin().capabilities().iter().map(|c| c.name.as_str()), name)
}

fn check_odds(context: &mut Context<'_>, facts: &MetadataFacts) {
    let metadata = &facts.metadata;
    if let Some(args) = metadata.command_line_args() {
        // What of them is in a placeholder goes when that is filled in.
        let filled = match placeholder_of("command_line_args", args) {
            Some(placeholder) => args.replace(placeholder, ""),
            None => args.to_owned(),
        };
        if let Some(found) = filled.chars().find(|c| matches!(c, '&' | '<' | '>' | '"')) {
            let at = Location::pointer("/command_line_args");
            let message = format!("`command_line_args` has a `{found}`");
            context.report(&ARGS_CHARACTERS, at, message).data("found", found);
        }
    }
    let declares = metadata.capabilities().is_some_and(|mut names| names.any(|name| name == "crdb"));
    let crdb = facts.root().get("crdb").is_some_and(python::is_truthy) && !context.is_said("/crdb");
    if declares || crdb {
        let at = Location::pointer(if crdb { "/crdb" } else { "/capabilities" });
        context.report(&CRDB_DECLARED, at, "the module declares itself for Active-Active databases");
    }
    let untold = !context.is_said("/sha256");
    if untold && facts.root().get("sha256").is_none_or(|v| !python::is_truthy(v)) {
        let edit = context.facts.archive.as_ref().ok().and_then(|archive| digests::edit(archive, "/sha256"));
        context.report(&SHA256_MISSING, Location::pointer("/sha256"), "`sha256` is missing").edit(edit);
    }
    if let Some(sha) = metadata.git_sha() {
        if sha.starts_with("b'") || sha.starts_with("b\"") {
            let message = format!("`git_sha` is written as {sha}");
            let edit = commit(sha).map(|commit| Edit::Set { pointer: "/git_sha".into(), value: commit.into() });
            context.report(&GIT_SHA_BYTES, Location::key("git_sha"), message).data("found", sha).edit(edit);
        }
    }
}

/// The commit in Python's notation for bytes: its digits, without the line feed that may follow them.
fn commit(sha: &str) -> Option<&str> {
    let quoted = sha.strip_prefix('b')?;
    let bare = ['\'', '"'].into_iter().find_map(|quote| quoted.strip_prefix(quote)?.strip_suffix(quote))?;
    let commit = bare.strip_suffix("\\n").unwrap_or(bare);
    (!commit.is_empty() && commit.bytes().all(|b| b.is_ascii_hexdigit())).then_some(commit)
}
