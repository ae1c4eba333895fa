//! Which files of a crate know each other.
//!
//! An arrow goes from file A to file B where A takes an item by name that is defined in B: in a `use`, or in any path of
//! its code. A re-export is followed to the file that defines the item, and is not an arrow by itself in a module above that
//! file; nor is `mod b;`. An `impl` takes its type and its trait. Code that is only there in tests is left out.
//!
//! Names inside the arguments of a macro are looked for as far as they look like paths, and what a macro defines is
//! taken to be in the file that calls it. Not seen is what takes no name: a method called on a value, a field, and what
//! is behind a type parameter.
//!
//! ```
//! use ramp_fixtures::circles::circles;
//!
//! let src = tempfile::tempdir().unwrap();
//! let write = |name: &str, text: &str| std::fs::write(src.path().join(name), text).unwrap();
//! write("lib.rs", "mod egg; mod hen; pub use egg::Egg;");
//! write("egg.rs", "pub struct Egg(pub crate::hen::Hen);");
//! write("hen.rs", "use crate::Egg; pub struct Hen; impl Hen { pub fn lay(self) -> Egg { Egg(self) } }");
//! let found = circles(src.path());
//! assert_eq!(found[0].members, ["egg.rs", "hen.rs"]);
//! assert_eq!(found[0].arrows[1].to_string(), "hen.rs -> egg.rs: Egg");
//! ```

mod house;
mod imports;
mod mentions;
mod resolve;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use house::House;

/// One file takes names from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrow {
    /// The file that takes them, below the sources, with `/` on every system.
    pub from: String,
    /// The file that defines them.
    pub to: String,
    /// The names, as they are defined.
    pub names: BTreeSet<String>,
}

impl fmt::Display for Arrow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        write!(f, "{} -> {}: {}", self.from, self.to, names.join(", "))
    }
}

/// Files or rooms of which each needs every other, directly or through others of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    /// Who is in it.
    pub members: Vec<String>,
    /// What ties them.
    pub arrows: Vec<Arrow>,
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} know each other", self.members.join(", "))?;
        self.arrows.iter().try_for_each(|arrow| write!(f, "\n  {arrow}"))
    }
}

/// Every arrow between the files of the crate whose sources are under `src`.
///
/// # Panics
///
/// If a source cannot be read or is not Rust, or takes a name from its own crate that cannot be found: an arrow would
/// be missed.
pub fn arrows(src: &Path) -> Vec<Arrow> {
    arrows_of(&House::read(src))
}

fn arrows_of(house: &House) -> Vec<Arrow> {
    let takings = house.takings().into_iter();
    gathered(takings.map(|(from, to, name)| (house.files[from].clone(), house.files[to].clone(), [name].into())))
}

fn gathered(taken: impl Iterator<Item = (String, String, BTreeSet<String>)>) -> Vec<Arrow> {
    let mut arrows: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for (from, to, names) in taken {
        arrows.entry((from, to)).or_default().extend(names);
    }
    arrows.into_iter().map(|((from, to), names)| Arrow { from, to, names }).collect()
}

/// Every circle among the files of the crate whose sources are under `src`: none, in a house in good order.
///
/// # Panics
///
/// Where [`arrows`] does.
pub fn circles(src: &Path) -> Vec<Circle> {
    circles_of(&arrows(src))
}

/// Every circle among rooms that stand side by side in a folder: files, or folders with all in them.
///
/// Two folders can know each other though no file of theirs is in a circle. The file that is the folder itself
/// (`mod.rs`, `lib.rs`) stands above its rooms, and is not one of them.
///
/// # Panics
///
/// Where [`arrows`] does.
pub fn room_circles(src: &Path) -> Vec<Circle> {
    room_circles_of(arrows(src))
}

/// Every circle of both kinds, in words; nothing, in a house in good order.
///
/// # Panics
///
/// Where [`arrows`] does.
pub fn told(src: &Path) -> String {
    let arrows = arrows(src);
    let of_files = circles_of(&arrows);
    let all = of_files.into_iter().chain(room_circles_of(arrows));
    all.map(|circle| circle.to_string()).collect::<Vec<_>>().join("\n")
}

fn room_circles_of(arrows: Vec<Arrow>) -> Vec<Circle> {
    let between = arrows.into_iter().filter_map(|arrow| {
        let shared = arrow.from.split('/').zip(arrow.to.split('/')).take_while(|(from, to)| from == to).count();
        let room = |file: &str| {
            let parts: Vec<&str> = file.trim_end_matches(".rs").split('/').take(shared + 1).collect();
            let is_folder_itself = matches!(parts.last(), Some(&("mod" | "lib" | "main")));
            (!is_folder_itself).then(|| parts.join("/"))
        };
        let (from, to) = (room(&arrow.from)?, room(&arrow.to)?);
        (from != to).then_some((from, to, arrow.names))
    });
    circles_of(&gathered(between))
}

fn circles_of(arrows: &[Arrow]) -> Vec<Circle> {
    let reached_from = |start: &str| {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut next = vec![start.to_owned()];
        while let Some(at) = next.pop() {
            let steps = arrows.iter().filter(|arrow| arrow.from == at).map(|arrow| arrow.to.as_str());
            next.extend(steps.filter(|to| seen.insert(to)).map(str::to_owned));
        }
        seen
    };
    let reached: BTreeMap<&str, _> = arrows.iter().map(|a| (a.from.as_str(), reached_from(&a.from))).collect();
    let leads = |from: &str, to: &str| reached.get(from).is_some_and(|seen| seen.contains(to));
    let mut circles: Vec<Circle> = Vec::new();
    for &first in reached.keys().filter(|name| leads(name, name)) {
        if circles.iter().any(|circle| circle.members.iter().any(|name| name == first)) {
            continue;
        }
        let both_ways = reached.keys().filter(|name| leads(first, name) && leads(name, first));
        let members: Vec<String> = both_ways.map(ToString::to_string).collect();
        let ties = arrows.iter().filter(|arrow| members.contains(&arrow.from) && members.contains(&arrow.to));
        circles.push(Circle { arrows: ties.cloned().collect(), members });
    }
    circles
}

/// The arrows that go up, or to a neighbour, where the rooms of the crate stand in `layers`, the lowest first.
///
/// A room is a file, or a folder with all in it: `version` is `version.rs`, `bundle` is `bundle/` and `bundle.rs`, and
/// `bundle/name` can be a room by itself. Rooms of one layer must not know each other. What no layer names stands above
/// all of them.
///
/// # Panics
///
/// Where [`arrows`] does, and if there is no room of a name.
pub fn layers(src: &Path, layers: &[&[&str]]) -> Vec<Arrow> {
    let room = |file: &str| {
        let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
        let rooms = layers.iter().enumerate().flat_map(|(floor, rooms)| rooms.iter().map(move |room| (floor, *room)));
        let inside = |room: &str| path.strip_prefix(room).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        rooms.filter(|(_, room)| inside(room)).max_by_key(|(_, room)| room.len()).unwrap_or((layers.len(), ""))
    };
    let house = House::read(src);
    for wanted in layers.iter().copied().flatten() {
        assert!(house.files.iter().any(|file| room(file).1 == *wanted), "there is no room `{wanted}`");
    }
    let breaks = |arrow: &Arrow| {
        let (from, to) = (room(&arrow.from), room(&arrow.to));
        from != to && from.0 <= to.0
    };
    arrows_of(&house).into_iter().filter(breaks).collect()
}
