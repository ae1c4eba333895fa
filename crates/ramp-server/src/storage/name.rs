//! The names of blobs.

/// The name of the blob with these bytes that `claim` puts there.
pub(crate) fn blob_name(sha256: &str, claim: &str) -> String {
    format!("{}/{sha256}-{claim}.zip", sha256.get(..2).unwrap_or_default())
}

/// Whether a file in the storage is a blob, or a part of one: nothing else there is touched.
pub(crate) fn is_blob_name(name: &str) -> bool {
    let hex = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit());
    let parts = name.split_once('/').and_then(|(directory, file)| {
        let (stem, end) = file.split_once('.')?;
        let (sha256, claim) = stem.split_once('-')?;
        Some(hex(directory, 2) && hex(sha256, 64) && hex(claim, 32) && ["zip", "part"].contains(&end))
    });
    parts.unwrap_or(false)
}

/// Whether that is the name of a whole blob with these bytes.
pub(crate) fn is_bundle_name(name: &str, sha256: &str) -> bool {
    let claim = name.rsplit_once('-').and_then(|(_, end)| end.strip_suffix(".zip"));
    is_blob_name(name) && claim.is_some_and(|claim| name == blob_name(sha256, claim))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_are_told_from_other_files() {
        let blob = blob_name(&"ab".repeat(32), &"1".repeat(32));
        assert!(is_blob_name(&blob) && is_blob_name(&blob.replace(".zip", ".part")), "{blob}");
        for other in ["readme.txt", "ab/readme.txt", &blob.replace("ab/", ""), &blob.replace(".zip", ".txt")] {
            assert!(!is_blob_name(other), "{other}");
        }
        assert!(is_bundle_name(&blob, &"ab".repeat(32)));
        for (name, sha256) in
            [(&blob.replace(".zip", ".part"), "ab"), (&blob.replace("ab/", "cd/"), "ab"), (&blob, "cd"), (&blob, "")]
        {
            assert!(!is_bundle_name(name, &sha256.repeat(32)), "{name} {sha256}");
        }
    }
}
