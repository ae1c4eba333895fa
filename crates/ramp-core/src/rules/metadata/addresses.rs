//! Metadata: addresses: what is odd about one, and two of dependencies that lead to one file.

use std::collections::HashMap;

use percent_encoding::{CONTROLS, utf8_percent_encode};

use crate::facts::{ArchiveFacts, MetadataFacts};
use crate::finding::{Location, Rule};
use crate::level::Level;
use crate::metadata::{DEPENDENCY_FIELDS, Dependency, Url, Value, is_sha256, mail};
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::rules::written;
use crate::text::shorten;

use super::templates::is_placeholder;

pub(crate) const RULES: &[&Rule] = &[
    &CREDENTIALS,
    &NOT_ASCII,
    &FRAGMENT,
    &SHARED,
    &THIS_MACHINE,
    &PAGE,
    &NOT_ENCRYPTED,
    &DIGEST_MISSING,
    &DIGEST_OF_NOTHING,
    &EMAIL,
];

/// The SHA-256 of no bytes. Source: FIPS 180-4.
const OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// How many characters of a key are shown.
const LONGEST: usize = 80;

static CREDENTIALS: Rule = Rule {
    what: "The `url` of a dependency, or `homepage`, has a user, or a user and a password, before the host.",
    why: "Whoever has the bundle, or lists the cluster's modules, can read them. That nodes send them is not documented.",
    help: "Take what comes before the `@` out of the address, change the password if there was one, and put the file where nodes can \
           download it without.",
    example: "`https://build:secret@files.example.com/data.tgz`",
    data: &[("dependency", "the key of the dependency, if the address is of one")],
    ..rule("url-credentials", Level::Warning, "an address has a user or a password in it")
};
static NOT_ASCII: Rule = Rule {
    what: "The `url` of a dependency has a character that is not ASCII.",
    why: "Addresses are ASCII. Some clients translate other letters, some send them as they are, and some refuse them: what nodes do is \
          not documented.",
    help: "Write the address in ASCII: the host as `xn--…`, what follows with `%` escapes.",
    example: "`https://files.example.com/größe/data.tgz`, for `/gr%C3%B6%C3%9Fe/`.",
    data: &[
        ("character", "the first such character"),
        ("dependency", "the key of the dependency"),
        ("suggestion", "the address with escapes"),
    ],
    ..rule("dependency-url-characters", Level::Warning, "the `url` of a dependency is not ASCII")
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

static THIS_MACHINE: Rule = Rule {
    what: "The `url` of a dependency names `localhost`, or an address by which each machine means itself.",
    why: "Nodes download from it, and each looks on itself.",
    help: "Write the address of a host that all nodes can reach.",
    example: "`http://localhost:8000/data.tgz`, `http://127.0.0.1/data.tgz`",
    data: &[("dependency", "the key of the dependency"), ("found", "the host")],
    ..rule("dependency-url-localhost", Level::Warning, "the `url` of a dependency leads nodes to themselves")
};
static PAGE: Rule = Rule {
    what: "The `url` of a dependency is that of a page on which GitHub or GitLab shows a file, not that of the file.",
    why: "What is downloaded from it is HTML: it has another digest, and cannot be unpacked.",
    help: "Write the address of the file: `/raw/` in place of `/blob/`.",
    example: "`https://github.com/me/mymodule/blob/main/data.tgz`",
    data: &[("dependency", "the key of the dependency"), ("suggestion", "the address of the file itself")],
    ..rule("dependency-url-page", Level::Warning, "the `url` of a dependency is that of a web page")
};
static NOT_ENCRYPTED: Rule = Rule {
    what: "The `url` of a dependency begins with `http:`.",
    why: "Whoever is between a node and the host can put another file in its place. Where the dependency has its `sha256`, that shows.",
    help: "Write `https:`, if the host has it.",
    example: "`http://files.example.com/data.tgz`",
    data: &[("dependency", "the key of the dependency")],
    ..rule("dependency-url-http", Level::Note, "a dependency is downloaded without encryption")
};
static DIGEST_MISSING: Rule = Rule {
    what: "A dependency is not in the bundle, has a `url`, but no `sha256`.",
    why: "Without it there is no telling whether what is downloaded is the file that was meant.",
    help: "Add the file's SHA-256, as `sha256sum` prints it.",
    example: "`{\"url\": \"https://files.example.com/data.tgz\"}`",
    data: &[("dependency", "the key of the dependency")],
    ..rule("dependency-sha256-missing", Level::Note, "a dependency has no digest")
};

static DIGEST_OF_NOTHING: Rule = Rule {
    what: "The `sha256` of a dependency that is not in the bundle is that of an empty file, or one digit over and over.",
    why: "No file that anyone wants has it. Clusters compare what they download with it.",
    help: "Write the file's SHA-256, as `sha256sum` prints it.",
    example: "`e3b0c442…b855`, of a download that failed without a word; 64 zeros, to be replaced later.",
    data: &[("dependency", "the key of the dependency"), ("found", "the digest")],
    ..rule("dependency-sha256-of-nothing", Level::Warning, "the digest of a dependency is not of a file")
};
static EMAIL: Rule = Rule {
    what: "`email` has an address, and something besides that keeps mail programs from writing to it: words that are not before \
           `<`, two addresses without a comma, `mailto:`, dots where none can be.",
    why: "Pages show it as a link, and programs that read such links take the whole text for the address.",
    help: "Write the address alone, or `Name <me@example.com>`; a comma between two.",
    example: "`\"email\": \"mailto:me@example.com\"`",
    data: &[("detail", "what is odd about it, in words"), ("found", "what `email` is")],
    ..rule("email-unusual", Level::Warning, "`email` cannot be written to as it stands")
};

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts, facts: &MetadataFacts) {
    let homepage = facts.root().get("homepage").and_then(|value| Url::reachable(value.as_str()?).ok());
    if let Some(who) = homepage.and_then(Url::credentials) {
        let message = format!("`homepage` has {who} before its host");
        let help = "Take what comes before the `@` out of the address, and change the password if there was one.";
        context.report(&CREDENTIALS, Location::key("homepage"), message).help(help.to_owned());
    }
    check_email(context, facts);
    let mut first: HashMap<String, Dependency<'_>> = HashMap::new();
    for dependency in DEPENDENCY_FIELDS.into_iter().flat_map(|field| Dependency::all(facts.root(), field)) {
        match dependency.address() {
            Some(url) => {
                check_parts(context, &dependency, url);
                check_digest(context, archive, &dependency);
            }
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

fn check_email(context: &mut Context<'_>, facts: &MetadataFacts) {
    let Some(text) = facts.root().get("email").and_then(Value::as_str) else { return };
    // Of what is not one at all, or is a placeholder, others have spoken.
    if text.trim().is_empty() || context.has_spoken_of("/email", |_| true) {
        return;
    }
    if let Some(oddity) = mail::oddity(text) {
        let message = format!("`email` is \"{}\": {oddity}", written::shown_text(text));
        context.report(&EMAIL, Location::key("email"), message).data("found", text).data("detail", oddity);
    }
}

fn check_parts(context: &mut Context<'_>, dependency: &Dependency<'_>, url: Url<'_>) {
    let (name, at) = (dependency.name, || Location::pointer(format!("{}/url", dependency.pointer)));
    let shown = written::shown_text(name);
    let is_filled = |_: &&str| !is_placeholder(context, &format!("{}/url", dependency.pointer));
    if let Some(who) = url.credentials().filter(is_filled) {
        let message = format!("the `url` of `{shown}` has {who} before its host");
        context.report(&CREDENTIALS, at(), message).data("dependency", name);
    }
    if let Some(c) = url.foreign() {
        let message = format!("the `url` of `{shown}` has {c:?} in it, which is not ASCII");
        // There may be a password in it.
        let escaped = dependency.url.filter(|_| url.host.is_ascii() && url.credentials().is_none());
        let escaped = escaped.map(|text| utf8_percent_encode(text, CONTROLS).to_string());
        let help = escaped.as_ref().map(|escaped| format!("Write `{escaped}`."));
        let reported = context.report(&NOT_ASCII, at(), message).data("dependency", name).data("character", c);
        reported.maybe("suggestion", escaped).help(help);
    }
    if let Some(fragment) = url.fragment {
        let found = shorten(fragment, LONGEST).into_owned();
        let message = format!("the `url` of `{shown}` ends in the fragment {found:?}");
        context.report(&FRAGMENT, at(), message).data("dependency", name).data("found", found);
    }
    // Not the whole: there may be a password in it.
    if url.is_of_this_machine() {
        let message = format!("the `url` of `{shown}` names the host `{}`, which is each node itself", url.host);
        context.report(&THIS_MACHINE, at(), message).data("dependency", name).data("found", url.host);
    } else if let Some(file) = url.file_of_page() {
        let message = format!("the `url` of `{shown}` is that of a page that shows the file, not of the file");
        let help = format!("Write `{file}`.");
        context.report(&PAGE, at(), message).data("dependency", name).data("suggestion", file).help(help);
    } else if !url.is_encrypted {
        let message = format!("the `url` of `{shown}` begins with `http:`");
        context.report(&NOT_ENCRYPTED, at(), message).data("dependency", name);
    }
}

/// Of what is there in place of a digest others speak. What is in the bundle came with it.
fn check_digest(context: &mut Context<'_>, archive: &ArchiveFacts, dependency: &Dependency<'_>) {
    let names = || [Some(dependency.reference_entry()), dependency.wanted_entry()].into_iter().flatten();
    let is_packed = || names().any(|name| archive.directory.last_named(&name).is_some());
    if is_packed() {
        return;
    }
    if let Some(digest) = dependency.sha256.filter(|digest| is_sha256(digest)) {
        let first = digest.chars().next();
        let what = if digest.eq_ignore_ascii_case(OF_NOTHING) {
            "that of an empty file".to_owned()
        } else if let Some(digit) = first.filter(|_| digest.chars().all(|digit| Some(digit) == first)) {
            format!("the digit `{digit}` over and over")
        } else {
            return;
        };
        let message = format!("the `sha256` of `{}` is {digest}: {what}", written::shown_text(dependency.name));
        let at = Location::pointer(format!("{}/sha256", dependency.pointer));
        context.report(&DIGEST_OF_NOTHING, at, message).data("dependency", dependency.name).data("found", digest);
    }
    if dependency.members.contains_key("sha256") {
        return;
    }
    let message = format!("dependency `{}` has no `sha256`", written::shown_text(dependency.name));
    let at = Location::pointer(format!("{}/sha256", dependency.pointer));
    context.report(&DIGEST_MISSING, at, message).data("dependency", dependency.name);
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
