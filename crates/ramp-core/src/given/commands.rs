//! Commands that a message names: with the name of the file, where it is known, quoted as a shell wants it.

use crate::text::shell_word as quoted;

/// What stands for the file where nobody has said how it is called.
const FILE: &str = "FILE";

/// The name of an entry as a word of a shell; `None` for one that nobody should copy into a command: what a bundle calls its
/// entries, its author has chosen. So it is no pattern to `unzip`, and leads out of no folder.
pub(super) fn word(name: &str) -> Option<String> {
    let leads_out = name.starts_with(['/', '-']) || name.split('/').any(|part| part == "..");
    if leads_out || name.contains(['*', '?', '[', ']']) { None } else { quoted(name) }
}

/// The file that was given.
pub(super) fn file(name: Option<&str>) -> String {
    name.and_then(quoted).unwrap_or_else(|| FILE.to_owned())
}

/// How to call what comes out of a file that is compressed: without what compression adds to a name, and with this ending.
pub(super) fn unpacked(name: Option<&str>, ending: &str) -> String {
    let shorter = |name: &str| {
        let (front, end) = name.rsplit_once('.')?;
        let compressed =
            ["gz", "xz", "zst", "bz2", "lz4", "b64", "base64"].contains(&end.to_ascii_lowercase().as_str());
        let front = last(front);
        let ending = if front.ends_with(ending) { "" } else { ending };
        (compressed && !front.is_empty()).then(|| format!("{front}{ending}"))
    };
    name.and_then(shorter).and_then(|name| quoted(&name)).unwrap_or_else(|| format!("unpacked{ending}"))
}

/// The last part of a path.
pub(super) fn last(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_bundle_becomes_a_command() {
        for (name, expected) in [
            ("hello.so", Some("hello.so")),
            ("a b.so", Some("'a b.so'")),
            ("$(reboot).so", Some("'$(reboot).so'")),
            ("-rf", None),
            ("*.zip", None),
            ("[a].zip", None),
            ("../a.zip", None),
            ("/etc/a.zip", None),
            ("a'; reboot; '", None),
            ("a`b", None),
            ("a\nb", None),
            ("\u{1b}[2J", None),
            ("a\u{202e}b", None),
            ("", None),
        ] {
            assert_eq!(word(name).as_deref(), expected, "{name:?}");
        }
    }

    #[test]
    fn what_is_unpacked_has_a_name() {
        for (name, ending, expected) in [
            (Some("dist/hello.zip.gz"), ".zip", "hello.zip"),
            (Some("hello.b64"), ".zip", "hello.zip"),
            (Some("hello.zip"), ".zip", "unpacked.zip"),
            (None, ".so", "unpacked.so"),
        ] {
            assert_eq!(unpacked(name, ending), expected, "{name:?}");
        }
    }
}
