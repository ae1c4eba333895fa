//! The bundles that arguments mean: files, URLs, directories, patterns, lists in files.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};

use globset::GlobMatcher;
use walkdir::WalkDir;

use super::ending::is_called_bundle;
use super::pattern::{matcher, spelled_out};
use super::{STDIN, bucket, is_stdin, read_start, url};
use crate::error::CliError;

/// In front of the name of a file with a list.
const LIST: char = '@';
/// The largest list: a million long paths.
const MAX_LIST: u64 = 256 << 20;

/// Whether standard input is named more than once, as a bundle or as a list; it can be read only once.
pub(crate) fn reads_stdin_twice(arguments: &[PathBuf]) -> bool {
    let reads = |path: &&PathBuf| is_stdin(path) || list(path).is_some_and(|file| file == STDIN);
    arguments.iter().filter(reads).count() > 1
}

/// The bundles that the arguments mean, in their order: `@FILE` means what its lines name, a directory the files in it that are called
/// as bundles are, by name, and in those below it where it is `recursive`; a pattern what it fits, unless a file is called so.
///
/// What has none stands for itself, so that the other bundles are judged all the same.
///
/// # Errors
///
/// A list that has no name, cannot be read, or names nothing.
pub(crate) fn named(arguments: &[PathBuf], recursive: bool) -> Result<(Vec<PathBuf>, Lines), CliError> {
    let mut bundles = Vec::new();
    let mut lines = Lines::default();
    for argument in arguments {
        match list(argument) {
            Some("") => return Err(CliError::NoList),
            Some(file) => {
                let listed = listed(Path::new(file))?;
                // All of nothing would pass.
                if listed.is_empty() {
                    return Err(CliError::EmptyList { path: file.into() });
                }
                for (line, path) in listed {
                    bundles.append(&mut expanded(&path, recursive));
                    lines.0.insert(path, (file.into(), line));
                }
            }
            None => bundles.append(&mut expanded(argument, recursive)),
        }
    }
    Ok((bundles, lines))
}

/// Where what lists name stands in them.
#[derive(Debug, Default)]
pub(crate) struct Lines(HashMap<PathBuf, (PathBuf, usize)>);

impl Lines {
    /// What is wrong with a bundle, and where it is named, if that is a list.
    pub(crate) fn place(&self, bundle: &Path, source: CliError) -> CliError {
        match self.0.get(bundle) {
            Some((list, line)) => CliError::Listed { list: list.clone(), line: *line, source: Box::new(source) },
            None => source,
        }
    }
}

/// The files with lists that the arguments name.
pub(crate) fn lists(arguments: &[PathBuf]) -> Vec<PathBuf> {
    arguments.iter().filter_map(|argument| list(argument)).map(PathBuf::from).collect()
}

fn list(argument: &Path) -> Option<&str> {
    argument.to_str()?.strip_prefix(LIST)
}

