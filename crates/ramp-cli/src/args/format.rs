//! What is printed, where, and what the exit status says of it.

use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// For people
    Human,
    /// One JSON document
    Json,
    /// One JSON object per line
    Jsonl,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
    /// JUnit XML
    Junit,
}

/// Where a report goes, and in which format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Output {
    /// `github`: to standard output.
    Stdout(Format),
    /// `sarif=report.sarif`, or a file alone.
    File(Option<Format>, PathBuf),
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let format = |name: &str| Format::from_str(name, false).ok();
        if let Some(format) = format(text) {
            return Ok(Self::Stdout(format));
        }
        let Some((name, path)) = text.split_once('=') else {
            return Ok(Self::of(None, text));
        };
        match format(name) {
            Some(format) if path.is_empty() => Err(format!("after `{}=` a file has to be named", name_of(format))),
            Some(format) => Ok(Self::of(Some(format), path)),
            // The name of a folder or file may have the sign.
            None if name.contains(['/', '.', '\\']) => Ok(Self::of(None, text)),
            None => {
                let names: Vec<String> = Format::value_variants().iter().map(|format| name_of(*format)).collect();
                Err(format!(
                    "`{name}` is not a format; the formats are {}; a file of that name is written as `./{text}`",
                    names.join(", ")
                ))
            }
        }
    }
}

impl Output {
    fn of(format: Option<Format>, path: &str) -> Self {
        match format {
            Some(format) if path == "-" => Self::Stdout(format),
            format => Self::File(format, path.into()),
        }
    }
}

fn name_of(format: Format) -> String {
    format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// As in `ramp_core`, which knows nothing of command lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

impl From<FailOn> for ramp_core::FailOn {
    fn from(level: FailOn) -> Self {
        match level {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Note => Self::Note,
            FailOn::Never => Self::Never,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Human,
    /// JSON
    Json,
}
