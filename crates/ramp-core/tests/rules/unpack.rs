//! What the reference unpacker refuses.

use ramp_fixtures::zip::{Entry, ZipBuilder};
use serde_json::json;

use crate::cases::{Case, case, dep, good, set, with_deps, zip};

pub(crate) fn cases() -> Vec<Case> {
    let whole = good().build();
    vec![
        case("bundle-not-a-zip", "the first half of a bundle", &whole[..whole.len() / 2]),
        case("bundle-not-a-zip", "the first bytes of a bundle", &whole[..10]),
        case(
            "bundle-not-a-zip",
            "a central directory larger than the file",
            zip(|zip| zip.directory_size_by = 100_000),
        ),
        case("bundle-not-a-zip", "an entry for a newer unzip", zip(|zip| zip.entries[0].central.version_needed = 64)),
        case(
            "bundle-not-a-zip",
            "an extra field that is cut off",
            zip(|zip| zip.entries[0].central.extra = vec![0x99, 0x99, 1, 0]),
        ),
        case(
            "invalid-number-of-files",
            "a `README.md` beside module and metadata",
            zip(|zip| zip.entries.push(Entry::stored("README.md", b"# Read me"))),
        ),
        case(
            "invalid-number-of-files",
            "a second module under `deps/`",
            zip(|zip| zip.entries.push(Entry::stored("deps/libhelper.so", b"\x7fELF"))),
        )
        .also("dependency-unlisted", "no dependency of the metadata can be packed as a `.so`")
        .also("dependency-archive-unchecked", "a `.so` is not an archive"),
        case("module-json-missing", "a bundle of the module alone", zip(|zip| drop(zip.entries.pop()))),
        case("module-json-missing", "a bundle made of a folder", renamed(1, b"m/module.json"))
            .also("invalid-number-of-files", "an entry of that name has no place in a bundle"),
        case("module-json-unreadable", "a trailing comma", good().metadata_bytes(*b"{\"module_name\": \"m\",}")),
        case("module-json-unreadable", "Latin-1", good().metadata_bytes(*b"{\"author\": \"\xe4\"}")),
        case(
            "module-json-unreadable",
            "an integer of 4,301 digits",
            good().metadata_bytes(format!("{{\"version\": {}}}", "9".repeat(4301))),
        ),
        case("module-json-unreadable", "metadata compressed by Zstandard", zstandard(1))
            .also("archive-method", "the method is why it cannot be opened"),
        case(
            "module-json-unreadable",
            "one byte of the stored metadata changed",
            zip(|zip| {
                zip.entries[1] = Entry::stored("module.json", &good().metadata_text());
                zip.entries[1].data[5] ^= 1;
            }),
        )
        .also("content-crc32", "the checksum is what shows the change"),
        case("module-json-not-an-object", "a list with one object in it", good().metadata_bytes(*b"[{}]")),
        case("module-file-missing", "another letter case than the entry's", set("module_file", "TestModule.so")),
        case("module-file-missing", "no `module_file` at all", good().without("module_file")),
        case("module-file-missing", "a number", set("module_file", 1)),
        case(
            "module-file-missing",
            "all fields one level too far down",
            good().metadata_bytes([b"{\"module\": ".to_vec(), good().metadata_text(), b"}".to_vec()].concat()),
        ),
        case(
            "module-file-unreadable",
            "an encrypted module",
            zip(|zip| zip.entries[0] = zip.entries[0].clone().both(|header| header.flags |= 1)),
        )
        .also("archive-encrypted", "encryption is why it cannot be opened"),
        case("module-file-unreadable", "a module compressed by Zstandard", zstandard(0))
            .also("archive-method", "the method is why it cannot be opened"),
        case("module-file-unreadable", "a module with another name in its local header", misnamed(0))
            .also("archive-header-name", "the names are why it cannot be opened"),
        case("metadata-key-missing", "no `architecture`", good().without("architecture")),
        case("module-name-missing", "an empty `module_name`", set("module_name", "")),
        case("module-architecture-not-supported", "what macOS and Docker call aarch64", set("architecture", "arm64"))
            .also("module-architecture-mismatch", "no module has an architecture of that name"),
        case("module-version-missing", "version zero", set("version", 0)),
        case("module-version-not-integer", "three parts with dots", set("version", "1.2.3")),
        case(
            "module-version-too-large",
            "an infinite version",
            good().metadata_bytes(text(&good().metadata_text()).replace("10203", "Infinity")),
        ),
        case("module-os-list-invalid", "a code name without a number", set("operating_systems", json!(["bionic"]))),
        case("module-os-list-invalid", "two of them", set("operating_systems", json!(["rhel", "rhel9", "jammy"]))),
        case("module-os-list-not-a-list", "null", set("operating_systems", json!(null))),
        case(
            "entry-unreadable",
            "a dependency compressed by Zstandard",
            dep(|entry| {
                *entry = entry.clone().both(|header| header.method = 93);
            }),
        )
        .twin(with_deps(&["a"]))
        .also("archive-method", "the method is why it cannot be opened"),
        case(
            "entry-unreadable",
            "a dependency with another name in its local header",
            dep(|entry| entry.local.name = b"deps/b.tgz".to_vec()),
        )
        .twin(with_deps(&["a"]))
        .also("archive-header-name", "the names are why it cannot be opened"),
    ]
}

/// The good bundle, one entry of which has another name.
fn renamed(index: usize, name: &[u8]) -> ZipBuilder {
    zip(|zip| zip.entries[index] = zip.entries[index].clone().both(|header| header.name = name.to_vec()))
}

/// The good bundle, one entry of which has another name in its local header.
fn misnamed(index: usize) -> ZipBuilder {
    zip(|zip| zip.entries[index].local.name[0] ^= 0x20)
}

/// The good bundle, one entry of which says that it is compressed by a method that the unpacker does not know.
fn zstandard(index: usize) -> ZipBuilder {
    zip(|zip| zip.entries[index] = zip.entries[index].clone().both(|header| header.method = 93))
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}
