//! What to do about it.

use super::CliError;

#[cfg(feature = "cluster")]
mod cluster;
mod files;
mod pack;

impl CliError {
    /// What to do about it, where the message alone does not say.
    pub(crate) fn help(&self) -> Option<String> {
        let help = match self {
            Self::Read { source, .. } => return files::reading(source).map(str::to_owned),
            Self::WriteFile { source, .. } => return files::writing(source).map(str::to_owned),
            Self::Temporary { .. } => "point TMPDIR to a directory that exists, may be written to and has space",
            Self::NotAFile { .. } => "name a file, or a place where there is none yet",
            Self::OutputIsInput { .. } | Self::NameFileIsOutput { .. } => "name another file",
            Self::NotAModule { format, .. } => pack::of_format(*format),
            Self::Manifest { source, .. } => return pack::of_manifest(&source.problem).map(str::to_owned),
            Self::Kubernetes { source, form, .. } => {
                return files::of_kubernetes(&source.problem, *form).map(str::to_owned);
            }
            Self::NoKubernetesCluster { kind: Some(word), .. } => {
                let (found, at) = (&word.found, word.place.location());
                return Some(format!("write `kind: RedisEnterpriseCluster` in place of `kind: {found}`, at {at}"));
            }
            Self::NoKubernetesCluster { .. } => "name the file with `kind: RedisEnterpriseCluster`",
            Self::OptionJson { .. } => "write it in single quotes, so that the shell leaves its double quotes alone",
            Self::Probe { source, .. } => return source.help(),
            Self::CommandsFrom { .. } => "`ramp probe MODULE --format json` prints such a file",
            Self::Assemble { source, .. } => return pack::of_metadata(source).map(str::to_owned),
            Self::Dependency { source, .. } => return pack::of_archive(source).map(str::to_owned),
            Self::DependencyFile { .. } => "let the URL end in the name of the file",
            Self::DependencyDigest { .. } => "download it again, or correct its `sha256`",
            #[cfg(feature = "cluster")]
            Self::Cluster(err) => return cluster::help(err.cause()).map(str::to_owned),
            #[cfg(feature = "cluster")]
            Self::NoCredentials => cluster::WHO,
            Self::DependencyClash { .. } => "rename one of the files, there and in its `url`",
            _ => return None,
        };
        Some(help.to_owned())
    }
}
