//! Kubernetes: the cluster itself.

use crate::endpoint::Endpoint;
use crate::finding::Rule;
use crate::knowledge::Knowledge;
use crate::kubernetes::{Cluster, FIRST_TO_DOWNLOAD as FIRST, Text, Typed, downloads};
use crate::level::Level::{Error, Warning};
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;
use crate::version;

pub(super) const RULES: &[&Rule] = &[&TAG, &VERSION, &AUTO_UPGRADE];

/// The longest tag of an image.
const LONGEST_TAG: usize = 128;

static TAG: Rule = Rule {
    what: "`versionTag` is not a tag that an image can have. As a note: it is not a version, or one of a release that is not \
           known here.",
    why: "The nodes are pulled as images of that tag: without one they do not start. And what a cluster takes, and which \
          modules and versions of Redis it has, is known by its version.",
    help: "Write the version of the cluster with its build, such as `8.0.10-64`.",
    example: "`versionTag: \" 8.0.10-64\"`; `versionTag: nightly`",
    data: &[
        ("cluster", "the cluster"),
        ("found", "its `versionTag`"),
        ("has", "the newest release that is known, where this one is not"),
        ("suggestion", "the tag that was probably meant"),
    ],
    ..rule("kubernetes-version-tag", Error, "the tag of a cluster's image names no version that is known")
};

static VERSION: Rule = Rule {
    what: "A cluster has `spec.userDefinedModules`, and `spec.redisEnterpriseImageSpec.versionTag` names a version before 8.0.6. \
           Where it lists nothing, and bundles were given, it is a note.",
    why: "Modules are loaded in this way from 8.0.6 on, by the operator of that version or later. The notes of 8.0.2 say that \
          custom modules are not supported, and that clusters with some are not to be upgraded to it. What the report says as \
          the cluster's answer to a bundle is then the answer to an upload, which is another way to get it there.",
    help: "Upgrade operator and cluster to 8.0.6 or later.",
    example: "`versionTag: 8.0.2-17`",
    data: &[
        ("cluster", "the cluster"),
        ("has", "its version"),
        ("needs", "the first version that loads modules this way"),
    ],
    ..rule("kubernetes-cluster-version", Error, "the cluster's version does not load user-defined modules")
};
static AUTO_UPGRADE: Rule = Rule {
    what: "A cluster has `spec.userDefinedModules`, and `autoUpgradeRedisEnterprise` of `spec.upgradeSpec` is `true`.",
    why: "An upgrade of the operator then upgrades the cluster at once, to versions of Redis that the listed modules \
          may not be for. The documentation says to keep it `false` until the list has modules for the new versions.",
    help: "Set it to `false` before an upgrade, and list the modules for the new versions.",
    example: "`upgradeSpec: {autoUpgradeRedisEnterprise: true}`",
    data: &[("cluster", "the cluster")],
    ..rule("kubernetes-auto-upgrade", Warning, "a cluster with user-defined modules is upgraded automatically")
};

/// `with_bundles` where some were given.
pub(super) fn check(context: &mut Context<'_>, cluster: &Cluster, with_bundles: bool) {
    if let Some(tag) = &cluster.version_tag {
        if !cluster.modules.is_empty() || with_bundles {
            check_version(context, cluster, tag, with_bundles);
        }
        check_tag(context, cluster, tag, with_bundles);
    }
    // In quotes it is not what the resource wants, and the help there says what to write.
    let is_true = |text: &&Text| text.typed == Typed::Boolean(true);
    if let Some(text) = cluster.auto_upgrade.as_ref().filter(|_| !cluster.modules.is_empty()).filter(is_true) {
        let message = format!("{} has user-defined modules, and upgrades with the operator", cluster.identity.title());
        context.report(&AUTO_UPGRADE, text.place.location(), message).data("cluster", &cluster.identity.name);
    }
}

