//! `ramp target`, and how the arguments of the other commands become a target.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use ramp_core::Target;
use ramp_core::knowledge::{Knowledge, Release};

#[cfg(feature = "cluster")]
use super::cluster;
use crate::args::format::ListFormat;
use crate::args::target::{Show, Target as TargetCommandArgs, TargetArgs, TargetCommand};
use crate::error::CliError;
use crate::input;
use crate::output::{Content, Sink, json};
use crate::status::Status;
use crate::style::{self, STRONG, paint};

/// The largest file that is taken for a target: one of 100,000 nodes has 10 MB.
const MAX_TARGET_BYTES: u64 = 64 << 20;

/// The target that the arguments describe; the default, no cluster, where they describe none.
pub(crate) fn build(args: &TargetArgs) -> Result<Target, CliError> {
    let target = match &args.target {
        Some(name) => named_or_file(name)?,
        #[cfg(feature = "cluster")]
        None => cluster::target(&args.cluster)?,
        #[cfg(not(feature = "cluster"))]
        None => Target::default(),
    };
    let target = args.nodes.apply(target)?;
    match args.endpoint {
        Some(endpoint) => Ok(target.with_endpoint(endpoint)?),
        None => Ok(target),
    }
}

/// A name is a release or a version; what has a path's or a JSON file's form is a file, and so is what is there and
/// called like no release.
pub(crate) fn named_or_file(name: &str) -> Result<Target, CliError> {
    let wrap = |source| CliError::Target { name: name.to_owned(), source };
    let path = Path::new(name);
    let is_path = name.contains(['/', '\\']) || path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
    if is_path {
        return read_file(path);
    }
    match Target::named(name) {
        Err(_) if path.is_file() => read_file(path),
        named => named.map_err(wrap),
    }
}

fn read_file(path: &Path) -> Result<Target, CliError> {
    let json = input::read_start(path, MAX_TARGET_BYTES + 1)?;
    if json.len() as u64 > MAX_TARGET_BYTES {
        let source = io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("a target has {} MiB at the most", MAX_TARGET_BYTES >> 20),
        );
        return Err(CliError::Read { path: path.to_owned(), source });
    }
    Target::from_json(&json).map_err(|source| CliError::Target { name: path.display().to_string(), source })
}

pub(crate) fn run(args: &TargetCommandArgs) -> Result<Status, CliError> {
    let (content, text) = match &args.command {
        TargetCommand::List { format: ListFormat::Json } => {
            (Content::Data, json::pretty(&Knowledge::builtin().releases())? + "\n")
        }
        TargetCommand::List { format: ListFormat::Human } => {
            let releases: Vec<String> = Knowledge::builtin().releases().iter().map(describe).collect();
            (Content::Styled, releases.join("\n"))
        }
        TargetCommand::Show(args) => (Content::Data, json::pretty(&shown(args)?.completed())? + "\n"),
    };
    let mut out = Sink::stdout(content);
    out.write(&text)?;
    out.close()?;
    Ok(Status::Clean)
}

fn shown(args: &Show) -> Result<Target, CliError> {
    match &args.name {
        Some(name) => named_or_file(name),
        #[cfg(feature = "cluster")]
        None => cluster::target(&args.cluster),
        #[cfg(not(feature = "cluster"))]
        None => Ok(Target::default()),
    }
}

fn describe(release: &Release) -> String {
    let mut text = format!("{}\n", paint(STRONG, &format!("Redis Software {}", release.name)));
    let mut row = |label: &str, value: &str| {
        let first = format!("  {label:<11}");
        let _ = writeln!(text, "{}", style::wrap(value, style::width(), &first, &" ".repeat(13)));
    };
    let endpoints: Vec<String> = release.endpoints.iter().map(|row| row.endpoint.to_string()).collect();
    row("endpoints", &format!("{} (default {})", endpoints.join(", "), release.default_endpoint));
    row("databases", &release.database_versions.iter().map(|row| row.version.as_str()).collect::<Vec<_>>().join(", "));
    let platforms: Vec<String> = release
        .platforms
        .iter()
        .map(|p| format!("{}/{}{}", p.os, p.architectures.join("+"), if p.deprecated { " (deprecated)" } else { "" }))
        .collect();
    row("platforms", &platforms.join(", "));
    row("size limit", &style::bytes(release.upload_limit.value.bytes));
    row("uploads", if release.uploads_enabled_by_default.value { "on by default" } else { "off by default" });
    text
}
