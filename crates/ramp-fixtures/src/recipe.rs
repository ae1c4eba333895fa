//! Bundles that grow from a few bytes. What costs much is long, and of one kind; a recipe for it is short enough to be searched for.
//!
//! A recipe is pieces between bytes of 0xFF. Of each piece the first byte says what it makes, the second how often (a power of two), the
//! third what belongs to that, and the rest is a text, in which `#` is the running number.

use serde_json::{Map, Value, json};

use crate::bundle::BundleBuilder;
use crate::elf::{ElfBuilder, HashStyle};
use crate::tgz::{self, Member};
use crate::zip::Entry;

/// Between two pieces.
pub const END: u8 = 0xFF;
/// The members of `module.json` that a piece can be of.
pub const FIELDS: [&str; 24] = [
    "operating_systems",
    "operating_system",
    "capabilities",
    "commands",
    "dependencies",
    "optional-dependencies",
    "version",
    "semantic_version",
    "description",
    "email",
    "homepage",
    "license",
    "command_line_args",
    "display_name",
    "module_name",
    "min_redis_pack_version",
    "min_redis_version",
    "module_file",
    "architecture",
    "sha256",
    "git_sha",
    "platforms",
    "os_list",
    "exclude_commands",
];
/// How many bytes a piece may grow to, and a list of them.
const MOST_BYTES: usize = 8 << 20;
const MOST_MEMBERS: usize = 60_000;
const MOST_SYMBOLS: usize = 200_000;
/// Their numbers have 15 bits.
const MOST_VERSIONS: usize = 10_000;

/// What a piece makes; its number is the first byte, taken modulo their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    /// A member of `module.json`: a list of texts.
    Texts,
    /// A member of `module.json`: an object with these keys.
    Keys,
    /// A member of `module.json`: a list of JSON values.
    Values,
    /// A member of `module.json`: one text.
    Text,
    /// Members of `module.json` that nobody knows.
    Unknown,
    /// Commands of that name.
    Commands,
    /// Files under `deps/`.
    Files,
    /// Members of an archive under `deps/`.
    ArchiveFiles,
    /// Records of an extended header in it.
    ArchiveRecords,
    Exports,
    Undefined,
    Versions,
    Libraries,
    Definitions,
    /// A number in `module.json`, of these digits.
    Number,
    /// Dependencies with an address of that text.
    Addresses,
    /// A member of `module.json`: this JSON value.
    Value,
}

impl Kind {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 17] = [
        Self::Texts,
        Self::Keys,
        Self::Values,
        Self::Text,
        Self::Unknown,
        Self::Commands,
        Self::Files,
        Self::ArchiveFiles,
        Self::ArchiveRecords,
        Self::Exports,
        Self::Undefined,
        Self::Versions,
        Self::Libraries,
        Self::Definitions,
        Self::Number,
        Self::Addresses,
        Self::Value,
    ];

    /// A piece of that kind: so often two to the power of `power`, of that text.
    pub fn piece(self, power: u8, more: u8, text: &str) -> Vec<u8> {
        let number = Self::ALL.iter().position(|kind| *kind == self).and_then(|number| u8::try_from(number).ok());
        [&[number.unwrap_or_default(), power, more][..], text.as_bytes()].concat()
    }
}

/// The bundle that a recipe makes.
pub fn bundle(recipe: &[u8]) -> Vec<u8> {
    let mut parts = Parts::default();
    for piece in recipe.split(|byte| *byte == END) {
        if let [kind, power, more, text @ ..] = piece {
            let kind = Kind::ALL[usize::from(*kind) % Kind::ALL.len()];
            let text = String::from_utf8_lossy(text);
            let count = (1 << (power % 20)).min(MOST_BYTES / (text.len() + 8));
            parts.add(kind, count, usize::from(*more), &text);
        }
    }
    parts.build()
}

/// What the pieces are put together in.
#[derive(Debug)]
struct Parts {
    fields: Map<String, Value>,
    /// What is no JSON as it is read here.
    raw: String,
    elf: ElfBuilder,
    symbols: usize,
    files: Vec<Entry>,
    members: Vec<Member>,
}

impl Default for Parts {
    fn default() -> Self {
        let elf = ElfBuilder::module().hash(HashStyle::Sysv);
        Self { fields: Map::new(), raw: String::new(), elf, symbols: 0, files: Vec::new(), members: Vec::new() }
    }
}

