//! The commands that a module registers, and which the server would refuse.
//!
//! Source: a module that tries each, in running servers of 6.2, 7.0, 7.2, 7.4 and 8.2.

use std::collections::HashMap;

use ramp_core::knowledge::Knowledge;
use ramp_core::module::CommandSpec;

use super::flags::Flags;
use super::keys::{self, Positions};
use crate::played::PlayedVersion;
use ramp_core::module::{KeySpec, RegisteredCommand};

/// Why a call fails: what the server answers is in every case an error without words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused;

/// What `RedisModule_SetCommandInfo` says of a command.
#[derive(Debug, Clone, Default)]
pub(super) struct CommandInfo {
    pub(super) summary: Option<String>,
    pub(super) complexity: Option<String>,
    pub(super) since: Option<String>,
    pub(super) tips: Vec<String>,
    pub(super) arity: i64,
    pub(super) key_specs: Vec<KeySpec>,
}

/// What a command is registered with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared<'a> {
    pub(super) name: &'a [u8],
    pub(super) flags: &'a [u8],
    pub(super) positions: Positions,
    /// Whether there is a function to call; a mere container of subcommands has none.
    pub(super) is_callable: bool,
}

#[derive(Debug)]
struct Command {
    /// Of a subcommand with its parent's, and a bar between.
    name: Vec<u8>,
    parent: Option<usize>,
    is_callable: bool,
    flags: Flags,
    positions: Positions,
    info: Option<CommandInfo>,
    acl_categories: Vec<String>,
}

/// All commands of the module. A command goes by its number.
#[derive(Debug)]
pub(super) struct Commands {
    version: PlayedVersion,
    all: Vec<Command>,
    /// By name, in lower case.
    places: HashMap<Vec<u8>, usize>,
    /// For each command its subcommands.
    below: HashMap<usize, Vec<usize>>,
}

impl Commands {
    pub(super) fn new(version: PlayedVersion) -> Self {
        Self { version, all: Vec::new(), places: HashMap::new(), below: HashMap::new() }
    }

    /// A new command.
    pub(super) fn create(&mut self, declared: Declared<'_>) -> Result<usize, Refused> {
        self.add(declared, declared.name.to_vec(), None)
    }

    /// A new subcommand; those are only in what cannot be called itself, and have none in turn.
    pub(super) fn create_sub(&mut self, parent: usize, declared: Declared<'_>) -> Result<usize, Refused> {
        let above = self.all.get(parent).ok_or(Refused)?;
        if above.is_callable || above.parent.is_some() {
            return Err(Refused);
        }
        let name = [&above.name, &b"|"[..], declared.name].concat();
        self.add(declared, name, Some(parent))
    }

    fn add(&mut self, declared: Declared<'_>, name: Vec<u8>, parent: Option<usize>) -> Result<usize, Refused> {
        let flags = Flags::declared(declared.flags, self.version).ok_or(Refused)?;
        let separates = |byte: &u8| matches!(byte, b' ' | b'\r' | b'\n' | b'|' | b'@' | b'=' | b',');
        if self.version.is_from(7, 2) && declared.name.iter().any(separates) {
            return Err(Refused);
        }
        let key = name.to_ascii_lowercase();
        if self.places.contains_key(&key) || self.is_native(&key) {
            return Err(Refused);
        }
        let at = self.all.len();
        self.places.insert(key, at);
        if let Some(parent) = parent {
            self.below.entry(parent).or_default().push(at);
        }
        self.all.push(Command {
            name,
            parent,
            is_callable: declared.is_callable,
            flags,
            positions: declared.positions,
            info: None,
            acl_categories: Vec::new(),
        });
        Ok(at)
    }

    /// Whether the version that is played has a command of that name itself.
    fn is_native(&self, name: &[u8]) -> bool {
        let since = std::str::from_utf8(name).ok().and_then(|name| Knowledge::builtin().command_since(name));
        let pair = since.and_then(|since| since.split_once('.'));
        pair.is_some_and(|(major, minor)| match (major.parse(), minor.parse()) {
            (Ok(major), Ok(minor)) => self.version.is_from(major, minor),
            _ => true,
        })
    }

    /// A command of the module by its name, `command|subcommand` too, in any letter case.
    pub(super) fn find(&self, name: &[u8]) -> Option<usize> {
        self.places.get(&name.to_ascii_lowercase()).copied()
    }

    /// Says more of a command, once.
    pub(super) fn describe(&mut self, at: usize, info: CommandInfo) -> Result<(), Refused> {
        let command = self.all.get_mut(at).ok_or(Refused)?;
        if command.info.is_some() {
            return Err(Refused);
        }
        command.info = Some(info);
        Ok(())
    }

    /// Puts a command into ACL categories.
    pub(super) fn categorize(&mut self, at: usize, categories: Vec<String>) -> Result<(), Refused> {
        self.all.get_mut(at).ok_or(Refused)?.acl_categories = categories;
        Ok(())
    }

