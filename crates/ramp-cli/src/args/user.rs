//! The arguments of `ramp user`.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use clap::Subcommand;

use super::serve::KeptArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct User {
    #[command(subcommand)]
    pub(crate) command: UserCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Set the password of a user of a server, by its data directory or its Redis server
    ///
    /// For whoever has lost the old one. The new one is asked for twice on a terminal; else it comes from RAMP_NEW_PASSWORD, or is the first line of standard
    /// input. A server can go on serving meanwhile, and takes only the new one from then on.
    ///
    /// Exit status 0: it was set; 2: it was not.
    SetPassword(SetPassword),
}

#[derive(Debug, clap::Args)]
pub(crate) struct SetPassword {
    /// The user's e-mail address, as the first admin's admin@ramp.local
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) kept: KeptArgs,
}
