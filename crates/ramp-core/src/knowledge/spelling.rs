//! The platform that a name was meant to be, by how people write such names: in another order, with other separators, with
//! or without the minor version, by the name of a rebuild.

use super::platforms::Platform;

/// No platform has a longer name.
const LONGEST: usize = 64;
/// How many letters two names must have in common to be the long and the short form of one: `rocky` and `rockylinux`.
const COMMON: usize = 4;

/// A name taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Parts {
    /// Its letters, in lower case.
    letters: String,
    /// Its numbers, in their order.
    numbers: Vec<String>,
}

impl Parts {
    fn of(name: &str) -> Self {
        let letters = name.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
        let numbers = name.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
        Self { letters, numbers: numbers.map(str::to_owned).collect() }
    }
}

/// How far two words are from each other; `None` for words that do not mean the same.
fn far(wanted: &str, known: &str) -> Option<usize> {
    let (short, long) = if wanted.len() < known.len() { (wanted, known) } else { (known, wanted) };
    match strsim::osa_distance(wanted, known) {
        0 => Some(0),
        _ if short.len() >= COMMON && long.starts_with(short) => Some(1),
        1 if short.len() >= COMMON => Some(2),
        _ => None,
    }
}

/// Whether numbers are those of a platform: its major version alone, its version in any writing, or the version and a
/// point release of it. `22.10` is not `22.04`.
fn are_of(numbers: &[String], platform: &Platform) -> bool {
    let version = Parts::of(&platform.version).numbers;
    numbers == [platform.major.as_str()]
        || numbers.concat() == version.concat()
        || (version.len() == 1 && numbers.starts_with(&version))
}

/// The platform that a name was meant to be; `None` where that could be several, or none.
pub(super) fn meant<'a>(platforms: &'a [Platform], name: &str) -> Option<&'a Platform> {
    if name.len() > LONGEST {
        return None;
    }
    let Parts { letters, numbers } = Parts::of(name);
    // As files of builds are called: `Linux-ubuntu22.04`.
    let letters = letters.strip_prefix("linux").filter(|rest| !rest.is_empty()).unwrap_or(&letters);
    let distance = |platform: &Platform| {
        let of_codename = |codename: &String| if numbers.is_empty() { far(letters, codename) } else { None };
        if !numbers.is_empty() && !are_of(&numbers, platform) {
            return None;
        }
        let known = [&platform.id, &platform.title].into_iter().chain(&platform.aliases);
        let named = known.filter_map(|name| far(letters, &Parts::of(name).letters)).filter(|_| !numbers.is_empty());
        named.chain(platform.codenames.iter().filter_map(of_codename)).min()
    };
    let found: Vec<(usize, &Platform)> = platforms.iter().filter_map(|p| Some((distance(p)?, p))).collect();
    let nearest = found.iter().map(|(far, _)| *far).min()?;
    let mut nearest = found.into_iter().filter(|(far, _)| *far == nearest);
    let (_, platform) = nearest.next()?;
    nearest.next().is_none().then_some(platform)
}
