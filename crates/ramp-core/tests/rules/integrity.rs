//! Damage, and metadata that contradicts the module.

use std::io::Cursor;

use ramp_core::{Finding, Override, Policy, Target, validate};
use ramp_fixtures::bundle::{BundleBuilder, MODULE_FILE, sha256_hex};
use ramp_fixtures::elf::macho::MachOBuilder;
use ramp_fixtures::elf::{ET_EXEC, ElfBuilder};
use ramp_fixtures::tgz;
use ramp_fixtures::zip::Entry;
use serde_json::json;

use crate::cases::{Case, case, dep, good, module, rule_of, set, with_deps, zip};

/// The good bundle, whose module is said to be for that platform, too.
fn for_platform(key: &str) -> BundleBuilder {
    let sha256 = good().metadata["sha256"].clone();
    set("platforms", json!({ key: {"sha256": sha256} }))
}

pub(crate) fn cases() -> Vec<Case> {
    let clean = || with_deps(&["a"]).build();
    let other = sha256_hex(b"another build");
    let elf = ElfBuilder::module().assemble();
    let bare = ElfBuilder::module().without_section_headers().assemble();
    let (text, dynamic) = (bare.place(".text"), bare.place(".dynamic"));
    let header = |index: usize, field: usize| 64 + 56 * index + field;
    let damaged = |name: &'static str, bytes: Vec<u8>| case("module-damaged", name, good().module(bytes));
    vec![
        case("platform-sha256", "a platform copied with its digest", for_platform("ubuntu22/aarch64"))
            .twin(for_platform("ubuntu22/x86_64")),
        case(
            "module-architecture-mismatch",
            "another than the platform's, which is right",
            for_platform("rhel8/x86_64").set("architecture", "aarch64"),
        )
        .twin(for_platform("rhel8/x86_64")),
        case(
            "content-corrupt",
            "a dependency whose DEFLATE stream starts with a block of no kind",
            dep(|entry| {
                entry.data[0] = 0xff;
            }),
        )
        .twin(clean()),
        case(
            "content-corrupt",
            "a dependency whose DEFLATE stream lacks its last byte",
            dep(|entry| {
                entry.data.pop();
                *entry = entry.clone().both(|header| header.compressed_size -= 1);
            }),
        )
        .twin(clean()),
        case(
            "content-crc32",
            "another CRC-32 in both headers",
            dep(|entry| {
                *entry = entry.clone().both(|header| header.crc32 ^= 1);
            }),
        )
        .twin(clean()),
        case(
            "content-size",
            "a dependency that claims a byte less",
            dep(|entry| {
                *entry = entry.clone().both(|header| header.size -= 1);
            }),
        )
        .twin(clean()),
        case(
            "content-trailing",
            "a dependency whose DEFLATE stream ends before its data does",
            dep(|entry| {
                entry.data.push(0);
                *entry = entry.clone().both(|header| header.compressed_size += 1);
            }),
        )
        .twin(clean()),
        case("module-sha256", "the digest of another build", set("sha256", other.clone())),
        case(
            "module-sha256",
            "the digest of another build for the same platform",
            set("platforms", json!({"rhel9/x86_64": {"sha256": other}})),
        )
        .twin(set("platforms", json!({"rhel8/x86_64": {"sha256": other}, "rhel9/aarch64": {"sha256": other}}))),
        case(
            "dependency-sha256",
            "the digest of another build of the dependency",
            BundleBuilder::with_dependency()
                .set("dependencies", json!({"data": {"url": "https://example.com/files/data.tgz", "sha256": other}})),
        )
        .twin(BundleBuilder::with_dependency()),
        case(
            "module-not-elf",
            "a Git LFS pointer",
            good().module(b"version https://git-lfs.github.com/spec/v1\n".to_vec()),
        ),
        case("module-mach-o", "a library for macOS", good().module(MachOBuilder::x86_64().build())),
        case(
            "module-truncated",
            "the last ten bytes of the dynamic table cut off",
            good().module(bare.clone().truncate(dynamic.offset + dynamic.size - 10).bytes),
        ),
        case(
            "module-truncated",
            "the last ten bytes of the section headers cut off",
            good().module(elf.clone().truncate(elf.bytes.len() - 10).bytes),
        ),
        case("module-odd", "section headers of no size", good().module(elf.clone().patch(58, &[0, 0]).bytes)),
        damaged("a header of version 0", bare.clone().patch(20, &[0]).bytes),
        damaged("a segment of no rights", bare.clone().patch(header(1, 4), &[0]).bytes)
            .also("module-no-onload", "there is no code without the right to execute it"),
        damaged("a segment of no memory", bare.clone().patch(header(1, 40), &[0]).bytes),
        damaged("an empty dynamic table", bare.clone().patch(header(3, 32), &[0; 8]).bytes)
            .also("module-no-onload", "there are no symbols without it"),
        damaged("`DT_PLTREL` of another kind", ElfBuilder::module().tag(20, 17).build())
            .twin(module(&ElfBuilder::module().tag(20, 7))),
        damaged("relocations without their size", ElfBuilder::module().tag(7, text.address).tag(9, 24).build()),
        damaged("`DT_INIT` that leads into data", ElfBuilder::module().tag(12, 0x40).build()),
        case(
            "module-damaged",
            "a version need with the hash of another name",
            good().module(elf.patch_section(".gnu.version_r", 16, &[0; 4]).bytes),
        ),
        case(
            "module-tables-disagree",
            "the table of needed versions under another section type",
            module(&ElfBuilder::module().retype(".gnu.version_r", 1)),
        ),
        case("module-not-64-bit-little-endian", "a module for 32-bit x86", module(&ElfBuilder::module().i386()))
            .also("module-architecture-mismatch", "`architecture` has no word for it"),
        case(
            "module-architecture-mismatch",
            "a module for aarch64 packed on x86_64",
            module(&ElfBuilder::module().aarch64()),
        ),
        case(
            "module-no-onload",
            "a function of a hidden version",
            good().module({
                let built = ElfBuilder::module().definition("V1").assemble();
                let versions = built.place(".gnu.version");
                built.patch_section(".gnu.version", versions.size - 2, &0x8002_u16.to_le_bytes()).bytes
            }),
        )
        .twin(module(&ElfBuilder::module().definition("V1"))),
        case(
            "module-no-onload",
            "a symbol at an address without code",
            good().module({
                let built = ElfBuilder::module().assemble();
                let symbols = built.place(".dynsym");
                built.patch_section(".dynsym", symbols.size - 16, &8_u64.to_le_bytes()).bytes
            }),
        ),
        case(
            "module-no-onload",
            "a symbol of a binding that the processor's supplement has",
            good().module({
                let built = ElfBuilder::module().assemble();
                let symbols = built.place(".dynsym");
                built.patch_section(".dynsym", symbols.size - 20, &[13 << 4 | 2]).bytes
            }),
        ),
        case("module-os-mismatch", "metadata of a build for macOS", set("os", "Darwin")),
        case("module-os-mismatch", "a system of nodes in place of Linux", set("os", "rhel9")).twin(set("os", "linux")),
        case("module-not-a-library", "a program", module(&ElfBuilder::module().file_type(ET_EXEC))),
        case(
            "module-debug-companion",
            "what `objcopy --only-keep-debug` keeps",
            module(&ElfBuilder::module().debug_companion()),
        ),
        case(
            "module-no-onload",
            "a library that exports another function",
            module(&ElfBuilder::module().without_exports().export("plugin_main")),
        ),
    ]
}

