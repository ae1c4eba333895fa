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
/// Under which that is, in the Python package: its command is called `redis-ramp`, since the packer in Python writes over a `ramp`.
const LAUNCHER: &[u8] = include_bytes!("../launcher.sh");
/// How much of a file is looked at.
const START: u64 = 512;

pub(crate) fn run() -> Result<Status, CliError> {
    let knowledge = Knowledge::builtin();
    let releases: Vec<&str> = knowledge.releases().iter().map(|r| r.name.as_str()).collect();
    let mut out = Sink::stdout(Content::Styled);
    out.line(&format!("ramp {}", env!("CARGO_PKG_VERSION")))?;
    out.line(&format!("rules      {}", rules::all().count()))?;
    out.line(&format!("releases   {}", releases.join(", ")))?;
    out.line(&format!("platforms  {}", knowledge.platforms().len()))?;
    out.line(&format!("schema     {}", json::SCHEMA_VERSION))?;
    for (place, (path, order)) in others().iter().enumerate() {
        let label = if place == 0 { "others" } else { "" };
        out.line(&format!("{label:11}{}, {}{order}", printable(&path.display().to_string()), what(path)))?;
    }
    if let Some(missing) = missing_launcher() {
        out.line(&format!(
            "missing    {}; `pip install --force-reinstall redis-ramp` puts it back",
            printable(&missing.display().to_string())
        ))?;
    }
    out.close()?;
    Ok(Status::Clean)
}

/// Where the launcher of the Python package is to be, where another package that had overwritten it has taken it away.
fn missing_launcher() -> Option<PathBuf> {
    let own = env::current_exe().ok()?;
    let launcher = own.with_file_name(NAME).with_extension(env::consts::EXE_EXTENSION);
    let is_of_the_package = own.file_stem() == Some(OsStr::new("redis-ramp")) && own.with_file_name("python").exists();
    (is_of_the_package && !launcher.exists()).then_some(launcher)
}

/// Other commands of that name on the PATH, and what is to be said of each: a shell runs the first that there is.
fn others() -> Vec<(PathBuf, &'static str)> {
    let own = env::current_exe().and_then(|own| own.canonicalize()).ok();
    let is_own = |candidate: &Path| {
        let real = candidate.canonicalize().ok();
        own.is_some() && (real == own || real.and_then(|real| launched(&real)) == own)
    };
    let mut is_new = crate::same::each_once();
    let (mut found, mut is_past) = (Vec::new(), false);
    let path = env::var_os("PATH").unwrap_or_default();
    let candidates = env::split_paths(&path).map(|folder| folder.join(NAME).with_extension(env::consts::EXE_EXTENSION));
    for candidate in candidates.filter(|file| is_program(file)) {
        if is_own(&candidate) {
            is_past = true;
        } else if is_new(&candidate) {
            let order = if is_past { "" } else { "; it comes before this one on the PATH" };
            found.push((candidate, order));
        }
    }
    if !is_past {
        // This one was named in another way, and nothing comes before it; but who has it under its long name alone may type the short one.
        let has_another_name = own.as_deref().and_then(Path::file_stem).is_some_and(|name| name != NAME);
        for (place, (_, order)) in found.iter_mut().enumerate() {
            *order = if place == 0 && has_another_name { "; it is what a shell runs as `ramp`" } else { "" };
        }
    }
    found
}

/// The command that the Python package's launcher runs, where this is one: whoever writes over it writes something else.
fn launched(file: &Path) -> Option<PathBuf> {
    let is_launcher = input::read_start(file, START).is_ok_and(|start| start == LAUNCHER);
    is_launcher.then(|| file.with_file_name("redis-ramp").canonicalize().ok()).flatten()
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
