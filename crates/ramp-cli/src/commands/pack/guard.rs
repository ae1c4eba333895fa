//! What is read is not written over: neither by the bundle nor by the file for its name.

use std::path::{Path, PathBuf};

use ramp_pack::{Assembled, expand};

use crate::args::pack::Pack;
use crate::error::CliError;
use crate::{input, same};

/// Refuses an `output`, or a `name_file`, that is one of the inputs, or both in one place.
pub(super) fn check(
    args: &Pack,
    assembled: &Assembled,
    output: &Path,
    name_file: Option<&Path>,
) -> Result<(), CliError> {
    let given = [
        Some(&args.module),
        args.manifest.as_ref(),
        args.asking.commands_from.as_ref(),
        args.asking.redis_server.as_ref(),
    ];
    let mut files: Vec<PathBuf> = given.into_iter().flatten().filter_map(|path| path.canonicalize().ok()).collect();
    // What cannot be archived, since a variable is not set or it ends in no name, is told of where it would be.
    let archived = assembled.dependencies.iter().filter_map(|made| {
        let path = expand::expand(&made.local_path, |name| std::env::var(name).ok()).ok()?;
        Path::new(&path).file_name()?;
        Path::new(&path).canonicalize().ok()
    });
    let embedded = args.metadata.embed_deps.iter().filter_map(|path| path.canonicalize().ok());
    let archived: Vec<PathBuf> = archived.collect();
    files.extend(archived.iter().filter(|path| path.is_file()).cloned());
    let trees: Vec<PathBuf> = archived.into_iter().chain(embedded).collect();
    for written in [Some(output), name_file].into_iter().flatten() {
        let Ok(there) = written.canonicalize() else { continue };
        // A bundle in such a folder is likely the one that was packed before; it may be packed again.
        let is_part = trees.iter().any(|tree| there.starts_with(tree)) && !is_bundle(&there);
        if files.iter().any(|file| same::is_one(file, &there)) || is_part {
            return Err(CliError::OutputIsInput { path: written.to_owned() });
        }
    }
    match name_file {
        Some(name_file) if same::is_one(name_file, output) => {
            Err(CliError::NameFileIsOutput { path: name_file.to_owned() })
        }
        _ => Ok(()),
    }
}

fn is_bundle(path: &Path) -> bool {
    path.is_file() && input::read_start(path, 2).is_ok_and(|start| start == b"PK")
}
