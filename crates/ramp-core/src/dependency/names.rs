//! Names of members: whether they are safe, and whether two of them get in each other's way.

use std::cmp::Ordering;

use icu_normalizer::ComposingNormalizerBorrowed;

use super::irregularity::{Irregularities, Place, shown};
use super::kind::IrregularityKind;
use crate::error::{Exceeded, Limit};
use crate::name::{UnsafeName, check_name, is_unseen};

/// What is wrong with a name, if anything.
///
/// What holds of names in the zip holds here, with three differences. `./` in front is how `tar -C folder .` writes.
/// Names outside ASCII are fine, since tar, unlike zip, has one encoding for them in practice; what is not UTF-8 or cannot
/// be seen is not. And what only other systems than the nodes' cannot write is of another flaw.
pub(super) fn check(raw: &[u8], is_folder: bool) -> Option<IrregularityKind> {
    let Ok(name) = std::str::from_utf8(raw) else { return Some(IrregularityKind::NameNotUtf8) };
    if is_folder && matches!(name, "." | "./") {
        return None;
    }
    if let Some(c) = name.chars().find(|c| !c.is_ascii() && is_unseen(*c)) {
        return Some(IrregularityKind::NameInvisible(c));
    }
    // Of a name in PAX `bsdtar` writes the composed form, so that two may become one.
    if !ComposingNormalizerBorrowed::new_nfc().is_normalized(name) {
        return Some(IrregularityKind::NameNotComposed);
    }
    let plain = name.strip_prefix("./").unwrap_or(name);
    let ascii: String = plain.chars().map(in_ascii).collect();
    let found = worst(&ascii)?;
    Some(match found {
        UnsafeName::Reserved(':') if is_drive(raw) => IrregularityKind::Name(UnsafeName::Drive),
        UnsafeName::Reserved(_) | UnsafeName::TrailingDotOrSpace | UnsafeName::DeviceName => {
            IrregularityKind::NamePortability(found)
        }
        found => IrregularityKind::Name(found),
    })
}

/// The first that is unsafe everywhere, else the first that is unsafe on some systems.
fn worst(name: &str) -> Option<UnsafeName> {
    let first = check_name(name)?;
    let is_grave = |found: &UnsafeName| {
        !matches!(found, UnsafeName::Reserved(_) | UnsafeName::TrailingDotOrSpace | UnsafeName::DeviceName)
    };
    if is_grave(&first) {
        return Some(first);
    }
    // Characters that only some systems forbid may stand in front of what all should.
    let plain: String =
        name.chars().map(|c| if matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|') { 'x' } else { c }).collect();
    let whole = check_name(&plain).filter(is_grave);
    let parts = || plain.split('/').filter(|part| !part.is_empty()).find_map(|part| check_name(part).filter(is_grave));
    Some(whole.or_else(parts).unwrap_or(first))
}

/// Each character outside ASCII stands for a letter, and so does a semicolon, since no reader of tar has versions: the rest of
/// the name is still to be checked. Raised digits number devices as others do.
const fn in_ascii(c: char) -> char {
    match c {
        '\u{b9}' => '1',
        '\u{b2}' => '2',
        '\u{b3}' => '3',
        c if c.is_ascii() && c != ';' => c,
        _ => 'x',
    }
}

/// Whether a name starts with a letter and a colon.
const fn is_drive(raw: &[u8]) -> bool {
    matches!(raw, [letter, b':', ..] if letter.is_ascii_alphabetic())
}

/// A member that was walked over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member<'a> {
    /// Its name, without `./` in front and a slash behind; what is not UTF-8 is replaced.
    pub name: &'a str,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// The mode of a folder.
    mode: Option<u64>,
    /// How many bytes it holds.
    pub size: u64,
    /// Offset of its header in the tar.
    pub offset: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Record {
    end: usize,
    /// The mode of a folder.
    folder: Option<u64>,
    size: u64,
    offset: u64,
}

/// The members of an archive, in its order: their names stand in one text, so that many cost little.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Members {
    names: String,
    records: Vec<Record>,
}