impl Parts {
    fn add(&mut self, kind: Kind, count: usize, more: usize, text: &str) {
        let field = FIELDS[more % FIELDS.len()];
        let names = |most: usize| (0..count.min(most)).map(|number| text.replace('#', &number.to_string()));
        let all = || names(MOST_MEMBERS * 4);
        match kind {
            Kind::Texts => self.set(field, all().collect::<Vec<_>>().into()),
            Kind::Keys => self.set(field, all().map(|name| (name, json!({}))).collect::<Map<_, _>>().into()),
            Kind::Values => {
                let values: Vec<Value> = all().map_while(|text| serde_json::from_str(&text).ok()).collect();
                self.set(field, values.into());
            }
            Kind::Text => self.set(field, all().collect::<String>().into()),
            Kind::Value => {
                if let Ok(value) = serde_json::from_str(text) {
                    self.set(field, value);
                }
            }
            Kind::Unknown => self.fields.extend(all().map(|name| (name, Value::Null))),
            Kind::Commands => {
                let command = |name| json!({"command_name": name, "flags": [name], "command_arity": more});
                self.set("commands", all().map(command).collect::<Vec<_>>().into());
            }
            Kind::Files => {
                self.files.extend(names(MOST_MEMBERS).map(|name| Entry::stored(format!("deps/{name}"), b"")));
            }
            Kind::ArchiveFiles => {
                let type_flag = if more == 0 { b'0' } else { u8::try_from(more).unwrap_or(b'0') };
                self.members.extend(names(MOST_MEMBERS).map(|name| Member::new(name, type_flag, b"")));
            }
            Kind::ArchiveRecords => {
                let records: Vec<String> = names(MOST_MEMBERS).collect();
                let key = ["path", "size", "mtime", "comment", "linkpath", "x.y"][more % 6];
                let records: Vec<(&str, &str)> = records.iter().map(|value| (key, value.as_str())).collect();
                self.members.extend([Member::pax(&records), Member::file("x", b"")]);
            }
            Kind::Number => {
                let digits: String =
                    all().flat_map(|text| text.chars().filter(char::is_ascii_digit).collect::<Vec<_>>()).collect();
                self.raw = format!("\"{field}\":{}", if digits.is_empty() { "0" } else { &digits });
            }
            Kind::Addresses => {
                let of = |url: String| json!({"url": format!("https://{url}"), "sha256": "0"});
                let each = all().enumerate().map(|(number, url)| (format!("d{number}"), of(url)));
                self.set("dependencies", each.collect::<Map<_, _>>().into());
            }
            Kind::Exports | Kind::Undefined | Kind::Versions | Kind::Libraries | Kind::Definitions => {
                let versions = matches!(kind, Kind::Versions | Kind::Definitions);
                let room = (MOST_SYMBOLS - self.symbols).min(if versions { MOST_VERSIONS } else { MOST_SYMBOLS });
                for name in names(room).map(|name| name.replace('\0', "0")) {
                    self.symbols += 1;
                    let elf = std::mem::take(&mut self.elf);
                    self.elf = match kind {
                        Kind::Exports => elf.export(&name),
                        Kind::Undefined => elf.undefined(&name),
                        Kind::Versions => elf.need(["libc.so.6", "libx.so"][more % 2], &name, &["s"]),
                        Kind::Libraries => elf.needed(&name),
                        _ => elf.definition(&name),
                    };
                }
            }
        }
    }

    fn set(&mut self, field: &str, value: Value) {
        self.fields.insert(field.to_owned(), value);
    }

    fn build(self) -> Vec<u8> {
        let mut bundle = BundleBuilder::of_module(self.elf.build());
        bundle.metadata.extend(self.fields);
        if !self.members.is_empty() {
            bundle.dependencies.push(("deps/x.tgz".to_owned(), tgz::tgz(self.members)));
        }
        if !self.raw.is_empty() {
            let text = String::from_utf8_lossy(&bundle.metadata_text()).into_owned();
            let open = text.trim_end().trim_end_matches('}').to_owned();
            bundle = bundle.metadata_bytes(format!("{open},{}}}", self.raw));
        }
        let mut zip = bundle.zip();
        zip.entries.extend(self.files);
        zip.build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_grow() {
        let recipe = Kind::Texts.piece(10, 0, "os#");
        let grown = bundle(&recipe);
        assert!(recipe.len() < 10 && grown.len() > 2_000, "{}", grown.len());
        let both = [recipe.clone(), Kind::Undefined.piece(3, 0, "s#")].join(&END);
        assert!(bundle(&both).len() > grown.len());
        // Nothing is too odd to make something of.
        for odd in [&b""[..], b"\xff\xff", b"\x02\x13\x00{", b"\x0e\x13\x06abc", b"\x0d\x61#", &[0xFE; 9]] {
            assert!(!bundle(odd).is_empty(), "{odd:?}");
        }
    }
}
