//! What a cluster answers where it refuses.

use std::borrow::Cow;
use std::fmt;

use super::cause::Cause;
use super::fit::{Unsuited, two};
use super::help;
use super::request::DatabaseRequest;
use crate::endpoint::Request;
use crate::knowledge::{Code, Knowledge};
use crate::text::{count, shorten};
use crate::version::short;

/// How many databases, or versions of a module, are named.
const NAMED: usize = 10;
/// How many characters of a name are shown.
const LONGEST: usize = 200;

/// A request that is refused: status, code and words are those of the table of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// The request.
    pub request: DatabaseRequest,
    /// Why.
    pub cause: Cause,
}

impl Refused {
    /// A request, and why it is refused.
    pub const fn new(request: DatabaseRequest, cause: Cause) -> Self {
        Self { request, cause }
    }

    /// The row of the code; none of those that are ours, since the documentation has a status alone.
    fn row(&self) -> Option<&'static Code> {
        let mut rows = Knowledge::builtin().codes_named(self.error_code());
        rows.find(|row| row.area == self.request.area())
    }

    /// The HTTP status.
    pub fn http_status(&self) -> u16 {
        /// "The requested configuration is invalid."
        const NOT_ACCEPTABLE: u16 = 406;
        let answers = self.row().map(|row| row.answers.as_slice()).unwrap_or_default();
        let answer = answers.iter().find(|answer| answer.request == self.request.as_str());
        answer.and_then(|answer| answer.status).unwrap_or(NOT_ACCEPTABLE)
    }

    /// The `error_code`.
    pub const fn error_code(&self) -> &'static str {
        self.cause.code(self.request)
    }

    /// The words of the documentation, or those that were seen, without a full stop.
    pub fn message(&self) -> &'static str {
        if let Cause::NotConfigurable { .. } = self.cause {
            return "Module does not support runtime configuration of arguments";
        }
        let words = self.row().and_then(|row| row.words.as_deref());
        words.unwrap_or("The requested configuration is invalid").trim_end_matches('.')
    }

    /// What is wrong with this request.
    pub fn description(&self) -> String {
        self.cause.to_string()
    }

    /// What to do.
    pub fn help(&self) -> Cow<'static, str> {
        match &self.cause {
            Cause::Unsuited { redis, why, suited, .. } => return help::of_unsuited(redis, why, suited).into(),
            Cause::NoBuild { redis, there, suited, .. } if !there.is_empty() => {
                return help::of_no_build(self.request, redis, there, suited).into();
            }
            Cause::RedisIsFixed { .. } | Cause::ModulesAreFixed { .. } => {
                "Send `POST /v1/bdbs/{uid}/upgrade`, which upgrades the database and its modules."
            }
            Cause::NotConfigurable { .. } => {
                "Name the command that sets arguments as `config_command` in the module's manifest, if it has one."
            }
            Cause::Twice { .. } => "Name each module once in `module_list`.",
            Cause::OtherModule { .. } => "Give the `uid` of a build of the same module.",
            Cause::OlderRedis { .. } => "Restore a backup into a new database of that version: there is no way back.",
            Cause::UnknownRedis { .. } => "Write a `redis_version` that the cluster has, or leave it out.",
            _ => self.row().map(|row| row.help.as_str()).unwrap_or_default(),
        }
        .into()
    }
}

/// A name from outside.
fn shown(name: &str) -> String {
    shorten(name, LONGEST).escape_debug().to_string()
}

/// Some of many, with commas between them.
fn listed(all: &[String]) -> String {
    let more = all.len().saturating_sub(NAMED);
    let named = all.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if more == 0 { named } else { format!("{named} and {more} more") }
}