fn check_version(context: &mut Context<'_>, cluster: &Cluster, tag: &Text, with_bundles: bool) {
    if downloads(&tag.value) != Some(false) {
        return;
    }
    let (title, has) = (cluster.identity.title(), &tag.value);
    let message = format!("{title} is of version {has}, and user-defined modules are loaded from {FIRST} on");
    // The bundles have an answer of their own, and it is not to what this cluster is asked for.
    let endpoint = context.target.known_endpoint().filter(|endpoint| with_bundles && *endpoint != Endpoint::Bootstrap);
    let help = endpoint.map(|endpoint| {
        format!(
            "Upgrade operator and cluster to {FIRST} or later; until then nodes download nothing, and the answers to the \
             bundles are those to an upload through `{endpoint}`."
        )
    });
    let mut reported = context.report(&VERSION, tag.place.location(), message).help(help);
    // A bundle that is not listed may be meant for an upload.
    if cluster.modules.is_empty() {
        reported = reported.note();
    }
    reported.data("cluster", &cluster.identity.name).data("has", has).data("needs", FIRST);
}

/// Whether an image can have that tag, and what is known of what it names.
fn check_tag(context: &mut Context<'_>, cluster: &Cluster, tag: &Text, with_bundles: bool) {
    let Some(found) = tag.known().filter(|_| tag.typed == Typed::String) else { return };
    let title = cluster.identity.title();
    let (message, help, newest, meant) = if !is_image_tag(found) {
        let meant = meant(found);
        let help = meant.map(|meant| format!("Write `versionTag: \"{meant}\"`."));
        let message = format!("`versionTag` of {title} is {found:?}, which cannot be the tag of an image");
        let reported = context.report(&TAG, tag.place.location(), message).help(help).maybe("suggestion", meant);
        reported.data("cluster", &cluster.identity.name).data("found", found);
        return;
    } else if version::parse(found).is_err() {
        // Whoever names a version knows what the tag of an own registry stands for.
        if context.target.cluster_version().is_some() {
            return;
        }
        let meant = meant(found).filter(|meant| version::parse(meant).is_ok());
        let help = match meant {
            Some(meant) => Some(format!("Write `versionTag: \"{meant}\"`, if that is what is meant.")),
            None => with_bundles.then(|| "Name the version with `--target VERSION`.".to_owned()),
        };
        (format!("`versionTag` of {title} is `{found}`, which is not a version"), help, None, meant)
    } else {
        let knowledge = Knowledge::builtin();
        let (None, Some(newest)) = (knowledge.release(found), knowledge.releases().last()) else { return };
        let newest = newest.name.as_str();
        let help = "Check the number; if it is right, what that release has cannot be checked.".to_owned();
        let message =
            format!("{title} is of version {found}, and no such release is known here; the newest is {newest}");
        (message, Some(help), Some(newest), None)
    };
    let reported = context.report(&TAG, tag.place.location(), message).note().help(help);
    let reported = reported.data("cluster", &cluster.identity.name).data("found", found);
    reported.maybe("has", newest).maybe("suggestion", meant);
}

/// The tag that was probably meant: without whitespace, the name of an image in front, and a `v` before the number.
fn meant(found: &str) -> Option<&str> {
    // The digest of an image stands behind its tag.
    let tag = found.split('@').next().unwrap_or_default().trim();
    let tag = tag.rsplit_once(':').map_or(tag, |(_, tag)| tag.trim());
    let number = tag.strip_prefix(['v', 'V']).filter(|number| version::parse(number).is_ok());
    Some(number.unwrap_or(tag)).filter(|meant| *meant != found && is_image_tag(meant))
}

/// Source: the specification of OCI's distribution, "Pulling manifests": `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
fn is_image_tag(text: &str) -> bool {
    let is_inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    text.len() <= LONGEST_TAG && text.bytes().all(is_inner) && !text.is_empty() && !text.starts_with(['.', '-'])
}
