//! What to do about it.

use ramp_core::rehearsal::RehearsalError;
use ramp_pack::PackWarning;
use ramp_pack::check::What;
use ramp_pack::expand::ExpandError;

use super::CliError;

#[cfg(feature = "cluster")]
mod cluster;
mod files;
mod names;
mod pack;
mod probe;
#[cfg(feature = "cluster")]
mod remote;
#[cfg(feature = "serve")]
mod serve;
mod yaml;

impl CliError {
    /// What to do about it, where the message alone does not say.
    pub(crate) fn help(&self) -> Option<String> {
        let help = match self {
            Self::Read { source, .. } => return files::reading(source).map(str::to_owned),
            Self::WriteFile { source, .. } => return files::writing(source).map(str::to_owned),
            Self::Target { source, .. } | Self::TargetPart(source) => return names::of_target(source),
            Self::Policy(source) => return names::of_policy(source),
            Self::DatabaseOption { source } => return Some(names::of_database_option(source)),
            Self::Rehearsal { source: RehearsalError::NoRelease } => {
                "Name a release, as `--target 7.22`; `ramp target list` lists them."
            }
            Self::FromItself { .. } => {
                "Name the bundle of the build that is in use before it, or leave out `--from`: then this one is played alone."
            }
            Self::From { source, .. } => {
                return source.help().or_else(|| Some("Name the bundle of the build that is in use.".to_owned()));
            }
            Self::RedisVersion { has, .. } => return Some(names::of_redis_version(has)),
            Self::Rehearsal { source: RehearsalError::OtherModule { .. } } => "Give two builds of one module.",
            Self::UnknownCommand { hint: Some(meant), .. } => return Some(format!("Did you mean `{meant}`?")),
            Self::UnknownCommand { .. } => return Some("`ramp help` lists the commands.".to_owned()),
            Self::UnknownTopic { hint, .. } => return Some(names::of_topic(hint.as_deref())),
            Self::UnknownKey { hint: Some(meant), .. } => {
                return Some(format!("Write `ramp explain manifest {meant}`, if that is what is meant."));
            }
            Self::UnknownKey { option: Some(option), .. } => {
                return Some(format!(
                    "`{option}` is an option of `ramp pack`, and sets no key; `ramp pack --help` explains it."
                ));
            }
            Self::UnknownKey { .. } => "Run `ramp explain manifest`, which lists the keys.",
            Self::UnknownConfigKey { hint: Some(meant), .. } => {
                return Some(format!("Write `ramp explain config {meant}`, if that is what is meant."));
            }
            Self::ConfigOfAnother { .. } => "Name it with `--config`, if it is to be obeyed; `--isolated` reads none.",
            Self::UnknownConfigKey { .. } => "Run `ramp explain config`, which lists the keys.",
            Self::NoKeys { .. } => {
                "Write only that; `ramp explain manifest KEY` and `ramp explain config KEY` explain keys of a manifest and of `ramp.toml`."
            }
            Self::IsThere { option: "--output", .. } => "Name another place with `--output`, or move it away.",
            // Its place is not for its author to choose.
            Self::IsThere { option, .. } => return Some(format!("Leave out `{option}`, or move it away.")),
            Self::BesideStdout { option } => {
                return Some(format!("Leave out `{option}`, or name a file with `--output`."));
            }
            Self::Draft { help, .. } => return help.clone(),
            Self::NotPacked { fault, .. } => return Some(fault.help.clone()),
            Self::Prompt { .. } => "Answer each question, with Enter for what is proposed; `--yes` asks nothing.",
            Self::NoCommonVersion { .. } => "Write a manifest for each of them, with one `--target`.",
            Self::Directory { .. } => {
                "Name a bundle, or a directory with some; `--recursive` looks into those below it, too."
            }
            Self::EmptyList { .. } => "Name a bundle, or a directory with some.",
            Self::NoList => "Write `@FILE`, a file with one bundle a line; `@-` is standard input.",
            Self::Listed { source, .. } => match &**source {
                Self::Read { path, .. } if path.to_string_lossy().starts_with('@') => {
                    "A list does not name other lists; name each on the command line."
                }
                source => return source.help(),
            },
            Self::NotCompared { help, .. } => return help.clone(),
            Self::OutputIsReport { .. } => "Name the new bundle; a report is what `--format` prints.",
            Self::FitsNothing { .. } => "Check it; `*` crosses no `/`, and `**` does.",
            Self::Temporary { .. } => "Point TMPDIR to a directory that exists, is writable and has space.",
            Self::NotAFile { .. } => "Name a regular file, or a path that does not exist yet.",
            Self::Config { .. } => {
                "Correct it; `ramp schema config` describes each key, and `--isolated` reads no policy file."
            }
            Self::OutputTwice { .. } => "Write each to a file of its own: `--output FORMAT=FILE`.",
            Self::OutputIsInput { .. } | Self::OutputIsNoReport { .. } | Self::NameFileIsOutput { .. } => {
                "Name another file."
            }
            Self::LinkToNothing { .. } => "Make the directory that it leads to, or name another.",
            Self::Busy { .. } => "Wait until it is done.",
            Self::IsFolder { .. } | Self::InTheWay { .. } => "Move it away, or name another directory with `-C`.",
            Self::Replaced { .. } => "A run that was interrupted had replaced it. Move it to its place, or delete it.",
            Self::NotAModule { format, .. } => pack::of_format(*format),
            Self::Manifest { source, .. } => return pack::of_manifest(&source.problem).map(str::to_owned),
            Self::Kubernetes { source, form, .. } => {
                return files::of_kubernetes(&source.problem, *form).map(str::to_owned);
            }
            Self::NoKubernetesCluster { kind: Some(word), .. } => {
                let (found, at) = (&word.found, word.place.location());
                return Some(format!("Write `kind: RedisEnterpriseCluster` in place of `kind: {found}`, at {at}."));
            }
            Self::NoKubernetesCluster { .. } => "Name the file with `kind: RedisEnterpriseCluster`.",
            Self::OptionJson { .. } => "Write it in single quotes, so that the shell leaves its double quotes alone.",
            Self::Probe { source, packing, .. } => return probe::help(source, *packing),
            Self::EmptyOption { .. } => {
                "Check whether a variable was empty. Write what is meant, or leave the option out."
            }
            Self::Arguments { field, text, source } => return Some(pack::of_arguments(field, text, source)),
            Self::LocalPath { source, .. } => return Some(pack::of_expansion(source)),
            Self::CommandsFrom { .. } => {
                "Name a bundle, a `module.json`, or what `ramp probe MODULE --format json` printed."
            }
            Self::Assemble { source, .. } => return pack::of_metadata(source).map(str::to_owned),
            Self::Dependency { source, .. } => return pack::of_archive(source).map(str::to_owned),
            Self::ChangedWhileRead { .. } => "Run it again once nothing writes to it any more.",
            Self::Changed { .. } => "Pack it again once nothing writes to it any more.",
            Self::DependencyFile { .. } => "Make the URL end in the name of the file.",
            Self::DependencyDigest { .. } => "Download it again, or correct its `sha256`.",
            #[cfg(feature = "cluster")]
            Self::Cluster(err) => return cluster::help(err.cause()).map(str::to_owned),
            #[cfg(feature = "serve")]
            Self::Serve(err) | Self::Store { source: err } | Self::Kept { source: err } => return serve::help(err),
            #[cfg(feature = "serve")]
            Self::Backup { source } | Self::Restore { source } => return serve::of_backup(source),
            #[cfg(feature = "serve")]
            Self::Password { source } => return serve::of_password(source),
            #[cfg(feature = "serve")]
            Self::PasswordsDiffer => "Type the same twice.",
            #[cfg(feature = "serve")]
            Self::LogLevel { .. } => "Write a level, such as `warn`, or `TARGET=LEVEL`, such as `ramp_server=debug`.",
            #[cfg(feature = "serve")]
            Self::NoPassword => {
                "Set RAMP_NEW_PASSWORD, write the password to standard input as one line, or run it at a terminal, where it is asked for."
            }
            #[cfg(feature = "cluster")]
            Self::Remote(err) => return remote::help(err).map(str::to_owned),
            #[cfg(not(feature = "s3"))]
            Self::WithoutFeature { feature, .. } => {
                return Some(format!(
                    "Install one that has it, `cargo install --path crates/ramp-cli --features {feature}`; or download the file, and name that."
                ));
            }
            #[cfg(feature = "s3")]
            Self::Bucket { .. } => {
                "Check its name, and the variables that say who asks, and where: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT."
            }
            #[cfg(feature = "cluster")]
            Self::NoCredentials => cluster::WHO,
            #[cfg(feature = "cluster")]
            Self::NoSuchModule { hint, versions, .. } => return Some(cluster::of_module(hint.as_deref(), versions)),
            #[cfg(feature = "cluster")]
            Self::SeveralModules { .. } => "Write the version after the name, or the `uid` in place of both.",
            #[cfg(feature = "cluster")]
            Self::NotConfirmed { .. } => "Say `--yes` to delete it without a question.",
            Self::DependencyClash { .. } => "Rename one of the files, there and in its `url`.",
            _ => return None,
        };
        Some(help.to_owned())
    }
}

/// What to do about what is said of a manifest, where the message alone does not say.
pub(crate) fn of_remark(what: &What) -> Option<String> {
    let help = match what {
        What::Unreadable(problem) | What::Unusable(problem) => pack::of_manifest(problem),
        What::NotMade(error) => pack::of_metadata(error),
        What::Found(finding) => return Some(finding.help.clone()),
        What::NotUsed { .. } => Some("Leave it out."),
        What::NotExpanded(ExpandError::NotSet { .. }) => {
            Some("Set it where the module is packed, or give the expression a default.")
        }
        What::Made(PackWarning::OptionalNotEmbedded { .. }) => {
            Some("Move it to `dependencies`; or leave `local_path` out, and give it `url` and `sha256`.")
        }
        What::NotThere { .. } => {
            Some("Have it made before the module is packed; a relative path starts from where `ramp` runs.")
        }
        _ => None,
    };
    help.map(str::to_owned)
}
