//! Kubernetes: what is wrong with `userDefinedModules` itself.

use super::names::Form;
use super::pairs::path_of;
use crate::datum::Datum;
use crate::finding::Rule;
use crate::kubernetes::{Cluster, Place, Scheme, Secret, Source, Text, UserDefinedModule};
use crate::level::Level::{Error, Note, Warning};
use crate::metadata::Url;
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;

pub(super) const RULES: &[&Rule] =
    &[&INCOMPLETE, &URL_SCHEME, &URL_FORM, &SECRET, &URL_HTTP, &URL_CREDENTIALS, &URL_CHARACTERS, &URL_VERSION];

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
static URL_SCHEME: Rule = Rule {
    what: "The URL under `source.http` does not begin with `http://`, or the one under `source.https` does not begin \
           with `https://`.",
    why: "The operator downloads a module with no other schemes, and only with the one that it is listed under.",
    help: "Move the URL under the key of its scheme, or correct it; a module in a bucket needs an HTTPS URL too.",
    example: "`https: {url: \"http://modules.example.com/hello-1.0.0.zip\"}`",
    data: &[
        ("expected", "what the URL must begin with"),
        ("field", "the key that it is under"),
        ("module", "the name of the item"),
        ("url", "the URL"),
    ],
    ..rule("kubernetes-url-scheme", Error, "the URL of a module does not fit the key that it is under")
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
static URL_FORM: Rule = Rule {
    what: "Nothing can be downloaded from the URL of an item: it has no host, or characters that no URL has.",
    why: "Each node downloads the bundle from it, and the module is missing where that fails.",
    help: "Write an address that ends in the name of the bundle's file.",
    example: "`url: https:///hello-1.0.0.zip`",
    data: &[
        ("detail", "what is wrong with it, in words"),
        ("module", "the module, by its `name`"),
        ("url", "the URL, without a password that may be in it"),
    ],
    ..rule("kubernetes-url-form", Error, "nothing can be downloaded from the URL of a module")
};
static URL_HTTP: Rule = Rule {
    what: "A module is downloaded with `http`.",
    why: "It is code that runs in the databases. Whoever sits between the cluster and the server can put another in \
          its place, and can read the password. HTTPS is recommended.",
    help: "Serve it with HTTPS, and write `source: {https: {url: …}}`.",
    example: "`http: {url: \"http://modules.example.com/hello-1.0.0.zip\"}`",
    data: &[
        ("module", "the name of the item"),
        ("secret", "the Secret whose password goes over the network in the clear"),
    ],
    ..rule("kubernetes-url-http", Warning, "a module is downloaded without encryption")
};
static URL_CREDENTIALS: Rule = Rule {
    what: "The URL of a module has a user, or a user and a password, before the host.",
    why: "Whoever can read the resource can read them. That they are sent is not documented; what the Secret under `credentialsSecret` \
          has in it is.",
    help: "Take what comes before the `@` out of the URL, change the password if there was one, and put the new one into a Secret that \
           `credentialsSecret` names.",
    example: "`url: https://build:secret@modules.example.com/hello-1.0.0.zip`",
    data: &[("module", "the name of the item")],
    ..rule("kubernetes-url-credentials", Warning, "the URL of a module has a user or a password in it")
};
static URL_CHARACTERS: Rule = Rule {
    what: "The URL of a module has a character that is not ASCII.",
    why: "URLs are ASCII. Some clients translate other letters, some send them as they are, and some refuse them: what nodes do is not \
          documented.",
    help: "Write the URL in ASCII: the host as `xn--…`, what follows with `%` escapes.",
    example: "`url: https://modules.example.com/größe-1.0.0.zip`",
    data: &[("character", "the first such character"), ("module", "the name of the item")],
    ..rule("kubernetes-url-characters", Warning, "the URL of a module is not ASCII")
};
static URL_VERSION: Rule = Rule {
    what: "There is no version in the URL of a module.",
    why: "Nodes download the module again at each upgrade, scale-out and recovery. If another version has been put at \
          the same URL in the meantime, they get that one.",
    help: "Put the version into the name of the file, as in `hello-1.0.0.zip`.",
    example: "`https://modules.example.com/hello.zip`",
    data: &[("module", "the name of the item"), ("url", "the URL")],
    ..rule("kubernetes-url-version", Note, "the URL of a module has no version in it")
};

/// The keys that a Secret with credentials must have.
const KEYS: [&str; 2] = ["username", "password"];

pub(super) fn check(context: &mut Context<'_>, cluster: &Cluster, secrets: &[Secret]) {
    for module in &cluster.modules {
        check_complete(context, module);
        for source in &module.sources {
            if let Some(url) = source.url.as_ref().filter(|url| url.known().is_some()) {
                check_url(context, module, source, url);
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

fn check_url(context: &mut Context<'_>, module: &UserDefinedModule, source: &Source, url: &Text) {
    let (title, name, at) = (module.title(), module.name(), || url.place.location());
    let (key, prefix) = (source.scheme.as_str(), source.scheme.prefix());
    let shown = without_user(&url.value);
    if !url.value.starts_with(prefix) {
        let message = format!("the URL of {title} is `{shown}`; under `{key}` it must begin with `{prefix}`");
        let reported = context.report(&URL_SCHEME, at(), message).data("url", shown);
        reported.data("field", key).data("expected", prefix).maybe("module", name);
        return;
    }
    let parts = match Url::reachable(&url.value) {
        Ok(parts) => parts,
        Err(fault) => {
            let message = format!("the URL of {title} is `{shown}`: {fault}");
            let reported = context.report(&URL_FORM, at(), message).data("url", shown);
            reported.data("detail", fault.into_owned()).maybe("module", name);
            return;
        }
    };
    if let Some(who) = parts.credentials() {
        let message = format!("the URL of {title} has {who} before its host");
        context.report(&URL_CREDENTIALS, at(), message).maybe("module", name);
    }
    if let Some(c) = parts.foreign() {
        let message = format!("the URL of {title} has {c:?} in it, which is not ASCII");
        context.report(&URL_CHARACTERS, at(), message).maybe("module", name).data("character", c);
    }
    if source.scheme == Scheme::Http {
        let secret = source.credentials.as_ref().and_then(Text::known);
        let with = secret.map(|secret| format!(", and the password in the Secret `{secret}` is sent in the clear"));
        let message = format!("{title} is downloaded in the clear{}", with.unwrap_or_default());
        context.report(&URL_HTTP, at(), message).maybe("module", name).maybe("secret", secret);
    }
    if !has_version(path_of(&url.value).strip_prefix(prefix).unwrap_or_default()) {
        let message = format!("the URL of {title} has no version in it: `{shown}`");
        context.report(&URL_VERSION, at(), message).maybe("module", name).data("url", shown);
    }
}

/// A URL without the name and password that may be in it, and without its query, which may be a signature.
fn without_user(url: &str) -> String {
    // A password that is not escaped can have any character in it: all up to the last `@` may be one.
    let (front, rest) = match url.rsplit_once('@') {
        Some((user, rest)) => {
            let scheme = user.split_once(':').map_or("", |(scheme, _)| scheme);
            let is_scheme = !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric());
            let slashes = if user.contains("//") { "//" } else { "" };
            (if is_scheme { format!("{scheme}:{slashes}…@") } else { "…@".to_owned() }, rest)
        }
        None => (String::new(), url),
    };
    let path = path_of(rest);
    let query = if path.len() == rest.len() { "" } else { "?…" };
    format!("{front}{path}{query}")
}

/// Whether two numbers with a dot between them are in a URL's path, which comes after the host.
fn has_version(rest: &str) -> bool {
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let parts: Vec<&str> = path.split('.').collect();
    parts.iter().zip(parts.iter().skip(1)).any(|(a, b)| is_digit(a.chars().next_back()) && is_digit(b.chars().next()))
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
        let reported = context.report(&SECRET, found.identity.place.location(), message).help(help);
        reported.data("secret", secret).data("needs", Datum::list(missing)).maybe("module", name);
    }
}
