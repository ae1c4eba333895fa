//! Fields of `module.json`: what each is to have.

use ramp_core::metadata::fields::{self, Field, FieldType};
use ramp_core::{Rule, rules};

use super::words::{entry, forms, paragraph, title};

/// Each of them, and what it is.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    fields::fields().iter().map(|field| (field.name.as_str(), field.summary.as_str()))
}

/// All of them.
pub(super) fn list() -> String {
    let mut text = String::new();
    for field in fields::fields() {
        entry(&mut text, &field.name, field.summary.trim_end_matches('.'));
    }
    text
}

/// What there is to know of a field.
pub(super) fn explain(name: &str) -> Option<String> {
    fields::field(name).map(row)
}

fn row(field: &Field) -> String {
    let mut text = title(&field.name, field.summary.trim_end_matches('.'));
    let range = match field.range {
        Some((least, greatest)) if least == greatest => format!(", always {least}"),
        Some((least, greatest)) => format!(", whole, from {least} to {greatest}"),
        None => String::new(),
    };
    let nothing = match field.field_type {
        _ if !field.nullable => "",
        FieldType::String => "; null, or an empty text, where there is none",
        _ => "; null where there is none",
    };
    paragraph(&mut text, "type", &format!("{}{range}{nothing}", field.field_type.title()));
    forms(&mut text, field);
    let documented = match (&field.since, &field.until) {
        (Some(since), Some(until)) => format!("in the module object of Redis Software {since} to {until}"),
        (Some(since), None) => format!("in the module object of Redis Software {since} and later"),
        (None, _) => "by no cluster: packers write it".to_owned(),
    };
    paragraph(&mut text, "known", &documented);
    if field.required {
        paragraph(&mut text, "needed", "by `POST /v2/modules/user-defined`, from 8.0 on");
    }
    let mut packed = Vec::new();
    if field.from_module {
        packed.push("`ramp pack` writes what the module says".to_owned());
        packed.extend(field.option.as_ref().map(|option| format!("`{}` says otherwise", option.long)));
    } else if let Some(option) = &field.option {
        packed.push(format!("`ramp pack {}` sets it", option.long));
    } else if field.manifest {
        packed.push("the manifest sets it".to_owned());
    }
    // No dependencies are an empty object, whatever stands for them in a manifest.
    let is_plain = !field.from_module && field.field_type != FieldType::Dependencies;
    if let Some(default) = field.default.as_ref().filter(|_| is_plain) {
        packed.push(format!("without that it is `{default}`"));
    }
    if !packed.is_empty() {
        paragraph(&mut text, "pack", &packed.join("; "));
    }
    let mentions = |text: &str| text.contains(&format!("`{}`", field.name));
    let has_form = field.form.is_some() || field.keys.is_some();
    let is_about = |rule: &&Rule| {
        mentions(rule.what) || mentions(rule.title) || rule.id == "wrong-type" || (has_form && rule.id == "wrong-form")
    };
    let about: Vec<&Rule> = rules::all().filter(is_about).collect();
    for (index, rule) in about.iter().enumerate() {
        paragraph(&mut text, if index == 0 { "rules" } else { "" }, &format!("{}: {}", rule.id, rule.title));
    }
    text
}