/// The rules that speak, and whether each has the help of its own.
fn spoken(bundle: &[u8], policy: &Policy) -> Vec<(&'static str, bool)> {
    let report = validate(Cursor::new(bundle), &Target::default(), policy).unwrap();
    let own = |finding: &Finding| !finding.help.starts_with("Fix `content-crc32` first");
    report.findings().iter().map(|finding| (rule_of(finding), own(finding))).collect()
}

#[test]
fn what_follows_from_damage_has_its_cure() {
    // e_machine, as in a module for aarch64.
    let damaged = zip(|zip| {
        let mut entry = Entry::stored(MODULE_FILE, &ElfBuilder::module().build());
        entry.data[18] = 183;
        zip.entries[0] = entry;
    });
    let found = [("content-crc32", true), ("module-sha256", false), ("module-architecture-mismatch", false)];
    assert_eq!(spoken(&damaged.build(), &Policy::strict()), found);
    assert_eq!(spoken(&damaged.build(), &Policy::reference()), found);
    // Who does not want to know of it gets the others as they are.
    let unasked = Policy::strict().with("content-crc32", Override::Allow).unwrap();
    assert_eq!(spoken(&damaged.build(), &unasked), [("module-sha256", true), ("module-architecture-mismatch", true)]);

    let of_dependency = dep(|entry| {
        *entry = Entry::stored("deps/a.tgz", &tgz::good());
        let last = entry.data.len() - 1;
        entry.data[last] ^= 1;
    });
    let found = [("dependency-archive-damaged", false), ("content-crc32", true)];
    assert_eq!(spoken(&of_dependency.build(), &Policy::strict()), found);
}
