//! What of the file system a module is shown, beside the system's own libraries.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use ramp_core::module::{ElfFacts, ModuleFacts};

/// How many libraries of a folder are shown, and how many that the module names are looked for.
const LIBRARIES: usize = 1000;

/// Where the module and its libraries may be, and where links lead from there.
///
/// Its own folder is shown whole, and so is what `LD_LIBRARY_PATH` names, which whoever asks has set. Of the folders that the module
/// itself names (`DT_RPATH`, `DT_RUNPATH`) only the libraries are, or else it would see whatever it likes to name.
pub(crate) fn places(module: &Path, facts: &ModuleFacts) -> Vec<PathBuf> {
    let folder = module.parent();
    let dynamic = facts.elf.as_ref().and_then(|elf| elf.dynamic.as_ref());
    let searched = dynamic.into_iter().flat_map(|dynamic| dynamic.rpath.iter().chain(&dynamic.runpath));
    let origin = folder.map(Path::as_os_str).unwrap_or_default();
    let named = searched.flat_map(|list| list.split(':'));
    let named = named.map(|place| expanded(place, origin));
    let mut files: Vec<PathBuf> =
        named.filter(|place| place.is_absolute()).flat_map(|place| libraries(&place)).collect();
    let variable = std::env::var_os("LD_LIBRARY_PATH");
    let given = variable.iter().flat_map(std::env::split_paths).filter(|place| place.is_absolute());
    let mut places: Vec<PathBuf> = folder.map(Path::to_owned).into_iter().chain(given).collect();
    let needed = facts.elf.as_ref().map(ElfFacts::needed).unwrap_or_default();
    files.extend(places.iter().flat_map(|place| needed.iter().take(LIBRARIES).map(|name| place.join(name))));
    // A file is where a link leads to, and not where the link is.
    let real = files.iter().map(PathBuf::as_path).chain([module]).filter_map(|file| file.canonicalize().ok());
    places.extend(real.collect::<Vec<_>>());
    places.sort();
    places.dedup();
    places
}

/// With the module's own folder, which need not be text, where it stands for it.
fn expanded(place: &str, origin: &OsStr) -> PathBuf {
    let place = place.replace("${ORIGIN}", "$ORIGIN");
    let mut parts = place.split("$ORIGIN");
    let mut whole = OsString::from(parts.next().unwrap_or_default());
    for part in parts {
        whole.push(origin);
        whole.push(part);
    }
    whole.into()
}

/// The files of a folder that are called as libraries are.
fn libraries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter(|entry| entry.file_name().to_string_lossy().contains(".so"));
    names.map(|entry| entry.path()).take(LIBRARIES).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;

    #[test]
    fn the_folder_need_not_be_text() {
        let origin = OsStr::from_bytes(b"/a/\xff");
        let whole = |place: &str| expanded(place, origin).into_os_string().as_encoded_bytes().to_vec();
        assert_eq!(whole("$ORIGIN/../lib"), b"/a/\xff/../lib");
        assert_eq!(whole("${ORIGIN}"), b"/a/\xff");
        assert_eq!(whole("/usr/lib"), b"/usr/lib");
    }
}