    /// The commands as ordinary clients see them, sorted by the bytes of their names; or a name that is not UTF-8.
    pub(super) fn shown(&self) -> Result<Vec<RegisteredCommand>, Vec<u8>> {
        let above = self.all.iter().enumerate().filter(|(_, command)| command.parent.is_none());
        let mut shown: Vec<RegisteredCommand> =
            above.filter_map(|(at, command)| self.show(at, command).transpose()).collect::<Result<_, _>>()?;
        shown.sort_by(|a, b| a.spec.command_name.cmp(&b.spec.command_name));
        Ok(shown)
    }

    fn show(&self, at: usize, command: &Command) -> Result<Option<RegisteredCommand>, Vec<u8>> {
        if command.flags.is_internal() {
            return Ok(None);
        }
        let info = command.info.clone().unwrap_or_default();
        let key_specs = match info.key_specs {
            specs if !specs.is_empty() => specs,
            _ if self.version.is_from(7, 0) => keys::derived(command.positions, command.flags.has_keys_api()),
            _ => Vec::new(),
        };
        let (positions, movable) = keys::shown(&key_specs, command.positions, self.version);
        let container = !command.is_callable && self.version.is_from(7, 0) || command.parent.is_some();
        let arity = match info.arity {
            0 if container => -2,
            0 => -1,
            arity => arity,
        };
        let command_name = String::from_utf8(command.name.clone()).map_err(std::string::FromUtf8Error::into_bytes)?;
        let below = self.below.get(&at).into_iter().flatten();
        let below = below.filter_map(|at| Some((*at, self.all.get(*at)?)));
        Ok(Some(RegisteredCommand {
            spec: CommandSpec {
                command_name,
                command_arity: arity,
                flags: command.flags.shown(movable, self.version),
                first_key: positions.first,
                last_key: positions.last,
                step: positions.step,
            },
            acl_categories: command.acl_categories.clone(),
            tips: info.tips,
            key_specs,
            summary: info.summary,
            complexity: info.complexity,
            since: info.since,
            subcommands: below.filter_map(|(at, sub)| self.show(at, sub).transpose()).collect::<Result<_, _>>()?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(name: &str) -> Declared<'_> {
        Declared { name: name.as_bytes(), flags: b"", positions: Positions::default(), is_callable: true }
    }

    fn commands(version: &str) -> Commands {
        Commands::new(version.parse().unwrap())
    }

    #[test]
    fn names_that_a_server_takes() {
        for (name, version, taken) in [
            ("hello.greet", "7.4", true),
            ("", "7.4", true),
            ("a\tb", "7.4", true),
            ("gr\u{f6}\u{df}e", "7.4", true),
            ("a b", "7.2", false),
            ("a b", "7.0", true),
            ("a|b", "7.2", false),
            ("GET", "7.4", false),
            ("vadd", "7.4", true),
            ("VADD", "8.0", false),
        ] {
            assert_eq!(commands(version).create(declared(name)).is_ok(), taken, "{name:?} {version}");
        }
        let mut twice = commands("7.4");
        assert!(twice.create(declared("dup.a")).is_ok());
        assert_eq!(twice.create(declared("DUP.A")), Err(Refused));
    }

    #[test]
    fn subcommands() {
        let mut commands = commands("7.4");
        let container = commands.create(Declared { is_callable: false, ..declared("Box") }).unwrap();
        let sub = commands.create_sub(container, declared("Open")).unwrap();
        assert_eq!(commands.create_sub(container, declared("OPEN")), Err(Refused));
        assert_eq!(commands.create_sub(sub, declared("deeper")), Err(Refused));
        let plain = commands.create(declared("plain")).unwrap();
        assert_eq!(commands.create_sub(plain, declared("x")), Err(Refused));
        assert_eq!(commands.find(b"BOX|open"), Some(sub));
        let shown = commands.shown().unwrap();
        let names: Vec<_> = shown.iter().map(|c| (c.spec.command_name.as_str(), c.spec.command_arity)).collect();
        assert_eq!(names, [("Box", -2), ("plain", -1)]);
        let below = &shown[0].subcommands[0].spec;
        assert_eq!((below.command_name.as_str(), below.command_arity), ("Box|Open", -2));
    }

    #[test]
    fn what_is_said_more() {
        let mut commands = commands("8.0");
        let at = commands.create(declared("a")).unwrap();
        let hidden = commands.create(Declared { flags: b"internal", ..declared("b") });
        assert!(hidden.is_ok());
        let info = CommandInfo { arity: 3, summary: Some("x".into()), ..CommandInfo::default() };
        assert_eq!(commands.describe(at, info.clone()), Ok(()));
        assert_eq!(commands.describe(at, info), Err(Refused));
        let shown = commands.shown().unwrap();
        assert_eq!((shown.len(), shown[0].spec.command_arity, shown[0].summary.as_deref()), (1, 3, Some("x")));
        commands.create(Declared { name: b"\xff", ..declared("") }).unwrap();
        assert_eq!(commands.shown(), Err(b"\xff".to_vec()));
    }
}
