//! Schema: dependencies that nobody can find.

use std::collections::HashMap;

use crate::facts::{ArchiveFacts, MetadataFacts};
use crate::finding::{Location, Rule};
use crate::group::Group;
use crate::metadata::{DEPENDENCY_FIELDS, Dependency, is_sha256};
use crate::rules::context::Context;
use crate::rules::declare::schema as rule;
use crate::rules::written;

pub(crate) const RULES: &[&Rule] = &[&NOWHERE, &DIGESTS_DIFFER];

static NOWHERE: Rule = Rule {
    what: "A dependency, optional or not, has no `url`, and the bundle has no file for it.",
    why: "Up to 7.22, clusters download a dependency from its `url`; from 8.0 on, nodes take it out of the bundle. \
          Here there is neither.",
    help: "Give it a `url` and its `sha256`; or, of `dependencies`, name the archive's `local_path` in the manifest, so that it is packed.",
    example: "`\"dependencies\": {\"python\": {\"sha256\": \"…\"}}`, and no `deps/python.tgz`.",
    data: &[("dependency", "the key of the dependency"), ("expected", "the name of the entry that is looked for")],
    ..rule("dependency-nowhere", "a dependency is not in the bundle and cannot be downloaded")
};
static DIGESTS_DIFFER: Rule = Rule {
    what: "Two dependencies have the same `url` and different `sha256`.",
    why: "There is one file behind a `url`: whichever it is, one of the two digests is not that file's, and the download fails.",
    help: "Look up what the file's digest is, with `sha256sum`; or give each dependency the `url` of its own file.",
    example: "A dependency copied in the manifest, of which only the digest was changed.",
    data: &[("dependency", "the key of the second"), ("other", "the key of the first"), ("url", "the `url` of both")],
    ..rule("dependency-digests-differ", "two dependencies have one `url` and two digests")
};

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts, facts: &MetadataFacts) {
    check_places(context, archive, facts);
    check_digests(context, facts);
}

fn check_digests(context: &mut Context<'_>, facts: &MetadataFacts) {
    let mut first: HashMap<&str, (&str, &str)> = HashMap::new();
    let all = DEPENDENCY_FIELDS.into_iter().flat_map(|field| Dependency::all(facts.root(), field));
    // What is no digest, and what is no address, has been said.
    for dependency in all.filter(|dependency| dependency.address().is_some()) {
        let Dependency { name, pointer, url, sha256, .. } = dependency;
        let (Some(url), Some(sha256)) = (url, sha256.filter(|sha256| is_sha256(sha256))) else { continue };
        let (other, digest) = *first.entry(url).or_insert((name, sha256));
        if digest.eq_ignore_ascii_case(sha256) {
            continue;
        }
        let message = format!(
            "`{}` and `{}` are both at {}, with different digests",
            written::shown_text(other),
            written::shown_text(name),
            written::shown_text(url)
        );
        context
            .report(&DIGESTS_DIFFER, Location::pointer(format!("{pointer}/sha256")), message)
            .data("dependency", name)
            .data("other", other)
            .data("url", url);
    }
}

/// Dependencies that are nowhere.
fn check_places(context: &mut Context<'_>, archive: &ArchiveFacts, facts: &MetadataFacts) {
    for field in DEPENDENCY_FIELDS {
        let all = Dependency::all(facts.root(), field);
        for dependency in all.filter(|dependency| !dependency.members.contains_key("url")) {
            let (name, packed) = (dependency.name, dependency.reference_entry());
            if archive.directory.last_named(&packed).is_some() {
                continue;
            }
            if context.is_full(&NOWHERE) {
                context.count_more(&NOWHERE, 1);
                continue;
            }
            // From 8.0 on the cluster refuses it for this.
            let pointer = dependency.pointer;
            if context.is_said(&pointer) || context.has_spoken_of(&pointer, |rule| rule.group == Group::Target) {
                continue;
            }
            let message = format!("dependency `{name}` has no `url`, and there is no `{packed}` in the bundle");
            // The packer embeds those of the other field only.
            let help = (field != DEPENDENCY_FIELDS[0]).then(|| {
                "Give it a `url` and its `sha256`; or, if it is to be packed, move it to `dependencies`.".to_owned()
            });
            let reported = context.report(&NOWHERE, Location::pointer(format!("{pointer}/url")), message).help(help);
            reported.data("dependency", name).data("expected", packed);
        }
    }
}
