//! What a zip is, by the names in it; and how far one goes that was cut off.

use std::io::{self, Read, Seek};

use super::Given;
use crate::bundle::{Directory, Source};
use crate::layout::{METADATA_NAME, is_module, is_under_deps};

/// How many local headers are walked over.
const HEADERS: usize = 64;
/// The longest name that is kept.
const LONGEST: usize = 256;
/// How many names of several are kept.
const MOST: usize = 5;

/// Zips of another purpose: what they are, and an entry that tells it, or the end of its name.
const PACKAGES: [(&str, &str); 6] = [
    ("a Python wheel", ".dist-info/METADATA"),
    ("a Java archive", "META-INF/MANIFEST.MF"),
    ("an Office document", "[Content_Types].xml"),
    ("an OpenDocument file", "META-INF/manifest.xml"),
    ("a NuGet package", ".nuspec"),
    ("an Android package", "AndroidManifest.xml"),
];

/// What a zip is that could be opened.
pub(crate) fn of_zip(directory: &Directory) -> Given {
    if directory.end.claimed_disk != 0 {
        return Given::Part;
    }
    let entries = || directory.entries.iter().map(|entry| entry.name.as_str());
    if directory.entries.is_empty() {
        return Given::EmptyZip;
    }
    let own = || entries().filter(|name| !is_of_macos(name));
    let has_metadata = own().any(|name| name == METADATA_NAME);
    let zips = || own().filter(|name| name.to_ascii_lowercase().ends_with(".zip") && !is_under_deps(name));
    let in_it = || Given::Zips { names: some(zips()) };
    let has_zip = zips().next().is_some();
    if has_metadata {
        // The outcome of a build: the bundle, and what it was made of, but for the module.
        if has_zip && !own().any(is_module) {
            return in_it();
        }
        let is_bundle = own().all(|name| name == METADATA_NAME || is_module(name) || is_under_deps(name))
            && own().filter(|name| is_module(name)).count() <= 1;
        let mut added = entries().filter(|name| is_of_macos(name)).peekable();
        return if is_bundle && added.peek().is_some() { Given::MacOs { names: some(added) } } else { Given::Bundle };
    }
    let package = |(what, end): &(&str, &str)| {
        let entry = own().find(|name| name.ends_with(end))?;
        Some(Given::Package { what: (*what).to_owned(), entry: kept(entry) })
    };
    if let Some(package) = PACKAGES.iter().find_map(package) {
        return package;
    }
    if let Some(name) = own().find(|name| name.eq_ignore_ascii_case(METADATA_NAME)) {
        return Given::MetadataSpelt { name: kept(name) };
    }
    // What was unpacked has the metadata under the module's name.
    let mut outside = own().filter(|name| !is_under_deps(name) && !is_module(name));
    if let (Some(name), None) = (outside.next().filter(|name| is_top_json(name)), outside.next()) {
        if own().any(is_module) {
            return Given::MetadataSpelt { name: kept(name) };
        }
    }
    match folder(&own()) {
        // What was zipped with a folder's name may be a bundle beside its sources.
        Some(Given::Folder { metadata: false, .. }) | None if has_zip => return in_it(),
        Some(folder) => return folder,
        None => {}
    }
    let mut all = own().filter(|name| !is_under_deps(name));
    match (all.next(), all.next()) {
        (Some(name), None) if is_module(name) => Given::ModuleAlone { name: kept(name) },
        _ => Given::Bundle,
    }
}

/// Whether it is a file of JSON that is in no folder.
fn is_top_json(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".json") && !name.contains('/')
}

/// The folder in which all entries stand.
fn folder<'a>(names: &(impl Iterator<Item = &'a str> + Clone)) -> Option<Given> {
    let (folder, _) = names.clone().next()?.split_once('/')?;
    if folder.is_empty() || folder == "deps" {
        return None;
    }
    let inside = |name: &'a str| name.strip_prefix(folder)?.strip_prefix('/');
    let has = |wanted: &dyn Fn(&str) -> bool| names.clone().find(|name| inside(name).is_some_and(wanted));
    if names.clone().any(|name| inside(name).is_none()) {
        return None;
    }
    let metadata = has(&|name| name == METADATA_NAME);
    Some(Given::Folder {
        name: kept(folder),
        entry: kept(metadata.or_else(|| names.clone().next()).unwrap_or_default()),
        module: has(&is_module).and_then(inside).map(kept),
        metadata: metadata.is_some(),
    })
}

/// Whether an entry is one that macOS adds: resource forks, and what the Finder notes.
pub(crate) fn is_of_macos(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    name.starts_with("__MACOSX/") || last == ".DS_Store" || last.starts_with("._")
}

fn some<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    names.take(MOST).map(kept).collect()
}

fn kept(name: &str) -> String {
    crate::text::shorten(name, LONGEST).into_owned()
}

/// How far a zip goes whose end is missing: from header to header, as far as they say how long their content is.
pub(super) fn cut_off<R: Read + Seek>(source: &mut Source<R>) -> io::Result<Given> {
    let has = source.len();
    let mut at = 0_u64;
    let (mut entry, mut claimed) = (None, None);
    for _ in 0..HEADERS {
        let Some(header) = Header::parse(&source.read_at(at, Header::LEN)?) else { break };
        let name = source.read_at(at.saturating_add(Header::LEN as u64), usize::from(header.name_len))?;
        entry = Some(kept(&String::from_utf8_lossy(&name)));
        // What streams says its length behind its content.
        let Some(end) = header.end(at) else { break };
        if end > has {
            claimed = Some(end);
            break;
        }
        (at, entry) = (end, None);
    }
    Ok(Given::CutOff { has, entry, claimed })
}

/// What a local header says of how long its entry is. Source: APPNOTE 6.3.10, 4.3.7.
struct Header {
    size: Option<u32>,
    name_len: u16,
    extra_len: u16,
}

impl Header {
    const LEN: usize = 30;

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut fields = crate::bundle::Fields::new(bytes);
        if fields.bytes(4)? != b"PK\x03\x04" {
            return None;
        }
        fields.u16()?;
        let streamed = fields.u16()? & 8 != 0;
        fields.bytes(10)?;
        let size = fields.u32()?;
        fields.u32()?;
        let size = (!streamed && size != u32::MAX).then_some(size);
        Some(Self { size, name_len: fields.u16()?, extra_len: fields.u16()? })
    }

    fn end(&self, at: u64) -> Option<u64> {
        let len = (Self::LEN as u64).checked_add(self.name_len.into())?.checked_add(self.extra_len.into())?;
        at.checked_add(len)?.checked_add(self.size?.into())
    }
}
