//! What is asked of the server, and what its answers mean.

use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use ramp_core::module::{CommandSpec, Discovery};
use ramp_core::text::count;

use crate::error::{Asked, ProbeError};
use crate::probed::{AskedServer, Probed};
use crate::resp::Reply;
use crate::sense;
use crate::server::{Plan, Server};

/// Commands asked for at once.
const BATCH: usize = 200;

/// A row of `MODULE LIST`.
#[derive(Debug, PartialEq, Eq)]
struct Loaded {
    name: Vec<u8>,
    version: i64,
    /// Told from Redis 7.0 on.
    path: Option<Vec<u8>>,
}

/// Starts the server, asks it, and ends it.
pub(crate) fn discover(plan: &Plan<'_>) -> Result<Probed, ProbeError> {
    let (mut server, path) = plan.start()?;
    let info = match server.ask([b"INFO".as_slice(), b"server"])? {
        Reply::Text(info) => String::from_utf8_lossy(&info).into_owned(),
        _ => String::new(),
    };
    let mut bare = None;
    let module = identify(&mut server, &path, &mut || with_bare(plan, &mut bare, modules))?;
    let commands = match names_of(&mut server, &module.name)? {
        Some(names) => describe(&mut server, &names)?,
        None => {
            let known = with_bare(plan, &mut bare, all_commands)?;
            let known: BTreeSet<String> = known.into_iter().map(|command| command.command_name).collect();
            let mut commands = all_commands(&mut server)?;
            commands.retain(|command| !known.contains(&command.command_name));
            commands
        }
    };
    let module_name = text(&mut server, module.name, "the module's name")?;
    if let Some(what) = sense::oddity(&module_name, module.version) {
        return Err(server.protocol(what));
    }
    let unguarded = server.unguarded();
    Ok(Probed {
        discovery: Discovery { module_name, version: module.version, commands: sorted(commands) },
        by: Asked::RedisServer,
        server: Some(AskedServer::new(plan.executable().to_owned(), &info)),
        registration: None,
        unguarded,
    })
}

fn sorted(mut commands: Vec<CommandSpec>) -> Vec<CommandSpec> {
    commands.sort_by(|a, b| a.command_name.cmp(&b.command_name));
    commands.dedup_by(|a, b| a.command_name == b.command_name);
    commands
}

/// Asks a bare server, which is started when first needed.
fn with_bare<'a, T>(
    plan: &'a Plan<'_>,
    bare: &mut Option<Server<'a>>,
    ask: impl FnOnce(&mut Server<'_>) -> Result<T, ProbeError>,
) -> Result<T, ProbeError> {
    match bare {
        Some(server) => ask(server),
        None => ask(bare.insert(plan.start_bare()?)),
    }
}

/// The module among those that are loaded, of which some servers have their own.
fn identify(
    server: &mut Server<'_>,
    path: &Path,
    bare: &mut dyn FnMut() -> Result<Vec<Loaded>, ProbeError>,
) -> Result<Loaded, ProbeError> {
    let mut loaded = modules(server)?;
    let is_ours = |module: &Loaded| module.path.as_deref() == Some(path.as_os_str().as_bytes());
    if loaded.iter().any(is_ours) {
        loaded.retain(is_ours);
    } else if loaded.len() > 1 {
        let others = bare()?;
        loaded.retain(|module| !others.iter().any(|other| other.name == module.name));
    }
    match (loaded.pop(), loaded.len()) {
        (Some(module), 0) => Ok(module),
        (None, _) => Err(server.protocol("no module is loaded, though the server has started")),
        (Some(_), more) => Err(server.protocol(format!("{} are loaded instead of one", count(more + 1, "module")))),
    }
}

fn modules(server: &mut Server<'_>) -> Result<Vec<Loaded>, ProbeError> {
    let rows = array(server, &[b"MODULE", b"LIST"])?;
    let rows: Option<Vec<Loaded>> = rows.into_iter().map(module_row).collect();
    rows.ok_or_else(|| server.protocol("MODULE LIST is not a list of modules"))
}

/// Name and value in turns.
fn module_row(row: Reply) -> Option<Loaded> {
    let Reply::Array(fields) = row else { return None };
    let (mut name, mut version, mut path) = (None, None, None);
    let mut fields = fields.into_iter();
    while let (Some(key), Some(value)) = (fields.next(), fields.next()) {
        match (key, value) {
            (Reply::Text(key), Reply::Text(value)) if key == b"name" => name = Some(value),
            (Reply::Text(key), Reply::Integer(value)) if key == b"ver" => version = Some(value),
            (Reply::Text(key), Reply::Text(value)) if key == b"path" => path = Some(value),
            _ => {}
        }
    }
    Some(Loaded { name: name?, version: version?, path })
}

/// The names of a module's commands; `None` if the server cannot tell, as those before 7.0.
fn names_of(server: &mut Server<'_>, module: &[u8]) -> Result<Option<Vec<Vec<u8>>>, ProbeError> {
    let words: [&[u8]; 5] = [b"COMMAND", b"LIST", b"FILTERBY", b"MODULE", module];
    match server.ask(words)? {
        Reply::Error(_) => Ok(None),
        Reply::Array(names) => match names_in(names) {
            Some(names) => Ok(Some(names)),
            None => Err(server.protocol("COMMAND LIST is not a list of names")),
        },
        _ => Err(server.protocol("COMMAND LIST is not a list")),
    }
}

