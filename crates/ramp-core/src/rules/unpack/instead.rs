//! What to write in place of a value that the unpacker rejects.

use std::collections::HashSet;

use crate::cure::Edit;
use crate::knowledge::Knowledge;
use crate::layout;
use crate::metadata::unpacked::ARCHITECTURES;
use crate::metadata::{Rejection, RejectionKind, Value};
use crate::module::Architecture;
use crate::rules::context::Context;
use crate::rules::written::{self, Instead};
use crate::text::parts;

/// How many characters of a list are told.
const LONGEST: usize = 80;
/// How many systems one text is taken for.
const MOST_SYSTEMS: usize = 20;

/// What to write instead, and what to do, where the value tells.
pub(super) fn of(context: &Context<'_>, rejection: &Rejection, value: Option<&Value>) -> Option<Instead> {
    let known = |architecture: &Architecture| ARCHITECTURES.contains(&&*architecture.as_str());
    match &rejection.kind {
        RejectionKind::VersionNotInteger => written::instead("/version", value?),
        RejectionKind::ArchitectureNotSupported { .. } | RejectionKind::ArchitectureUnhashable { .. } => {
            let sole = |value: &'_ Value| match value.as_array() {
                Some([item]) => item.as_str().map(str::to_owned),
                _ => value.as_str().map(str::to_owned),
            };
            let meant = value.and_then(sole).as_deref().and_then(Architecture::meant);
            let module = context.facts.archive.as_ref().ok().and_then(|archive| archive.module.as_ref());
            let built = module.and_then(|module| module.facts.architecture()).filter(known);
            let name = built.or(meant.filter(known))?.to_string();
            let why = if built.is_some() && built != meant { ", for which the module was built" } else { "" };
            let help = format!("Write `{name}`{why}.");
            // Of a name for another architecture than the module's, or for none, it is not known which of the two is wrong.
            let is_certain = built.is_none() || built == meant;
            let edit = Edit::Set { pointer: rejection.pointer(), value: name.as_str().into() };
            Some(Instead { text: name, help, edit: is_certain.then_some(edit) })
        }
        RejectionKind::OsListInvalid { entry, .. } => {
            let pointer = rejection.pointer();
            // In place of a list, the text of one or several.
            if let Some(text) = value?.as_str().filter(|_| layout::steps(&pointer).count() == 1) {
                return list_of_systems(&pointer, text);
            }
            if let Some(instead) = written::instead(&pointer, value?) {
                return Some(instead);
            }
            let id = &Knowledge::builtin().meant_platform(entry)?.id;
            // Of an object it is a key.
            let edit = value?.as_str().map(|_| Edit::Set { pointer, value: id.as_str().into() });
            Some(Instead { text: id.clone(), help: format!("Write `{id}`."), edit })
        }
        _ => None,
    }
}

/// The list that a text was meant to be, where each of its parts is a system, or what one is called.
fn list_of_systems(pointer: &str, text: &str) -> Option<Instead> {
    let has_version = |part: &str| part.bytes().any(|b| b.is_ascii_digit());
    let meant = |part| Knowledge::builtin().meant_platform(part).map(|platform| platform.id.as_str());
    let systems = parts(text).take(MOST_SYSTEMS).map(|part| if has_version(part) { Some(part) } else { meant(part) });
    let mut systems: Vec<&str> = systems.collect::<Option<_>>()?;
    let mut seen = HashSet::new();
    systems.retain(|system| seen.insert(*system));
    let each: Vec<String> = systems.iter().map(|system| format!("\"{system}\"")).collect();
    let list = format!("[{}]", each.join(", "));
    let help = format!("Write a list: `{list}`.");
    (list.chars().count() <= LONGEST && !systems.is_empty())
        .then(|| Instead::certain(pointer, list, systems.into(), help))
}
