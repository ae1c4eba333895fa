//! Modules asked for what they register, out of a bundle or as they are.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ramp_core::bundle::{Bundle, BundleLimits, CopyError, Entry};
use ramp_core::facts::{BundleFacts, MetadataFacts};
use ramp_core::module::{ModuleFacts, ProbeOutcome};
use ramp_core::{Finding, Level, Policy, Target, judge};
use ramp_probe::{PlayedVersion, PrivateFolder, ProbeError, ProbeOptions, Probed};

use crate::error::one_line;
use crate::tell;

/// Parts of what shuts modules in that were told to be missing.
static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// How a module is asked where nothing else is said: whatever is missing of what shuts it in is told on standard error, each part once.
pub(crate) fn usual() -> ProbeOptions {
    ProbeOptions { unguarded: Some(tell_unguarded), ..ProbeOptions::default() }
}

fn tell_unguarded(missing: &[String]) {
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    let new: Vec<&str> = missing.iter().filter(|part| told.insert((*part).clone())).map(String::as_str).collect();
    if !new.is_empty() {
        let message =
            format!("a module is loaded that is not wholly shut in: this system is without {}", new.join("; "));
        tell::notice(Level::Warning, &message);
    }
}

/// How a module is called while it is asked: its own name may be no name of a file.
const FILE_NAME: &str = "module.so";

/// Why a module was not asked, or did not answer.
#[derive(Debug)]
pub(crate) struct NotAsked {
    pub(crate) why: String,
    pub(crate) help: Option<String>,
    /// Whether something was logged that is not shown.
    pub(crate) has_logged: bool,
    /// For who holds the metadata against it.
    outcome: Option<ProbeOutcome>,
}

impl From<ProbeError> for NotAsked {
    fn from(err: ProbeError) -> Self {
        let (why, help, has_logged) = (one_line(&err), err.help(), err.log().is_some());
        Self { why, help, has_logged, outcome: ramp_probe::outcome(&Err(err)) }
    }
}

impl NotAsked {
    /// The same, where the module was given arguments: what it is asked with by hand has to be given them, too.
    fn given(mut self, arguments: &[String]) -> Self {
        if arguments.is_empty() {
            return self;
        }
        let given = arguments.join(" ");
        let said =
            format!("It was given the arguments of `command_line_args`, and so give them to `ramp probe`: `{given}`.");
        let with = |help: &mut Option<String>| {
            *help = Some(help.take().map_or_else(|| said.clone(), |help| format!("{help} {said}")));
        };
        with(&mut self.help);
        if let Some(ProbeOutcome::Failed { help, .. } | ProbeOutcome::NotPossible { help, .. }) = &mut self.outcome {
            with(help);
        }
        self
    }
}

/// What came of it, for who holds the metadata against it.
pub(crate) fn outcome(asked: Result<Probed, NotAsked>) -> Option<ProbeOutcome> {
    match asked {
        Ok(found) => ramp_probe::outcome(&Ok(found)),
        Err(not) => not.outcome,
    }
}

/// What keeps a module from being asked: nothing is loaded of what the unpacker refuses, is not what it is said to be, or can be read in
/// two ways.
fn hindrance(facts: &BundleFacts) -> Option<NotAsked> {
    let report = judge(facts, &Target::default(), &Policy::strict());
    let is_meant = |finding: &&Finding| finding.level == Level::Error && finding.group.is_of_bundle();
    let found = report.findings().iter().find(is_meant)?;
    let why = format!("nothing is loaded out of a bundle with the error `{}`", found.rule);
    let help = Some("Mend that first.".to_owned());
    let outcome = Some(ProbeOutcome::NotPossible { why: why.clone(), help: help.clone() });
    Some(NotAsked { outcome, why, help, has_logged: false })
}

/// Asks the module of a bundle; `None` where there is none, or where the unpacker cannot open it.
pub(crate) fn of_bundle(facts: &BundleFacts, reader: impl Read + Seek) -> Option<Result<Probed, NotAsked>> {
    let archive = facts.archive.as_ref().ok()?;
    let (module, entry) = (archive.module.as_ref()?, archive.module_entry()?);
    archive.opened(entry)?.ok()?;
    if let Some(not) = hindrance(facts) {
        return Some(Err(not));
    }
    let options = archive.metadata().map_or_else(usual, options);
    let asked =
        copied(reader, entry).and_then(|folder| of_file(&folder.path().join(FILE_NAME), &module.facts, &options));
    Some(asked.map_err(|err| NotAsked::from(err).given(&options.arguments)))
}

/// Asks the module that is in memory.
pub(crate) fn of_bytes(bytes: &[u8], facts: &ModuleFacts) -> Result<Probed, NotAsked> {
    let folder = file_of(|file| file.write_all(bytes))?;
    Ok(of_file(&folder.path().join(FILE_NAME), facts, &usual())?)
}

fn of_file(path: &Path, facts: &ModuleFacts, options: &ProbeOptions) -> Result<Probed, ProbeError> {
    ramp_probe::probe_inspected(path, facts, options)
}

/// As a database would load it: with the arguments of the bundle, into the Redis that it is said to be for.
fn options(facts: &MetadataFacts) -> ProbeOptions {
    let usual = usual();
    let named: Option<PlayedVersion> = facts.metadata.compatible_redis_version().and_then(PlayedVersion::in_place_of);
    ProbeOptions {
        arguments: arguments(facts.metadata.command_line_args().unwrap_or_default()),
        redis_versions: named.map_or(usual.redis_versions, |version| vec![version]),
        ..usual
    }
}

/// The arguments in a text, as the reference hands them over: split at what Python splits bytes at, without quoting.
pub(crate) fn arguments(text: &str) -> Vec<String> {
    let is_white_space = |c| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c');
    text.split(is_white_space).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn copied(reader: impl Read + Seek, entry: &Entry) -> Result<PrivateFolder, ProbeError> {
    file_of(|file| {
        let mut bundle = Bundle::open(reader, &BundleLimits::default()).map_err(io::Error::other)?;
        let copied = bundle.copy(entry, |piece| file.write_all(piece));
        copied.map(drop).map_err(|err| match err {
            CopyError::Sink(err) => err,
            other => io::Error::other(other.to_string()),
        })
    })
}

/// A file in a folder of its own, which its owner alone may enter.
fn file_of(write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<PrivateFolder, ProbeError> {
    let written = || -> io::Result<PrivateFolder> {
        let folder = PrivateFolder::new("ramp-module-")?;
        let mut file = File::create_new(folder.path().join(FILE_NAME))?;
        write(&mut file)?;
        // Servers load no module that may not be executed.
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        Ok(folder)
    };
    written().map_err(|source| ProbeError::Io { what: "write the module to a file of its own", source })
}
