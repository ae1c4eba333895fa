//! What to do where a bundle cannot be packed.

use ramp_core::module::ModuleFormat;
use ramp_pack::manifest::ManifestProblem;
use ramp_pack::{ArchiveError, AssembleError};

use super::files::reading;

pub(super) fn of_format(format: ModuleFormat) -> &'static str {
    match format {
        ModuleFormat::Text => {
            "name the shared object that the build makes; of a Git LFS pointer, `git lfs pull` gets it"
        }
        ModuleFormat::Compressed => "name the shared object that is in it",
        _ => "name the shared object that the build makes",
    }
}

pub(super) fn of_manifest(problem: &ManifestProblem) -> Option<&'static str> {
    Some(match problem {
        ManifestProblem::TooLarge { .. } | ManifestProblem::NotUtf8 | ManifestProblem::Character { .. } => {
            "see whether it is the manifest: one has a few lines of YAML, in UTF-8"
        }
        ManifestProblem::Syntax { .. } => "write text in quotes that has `: `, ` #` or a sign of YAML at its start",
        ManifestProblem::Empty | ManifestProblem::NotAMapping { .. } => {
            "write a line for each key, such as `display_name: Hello`; or leave `--manifest` out"
        }
        ManifestProblem::SeveralDocuments => "remove the line with `---`, and one of the documents",
        ManifestProblem::CyclicAlias | ManifestProblem::TooDeep { .. } | ManifestProblem::TooMuch { .. } => {
            "write out what is meant, without aliases"
        }
        ManifestProblem::Tag { .. } => "write the plain value, without a tag",
        _ => return None,
    })
}

pub(super) fn of_metadata(err: &AssembleError) -> Option<&'static str> {
    Some(match err {
        AssembleError::NoArchitecture => "see whether the file is whole; if it is, say what it is for with `--arch`",
        AssembleError::Architecture { .. } | AssembleError::Os { .. } => "leave it out, or pack the build for it",
        AssembleError::Dependency { .. } => "give it `url` and `sha256`, or the `local_path` of what is to be packed",
        AssembleError::UnsafeName { .. } => "give it the plain name of a file",
        _ => return None,
    })
}

pub(super) fn of_archive(err: &ArchiveError) -> Option<&'static str> {
    Some(match err {
        ArchiveError::Read { source, .. } => return reading(source),
        ArchiveError::Write { .. } => "point TMPDIR to a directory with more space",
        ArchiveError::NoName { .. } => "name the file or folder itself",
        ArchiveError::NotUtf8 { .. } => "rename it",
        ArchiveError::Special { .. } => "remove it, or put a file there",
        ArchiveError::LinkLeaves { .. } => "put what it leads to into the folder",
        ArchiveError::LinkReturns { .. } => "remove it",
        ArchiveError::Changed { .. } => "pack again when nobody writes to it",
        ArchiveError::TooMany { .. } | ArchiveError::TooLarge { .. } => "leave out what the module does not need",
        _ => return None,
    })
}