impl fmt::Display for Unsuited {
    /// As it can follow `is` and a verb: `for Redis 8.0 only`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other { only } => write!(f, "for Redis {} only", two(only)),
            Self::Older { needs } => write!(f, "for Redis {} and newer", short(needs)),
            Self::OtherMajor { needs } => write!(f, "for Redis {}.x from {} on", needs.major, short(needs)),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingModule { asked, there } => {
                let name = asked.name.as_deref().map(|name| format!(" `{}`", shown(name))).unwrap_or_default();
                write!(f, "the cluster has no module{name}")?;
                let said = [("semantic_version", &asked.semantic_version), ("module_id", &asked.uid)];
                let said =
                    said.iter().filter_map(|(field, value)| Some(format!("`{field}` {}", shown(value.as_ref()?))));
                let said: Vec<String> = said.collect();
                if !said.is_empty() {
                    write!(f, " with {}", said.join(" and "))?;
                }
                if there.is_empty() {
                    return Ok(());
                }
                let has: Vec<String> = there
                    .iter()
                    .map(|(version, uid)| format!("{} (`module_id` {})", shown(version), shown(uid)))
                    .collect();
                write!(f, "; it has {}", listed(&has))
            }
            Self::NoArtifact { name } => {
                write!(f, "the artifact of `{}` is not on this node; {} uploads it", shown(name), Request::Artifact)
            }
            Self::NoBuild { name, redis, there, .. } => match there.as_slice() {
                [] => write!(f, "the cluster has no version of `{}`", shown(name)),
                [(version, why)] => {
                    write!(f, "`{}` {} is {why}, not for {}", shown(name), shown(version), two(redis))
                }
                there => {
                    let has: Vec<String> =
                        there.iter().map(|(version, why)| format!("{} is {why}", shown(version))).collect();
                    write!(f, "no version of `{}` is for Redis {}: {}", shown(name), two(redis), listed(&has))
                }
            },
            Self::UnknownRedis { asked, has } => {
                let has: Vec<String> = has.iter().map(two).collect();
                write!(f, "the cluster has no Redis {}; it has {}", shown(asked), listed(&has))
            }
            Self::OlderRedis { asked, has } => {
                write!(f, "Redis {} is older than the database's, which is {}", two(asked), two(has))
            }
            Self::RedisIsFixed { asked, has } => {
                write!(
                    f,
                    "`redis_version` is {}, and the database has {}, which only an upgrade changes",
                    shown(asked),
                    two(has)
                )
            }
            Self::ModulesAreFixed { name } => {
                write!(
                    f,
                    "`module_list` does not have the same modules as the database: it differs in `{}`",
                    shown(name)
                )
            }
            Self::Twice { name } => write!(f, "`module_list` has `{}` twice", shown(name)),
            Self::Memcached => f.write_str("`module_list` must be empty"),
            Self::Capability { module, capability, field, value } => write!(
                f,
                "`{field}` is {}, and the module `{}` {} does not have the capability `{capability}`",
                shorten(value, LONGEST),
                shown(&module.name),
                shown(&module.version)
            ),
            Self::Downgrade { from, to } => write!(
                f,
                "the database uses `{}` {}, and {} is lower",
                shown(&from.name),
                shown(&from.version),
                shown(to)
            ),
            Self::Unsuited { module, redis, why, .. } => write!(
                f,
                "`{}` {} is {why}, and the database has Redis {}",
                shown(&module.name),
                shown(&module.version),
                short(redis)
            ),
            Self::NewerCluster { module, needs, has } => write!(
                f,
                "`{}` {} needs Redis Enterprise {}, the cluster is {has}",
                shown(&module.name),
                shown(&module.version),
                short(needs)
            ),
            Self::NotUsed { asked, uses } => {
                write!(f, "the database does not use the module `{}`", shown(asked))?;
                let uses: Vec<String> = uses.iter().map(|name| format!("`{}`", shown(name))).collect();
                if uses.is_empty() { Ok(()) } else { write!(f, "; it uses {}", listed(&uses)) }
            }
            Self::OtherModule { from, to } => {
                write!(f, "the database uses the module `{}`, and the new one is `{}`", shown(from), shown(to))
            }
            Self::NotConfigurable { module } => {
                write!(f, "`{}` {} has no `config_command`", shown(&module.name), shown(&module.version))
            }
            Self::InUse { what, databases } => {
                let uids: Vec<String> = databases.iter().map(u32::to_string).collect();
                let noun = count(databases.len(), "database");
                let noun = noun.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
                write!(f, "{what} is in use by {noun} {}; DELETE /v1/bdbs/{{uid}} deletes a database", listed(&uids))
            }
        }
    }
}
