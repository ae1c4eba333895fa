//! The digests that `module.json` records, as the bundle has them.

use crate::bundle::{Ending, Entry};
use crate::cure::Edit;
use crate::digest::Digest256;
use crate::facts::ArchiveFacts;
use crate::layout::steps;
use crate::metadata::{DEPENDENCY_FIELDS, Dependency};

/// That the digest at that place of `module.json` is the one of the file in the bundle which it is about, where that is there.
pub(super) fn edit(archive: &ArchiveFacts, pointer: &str) -> Option<Edit> {
    let value = at(archive, pointer)?.to_string().into();
    Some(Edit::Set { pointer: pointer.to_owned(), value })
}

/// The digest of the file in the bundle that one at that place of `module.json` is about.
fn at(archive: &ArchiveFacts, pointer: &str) -> Option<Digest256> {
    let steps: Vec<String> = steps(pointer).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    match steps.as_slice() {
        // Of one that `module_file` does not name it is not known whether it is meant: its digest is what would tell.
        ["sha256"] => archive.module.as_ref().filter(|module| module.named).map(|module| module.sha256),
        [field, name, "sha256"] if DEPENDENCY_FIELDS.contains(field) => {
            let root = archive.metadata()?.root();
            let dependency = Dependency::all(root, field).find(|dependency| dependency.name == *name)?;
            of_entry(archive, &dependency.wanted_entry()?).map(|(_, digest)| digest)
        }
        _ => None,
    }
}

/// The file of a dependency in the bundle, and its digest.
pub(super) fn of_dependency<'a>(
    archive: &'a ArchiveFacts,
    dependency: &Dependency<'_>,
) -> Option<(&'a Entry, Digest256)> {
    let mut names = dependency.wanted_entry().into_iter().chain([dependency.reference_entry()]);
    names.find_map(|name| of_entry(archive, &name))
}

/// The digest of the entry of that name, where the bundle has it.
fn of_entry<'a>(archive: &'a ArchiveFacts, name: &str) -> Option<(&'a Entry, Digest256)> {
    let entry = archive.directory.last_named(name)?;
    let content = archive.contents.get(entry.index)?.as_ref().filter(|content| content.ending != Ending::Bomb)?;
    Some((entry, content.sha256))
}
