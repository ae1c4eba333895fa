//! Where formats for reviews of code point: at files of a repository, by paths from where the command was run.

use std::env;
use std::path::{Component, Path, PathBuf};

use ramp_core::url::is_url;
use ramp_core::{Finding, Location};

use super::reporter::{FilesKind, Outcome, Subject, Verdict};

/// How places are told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    /// The file that bundles, which are in no repository, are told at.
    location: Option<String>,
    here: Option<PathBuf>,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// From the working directory where it is below that, else absolute or as given.
    pub(super) path: String,
    pub(super) line: Option<u64>,
    /// In characters.
    pub(super) column: Option<u64>,
    /// What the path does not say: the bundle, where another file stands for it, and the place in it. May be empty.
    pub(super) inside: String,
}

impl Place {
    /// The line, where there must be one: a bundle has none, and is told at the first.
    pub(super) fn line(&self) -> u64 {
        self.line.unwrap_or(1)
    }
}

impl Places {
    /// Bundles are told at their own paths, or at that of the file named.
    pub(crate) fn new(location: Option<&Path>) -> Self {
        let here = env::current_dir().ok();
        let location = location.map(|path| relative(path, here.as_deref()));
        Self { location, here }
    }

    /// Where a finding is: in the bundle, or in a file that it names itself.
    pub(super) fn of(&self, outcome: &Outcome, finding: &Finding) -> Place {
        let location = finding.location.clone().unwrap_or_default();
        let inside = location.within_bundle();
        match location.file.as_deref() {
            Some(file) if has_lines(outcome) => self.in_file(file, &location, inside.to_string()),
            Some(bundle) => self.in_bundle(bundle, &inside),
            None => self.in_bundle(&outcome.bundle, &inside),
        }
    }

    /// Where a bundle, or manifests, are.
    pub(super) fn of_outcome(&self, outcome: &Outcome) -> Place {
        if has_lines(outcome) {
            self.in_file(&outcome.bundle, &Location::default(), String::new())
        } else {
            self.in_bundle(&outcome.bundle, &Location::default())
        }
    }

    /// Whether bundles are told at another file, at which they are told apart by what is said alone.
    pub(super) const fn share_a_file(&self) -> bool {
        self.location.is_some()
    }

    fn in_file(&self, file: &str, at: &Location, inside: String) -> Place {
        let path = relative(Path::new(file), self.here.as_deref());
        Place { path, line: at.line, column: at.column, inside }
    }

    fn in_bundle(&self, bundle: &str, inside: &Location) -> Place {
        let inside = inside.to_string();
        match &self.location {
            Some(path) => {
                let gap = if inside.is_empty() { "" } else { " " };
                Place { path: path.clone(), line: Some(1), column: None, inside: format!("{bundle}{gap}{inside}") }
            }
            None => {
                let path = relative(Path::new(bundle), self.here.as_deref());
                Place { path, line: None, column: None, inside }
            }
        }
    }
}

/// Whether what was judged is files that people write, and not bundles.
fn has_lines(outcome: &Outcome) -> bool {
    match &outcome.verdict {
        Verdict::Judged(_) | Verdict::NotEvaluated { what: Subject::Bundle, .. } => false,
        Verdict::NotEvaluated { what: Subject::Manifest, .. } => true,
        Verdict::Files(judged) => match judged.kind {
            FilesKind::Set | FilesKind::Upgrade => false,
            FilesKind::Manifests | FilesKind::Configuration => true,
        },
    }
}

/// A path from `here`, where it is below that; a URL as it is.
fn relative(path: &Path, here: Option<&Path>) -> String {
    if let Some(url) = path.to_str().filter(|text| is_url(text)) {
        return url.to_owned();
    }
    let below = here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path);
    let parts: PathBuf = below.components().filter(|part| *part != Component::CurDir).collect();
    let text = parts.display().to_string();
    match text.is_empty() {
        true => ".".to_owned(),
        // A slash is what all of these formats have; elsewhere the other is a character like any.
        false if cfg!(windows) => text.replace('\\', "/"),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_here() {
        for (path, told) in [
            ("/here/dist/a.zip", "dist/a.zip"),
            ("./dist//a.zip", "dist/a.zip"),
            ("../a.zip", "../a.zip"),
            ("/else/a.zip", "/else/a.zip"),
            ("/here", "."),
            ("<stdin>", "<stdin>"),
            ("https://files.example.com//a/./b.zip", "https://files.example.com//a/./b.zip"),
        ] {
            assert_eq!(relative(Path::new(path), Some(Path::new("/here"))), told);
        }
    }

    #[test]
    fn a_bundle_is_told_at_the_file_that_stands_for_it() {
        let places = Places { location: Some("ramp.yml".to_owned()), here: None };
        let place = places.in_bundle("a.zip", &Location::key("version"));
        assert_eq!(
            (place.path.as_str(), place.line(), place.inside.as_str()),
            ("ramp.yml", 1, "a.zip module.json#/version")
        );
    }
}
