//! The arguments of `ramp rehearse`.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use std::path::PathBuf;

use super::config::ConfigArgs;
use super::format::ListFormat;
use super::target::TargetArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Rehearse {
    /// The bundle, or its URL; `-` is standard input
    #[arg(value_name = "BUNDLE")]
    pub(crate) bundle: PathBuf,
    /// The bundle of the build that is in use: it is uploaded and used first, and the database is upgraded from it
    #[arg(long, value_name = "OLD")]
    pub(crate) from: Option<PathBuf>,
    /// The Redis version of the database, such as 7.4 [default: what the release makes]
    ///
    /// One that the release has: `ramp target list RELEASE` lists those, and says which it makes. The module must be for it: from 7.8 on by its
    /// compatible_redis_version. So a module for Redis 7.4 is played on 8.2 with --database 7.4.
    #[arg(long, value_name = "VERSION", help_heading = "Database")]
    pub(crate) database: Option<String>,
    /// A field of the database, such as replication, data_persistence=aof or shards_count=2
    ///
    /// The fields of the REST API's bdb object that ask for a capability of its modules. The value is JSON, or text; without one it is true. May
    /// be given several times.
    #[arg(long = "database-option", value_name = "FIELD[=VALUE]", help_heading = "Database")]
    pub(crate) options: Vec<String>,
    /// The Redis version to which the database is upgraded, with its module, such as 8.0
    ///
    /// Without it, and with --from, the module alone is upgraded.
    #[arg(long, value_name = "VERSION", help_heading = "Database")]
    pub(crate) to: Option<String>,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = "Output")]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}
