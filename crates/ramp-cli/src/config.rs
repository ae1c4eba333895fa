//! `ramp.toml`: what is usual for the bundles of a project, so that nobody has to say it on each command line.
//!
//! Options win. Paths in it start from its own folder.

use std::path::{Component, Path, PathBuf};

use ramp_core::{FailOn, Override, Policy, Target};

use crate::args::config::ConfigArgs;
use crate::args::format::{self, Output};
use crate::args::rules::RuleArgs;
use crate::error::{CliError, ConfigError};
use crate::{input, today};

mod allow;
mod file;
pub(crate) mod forms;
mod keys;
mod one_or_more;
mod pack;

pub(crate) use allow::{Allowing, LookedFor, Usage};

use allow::Allowed;
pub(crate) use file::schema;
pub(crate) use forms::Table;
pub(crate) use keys::Places;
pub(crate) use pack::{UsualOfPack, usual_of_pack};

/// How the file is called that is looked for.
const NAME: &str = "ramp.toml";
/// The largest file that is read; an honest one has some hundred bytes.
const MAX_BYTES: u64 = 64 << 10;

/// What is in force where no option says otherwise; nothing, where there is no file.
#[derive(Debug, Default)]
pub(crate) struct Config {
    file: file::File,
    /// Where it was read, and where each key stands in it.
    read: Option<(PathBuf, Places)>,
    allowed: Vec<Allowed>,
    /// Whether it was looked for; else it was named.
    found: bool,
}

impl Config {
    /// The file that the arguments name, else the first `ramp.toml` from the working directory upwards.
    pub(crate) fn load(args: &ConfigArgs) -> Result<Self, CliError> {
        match named_or_found(args)? {
            Some(path) => Ok(Self { found: args.config.is_none(), ..Self::read(&path)? }),
            None => Ok(Self::default()),
        }
    }

    fn read(path: &Path) -> Result<Self, CliError> {
        let bytes = input::read_start(path, MAX_BYTES + 1)?;
        let fail = |source| CliError::Config { path: path.to_owned(), source };
        let text = file::text(&bytes, MAX_BYTES).map_err(fail)?;
        let places = Places::of(text, &schema().to_value()).map_err(fail)?;
        let file = file::read(text, &places).map_err(fail)?;
        let allowed = allow::entries(&file, path, &places).map_err(fail)?;
        let config = Self { file, read: Some((path.to_owned(), places)), allowed, found: false };
        // What is wrong with a level is wrong whatever is judged.
        config.policy(Policy::default())?;
        config.check_targets()?;
        Ok(config)
    }

    /// The file, as it is called from here, where it was found further up: who reads a report may not know of it.
    pub(crate) fn found_above(&self) -> Option<String> {
        self.path().filter(|path| self.found && path.is_absolute()).map(input::name)
    }

