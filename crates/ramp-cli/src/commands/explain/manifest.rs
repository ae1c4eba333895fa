//! Keys of the packer's manifest: what each is for.

use std::fmt::Write as _;

use ramp_core::metadata::called;
use ramp_core::metadata::fields::{Field, Reader, manifest_keys, members_of};
use ramp_pack::manifest::written;

use super::words::{entry, forms, paragraph, title};
use crate::error::CliError;
use crate::style::{self, STRONG, paint};

/// All of them, or one.
pub(super) fn explain(key: Option<&str>) -> Result<String, CliError> {
    let Some(key) = key else { return Ok(list()) };
    match manifest_keys().find(|field| field.name == key) {
        Some(field) => Ok(row(field)),
        None => {
            let hint = called::manifest_key(key).map(str::to_owned);
            let option = called::option(key).map(|option| option.long.clone());
            Err(CliError::UnknownKey { name: key.to_owned(), hint, option })
        }
    }
}

fn list() -> String {
    let mut text = format!("{}\n", paint(STRONG, "Keys of a manifest, as `ramp pack --manifest` reads it"));
    for field in manifest_keys() {
        entry(&mut text, &field.name, field.summary.trim_end_matches('.'));
    }
    let last = "`ramp explain manifest KEY` explains one; `ramp init` writes a manifest, `ramp check` checks it, and `ramp schema \
                manifest` is for editors; `ramp rules` lists the rules by which it is checked.";
    let _ = writeln!(text, "\n{}", style::wrap(last, style::width(), "", "")); // cannot fail
    text
}

fn row(field: &Field) -> String {
    let mut text = title(&field.name, field.summary.trim_end_matches('.'));
    paragraph(&mut text, "type", field.field_type.title_in_yaml());
    forms(&mut text, field);
    if let Some(default) = field.default.as_ref().filter(|_| !field.from_module) {
        paragraph(&mut text, "default", &format!("`{default}`"));
    }
    if let Some(option) = &field.option {
        let short = option.short.as_ref().map(|short| format!(", `{short}`")).unwrap_or_default();
        paragraph(
            &mut text,
            "option",
            &format!("`{}`{short} of `ramp pack`, which counts over the manifest", option.long),
        );
    }
    let readers: Vec<&str> = field.read_by.iter().copied().map(Reader::title).collect();
    paragraph(&mut text, "read by", &readers.join(", "));
    paragraph(&mut text, "for", field.purpose.as_deref().unwrap_or_default());
    for (index, member) in members_of(field.field_type).enumerate() {
        let needed = if member.required { ", needed" } else { "" };
        let line = format!("`{}`, {}{needed}: {}", member.name, member.field_type.title_in_yaml(), member.summary);
        paragraph(&mut text, if index == 0 { "members" } else { "" }, &line);
    }
    if let Some(example) = &field.example {
        let _ = writeln!(text, "\n  {}", paint(STRONG, "Example")); // cannot fail
        for line in written(&field.name, example).lines() {
            let _ = writeln!(text, "    {line}"); // cannot fail
        }
    }
    text
}
