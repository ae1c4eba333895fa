//! Kubernetes: what objects and namespaces can be called.

use crate::finding::Rule;
use crate::kubernetes::{Manifests, Typed};
use crate::level::Level::Error;
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;
use crate::text::count;

pub(super) const RULES: &[&Rule] = &[&NAME];

static NAME: Rule = Rule {
    what: "`metadata.name` is not a DNS subdomain, or `metadata.namespace` is not a DNS label, as RFC 1123 has them: small letters, \
           digits and `-`, in a name also `.`; each part begins and ends with a letter or a digit; 253 characters at the most, of \
           a namespace 63.",
    why: "The API server refuses the object.",
    help: "Write small letters, digits and `-`, with a letter or a digit at both ends.",
    example: "`metadata: {name: My_Cluster}`",
    data: &[
        ("detail", "what is wrong with it, in words"),
        ("field", "`name` or `namespace`"),
        ("found", "what is written"),
        ("kind", "the kind of the object"),
        ("suggestion", "a name that is close to it"),
    ],
    ..rule("kubernetes-name-form", Error, "an object has a name that Kubernetes does not take")
};

/// A form of names, by RFC 1123.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Labels with dots between them: what objects are called.
    Subdomain,
    /// One label: what namespaces are called.
    Label,
}

impl Form {
    /// What keeps a text from being such a name.
    pub(super) fn fault(self, text: &str) -> Option<String> {
        let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_allowed = |c: char| is_inner(c) || (c == '.' && self == Self::Subdomain);
        if let Some(c) = text.chars().find(|c| !is_allowed(*c)) {
            let what = if c.is_uppercase() { "capital letter" } else { "character" };
            return Some(format!("it has the {what} `{}`", c.escape_debug()));
        }
        if text.len() > self.longest() {
            return Some(format!("it has {}, and may have {}", count(text.len(), "character"), self.longest()));
        }
        let is_bad = |label: &str| label.is_empty() || label.starts_with('-') || label.ends_with('-');
        text.split('.').find(|label| is_bad(label)).map(|label| match label {
            "" => "a dot is at an end, or next to another".to_owned(),
            _ => format!("`{label}` begins or ends with a dash"),
        })
    }

    /// The most characters that it can have.
    const fn longest(self) -> usize {
        match self {
            Self::Subdomain => 253,
            Self::Label => 63,
        }
    }

    /// A name that is close to a text, where there is one.
    fn meant(self, text: &str) -> Option<String> {
        let letter = |c: char| if c.is_ascii_alphanumeric() || (c == '.' && self == Self::Subdomain) { c } else { '-' };
        let name: String = text.trim().to_ascii_lowercase().chars().map(letter).collect();
        Some(name.trim_matches(['-', '.']).to_owned()).filter(|name| self.fault(name).is_none())
    }
}

pub(super) fn check(context: &mut Context<'_>, manifests: &Manifests) {
    for identity in manifests.identities() {
        for (field, text) in
            identity.written.iter().filter(|(_, text)| text.typed == Typed::String && text.placeholder().is_none())
        {
            let form = if *field == "namespace" { Form::Label } else { Form::Subdomain };
            let Some(fault) = form.fault(&text.value) else { continue };
            let (kind, found) = (identity.kind.as_str(), &text.value);
            let message = format!("the `{field}` of a {kind} is {found:?}, which Kubernetes does not take: {fault}");
            let meant = form.meant(found);
            let is_long = found.len() > form.longest();
            let help = match &meant {
                Some(meant) => Some(format!("Write `{field}: {meant}`, here and wherever it is named.")),
                None => is_long.then(|| format!("Write a name of {} at the most.", count(form.longest(), "character"))),
            };
            let reported = context.report(&NAME, text.place.location(), message).help(help);
            let reported = reported.data("detail", fault).data("field", *field).data("found", found);
            reported.data("kind", kind).maybe("suggestion", meant);
        }
    }
}
