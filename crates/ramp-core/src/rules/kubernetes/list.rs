//! Kubernetes: what is wrong with `userDefinedModules` itself.

use super::names::Form;
use super::urls;
use crate::datum::Datum;
use crate::finding::Rule;
use crate::kubernetes::{Cluster, Place, Secret, Text, UserDefinedModule};
use crate::level::Level::Error;
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;

pub(super) const RULES: &[&Rule] = &[&INCOMPLETE, &SECRET];

pub(super) static INCOMPLETE: Rule = Rule {
    what: "An item of `spec.userDefinedModules` lacks its `name`, or a `source` with `http` or `https`, or the `url` in it; or \
           an item of `modulesList` of a database lacks its `name`.",
    why: "The definition of the resource requires a name and a source, but takes a source with nothing in it; then \
          there is nothing to download.",
    help: "Write `name: NAME` and `source: {https: {url: URL}}`.",
    example: "`- name: hello` with `source: {}`.",
    data: &[("field", "the key that is missing"), ("module", "the name of the item")],
    ..rule("kubernetes-module-incomplete", Error, "a module of the manifests lacks its name, source or URL")
};
static SECRET: Rule = Rule {
    what: "`credentialsSecret` is not the name of a Secret, or names one that lacks the key `username` or `password`. \
           A Secret that is not in the files, or only in another namespace, is reported as a note: what the cluster \
           will find is not known.",
    why: "The module is downloaded with what is under these two keys of that Secret.",
    help: "Make the Secret with `kubectl create secret generic NAME --from-literal=username=… --from-literal=password=…`, and \
           name it there.",
    example: "A Secret with the keys `user` and `pass`.",
    data: &[
        ("expected", "the namespace of the cluster, where the Secret is in another"),
        ("found", "that other namespace"),
        ("module", "the name of the item"),
        ("needs", "the keys that are missing, or must be there"),
        ("secret", "what the item names"),
    ],
    ..rule("kubernetes-credentials-secret", Error, "the Secret with a module's credentials cannot be used")
};
/// The keys that a Secret with credentials must have.
const KEYS: [&str; 2] = ["username", "password"];

pub(super) fn check(context: &mut Context<'_>, cluster: &Cluster, secrets: &[Secret]) {
    for module in &cluster.modules {
        check_complete(context, module);
        for source in &module.sources {
            if let Some(url) = source.url.as_ref().filter(|url| url.known().is_some()) {
                urls::check(context, module, source, url);
            }
            if let Some(credentials) = source.credentials.as_ref().filter(|name| name.known().is_some()) {
                check_secret(context, cluster, secrets, module, credentials);
            }
        }
    }
}

fn check_complete(context: &mut Context<'_>, module: &UserDefinedModule) {
    let (name, title) = (module.name(), module.title());
    let mut lacks = |field: &'static str, place: &Place, message: String, help: String| {
        let reported = context.report(&INCOMPLETE, place.location(), message).help(help);
        reported.data("field", field).maybe("module", name);
    };
    if module.name.is_none() {
        let message = "an item of `userDefinedModules` has no `name`".to_owned();
        lacks("name", &module.place, message, "Write `name: NAME`, the `module_name` of the bundle.".to_owned());
    }
    if module.sources.is_empty() {
        let message = format!("{title} has no `source` with `http` or `https` in it");
        lacks("source", &module.place, message, "Write `source: {https: {url: URL}}`.".to_owned());
    }
    for source in module.sources.iter().filter(|source| source.url.is_none()) {
        let key = source.scheme.as_str();
        let help = format!("Write `{key}: {{url: URL}}`.");
        lacks("url", &source.place, format!("{title} has no `url` under `{key}`"), help);
    }
}

fn check_secret(
    context: &mut Context<'_>,
    cluster: &Cluster,
    secrets: &[Secret],
    module: &UserDefinedModule,
    credentials: &Text,
) {
    // Vault has rules of its own for what its secrets are called.
    if context.is_full(&SECRET) || cluster.secrets_in_vault {
        return;
    }
    let (title, name, secret) = (module.title(), module.name(), &credentials.value);
    let at = credentials.place.location();
    if Form::Subdomain.fault(secret).is_some() {
        // It may be the password itself, so it is not repeated.
        let message = format!("what {title} has under `credentialsSecret` is not the name of a Secret");
        context.report(&SECRET, at, message).maybe("module", name);
        return;
    }
    let Some(found) = secrets.iter().find(|other| other.identity.is_called(secret, &cluster.identity)) else {
        let keys = KEYS.map(|key| format!("`{key}`")).join(" and ");
        // In these files, but where the cluster does not look for it.
        let mut called = secrets.iter().filter(|other| other.identity.name == *secret);
        let elsewhere = called.find_map(|other| other.identity.namespace.as_deref());
        let (message, help) = match (elsewhere, &cluster.identity.namespace) {
            (Some(namespace), Some(own)) => (
                format!(
                    "the Secret `{secret}` of {title} is in the namespace `{namespace}`; the cluster is in `{own}`"
                ),
                format!("Write `namespace: {own}` in the Secret, or make one of that name there with the keys {keys}."),
            ),
            _ => (
                format!("the Secret `{secret}` of {title} is not in these files; it must have the keys {keys}"),
                "Make sure that it is there when the cluster starts.".to_owned(),
            ),
        };
        let reported = context.report(&SECRET, at, message).note().help(help);
        let found = elsewhere.filter(|_| cluster.identity.namespace.is_some());
        let expected = found.and(cluster.identity.namespace.as_ref());
        let reported = reported.maybe("found", found).maybe("expected", expected);
        let needs = found.is_none().then(|| Datum::list(KEYS));
        reported.data("secret", secret).maybe("needs", needs).maybe("module", name);
        return;
    };
    let missing: Vec<&str> = KEYS.into_iter().filter(|key| !found.keys.iter().any(|own| own == key)).collect();
    if !missing.is_empty() {
        let keys = missing.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" and ");
        let s = if missing.len() == 1 { "" } else { "s" };
        let message = format!("the Secret `{secret}` of {title} does not have the key{s} {keys}");
        let help = format!(
            "Make it with `kubectl create secret generic {secret} {}`.",
            KEYS.map(|k| format!("--from-literal={k}=…")).join(" ")
        );
        // One Secret can be that of several modules.
        let at = found.identity.place.location();
        if context.has_spoken_at(&SECRET, &at) {
            return;
        }
        let reported = context.report(&SECRET, at, message).help(help);
        reported.data("secret", secret).data("needs", Datum::list(missing)).maybe("module", name);
    }
}
