//! Kubernetes: the URLs from which modules are downloaded.

use super::pairs::path_of;
use crate::finding::Rule;
use crate::kubernetes::{Scheme, Source, Text, UserDefinedModule};
use crate::level::Level::{Error, Note, Warning};
use crate::metadata::Url;
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;

pub(super) const RULES: &[&Rule] = &[
    &URL_SCHEME,
    &URL_FORM,
    &URL_HTTP,
    &URL_CREDENTIALS,
    &URL_CHARACTERS,
    &URL_LOCALHOST,
    &URL_PAGE,
    &URL_SUFFIX,
    &URL_VERSION,
];

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
static URL_FORM: Rule = Rule {
    what: "Nothing can be downloaded from the URL of an item: it has no host, no path, or characters that no URL has.",
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
static URL_LOCALHOST: Rule = Rule {
    what: "The URL of a module names `localhost`, or an address by which each machine means itself.",
    why: "Each node downloads from it, and looks on itself.",
    help: "Write the address of a host that all nodes can reach.",
    example: "`url: https://localhost:8443/hello-1.0.0.zip`",
    data: &[("found", "the host"), ("module", "the name of the item")],
    ..rule("kubernetes-url-localhost", Warning, "the URL of a module leads nodes to themselves")
};
static URL_PAGE: Rule = Rule {
    what: "The URL of a module is that of a page on which GitHub or GitLab shows a file, not that of the file.",
    why: "What is downloaded from it is HTML, which is not a bundle.",
    help: "Write the URL of the file: `/raw/` in place of `/blob/`.",
    example: "`url: https://github.com/me/hello/blob/main/hello-1.0.0.zip`",
    data: &[("module", "the name of the item"), ("suggestion", "the URL of the file itself")],
    ..rule("kubernetes-url-page", Warning, "the URL of a module is that of a web page")
};
static URL_SUFFIX: Rule = Rule {
    what: "The URL of a module ends in the name of a file that is something other than a zip: a bare module, an archive of another \
           kind, metadata.",
    why: "What nodes download must be a bundle, which is a zip.",
    help: "Write the URL of the bundle: the zip that the packer wrote.",
    example: "`url: https://modules.example.com/hello-1.0.0.so`",
    data: &[("found", "how the name ends"), ("module", "the name of the item")],
    ..rule("kubernetes-url-suffix", Warning, "the URL of a module does not look like that of a bundle")
};

/// How the names of files end that are no bundles, and may be taken for one.
const OTHERS: [&str; 13] =
    [".so", ".tar", ".tar.gz", ".tgz", ".gz", ".xz", ".bz2", ".7z", ".rpm", ".deb", ".json", ".yaml", ".yml"];

/// Looks at the URL of one source of a module.
pub(super) fn check(context: &mut Context<'_>, module: &UserDefinedModule, source: &Source, url: &Text) {
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
    if !parts.names_something() {
        let message = format!("the URL of {title} is `{shown}`: it names no file");
        let reported = context.report(&URL_FORM, at(), message).data("url", shown);
        reported.data("detail", "it names no file").maybe("module", name);
        return;
    }
    check_file(context, module, url, parts);
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

/// Whether there may be a bundle.
fn check_file(context: &mut Context<'_>, module: &UserDefinedModule, url: &Text, parts: Url<'_>) {
    let (title, name, at) = (module.title(), module.name(), || url.place.location());
    let path = path_of(&url.value).to_ascii_lowercase();
    if parts.is_of_this_machine() {
        let message = format!("the URL of {title} names the host `{}`, which is each node itself", parts.host);
        context.report(&URL_LOCALHOST, at(), message).maybe("module", name).data("found", parts.host);
    } else if let Some(file) = parts.file_of_page() {
        let message = format!("the URL of {title} is that of a page that shows the file, not of the file");
        let help = format!("Write `{file}`.");
        context.report(&URL_PAGE, at(), message).maybe("module", name).data("suggestion", file).help(help);
    } else if let Some(end) = OTHERS.into_iter().filter(|end| path.ends_with(end)).max_by_key(|end| end.len()) {
        let message = format!("the URL of {title} ends in `{end}`, and a bundle is a zip");
        context.report(&URL_SUFFIX, at(), message).maybe("module", name).data("found", end);
    }
}
