//! What to do where a bundle cannot be packed.

use ramp_core::metadata::fields::FieldType;
use ramp_core::module::ModuleFormat;
use ramp_pack::expand::ExpandError;
use ramp_pack::manifest::ManifestProblem;
use ramp_pack::{ArchiveError, AssembleError};

use super::files::reading;
use super::yaml::of_slip;

pub(super) fn of_format(format: ModuleFormat) -> &'static str {
    match format {
        ModuleFormat::Text => {
            "Name the shared object that the build makes; if this is a Git LFS pointer, `git lfs pull` fetches it."
        }
        ModuleFormat::Compressed => "Name the shared object that is in it.",
        _ => "Name the shared object that the build makes.",
    }
}

pub(super) fn of_manifest(problem: &ManifestProblem) -> Option<&'static str> {
    Some(match problem {
        ManifestProblem::TooLarge { .. } | ManifestProblem::NotUtf8 | ManifestProblem::Character { .. } => {
            "Check that it is the manifest, a few lines of YAML in UTF-8."
        }
        ManifestProblem::Syntax { slip, json, .. } => of_slip(*slip, *json),
        ManifestProblem::Empty | ManifestProblem::NotAMapping { .. } => {
            "Write a line for each key, such as `display_name: Hello`; or leave `--manifest` out."
        }
        ManifestProblem::SeveralDocuments => "Remove the line with `---`, and one of the documents.",
        ManifestProblem::CyclicAlias | ManifestProblem::TooDeep { .. } | ManifestProblem::TooMuch { .. } => {
            "Write out what is meant, without aliases."
        }
        ManifestProblem::Tag { .. } => "Write the plain value, without a tag.",
        ManifestProblem::WrongType { expected: FieldType::Strings, .. } => "Write a list: `[one, two]`.",
        _ => return None,
    })
}

pub(super) fn of_metadata(err: &AssembleError) -> Option<&'static str> {
    Some(match err {
        AssembleError::NoArchitecture => {
            "Check that the file is whole; if it is, say what it is for with `--architecture`."
        }
        AssembleError::Architecture { .. } | AssembleError::Os { .. } => "Leave it out, or pack the build for it.",
        AssembleError::Dependency { missing, .. } if missing.contains(&"name") => {
            "Give each item of the list its `name`."
        }
        AssembleError::Dependency { field: "dependencies", .. } => {
            "Give it `url` and `sha256`, or the `local_path` of what is to be packed."
        }
        AssembleError::Dependency { .. } => {
            "Give it `url` and `sha256`; or, if it is to be packed, move it to `dependencies` and give it a `local_path`."
        }
        AssembleError::UnsafeName { .. } => "Give it the plain name of a file.",
        _ => return None,
    })
}

pub(super) fn of_archive(err: &ArchiveError) -> Option<&'static str> {
    Some(match err {
        ArchiveError::Read { source, .. } => return reading(source),
        ArchiveError::Write { .. } => "Point TMPDIR to a directory with more space.",
        ArchiveError::NoName { .. } => "Name the file or folder itself.",
        ArchiveError::NotUtf8 { .. } => "Rename it.",
        ArchiveError::Special { .. } => "Remove it, or put a file there.",
        ArchiveError::LinkLeaves { .. } => "Put what it points to into the folder.",
        ArchiveError::LinkReturns { .. } => "Remove it.",
        ArchiveError::Changed { .. } => "Pack again while nothing writes to it.",
        ArchiveError::TooMany { .. } | ArchiveError::TooLarge { .. } => "Leave out what the module does not need.",
        _ => return None,
    })
}

/// Of the text with which a module is to be asked. Databases load it with the one of `command_line_args` as it is.
pub(super) fn of_arguments(field: &str, text: &str, err: &ExpandError) -> String {
    let is_brace = matches!(err, ExpandError::Unsupported { .. } | ExpandError::LoneBrace { .. });
    if field != "command_line_args" || !is_brace {
        return of_expansion(err);
    }
    let way = "Databases load the module with this text as it is. Say with `--runcmdargs` what it is asked with, and write each \
               brace in that twice";
    // What the shell, or somebody who reads a long line, would make of another is not known.
    if text.contains('\'') || text.chars().count() > 60 {
        return format!("{way}.");
    }
    let doubled = text.replace('{', "{{").replace('}', "}}");
    format!("{way}: `--runcmdargs '{doubled}'`.")
}

/// Of a text in which variables are looked up.
pub(super) fn of_expansion(err: &ExpandError) -> String {
    match err {
        ExpandError::NotSet { name, .. } => {
            format!("Set it; or give what stands in for it: `{{os.getenv('{name}', 'default')}}`.")
        }
        ExpandError::Escape { .. } => {
            r"Write the character itself; and where a backslash is meant, write it twice: `\\`.".to_owned()
        }
        _ => "Write a brace twice where it is meant as itself: `{{` and `}}`.".to_owned(),
    }
}
