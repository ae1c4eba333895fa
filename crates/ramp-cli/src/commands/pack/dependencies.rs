//! The files that go into `deps/`: those of a `local_path`, archived, and those that are downloaded already.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::path::Path;

use ramp_core::Digest256;
use ramp_core::Level;
use ramp_core::layout::file_of_url;
use ramp_core::metadata::Dependency;
use ramp_pack::{ArchiveOptions, Assembled, DependencyArchive, DependencyPart, Epoch, expand};

use crate::args::pack::Pack;
use crate::error::CliError;
use crate::input;
use crate::tell;

/// A file that goes into `deps/` under this name.
#[derive(Debug)]
pub(super) struct Gathered {
    name: String,
    sha256: Digest256,
    file: File,
    /// The first dependency that it is the file of.
    dependency: String,
}

/// Archives every `local_path`, notes its digest in the metadata, and finds the files of `--embed-deps`.
///
/// An archive is `<key>.tgz`, as the reference has it; with `--embed-deps`, which packs as nodes look for files, it has the
/// name by which they do, and a folder is not asked for what was made here.
pub(super) fn gather(args: &Pack, assembled: &mut Assembled, epoch: Epoch) -> Result<Vec<Gathered>, CliError> {
    let options = ArchiveOptions { epoch, ..ArchiveOptions::default() };
    let directory = args.metadata.embed_deps.as_deref();
    let mut files = Vec::new();
    for dependency in assembled.dependencies.clone() {
        let path = expand::expand(&dependency.local_path, |name| std::env::var(name).ok())
            .map_err(|source| CliError::LocalPath { name: dependency.name.clone(), source })?;
        let mut file = tempfile::tempfile().map_err(|source| CliError::Temporary { source })?;
        let made = DependencyArchive::write(Path::new(&path), &mut file, &options)
            .map_err(|source| CliError::Dependency { name: dependency.name.clone(), source })?;
        assembled.set_dependency_sha256(&dependency.name, &made.sha256.to_string());
        let described = described(assembled).find(|it| it.name == dependency.name);
        let name = match (directory, described.and_then(|it| it.url)) {
            (Some(_), Some(url)) => looked_for(&dependency.name, url)?.to_owned(),
            _ => format!("{}.tgz", dependency.name),
        };
        if !is_there(&files, &name, &dependency.name, |sha256| sha256 == made.sha256)? {
            files.push(Gathered { name, sha256: made.sha256, file, dependency: dependency.name });
        }
    }
    if let Some(directory) = directory {
        let is_made_here = |name: &str| assembled.dependencies.iter().any(|made| made.name == name);
        for dependency in described(assembled).filter(|dependency| !is_made_here(dependency.name)) {
            embed(directory, &dependency, &mut files)?;
        }
    }
    Ok(files)
}

fn described(assembled: &Assembled) -> impl Iterator<Item = Dependency<'_>> {
    Dependency::all(&assembled.metadata, "dependencies")
}

/// A dependency with a `url`: the file that nodes look for, which must be the one that the digest is of.
fn embed(directory: &Path, dependency: &Dependency<'_>, files: &mut Vec<Gathered>) -> Result<(), CliError> {
    let Dependency { name, url: Some(url), .. } = *dependency else { return Ok(()) };
    let file_name = looked_for(name, url)?;
    let claimed = dependency.sha256.unwrap_or_default();
    let is_claimed = |sha256: Digest256| sha256.to_string().eq_ignore_ascii_case(claimed);
    if is_there(files, file_name, name, is_claimed)? {
        return Ok(());
    }
    let path = directory.join(file_name);
    let read = |source| CliError::Read { path: path.clone(), source };
    // The bytes that are hashed are those that are packed: the file is opened once.
    let mut file = input::open_file(&path)?;
    let sha256 = Digest256::of_reader(&mut file).map_err(read)?;
    if !is_claimed(sha256) {
        let (name, sha256, claimed) = (name.to_owned(), sha256.to_string(), claimed.to_owned());
        return Err(CliError::DependencyDigest { name, path, sha256, claimed });
    }
    files.push(Gathered { name: file_name.to_owned(), sha256, file, dependency: name.to_owned() });
    Ok(())
}

/// The name by which nodes look for the file of a dependency.
fn looked_for<'a>(name: &str, url: &'a str) -> Result<&'a str, CliError> {
    let file =
        file_of_url(url).ok_or_else(|| CliError::DependencyFile { name: name.to_owned(), url: url.to_owned() })?;
    if url.contains(['?', '#']) {
        // No public source tells whether nodes leave it out too; no bundle can hold a name with it.
        let message =
            format!("the `url` of the dependency `{name}` has a query or a fragment; its file is packed as `{file}`");
        tell::notice(Level::Warning, &message);
    }
    Ok(file)
}

/// Whether the file is among those gathered: then it must be that of this dependency too.
fn is_there(
    files: &[Gathered],
    file_name: &str,
    dependency: &str,
    is_that: impl FnOnce(Digest256) -> bool,
) -> Result<bool, CliError> {
    match files.iter().find(|file| file.name == file_name) {
        None => Ok(false),
        Some(there) if is_that(there.sha256) => Ok(true),
        Some(there) => {
            let names = [there.dependency.clone(), dependency.to_owned()];
            Err(CliError::DependencyClash { names, file: file_name.to_owned() })
        }
    }
}

/// The files, from their start.
pub(super) fn parts(files: &mut [Gathered]) -> Result<Vec<DependencyPart<'_>>, CliError> {
    files
        .iter_mut()
        .map(|gathered| {
            gathered.file.seek(SeekFrom::Start(0))?;
            Ok(DependencyPart { name: gathered.name.clone(), content: Box::new(&mut gathered.file) })
        })
        .collect()
}
