//! What to do about it.

use std::io::{self, ErrorKind};

use ramp_client::ClientError;
use ramp_core::module::ModuleFormat;
use ramp_pack::manifest::ManifestProblem;
use ramp_pack::{ArchiveError, AssembleError};

use super::CliError;

impl CliError {
    /// What to do about it, where the message alone does not say.
    pub(crate) fn help(&self) -> Option<String> {
        let help = match self {
            Self::Read { source, .. } => return reading(source).map(str::to_owned),
            Self::WriteFile { source, .. } => return writing(source).map(str::to_owned),
            Self::Temporary { .. } => "point TMPDIR to a directory that exists, may be written to and has space",
            Self::NotAFile { .. } => "name a file, or a place where there is none yet",
            Self::OutputIsInput { .. } => "name another file with `--output`",
            Self::NotAModule { format, .. } => of_format(*format),
            Self::Manifest { source, .. } => return of_manifest(&source.problem).map(str::to_owned),
            Self::OptionJson { .. } => "write it in single quotes, so that the shell leaves its double quotes alone",
            Self::Probe { source, .. } => return source.help(),
            Self::CommandsFrom { .. } => "`ramp probe MODULE --format json` prints such a file",
            Self::Assemble { source, .. } => return of_metadata(source).map(str::to_owned),
            Self::Dependency { source, .. } => return of_archive(source).map(str::to_owned),
            Self::DependencyFile { .. } => "let the URL end in the name of the file",
            Self::DependencyDigest { .. } => "download it again, or correct its `sha256`",
            Self::Cluster(err) => return of_cluster(err.cause()).map(str::to_owned),
            Self::NoCredentials => WHO,
            Self::DependencyClash { .. } => "rename one of the files, there and in its `url`",
            _ => return None,
        };
        Some(help.to_owned())
    }
}

/// How a cluster is told who asks.
const WHO: &str = "set RAMP_CLUSTER_USER and RAMP_CLUSTER_PASSWORD, or name a file with `--credentials`";

fn of_cluster(err: &ClientError) -> Option<&'static str> {
    Some(match err {
        ClientError::UrlWithUser | ClientError::Credentials { .. } => WHO,
        ClientError::ReadFile { source, .. } => return reading(source),
        ClientError::ExposedFile { .. } => "take the permission away from others: `chmod 600`",
        ClientError::NotTrusted { .. } => {
            "name the cluster's own certificate with `--cacert FILE`, and ask for the cluster by the name in it"
        }
        ClientError::NoTls { .. } => {
            "see whether the port is that of the REST API, which is 9443 unless it was changed"
        }
        ClientError::NotReached { .. } => "see whether the address is right, and whether a firewall lets you through",
        ClientError::Redirected { .. } => "name the address of the cluster itself",
        ClientError::UnknownRelease => {
            "say how to upload with `--endpoint`; that the user may list the nodes is better"
        }
        ClientError::UnknownNodes => "upload as a user who may list the nodes",
        ClientError::TimedOut { request, .. } | ClientError::Interrupted { request, .. }
            if request.starts_with("POST") =>
        {
            "the module may be there all the same: `ramp target show --cluster` tells which are"
        }
        ClientError::ActionUnfinished { .. } => "ask for it later: `ramp target show --cluster` lists what is there",
        ClientError::Refused(refused) if refused.is_unauthorized() => "see whether the user and the password are right",
        ClientError::Refused(refused) if refused.is_forbidden() => {
            "upload as a user with the role admin; to look, any role but none is enough"
        }
        _ => return None,
    })
}

fn reading(source: &io::Error) -> Option<&'static str> {
    Some(match source.kind() {
        ErrorKind::NotFound => "check the path; it is looked for from the directory that the command runs in",
        ErrorKind::PermissionDenied => "give whoever runs the command the permission to read it",
        ErrorKind::IsADirectory | ErrorKind::InvalidInput => "name a file",
        _ => return None,
    })
}

fn writing(source: &io::Error) -> Option<&'static str> {
    Some(match source.kind() {
        ErrorKind::NotFound => "make the directory first, or name another place",
        ErrorKind::IsADirectory => "name a file in it",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "make space, or name a place that has more"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "name a place that may be written to",
        ErrorKind::NotADirectory | ErrorKind::InvalidFilename => "name another place",
        _ => return None,
    })
}

fn of_format(format: ModuleFormat) -> &'static str {
    match format {
        ModuleFormat::Text => {
            "name the shared object that the build makes; of a Git LFS pointer, `git lfs pull` gets it"
        }
        ModuleFormat::Compressed => "name the shared object that is in it",
        _ => "name the shared object that the build makes",
    }
}

fn of_manifest(problem: &ManifestProblem) -> Option<&'static str> {
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

fn of_metadata(err: &AssembleError) -> Option<&'static str> {
    Some(match err {
        AssembleError::NoArchitecture => "see whether the file is whole; if it is, say what it is for with `--arch`",
        AssembleError::Architecture { .. } | AssembleError::Os { .. } => {
            "leave it out, or pack the build that it is true of"
        }
        AssembleError::Dependency { .. } => "give it `url` and `sha256`, or the `local_path` of what is to be packed",
        AssembleError::UnsafeName { .. } => "give it the plain name of a file",
        _ => return None,
    })
}

fn of_archive(err: &ArchiveError) -> Option<&'static str> {
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
