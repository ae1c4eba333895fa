//! The files that go into `deps/`: those of a `local_path`, archived, and those that are downloaded already.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom};
use std::path::Path;

use ramp_core::bundle::Digest256;
use ramp_core::metadata::{Value, file_of_url};
use ramp_core::pack::{ArchiveOptions, Assembled, DependencyArchive, DependencyPart, Epoch, expand};

use crate::error::CliError;
use crate::pack_args::Pack;

/// A file that goes into `deps/` under this name.
#[derive(Debug)]
pub(super) struct Gathered {
    name: String,
    sha256: Digest256,
    file: File,
}

/// Archives every `local_path`, notes its digest in the metadata, and finds the files of `--embed-deps`.
pub(super) fn gather(args: &Pack, assembled: &mut Assembled, epoch: Epoch) -> Result<Vec<Gathered>, CliError> {
    let options = ArchiveOptions { epoch, ..ArchiveOptions::default() };
    let mut files = Vec::new();
    for dependency in assembled.dependencies.clone() {
        let path = expand::expand(&dependency.local_path, |name| std::env::var(name).ok())?;
        let mut file = tempfile::tempfile()?;
        let made = DependencyArchive::write(Path::new(&path), &mut file, &options)
            .map_err(|source| CliError::Dependency { name: dependency.name.clone(), source })?;
        assembled.set_dependency_sha256(&dependency.name, &made.sha256.to_string());
        files.push(Gathered { name: format!("{}.tgz", dependency.name), sha256: made.sha256, file });
    }
    if let Some(directory) = &args.metadata.embed_deps {
        embed(directory, &assembled.metadata, &mut files)?;
    }
    Ok(files)
}

/// Every dependency with a `url`: the file of the last part of it, which must be the one that the digest is of. Where two
/// name the same file, or one that is made of a `local_path`, it must be that of both.
fn embed(directory: &Path, metadata: &Value, files: &mut Vec<Gathered>) -> Result<(), CliError> {
    let dependencies = metadata.get("dependencies").and_then(Value::as_object);
    for (name, dependency) in dependencies.into_iter().flat_map(ramp_core::metadata::Object::iter) {
        let Some(url) = dependency.get("url").and_then(Value::as_str) else { continue };
        let file_name =
            file_of_url(url).ok_or_else(|| CliError::DependencyFile { name: name.to_owned(), url: url.to_owned() })?;
        let path = directory.join(file_name);
        let sha256 = match files.iter().find(|file| file.name == file_name) {
            Some(gathered) => gathered.sha256,
            None => {
                let read = |source| CliError::Read { path: path.clone(), source };
                // The bytes that are hashed are those that are packed: the file is opened once.
                let mut file = open(&path).map_err(read)?;
                let sha256 = Digest256::of_reader(&mut file).map_err(read)?;
                files.push(Gathered { name: file_name.to_owned(), sha256, file });
                sha256
            }
        };
        let claimed = dependency.get("sha256").and_then(Value::as_str).unwrap_or_default();
        if !sha256.to_string().eq_ignore_ascii_case(claimed) {
            return Err(CliError::DependencyDigest {
                name: name.to_owned(),
                path,
                sha256: sha256.to_string(),
                claimed: claimed.to_owned(),
            });
        }
    }
    Ok(())
}

/// Opens a file, and nothing else: a pipe would be waited for, perhaps for ever.
fn open(path: &Path) -> io::Result<File> {
    let kind = std::fs::metadata(path)?.file_type();
    if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !kind.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    File::open(path)
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
