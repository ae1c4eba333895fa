//! What probably went wrong where the parser of the command line says only what it met.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

use super::values::{Taken, taken};
use ramp_core::metadata::fields::fields;

/// Adds to an error what may have been meant.
pub(crate) fn explain(err: &mut Error, args: &[OsString], ramp: &Command) {
    let command = innermost(args, ramp);
    let unknown = match err.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(arg)) if err.kind() == ErrorKind::UnknownArgument => Some(arg.clone()),
        _ => None,
    };
    if let Some(long) = unknown.as_deref().and_then(|arg| arg.strip_prefix("--")) {
        suggest(err, long, command);
        return;
    }
    let is_pack = args.get(1).is_some_and(|command| command == "pack");
    if !is_pack {
        return;
    }
    let taken = taken(args, command);
    let mut tips = match err.kind() {
        // The option that is there twice, or the argument too many, is what the variable was to come before.
        ErrorKind::UnknownArgument | ErrorKind::MissingRequiredArgument => {
            let is_slip =
                |taken: &&Taken| taken.is_option || taken.is_last && err.kind() == ErrorKind::MissingRequiredArgument;
            taken.iter().filter(is_slip).map(Taken::told).collect()
        }
        _ => Vec::new(),
    };
    let is_help = taken.iter().any(|taken| taken.option == "-h" && taken.is_last);
    let ends_in_it = args.last().is_some_and(|last| last == "-h") && err.kind() == ErrorKind::InvalidValue;
    if ends_in_it || is_help && !tips.is_empty() {
        tips = vec!["`-h` is `--homepage` here, as it is for `ramp-packer`; help is `ramp pack --help`".to_owned()];
    }
    if !tips.is_empty() {
        let tips = tips.into_iter().map(StyledStr::from).collect();
        err.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    }
}

impl Taken {
    /// What happened, and why it probably did.
    pub(crate) fn told(&self) -> String {
        let Self { option, value, .. } = self;
        let what = if self.is_option { ", an option," } else { "" };
        format!("`{option}` has taken `{value}`{what} for its value; was a variable empty?")
    }
}

impl Taken {
    /// The same, where packing goes on, with what comes of it.
    pub(crate) fn told_of_pack(&self) -> String {
        let Self { option, value, long, .. } = self;
        let sets = fields().iter().find(|field| field.option.as_ref().is_some_and(|of| of.long == *long));
        match sets {
            Some(field) => format!(
                "`{option}` has taken `{value}`, an option, for its value, so that `{}` is `{value}`; was a variable empty?",
                field.name
            ),
            None => self.told(),
        }
    }
}

/// The command that the arguments are for.
fn innermost<'a>(args: &[OsString], ramp: &'a Command) -> &'a Command {
    let mut names = args.iter().skip(1);
    let mut command = ramp;
    while let Some(inner) = names.next().and_then(|name| command.find_subcommand(name)) {
        command = inner;
    }
    command
}

/// Names the options that have most words in common with one that is not there; where none has half of them, the parser's guess,
/// which goes by letters, stands.
fn suggest(err: &mut Error, long: &str, command: &Command) {
    let words = |name: &str| name.split('-').map(str::to_owned).collect::<BTreeSet<_>>();
    let given = words(long);
    let common = |name: &str| {
        let other = words(name);
        (given.intersection(&other).count(), given.union(&other).count())
    };
    let longs = command.get_arguments().filter(|arg| !arg.is_hide_set()).filter_map(clap::Arg::get_long);
    let mut near: Vec<((usize, usize), &str)> = longs.map(|name| (common(name), name)).collect();
    near.retain(|((shared, all), _)| shared * 2 >= *all);
    // Of two that share as much, the one with less besides.
    near.sort_by_key(|((shared, all), name)| (Reverse(*shared), *all, *name));
    let Some((best, _)) = near.first().copied() else { return };
    let of_best = near.iter().take_while(|(common, _)| *common == best);
    let names = of_best.map(|(_, name)| format!("--{name}")).collect();
    // The usage shows what the parser guessed.
    if err.insert(ContextKind::SuggestedArg, ContextValue::Strings(names)).is_some() {
        err.remove(ContextKind::Usage);
    }
    err.remove(ContextKind::Suggested);
}
