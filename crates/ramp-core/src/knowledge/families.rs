//! The tables of platforms, a file for each family: read, put together with what others say of them, searched.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::libraries::{self, Offered};
use super::load::{self, KnowledgeError};
use super::platforms::{LibcKind, Platform};
use super::symbols::{self, NodeMeaning};

/// No platform has a longer name; what stands in metadata can be as long as the file.
const LONGEST: usize = 64;

fn compact(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase())
}

/// The platforms, and what their named symbol versions mean.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) platforms: Vec<Platform>,
    pub(super) nodes: Vec<NodeMeaning>,
    /// Where the platform of a name is: a list of systems in metadata can be as long as the file.
    names: HashMap<String, usize>,
}

impl Tables {
    fn new(platforms: Vec<Platform>, nodes: Vec<NodeMeaning>) -> Self {
        let mut names = HashMap::new();
        for (at, platform) in platforms.iter().enumerate() {
            let title: String = compact(&platform.title).collect();
            for name in platform.names().map(str::to_owned).chain([title]) {
                names.entry(name).or_insert(at);
            }
        }
        Self { platforms, nodes, names }
    }

    /// The platform that has this very name, in small letters and without blanks.
    fn named(&self, name: &str) -> Option<&Platform> {
        self.platforms.get(*self.names.get(name)?)
    }

    /// The platform a name means.
    pub(super) fn find(&self, name: &str) -> Option<&Platform> {
        if name.len() > LONGEST {
            return None;
        }
        let name: String = compact(name).collect();
        if let Some(platform) = self.named(&name) {
            return Some(platform);
        }
        // A point release (`rocky9.4`) is its major, where that is the whole version: `ubuntu22.10` is not 22.04.
        let (release, _) = name.rsplit_once('.')?;
        let version = release.trim_start_matches(|c: char| !c.is_ascii_digit());
        self.named(release).filter(|platform| platform.version == version && platform.answers_to(release))
    }
}

/// One file for each family.
const FILES: [(&str, &str); 5] = [
    ("platforms/rhel.toml", table!("src/knowledge/data/platforms/rhel.json")),
    ("platforms/ubuntu.toml", table!("src/knowledge/data/platforms/ubuntu.json")),
    ("platforms/amazon.toml", table!("src/knowledge/data/platforms/amazon.json")),
    ("platforms/debian.toml", table!("src/knowledge/data/platforms/debian.json")),
    ("platforms/alpine.toml", table!("src/knowledge/data/platforms/alpine.json")),
];

/// Which platforms the rows of libraries may speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// Those that are there.
    AllKnown,
    /// Others too, which are not there.
    SomeKnown,
}

pub(super) fn load() -> Result<Tables, KnowledgeError> {
    load_files(&FILES, Rows::AllKnown)
}

fn load_files(files: &[(&'static str, &str)], rows: Rows) -> Result<Tables, KnowledgeError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        platforms: Vec<Platform>,
    }
    let mut platforms = Vec::new();
    for (file, text) in files {
        platforms.extend(load::read::<File>(file, text)?.platforms);
    }
    let nodes = symbols::load()?;
    give_architectures(&mut platforms, &nodes)?;
    for row in libraries::load()? {
        give_libraries(&mut platforms, &row, rows)?;
    }
    Ok(Tables::new(platforms, nodes))
}

/// Tells the named symbol versions of each platform their architectures.
fn give_architectures(platforms: &mut [Platform], meanings: &[NodeMeaning]) -> Result<(), KnowledgeError> {
    for platform in platforms {
        for node in &mut platform.nodes {
            let meaning = meanings.iter().find(|meaning| meaning.name == node.name).ok_or_else(|| {
                KnowledgeError::UnknownNode { platform: platform.id.clone(), node: node.name.clone() }
            })?;
            node.architectures.clone_from(&meaning.architectures);
        }
    }
    Ok(())
}

/// Hands a row to each platform that it speaks of.
fn give_libraries(platforms: &mut [Platform], row: &Offered, rows: Rows) -> Result<(), KnowledgeError> {
    for name in &row.on {
        let kind = match name.as_str() {
            "glibc" => Some(LibcKind::Glibc),
            "musl" => Some(LibcKind::Musl),
            _ => None,
        };
        let mut known = false;
        for platform in platforms.iter_mut().filter(|p| p.id == *name || Some(p.libc.kind) == kind) {
            known = true;
            platform.libraries.extend_from_slice(&row.libraries);
        }
        if !known && rows == Rows::AllKnown {
            return Err(KnowledgeError::UnknownPlatform { file: row.file, platform: name.clone() });
        }
    }
    Ok(())
}

/// The platforms of each family, read when one of them is first asked for. All of them take a tenth of the time in which a
/// process judges a small bundle, which asks for one or two.
#[derive(Debug)]
pub(super) struct Families([OnceLock<Tables>; FILES.len()]);

impl Families {
    pub(super) const fn new() -> Self {
        Self([const { OnceLock::new() }; FILES.len()])
    }

    /// The platform that has this name as its id, alias, codename or title. `None` may also mean that it goes by a point
    /// release, or that its family cannot be read: [`Tables::find`] knows.
    pub(super) fn find(&self, name: &str) -> Option<&Platform> {
        if name.len() > LONGEST {
            return None;
        }
        let name: String = compact(name).collect();
        // Those that are read already are searched sooner than the text of the others.
        if let Some(platform) = self.0.iter().filter_map(OnceLock::get).find_map(|family| family.named(&name)) {
            return Some(platform);
        }
        let written = format!("\"{name}\"");
        let may_have_it = |(_, text): &(&str, &str)| text.contains(&written);
        self.read(may_have_it).find_map(|family| family.named(&name))
    }

    /// Every platform; a family is read when it is its turn.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Platform> {
        self.read(|_| true).flat_map(|family| &family.platforms)
    }

    fn read(&self, wanted: impl Fn(&(&str, &str)) -> bool) -> impl Iterator<Item = &Tables> {
        FILES
            .iter()
            .zip(&self.0)
            .filter(move |(file, _)| wanted(file))
            .map(|(file, family)| family.get_or_init(|| load_files(&[*file], Rows::SomeKnown).unwrap_or_default()))
    }
}
