//! Which arguments of `ramp pack` are options, and which the values of options.
//!
//! The reference has two short options of two letters, `-cc` and `-cr`, which no other command line knows; they are
//! rewritten to their long forms before anything else sees them. And what follows an option that takes a value is its value,
//! whatever it looks like: where a variable of a script is empty, that is the next option.

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use ramp_core::metadata::fields::fields;

/// An argument that was taken for the value of the option before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The option, as it is written.
    pub(crate) option: String,
    /// Its name, in its long form.
    pub(crate) long: String,
    /// What was taken for its value.
    pub(crate) value: String,
    /// Whether that is an option itself.
    pub(crate) is_option: bool,
    /// Whether nothing comes after it.
    pub(crate) is_last: bool,
}

/// What a short option of two letters stands for.
fn two_letters(name: &str) -> Option<&'static str> {
    let mut options = fields().iter().filter_map(|field| field.option.as_ref());
    let option = options.find(|option| name.len() == 3 && option.short.as_deref() == Some(name))?;
    Some(&option.long)
}

/// The arguments with `-cc` and `-cr` written out, where they are options of `ramp pack` and not the value of one.
pub(crate) fn write_out(args: impl IntoIterator<Item = OsString>, pack: &Command) -> Vec<OsString> {
    let mut args: Vec<OsString> = args.into_iter().collect();
    if args.get(1).is_none_or(|command| command != "pack") {
        return args;
    }
    let mut is_value = false;
    for arg in args.iter_mut().skip(2) {
        if std::mem::take(&mut is_value) {
            continue;
        }
        if arg == "--" {
            break;
        }
        let Some(text) = arg.to_str() else { continue };
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        match two_letters(name) {
            Some(long) => {
                is_value = value.is_none();
                *arg = value.map_or_else(|| long.into(), |value| format!("{long}={value}").into());
            }
            None => is_value = value_follows(text, pack),
        }
    }
    args
}

/// Whether the argument after this one is its value.
fn value_follows(text: &str, pack: &Command) -> bool {
    let takes_value = |is_it: &dyn Fn(&Arg) -> bool| {
        pack.get_arguments().any(|arg| !arg.is_positional() && arg.get_action().takes_values() && is_it(arg))
    };
    if let Some(long) = text.strip_prefix("--") {
        return takes_value(&|arg| arg.get_long() == Some(long));
    }
    let mut letters = text.strip_prefix('-').unwrap_or_default().chars();
    // Of several letters the first that takes a value takes the rest, if there is one.
    letters.by_ref().any(|letter| takes_value(&|arg| arg.get_short() == Some(letter))) && letters.as_str().is_empty()
}

/// What was taken for the value of an option, of arguments that [`write_out`] has written out.
pub(crate) fn taken(args: &[OsString], pack: &Command) -> Vec<Taken> {
    let mut taken = Vec::new();
    if args.get(1).is_none_or(|command| command != "pack") {
        return taken;
    }
    let mut option: Option<&str> = None;
    for (at, arg) in args.iter().enumerate().skip(2) {
        let text = arg.to_str().unwrap_or_default();
        if let Some(option) = option.take() {
            let (option, value) = (option.to_owned(), text.to_owned());
            let (long, is_option) = (long_of(&option, pack), is_option(text, pack));
            taken.push(Taken { option, long, value, is_option, is_last: at + 1 == args.len() });
        } else if text == "--" {
            break;
        } else {
            option = value_follows(text, pack).then_some(text);
        }
    }
    taken
}

/// The options that were given, by their long names.
pub(crate) fn given(matches: &ArgMatches, pack: &Command) -> Vec<String> {
    let is_given = |arg: &&Arg| matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    pack.get_arguments().filter(is_given).filter_map(|arg| arg.get_long().map(str::to_owned)).collect()
}

/// The long form of the option that takes a value, in an argument such as `--output`, `-o` or `-vo`.
fn long_of(text: &str, pack: &Command) -> String {
    let letter = text.chars().last();
    let of_letter = || pack.get_arguments().find(|arg| arg.get_short() == letter)?.get_long();
    match of_letter().filter(|_| !text.starts_with("--")) {
        Some(long) => format!("--{long}"),
        None => text.to_owned(),
    }
}

/// Whether it is how an option of this command is written.
fn is_option(text: &str, pack: &Command) -> bool {
    let name = text.split_once('=').map_or(text, |(name, _)| name);
    let letter = |short: &str| Some(short.chars().next()?).filter(|first| first.len_utf8() == short.len());
    match (name.strip_prefix("--"), name.strip_prefix('-').and_then(letter)) {
        (Some(long), _) => pack.get_arguments().any(|arg| arg.get_long() == Some(long)),
        (None, Some(letter)) => pack.get_arguments().any(|arg| arg.get_short() == Some(letter)),
        (None, None) => two_letters(name).is_some(),
    }
}
