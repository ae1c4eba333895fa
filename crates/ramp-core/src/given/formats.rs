//! Formats that are told by a few bytes at a fixed place.

use std::sync::LazyLock;

use serde::Deserialize;

/// A row of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Format {
    /// By which facts speak of it.
    pub(super) name: String,
    /// How messages speak of it.
    pub(super) what: String,
    /// The bytes, in hexadecimal.
    magic: String,
    /// Where they stand.
    #[serde(default)]
    offset: usize,
    /// The command that writes what is in it to its output.
    #[serde(default)]
    pub(super) unpack: Option<String>,
    /// The command that takes files out of it.
    #[serde(default)]
    pub(super) list: Option<String>,
    /// Where the bytes are documented.
    #[allow(dead_code, reason = "kept for the people who read the table")]
    source: String,
}

static FORMATS: LazyLock<Vec<Format>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct Table {
        format: Vec<Format>,
    }
    // A test reads it too, and tells of what is wrong with it.
    serde_json::from_str::<Table>(table!("src/given/formats.json")).map(|table| table.format).unwrap_or_default()
});

/// The format that the bytes announce.
pub(super) fn of(bytes: &[u8]) -> Option<&'static Format> {
    FORMATS.iter().find(|format| {
        let magic = unhex(&format.magic);
        !magic.is_empty() && bytes.get(format.offset..).is_some_and(|rest| rest.starts_with(&magic))
    })
}

/// The row of that name.
pub(super) fn named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

fn unhex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect::<Option<_>>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_can_be_told_from_those_above_it() {
        assert!(FORMATS.len() > 10);
        for format in FORMATS.iter() {
            let mut bytes = vec![0; format.offset];
            bytes.extend(unhex(&format.magic));
            bytes.extend([b'x'; 16]);
            assert_eq!(of(&bytes).map(|found| found.name.as_str()), Some(format.name.as_str()));
            assert!(!format.source.is_empty() && format.what.starts_with('a'), "{}", format.name);
        }
        assert!(of(b"").is_none() && of(b"PK\x03\x04").is_none());
    }
}
