//! `ramp version`: what this build is made of, and whether a shell runs another one.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ramp_core::knowledge::Knowledge;
use ramp_core::rules;

use crate::error::CliError;
use crate::input;
use crate::output::{Content, Sink, json};
use crate::status::Status;
use crate::style::printable;

/// How the command is called; the packer in Python is called so, too.
const NAME: &str = "ramp";
/// How much of a file is looked at.
const START: u64 = 256;

pub(crate) fn run() -> Result<Status, CliError> {
    let knowledge = Knowledge::builtin();
    let releases: Vec<&str> = knowledge.releases().iter().map(|r| r.name.as_str()).collect();
    let mut out = Sink::stdout(Content::Styled);
    out.line(&format!("ramp {}", env!("CARGO_PKG_VERSION")))?;
    out.line(&format!("rules      {}", rules::all().count()))?;
    out.line(&format!("releases   {}", releases.join(", ")))?;
    out.line(&format!("platforms  {}", knowledge.platforms().len()))?;
    out.line(&format!("schema     {}", json::SCHEMA_VERSION))?;
    for (place, (path, is_first)) in others().iter().enumerate() {
        let label = if place == 0 { "others" } else { "" };
        let first = if *is_first { "; it comes before this one on the PATH" } else { "" };
        out.line(&format!("{label:11}{}, {}{first}", printable(&path.display().to_string()), what(path)))?;
    }
    out.close()?;
    Ok(Status::Clean)
}

/// Other commands of that name on the PATH, and whether they come before this one: then a shell runs the first of them.
fn others() -> Vec<(PathBuf, bool)> {
    let own = env::current_exe().and_then(|own| own.canonicalize()).ok();
    let mut is_new = crate::same::each_once();
    let (mut found, mut is_past) = (Vec::new(), false);
    let path = env::var_os("PATH").unwrap_or_default();
    let candidates = env::split_paths(&path).map(|folder| folder.join(NAME).with_extension(env::consts::EXE_EXTENSION));
    for candidate in candidates.filter(|file| is_program(file)) {
        if own.is_some() && candidate.canonicalize().ok() == own {
            is_past = true;
        } else if is_new(&candidate) {
            found.push((candidate, !is_past));
        }
    }
    // Where this one is not on it, it was named, and nothing comes before it.
    if !is_past {
        for (_, is_first) in &mut found {
            *is_first = false;
        }
    }
    found
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

/// What such a file is, by its first line.
fn what(file: &Path) -> &'static str {
    let start = input::read_start(file, START).unwrap_or_default();
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let script = line.strip_prefix(b"#!").map(|shebang| String::from_utf8_lossy(shebang).into_owned());
    let runs_python = |shebang: &String| {
        let names = shebang.split_whitespace().filter_map(|word| Path::new(word).file_name().and_then(OsStr::to_str));
        names.into_iter().any(|name| name.starts_with("python"))
    };
    match script {
        Some(shebang) if runs_python(&shebang) => "a Python script such as ramp-packer's",
        Some(_) => "a script",
        None => "a program",
    }
}