impl Members {
    /// Each member.
    pub fn iter(&self) -> impl Iterator<Item = Member<'_>> {
        (0..self.records.len()).filter_map(|index| self.get(index))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    fn get(&self, index: usize) -> Option<Member<'_>> {
        let start = index.checked_sub(1).map_or(Some(0), |before| Some(self.records.get(before)?.end))?;
        let Record { end, folder, size, offset } = *self.records.get(index)?;
        Some(Member { name: self.names.get(start..end)?, is_folder: folder.is_some(), mode: folder, size, offset })
    }

    pub(super) fn push(
        &mut self,
        raw: &[u8],
        folder: Option<u64>,
        size: u64,
        offset: u64,
        (most, most_bytes): (usize, u64),
    ) -> Result<(), Exceeded> {
        let name = String::from_utf8_lossy(raw);
        let name = plain(&name);
        let count = self.records.len().saturating_add(1);
        Limit::DependencyArchiveEntries.check(count as u64, most as u64)?;
        let bytes = self.names.len().saturating_add(name.len());
        Limit::DependencyArchiveNameBytes.check(bytes as u64, most_bytes)?;
        self.names.push_str(name);
        self.records.push(Record { end: self.names.len(), folder, size, offset });
        Ok(())
    }

    /// Finds the names that are there twice, and files that are folders in other names.
    ///
    /// A folder may be there twice: writers that are given a folder and one in it do so, and nothing is replaced where the modes are the
    /// same.
    pub(super) fn conflicts(&self, found: &mut Irregularities) {
        let mut sorted: Vec<Member<'_>> = self.iter().collect();
        // Folder by folder, so that what is in a folder follows it at once.
        sorted.sort_unstable_by(|a, b| by_folder(a.name, b.name).then(a.offset.cmp(&b.offset)));
        let mut rest = sorted.as_slice();
        while let Some(first) = rest.first() {
            let same = rest.iter().take_while(|member| member.name == first.name).count();
            let (group, after) = rest.split_at(same.min(rest.len()));
            rest = after;
            let only_folders = group.iter().all(|member| member.is_folder);
            for again in group.iter().skip(1).filter(|_| !only_folders) {
                let kind = IrregularityKind::NameTwice { first: first.offset };
                found.push(kind, Some(again.name), Place::Tar(again.offset));
            }
            let differs = group.iter().find(|member| only_folders && member.mode != first.mode);
            if let Some(again) = differs {
                let kind = IrregularityKind::FolderModes { first: first.offset };
                found.push(kind, Some(again.name), Place::Tar(again.offset));
            }
            let inside = after
                .first()
                .filter(|next| next.name.strip_prefix(first.name).is_some_and(|rest| rest.starts_with('/')));
            if let (Some(file), Some(inside)) = (group.iter().find(|member| !member.is_folder), inside) {
                let kind = IrregularityKind::FileIsDirectory { other: shown(inside.name) };
                found.push(kind, Some(file.name), Place::Tar(file.offset));
            }
        }
    }
}

/// The name without what is the same with and without it.
fn plain(name: &str) -> &str {
    let name = name.strip_suffix('/').unwrap_or(name);
    if name == "." { "" } else { name.strip_prefix("./").unwrap_or(name) }
}

