//! The Redis versions that databases of a cluster can have.

use semver::Version;

use super::cause::Cause;
use super::fit::line;
use crate::target::Target;
use crate::version::parse;

/// The version that is asked for, in two numbers or in three, as the cluster has it.
pub(super) fn asked(text: &str, target: &Target) -> Result<Version, Cause> {
    let all = target.exact_databases();
    let found = parse(text).ok().and_then(|asked| {
        let is_it = |has: &&Version| line(has) == line(&asked) && (asked.patch == 0 || asked.patch == has.patch);
        all.iter().find(is_it).cloned()
    });
    found.ok_or_else(|| Cause::UnknownRedis { asked: text.to_owned(), has: all })
}

/// What a new database is: what the release says, else the newest.
pub(super) fn default(target: &Target) -> Result<Version, Cause> {
    let of_release = target.release().and_then(|release| release.default_database(target.full_version().as_ref()));
    let of_release = of_release.and_then(|row| asked(&row.version, target).ok());
    of_release.map_or_else(|| latest(target), Ok)
}

/// What a database is made where nothing is said; `None` where no Redis version of the cluster is known.
///
/// ```
/// use ramp_core::{Target, databases::default_version};
///
/// assert_eq!(default_version(&Target::named("7.22")?).unwrap().to_string(), "7.4.3");
/// # Ok::<(), ramp_core::TargetError>(())
/// ```
pub fn default_version(target: &Target) -> Option<Version> {
    default(target).ok()
}

/// The newest.
pub(super) fn latest(target: &Target) -> Result<Version, Cause> {
    let newest = target.exact_databases().into_iter().max_by(Version::cmp_precedence);
    newest.ok_or_else(|| Cause::UnknownRedis { asked: String::new(), has: Vec::new() })
}
