//! Texts that come in place of a file that was asked for.

use super::described::{Described, bytes, quoted};
use crate::given::Given;
use crate::given::commands::{file, last, word};

const AGAIN: &str = "Download the file again, with a command that fails on errors: `curl --fail`.";

pub(super) fn describe(given: &Given, name: Option<&str>) -> Option<Described> {
    Some(match given {
        Given::Json { says } => document("a JSON document", says.as_deref()),
        Given::Xml { says } => document("an XML document", says.as_deref()),
        Given::Html { title } => saying("this is a web page, not a bundle", title.as_deref(), |what| {
            Described::new(
                what,
                "Download the file itself, not the page that links to it. A sign-in page usually means that a token is missing.",
            )
        }),
        Given::Text { begins } => saying("this is text, not a bundle", Some(begins), |what| {
            Described::new(
                what,
                "Give the zip that `ramp pack` writes. If this was downloaded, it may be what a server answered in \
                 place of the file: `curl --fail` fails then.",
            )
        }),
        Given::LfsPointer { size } => {
            let what = "this is a Git LFS pointer, not the file that it stands for";
            let help = "Get the file: `git lfs pull`, or `lfs: true` for `actions/checkout`.";
            match size {
                Some(size) => Described::new(format!("{what}, which has {}", bytes(*size)), help).with("size", *size),
                None => Described::new(what, help),
            }
        }
        Given::Checksum { of: None } => {
            Described::new("this is a checksum, not a bundle", "Give the file that it is the checksum of.")
        }
        Given::Checksum { of: Some(of) } => {
            let path = file(name);
            let help = word(last(of)).map_or_else(
                || "Give the file that it is the checksum of.".to_owned(),
                |of| format!("Give `{of}`; `sha256sum -c {path}` compares the two."),
            );
            Described::new(format!("this is the checksum of {}, not a bundle", quoted(of)), help)
                .with("detail", of.as_str())
        }
        _ => return None,
    })
}

fn document(what: &str, says: Option<&str>) -> Described {
    saying(&format!("this is {what}, not a bundle"), says, |what| {
        Described::new(what, format!("{AGAIN} It may be what a server answered in place of the file."))
    })
}

/// With what the text says itself.
fn saying(what: &str, says: Option<&str>, describe: impl FnOnce(String) -> Described) -> Described {
    match says.filter(|says| !says.is_empty()) {
        Some(says) => describe(format!("{what}: “{}”", says.escape_debug())).with("detail", says),
        None => describe(what.to_owned()),
    }
}