fn by_folder(a: &str, b: &str) -> Ordering {
    // Names in one folder begin alike: what is equal is passed over as quickly as memory is compared, not byte by byte.
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let (Some((front, rest)), Some((other_front, other_rest))) =
        (a.split_first_chunk::<16>(), b.split_first_chunk::<16>())
    {
        if front != other_front {
            break;
        }
        (a, b) = (rest, other_rest);
    }
    // A slash comes before everything else.
    let key = |byte: &u8| if *byte == b'/' { 0 } else { u16::from(*byte).saturating_add(1) };
    a.iter().map(key).cmp(b.iter().map(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_ordinary_writers() {
        for (name, is_folder) in [
            ("./", true),
            (".", true),
            ("./a", false),
            ("a/", true),
            ("a", true),
            ("a/b c/script (dev).tmpl", false),
            ("größe/文件", false),
            ("gr\u{F6}\u{DF}e/\u{AC00}/\u{915}\u{93C}/\u{E01}\u{E49}", false),
            ("a/..b/...c", false),
        ] {
            assert_eq!(check(name.as_bytes(), is_folder), None, "{name}");
        }
    }

    #[test]
    fn unsafe_names() {
        use IrregularityKind::{Name, NameInvisible, NameNotComposed, NameNotUtf8, NamePortability};
        for (name, expected) in [
            (&b""[..], Name(UnsafeName::Empty)),
            (b".", Name(UnsafeName::CurrentComponent)),
            (b"./", Name(UnsafeName::Empty)),
            (b"././a", Name(UnsafeName::CurrentComponent)),
            (b".//a", Name(UnsafeName::Absolute)),
            (b"/a", Name(UnsafeName::Absolute)),
            (b"./../a", Name(UnsafeName::ParentComponent)),
            ("ä/../a".as_bytes(), Name(UnsafeName::ParentComponent)),
            (b"a:b/../c", Name(UnsafeName::ParentComponent)),
            (b"nul/../c", Name(UnsafeName::ParentComponent)),
            (b"a./b\\c", Name(UnsafeName::Backslash)),
            (b"a//b", Name(UnsafeName::EmptyComponent)),
            (b"a\nb", Name(UnsafeName::Control('\n'))),
            ("a\u{202E}b".as_bytes(), NameInvisible('\u{202E}')),
            ("a\u{3164}".as_bytes(), NameInvisible('\u{3164}')),
            ("a\u{FE0F}b".as_bytes(), NameInvisible('\u{FE0F}')),
            ("a\u{85}b".as_bytes(), NameInvisible('\u{85}')),
            (b"\xE4", NameNotUtf8),
            ("gro\u{308}\u{DF}e".as_bytes(), NameNotComposed),
            ("\u{1100}\u{1161}".as_bytes(), NameNotComposed),
            ("\u{1EA1}\u{307}/a\u{307}\u{323}".as_bytes(), NameNotComposed),
            ("\u{212B}".as_bytes(), NameNotComposed),
            (b"Foo::Bar.3pm", NamePortability(UnsafeName::Reserved(':'))),
            (b"src/aux.c", NamePortability(UnsafeName::DeviceName)),
            ("com\u{B9} .txt".as_bytes(), NamePortability(UnsafeName::DeviceName)),
            (b"a/etc.", NamePortability(UnsafeName::TrailingDotOrSpace)),
        ] {
            assert_eq!(check(name, false), Some(expected), "{name:?}");
        }
    }

    fn conflicts(names: &[(&str, bool)]) -> Vec<String> {
        let mut members = Members::default();
        for (offset, (name, is_folder)) in names.iter().enumerate() {
            members.push(name.as_bytes(), is_folder.then_some(0o755), 0, offset as u64, (100, 100)).unwrap();
        }
        let mut found = Irregularities::default();
        members.conflicts(&mut found);
        found.listed().iter().map(|i| format!("{}: {:?}", i.member.as_deref().unwrap_or_default(), i.kind)).collect()
    }

    #[test]
    fn names_that_get_in_each_others_way() {
        let none: [String; 0] = [];
        assert_eq!(conflicts(&[(".", true), ("a", true), ("a/b", false), ("a-", false), ("a/", true)]), none);
        assert_eq!(conflicts(&[("a", false), ("./a", false)]), ["a: NameTwice { first: 0 }"]);
        assert_eq!(conflicts(&[("a", true), ("b", false), ("a", false)]), ["a: NameTwice { first: 0 }"]);
        let both = conflicts(&[("a", false), ("a!", false), ("a-/x", false), ("a/b", false)]);
        assert_eq!(both, ["a: FileIsDirectory { other: \"a/b\" }"]);
    }

    #[test]
    fn names_that_begin_alike_are_told_apart() {
        let front = "one/and/the/same/front/";
        for len in 0..front.len() {
            let front = front.get(..len).unwrap();
            let named = |name: &str| format!("{front}{name}");
            for (one, other) in [("a", "b"), ("a/b", "a!"), ("a", "a/b"), ("a/z", "a-a")] {
                assert_eq!(by_folder(&named(one), &named(other)), Ordering::Less, "{len}: {one} {other}");
                assert_eq!(by_folder(&named(other), &named(one)), Ordering::Greater, "{len}: {one} {other}");
            }
            assert_eq!(by_folder(&named("a"), &named("a")), Ordering::Equal);
        }
    }

    #[test]
    fn a_folder_has_one_mode() {
        let twice = |modes: [u64; 2], name: &[u8]| {
            let mut members = Members::default();
            for (offset, mode) in modes.into_iter().enumerate() {
                members.push(name, Some(mode), 0, offset as u64, (100, 100)).unwrap();
            }
            let mut found = Irregularities::default();
            members.conflicts(&mut found);
            found.listed().iter().map(|i| i.kind.clone()).collect::<Vec<_>>()
        };
        for name in [&b"d"[..], b"./"] {
            assert_eq!(twice([0o755, 0o755], name), []);
            assert_eq!(twice([0o775, 0o755], name), [IrregularityKind::FolderModes { first: 0 }]);
        }
    }

    #[test]
    fn names_are_bounded() {
        let mut members = Members::default();
        let limits = (2, 5);
        members.push(b"abc", None, 0, 0, limits).unwrap();
        let exceeded = members.push(b"abc", None, 0, 0, limits).unwrap_err();
        assert_eq!(exceeded, Exceeded { limit: Limit::DependencyArchiveNameBytes, measured: 6, allowed: 5 });
        members.push(b"ab", None, 0, 0, limits).unwrap();
        let exceeded = members.push(b"", None, 0, 0, limits).unwrap_err();
        assert_eq!(exceeded, Exceeded { limit: Limit::DependencyArchiveEntries, measured: 3, allowed: 2 });
        assert_eq!(members.iter().map(|m| m.name).collect::<Vec<_>>(), ["abc", "ab"]);
    }
}
