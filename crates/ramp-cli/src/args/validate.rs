//! The arguments of `ramp validate`.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use std::num::NonZeroUsize;
use std::path::PathBuf;

use ramp_core::release_set::NodePlatform;

use super::config::ConfigArgs;
use super::format::{FailOn, Format, Output};
use super::rules::RuleArgs;
use super::target::TargetArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Validate {
    /// Bundles, URLs, directories, patterns such as 'dist/*.zip', `@FILE`; `-` is stdin
    ///
    /// A URL begins with `https://` or `http://`, and is reported without its user, password and query; `s3://BUCKET/PREFIX` means
    /// the bundles below a prefix, where that feature is there. A directory means the `.zip` and `.ramp` files in it, a pattern the
    /// files that it fits (`**` is any number of directories). `@FILE` means what the lines of a file name, from the working
    /// directory, except for those that begin with `#`; `@-` reads them from standard input, and no list names another. A file that is
    /// named twice is checked once.
    #[arg(required_unless_present = "kubernetes", value_name = "BUNDLE")]
    pub(crate) bundles: Vec<PathBuf>,
    /// Also check the manifests of a cluster on Kubernetes
    ///
    /// YAML with a RedisEnterpriseCluster, its databases and Secrets. May be given several times; with it, files among the bundles
    /// that end in `.yaml` or `.yml` count as manifests too.
    #[arg(long, value_name = "FILE")]
    pub(crate) kubernetes: Vec<PathBuf>,
    /// Also look for bundles in the directories below those that are named
    #[arg(long)]
    pub(crate) recursive: bool,
    /// Also judge the bundles together, as those of one release
    ///
    /// The same name, version, commands and so on, a platform once, and one for each platform of the nodes; a bundle then need not be
    /// for all nodes by itself.
    #[arg(long)]
    pub(crate) set: bool,
    /// A platform for which the set must have a bundle
    ///
    /// May be given several times.
    #[arg(long, value_name = "OS/ARCH", requires = "set", value_delimiter = ',')]
    pub(crate) require: Vec<NodePlatform>,
    /// Also load each module, and hold `module.json` against what it registers
    #[arg(long)]
    pub(crate) probe: bool,
    /// How many bundles to check in parallel [default: one per core]
    #[arg(long, hide_short_help = true, value_name = "N", value_parser = at_least_one)]
    pub(crate) jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// What to print [default: human]
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) format: Option<Format>,
    /// Write to a file; with a format in front, in that format besides
    ///
    /// Such as sarif=report.sarif. The file is written whole or not at all, in place of standard output where no format is in
    /// front. A format alone goes to standard output. May be given several times.
    #[arg(long, value_name = "[FORMAT=]FILE", help_heading = "Output")]
    pub(crate) output: Vec<Output>,
    /// The file of the repository at which to tell what is wrong with bundles
    ///
    /// They are in no repository themselves. For `sarif`, `github`, `gitlab`, `azure` and `rdjson`; what is wrong in a manifest of
    /// Kubernetes is told there.
    #[arg(
        long,
        value_name = "FILE",
        hide_short_help = true,
        visible_alias = "sarif-location",
        help_heading = "Output"
    )]
    pub(crate) location: Option<PathBuf>,
    /// Tell people only of what does not pass
    ///
    /// Of nothing at all where all is well.
    #[arg(long, short = 'q', help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Tell people how often each rule has found something, too
    #[arg(long, help_heading = "Output")]
    pub(crate) statistics: bool,
    /// Also show what may follow from another finding
    ///
    /// In `human` and `markdown` output.
    #[arg(long, help_heading = "Output")]
    pub(crate) all: bool,
    /// The lowest level that makes the exit status 1 [default: error]
    #[arg(long, value_name = "LEVEL", help_heading = "Output")]
    pub(crate) fail_on: Option<FailOn>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

fn at_least_one(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "expected a whole number from 1 on".to_owned())
}