    /// The file, where there is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.read.as_ref().map(|(path, _)| path.as_path())
    }

    /// The line that a key stands in.
    pub(crate) fn line(&self, key: &str) -> Option<u64> {
        self.read.as_ref()?.1.get(key).map(|(line, _)| line)
    }

    /// What it says.
    pub(crate) const fn file(&self) -> &file::File {
        &self.file
    }

    /// Targets by their names; files start from the folder of this one.
    pub(crate) fn targets(&self) -> Result<Vec<String>, CliError> {
        let path_of = |(index, name): (usize, &String)| {
            if !input::is_target_file(name) {
                return Ok(name.clone());
            }
            let path = self.beside(name);
            let message = || format!("`{name}` is not there; paths in this file start from its own folder");
            if path.exists() { Ok(path.display().to_string()) } else { Err(self.at_target(index, message())) }
        };
        self.file.target.iter().enumerate().map(path_of).collect()
    }

    /// Whether its targets can be.
    fn check_targets(&self) -> Result<(), CliError> {
        let names = self.file.target.iter().enumerate();
        let mut releases = names.filter(|(_, name)| !input::is_target_file(name) && !self.beside(name).is_file());
        releases.try_for_each(|(index, name)| {
            Target::named(name).map(drop).map_err(|err| self.at_target(index, err.to_string()))
        })
    }

    fn at_target(&self, index: usize, message: String) -> CliError {
        self.at(&self.listed("target", index), message)
    }

    /// A path of the file.
    pub(crate) fn beside(&self, path: impl AsRef<Path>) -> PathBuf {
        let folder = self.path().and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
        folder.map_or_else(|| path.as_ref().to_owned(), |folder| folder.join(path.as_ref()))
    }

    /// Its reports, at their places. Whoever checks a project out has not written its file, so that none goes where it was not asked for:
    /// they stay below its folder, also by links.
    pub(crate) fn outputs(&self) -> Result<Vec<Output>, CliError> {
        let wanted = self.file.output.iter().filter_map(|text| text.parse().ok().map(|output| (text, output)));
        let placed = wanted.enumerate().map(|(index, (text, output))| match output {
            Output::File(format, path) => match self.below(&path) {
                Some(place) => Ok(Output::File(format, place)),
                None => {
                    let message = format!(
                        "`{text}` is not below the folder of this file; only `--output`, on the command line, names other places"
                    );
                    Err(self.at(&self.listed("output", index), message))
                }
            },
            printed @ Output::Stdout(_) => Ok(printed),
        });
        placed.collect()
    }

    /// A path of the file, where it leads to a place below its folder.
    fn below(&self, path: &Path) -> Option<PathBuf> {
        let place = self.beside(path);
        let folder = self.beside("").canonicalize().or_else(|_| Path::new(".").canonicalize()).ok()?;
        // What is not there yet will be made where its folder is. A link that leads nowhere is there.
        let there = place.ancestors().find(|there| there.symlink_metadata().is_ok()).unwrap_or(Path::new("."));
        let real = there.canonicalize().ok()?;
        let has_no_step_up = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        (has_no_step_up && real.starts_with(folder)).then_some(place)
    }

    /// A key's value, which is in a list or alone.
    fn listed(&self, key: &str, index: usize) -> String {
        let in_list = format!("{key}.{index}");
        let is_in_list = self.read.as_ref().is_some_and(|(_, places)| places.get(&in_list).is_some());
        if is_in_list { in_list } else { key.to_owned() }
    }

    /// The policy that options and file describe together.
    pub(crate) fn judging(&self, rules: &RuleArgs) -> Result<Policy, CliError> {
        let name = rules.name()?.or(self.file.policy).unwrap_or_default();
        Ok(rules.on(self.policy(Policy::named(name))?)?)
    }

    /// The same, for one bundle: with what is known of it and does not count.
    pub(crate) fn judging_one(
        &self,
        rules: &RuleArgs,
        fail_on: Option<format::FailOn>,
        bundle: &Path,
    ) -> Result<Policy, CliError> {
        let fail_on = fail_on.map(FailOn::from).or(self.fail_on()).unwrap_or_default();
        let policy = self.judging(rules)?.failing_on(fail_on);
        Ok(self.allowing()?.policy(&input::name(bundle), policy)?)
    }

    /// What does not count, today.
    pub(crate) fn allowing(&self) -> Result<Allowing<'_>, CliError> {
        // Nothing else depends on the day.
        let today = if self.allowed.is_empty() { None } else { today::today()? };
        Ok(Allowing::new(&self.allowed, today))
    }

    /// A policy, with the levels of the file.
    fn policy(&self, policy: Policy) -> Result<Policy, CliError> {
        self.file.rules.iter().try_fold(policy, |policy, (name, level)| {
            policy
                .with(name, Override::from(*level))
                .map_err(|source| self.at(&format!("rules.{name}"), source.to_string()))
        })
    }

    /// The level from which on nothing passes.
    pub(crate) fn fail_on(&self) -> Option<FailOn> {
        self.file.fail_on
    }

    /// That what stands at a key cannot be used.
    fn at(&self, key: &str, message: String) -> CliError {
        let (path, place) = match &self.read {
            Some((path, places)) => (path.clone(), places.get(key)),
            None => (PathBuf::from(NAME), None),
        };
        CliError::Config { path, source: ConfigError::at(place, message) }
    }
}

/// What the root of a repository has in it: the file of another project has no say in this one.
const OF_A_ROOT: [&str; 3] = [".git", ".hg", ".jj"];

/// The folders in which the file is looked for: from `here` upwards, as far as the root of the repository.
fn upwards(here: &Path) -> impl Iterator<Item = &Path> {
    let is_root = |folder: &Path| OF_A_ROOT.into_iter().any(|name| folder.join(name).symlink_metadata().is_ok());
    let mut was_root = false;
    here.ancestors().take_while(move |folder| !std::mem::replace(&mut was_root, is_root(folder)))
}

/// Whether a file further up is of somebody who has no say here: it is neither the user's own, nor the administrator's, nor of whoever
/// has the working directory. Anybody may put one into `/tmp`.
#[cfg(unix)]
fn is_of_another(found: &Path, here: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let owner = |path: &Path| path.symlink_metadata().map(|metadata| metadata.uid()).ok();
    let own = rustix::process::geteuid().as_raw();
    let has_a_say = |uid: u32| uid == 0 || uid == own || owner(here) == Some(uid);
    found.parent() != Some(here) && !owner(found).is_some_and(has_a_say)
}

#[cfg(not(unix))]
const fn is_of_another(_: &Path, _: &Path) -> bool {
    false
}

/// The file that counts, if there is one.
fn named_or_found(args: &ConfigArgs) -> Result<Option<PathBuf>, CliError> {
    if args.isolated || args.config.is_some() {
        return Ok(args.config.clone());
    }
    let here = std::env::current_dir().map_err(|source| CliError::WorkingDirectory { source })?;
    let found = upwards(&here).map(|folder| folder.join(NAME)).find(|file| file.symlink_metadata().is_ok());
    if let Some(found) = found.as_deref().filter(|found| is_of_another(found, &here)) {
        return Err(CliError::ConfigOfAnother { path: found.to_owned() });
    }
    // As it is seen from here, where it is here.
    let found = found.map(|found| found.strip_prefix(&here).map(PathBuf::from).unwrap_or(found));
    // What cannot be read is not passed over, and a pipe not waited for.
    found.as_deref().map(input::open_file).transpose()?;
    Ok(found)
}