/// Commands, without the subcommands (`command|subcommand`) of those that are listed too.
fn names_in(replies: Vec<Reply>) -> Option<Vec<Vec<u8>>> {
    let names: Option<BTreeSet<Vec<u8>>> = replies
        .into_iter()
        .map(|reply| match reply {
            Reply::Text(name) => Some(name),
            _ => None,
        })
        .collect();
    let names = names?;
    let is_sub = |name: &[u8]| {
        let bar = name.iter().position(|byte| *byte == b'|');
        bar.and_then(|bar| name.get(..bar)).is_some_and(|parent| names.contains(parent))
    };
    Some(names.iter().filter(|name| !is_sub(name)).cloned().collect())
}

fn describe(server: &mut Server<'_>, names: &[Vec<u8>]) -> Result<Vec<CommandSpec>, ProbeError> {
    let mut commands = Vec::with_capacity(names.len());
    for batch in names.chunks(BATCH) {
        let words: [&[u8]; 2] = [b"COMMAND", b"INFO"];
        let words: Vec<&[u8]> = words.into_iter().chain(batch.iter().map(Vec::as_slice)).collect();
        let infos = array(server, &words)?;
        if infos.len() != batch.len() {
            return Err(server.protocol(format!(
                "{} described, where {} were asked for",
                count(infos.len(), "command"),
                batch.len()
            )));
        }
        commands.extend(specs(server, infos)?);
    }
    Ok(commands)
}

fn all_commands(server: &mut Server<'_>) -> Result<Vec<CommandSpec>, ProbeError> {
    let infos = array(server, &[b"COMMAND"])?;
    specs(server, infos)
}

fn specs(server: &mut Server<'_>, infos: Vec<Reply>) -> Result<Vec<CommandSpec>, ProbeError> {
    infos.into_iter().map(|info| command(info).map_err(|what| server.protocol(what))).collect()
}

/// `[name, arity, [flag, …], first key, last key, step, …]`
fn command(info: Reply) -> Result<CommandSpec, &'static str> {
    const WRONG: &str = "a command's description does not have the form of one";
    let Reply::Array(fields) = info else { return Err(WRONG) };
    let mut fields = fields.into_iter();
    let mut next = || fields.next().ok_or(WRONG);
    let text = |reply| match reply {
        Reply::Text(bytes) => String::from_utf8(bytes).map_err(|_| "a command's name or flag is not UTF-8"),
        _ => Err(WRONG),
    };
    let integer = |reply| match reply {
        Reply::Integer(number) => Ok(number),
        _ => Err(WRONG),
    };
    let command_name = text(next()?)?;
    let command_arity = integer(next()?)?;
    let Reply::Array(flags) = next()? else { return Err(WRONG) };
    let flags = flags.into_iter().map(text).collect::<Result<_, _>>()?;
    let (first_key, last_key, step) = (integer(next()?)?, integer(next()?)?, integer(next()?)?);
    Ok(CommandSpec { command_name, command_arity, flags, first_key, last_key, step })
}

fn array(server: &mut Server<'_>, words: &[&[u8]]) -> Result<Vec<Reply>, ProbeError> {
    match server.ask(words.iter().copied())? {
        Reply::Array(replies) => Ok(replies),
        Reply::Error(message) => Err(server.protocol(message)),
        _ => Err(server.protocol("a list was expected, and something else came")),
    }
}

fn text(server: &mut Server<'_>, bytes: Vec<u8>, what: &str) -> Result<String, ProbeError> {
    String::from_utf8(bytes).map_err(|_| server.protocol(format!("{what} is not UTF-8")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Reply {
        Reply::Text(text.into())
    }

    #[test]
    fn rows_of_module_list() {
        let old = Reply::Array(vec![text("name"), text("x"), text("ver"), Reply::Integer(10203)]);
        assert_eq!(module_row(old), Some(Loaded { name: b"x".to_vec(), version: 10203, path: None }));
        let new = [text("name"), text("x"), text("ver"), Reply::Integer(1), text("path"), text("/x.so"), text("args")];
        let new = Reply::Array(new.into_iter().chain([Reply::Array(vec![])]).collect());
        let expected = Loaded { name: b"x".to_vec(), version: 1, path: Some(b"/x.so".to_vec()) };
        assert_eq!(module_row(new), Some(expected));
        assert_eq!(module_row(Reply::Array(vec![text("name")])), None);
        assert_eq!(module_row(Reply::Nil), None);
    }

    #[test]
    fn subcommands_are_left_out() {
        let names = ["b|c|d", "a", "a|x", "B", "|"].map(text).to_vec();
        let names = names_in(names).unwrap();
        assert_eq!(names, [&b"B"[..], b"a", b"b|c|d", b"|"]);
        assert_eq!(names_in(vec![Reply::Nil]), None);
    }

    #[test]
    fn descriptions() {
        let numbers = [1, -1, 2].map(Reply::Integer);
        let head = [text("a.B"), Reply::Integer(-2), Reply::Array(vec![text("write"), text("module")])];
        let info: Vec<Reply> = head.into_iter().chain(numbers).chain([Reply::Array(vec![])]).collect();
        let spec = command(Reply::Array(info.clone())).unwrap();
        assert_eq!((spec.command_name.as_str(), spec.command_arity), ("a.B", -2));
        assert_eq!(spec.flags, ["write", "module"]);
        assert_eq!((spec.first_key, spec.last_key, spec.step), (1, -1, 2));
        for length in 0..6 {
            assert!(command(Reply::Array(info.iter().take(length).cloned().collect())).is_err());
        }
        assert!(command(Reply::Nil).is_err());
    }
}
