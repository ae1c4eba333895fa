//! Commands that a message names: with the name of the file, where it is known, quoted as a shell wants it.

/// What stands for the file where nobody has said how it is called.
const FILE: &str = "FILE";

/// A name as a word of a shell; `None` for one that nobody should copy into a command: what a bundle calls its entries, its
/// author has chosen.
pub(super) fn word(name: &str) -> Option<String> {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '/' | '=' | ':' | ',' | '@' | '%');
    let shown = |c: char| c.is_alphanumeric() || c.is_ascii_graphic() || c == ' ';
    if name.is_empty() || !name.chars().all(shown) || name.contains(['\'', '\\', '`']) {
        return None;
    }
    // What begins with a dash would be an option.
    let name = if name.starts_with('-') { format!("./{name}") } else { name.to_owned() };
    Some(if name.chars().all(plain) { name } else { format!("'{name}'") })
}

/// The file that was given.
pub(super) fn file(name: Option<&str>) -> String {
    name.and_then(word).unwrap_or_else(|| FILE.to_owned())
}

/// How to call what comes out of a file that is compressed: without what compression adds to a name, or as by default.
pub(super) fn unpacked(name: Option<&str>, default: &str) -> String {
    let shorter = |name: &str| {
        let (front, end) = name.rsplit_once('.')?;
        let is_compressed =
            ["gz", "xz", "zst", "bz2", "lz4", "b64", "base64"].contains(&end.to_ascii_lowercase().as_str());
        (is_compressed && !front.is_empty()).then(|| last(front).to_owned())
    };
    name.and_then(shorter).and_then(|name| word(&name)).unwrap_or_else(|| default.to_owned())
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
            ("-rf", Some("./-rf")),
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
        assert_eq!(unpacked(Some("dist/hello.zip.gz"), "x.zip"), "hello.zip");
        assert_eq!(unpacked(Some("hello.zip"), "x.zip"), "x.zip");
        assert_eq!(unpacked(None, "x.zip"), "x.zip");
    }
}