/// What the lines of a file name, each with its number; empty ones, and those that begin with `#`, name nothing.
fn listed(file: &Path) -> Result<Vec<(usize, PathBuf)>, CliError> {
    let fail = |source| CliError::Read { path: file.to_owned(), source };
    let bytes = read_start(file, MAX_LIST + 1)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_LIST {
        return Err(fail(io::ErrorKind::FileTooLarge.into()));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| fail(io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text")))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines = (1..).zip(text.lines().map(str::trim));
    let named = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    Ok(named.map(|(number, line)| (number, PathBuf::from(line))).collect())
}

fn expanded(path: &Path, recursive: bool) -> Vec<PathBuf> {
    let found = if is_stdin(path) {
        Vec::new()
    } else if let Some(text) = url::of(path) {
        let found = bucket::below(text, recursive).and_then(Result::ok).unwrap_or_default();
        found.into_iter().map(PathBuf::from).collect()
    } else if path.is_dir() {
        bundles_in(path, recursive).unwrap_or_default()
    } else if path.exists() {
        Vec::new()
    } else {
        fitting(path)
    };
    if found.is_empty() { vec![path.to_owned()] } else { found }
}

/// Whether it is a file, or a link to one that is not there, of which it is to be told. A pipe would be waited for.
fn is_file(path: &Path) -> bool {
    path.is_file() || path.is_symlink() && !path.exists()
}

fn bundles_in(directory: &Path, recursive: bool) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let depth = if recursive { usize::MAX } else { 1 };
    for entry in WalkDir::new(directory).min_depth(1).max_depth(depth) {
        match entry {
            Ok(entry) => found.extend(Some(entry.into_path()).filter(|file| is_called_bundle(file) && is_file(file))),
            // What cannot be looked into may have bundles: it stands for itself.
            Err(err) if err.depth() > 0 => found.extend(err.path().map(Path::to_owned)),
            Err(err) => return Err(err.into()),
        }
    }
    found.sort();
    Ok(found)
}

/// The files that a pattern fits. What stands between braces is spelled out first, as shells do: each spelling is a name, or a pattern
/// of its own.
fn fitting(pattern: &Path) -> Vec<PathBuf> {
    let spellings = pattern
        .to_str()
        .map_or_else(|| vec![pattern.to_owned()], |text| spelled_out(text).into_iter().map(PathBuf::from).collect());
    let is_one = spellings.len() == 1;
    let found = spellings.into_iter().flat_map(|spelling| {
        let found = if is_pattern(&spelling) && !spelling.exists() { fitting_one(&spelling) } else { Vec::new() };
        // What fits nothing stands for itself, so that it is told.
        if found.is_empty() && !is_one { vec![spelling] } else { found }
    });
    found.collect()
}

/// The files that a pattern without alternatives fits.
fn fitting_one(pattern: &Path) -> Vec<PathBuf> {
    let parts: Vec<Component<'_>> = pattern.components().collect();
    // A folder may be called as a pattern is.
    let mut fixed = PathBuf::new();
    let mut rest = parts.as_slice();
    while let [first, more @ ..] = rest {
        if is_pattern(first.as_ref()) && (more.is_empty() || !fixed.join(first).is_dir()) {
            break;
        }
        fixed.push(first);
        rest = more;
    }
    if rest.iter().any(|part| part.as_os_str().to_string_lossy().contains("**")) {
        return fitting_below(&fixed, &rest.iter().collect::<PathBuf>());
    }
    let parts: Result<Vec<Part>, String> = rest.iter().map(|part| Part::of(part.as_ref())).collect();
    parts.map_or_else(|_| Vec::new(), |parts| fitting_in(&fixed, &parts))
}

/// What a name below a folder is to be.
enum Part {
    Name(PathBuf),
    Pattern(GlobMatcher),
}

impl Part {
    fn of(part: &Path) -> Result<Self, String> {
        if is_pattern(part) {
            matcher(&part.to_string_lossy()).map(Self::Pattern)
        } else {
            Ok(Self::Name(part.to_owned()))
        }
    }
}

/// As shells do: a part of a pattern goes through links to folders.
fn fitting_in(folder: &Path, parts: &[Part]) -> Vec<PathBuf> {
    let Some((part, below)) = parts.split_first() else { return Vec::new() };
    let paths = match part {
        Part::Name(name) => vec![folder.join(name)],
        Part::Pattern(pattern) => match names_in(folder) {
            Ok(names) => {
                names.into_iter().filter(|name| pattern.is_match(name)).map(|name| folder.join(name)).collect()
            }
            // What cannot be looked into may have some that fit: it stands for itself.
            Err(_) if folder.is_dir() => return vec![folder.to_owned()],
            Err(_) => return Vec::new(),
        },
    };
    if below.is_empty() {
        return paths.into_iter().filter(|path| is_file(path)).collect();
    }
    paths.into_iter().filter(|path| path.is_dir()).flat_map(|path| fitting_in(&path, below)).collect()
}

/// What is in a folder, in its order; that without a name is the working directory.
fn names_in(folder: &Path) -> io::Result<Vec<OsString>> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut names: Vec<OsString> = folder.read_dir()?.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    Ok(names)
}

/// The files below a folder that a pattern with `**` fits, which goes through no links.
fn fitting_below(folder: &Path, pattern: &Path) -> Vec<PathBuf> {
    let Some(Ok(matcher)) = pattern.to_str().map(matcher) else { return Vec::new() };
    let from = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let fits = |path: &Path| path.strip_prefix(from).is_ok_and(|path| matcher.is_match(path));
    let found = WalkDir::new(from).min_depth(1).sort_by_file_name().into_iter().filter_map(|entry| match entry {
        Ok(entry) => Some(entry.into_path()).filter(|path| fits(path) && is_file(path)),
        // What cannot be looked into may have some that fit: it stands for itself.
        Err(err) => err.path().filter(|path| fits(path) || path.is_dir()).map(Path::to_owned),
    });
    // As it was written, without the folder that was not.
    let is_unwritten = folder.as_os_str().is_empty();
    let written =
        |path: PathBuf| if is_unwritten { path.strip_prefix(".").map(PathBuf::from).unwrap_or(path) } else { path };
    found.map(written).collect()
}

/// Whether it has something in it that stands for something else.
pub(crate) fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '[', '{'])
}

/// Why a directory stands for itself.
pub(crate) fn without_bundles(directory: &Path) -> CliError {
    match std::fs::read_dir(directory) {
        Ok(_) => CliError::Directory { path: directory.to_owned() },
        Err(source) => CliError::Read { path: directory.to_owned(), source },
    }
}
