//! The loader does not read section headers; what they hide is found, and what they claim is compared.

use ramp_core::module::{CrossCheck, ModuleDefect, TextKind};
use ramp_fixtures::elf::{ElfBuilder, HashStyle};

use super::{elf, read};

#[test]
fn needs_are_found_without_section_headers() {
    let facts = elf(&ElfBuilder::module().without_section_headers());
    assert!(!facts.has_section_headers && facts.stripped);
    assert_eq!(facts.max_version("GLIBC").unwrap().name, "GLIBC_2.17");
    assert!(facts.symbols.on_load.is_some());
    assert_eq!(facts.build_id.unwrap().len(), 40);
}

#[test]
fn needs_are_found_behind_a_retyped_section() {
    for (section, what) in [
        (".gnu.version_r", CrossCheck::VersionNeeds),
        (".dynsym", CrossCheck::Symbols),
        (".dynamic", CrossCheck::DynamicTable),
        (".gnu.version", CrossCheck::VersionSymbols),
    ] {
        let facts = read(&ElfBuilder::module().retype(section, 1).build());
        let hidden = |defect: &ModuleDefect| matches!(defect, ModuleDefect::SectionsDisagree { what: found, loader: Some(_), section: None } if *found == what);
        assert!(facts.defects.iter().any(hidden), "{section}: {:?}", facts.defects);
        assert_eq!(facts.max_version("GLIBC").unwrap().name, "GLIBC_2.17");
    }
}

#[test]
fn a_section_that_shows_other_needs_is_a_defect() {
    let built = ElfBuilder::module().assemble();
    let needs = built.place(".gnu.version_r");
    // DT_VERNEED is the sixth entry; without it the loader sees no need, while the section still has one.
    let dynamic = built.place(".dynamic");
    let entry = built.bytes[dynamic.offset..][..dynamic.size]
        .chunks(16)
        .position(|entry| entry[..8] == 0x6fff_fffe_u64.to_le_bytes())
        .unwrap();
    let facts = read(&built.patch_section(".dynamic", entry * 16, &0x6eee_eeee_u64.to_le_bytes()).bytes);
    let expected = ModuleDefect::SectionsDisagree {
        what: CrossCheck::VersionNeeds,
        loader: None,
        section: Some(needs.offset as u64),
    };
    assert!(facts.defects.contains(&expected), "{:?}", facts.defects);
    assert!(facts.elf.unwrap().version_needs.is_empty());
}

#[test]
fn the_count_beside_the_needs_is_not_believed() {
    let module = ElfBuilder::module();
    // The last of several tags counts, so this is DT_VERNEEDNUM = 0 for the loader, which does not look at it.
    let facts = read(&module.clone().tag(0x6fff_ffff, 0).build());
    assert_eq!(facts.elf.as_ref().unwrap().version_needs.len(), 1);
    insta::assert_json_snapshot!(facts.defects);
}

#[test]
fn addresses_that_nothing_fills_are_named() {
    let facts = read(&ElfBuilder::module().tag(5, 0xdead_0000).build());
    let expected = ModuleDefect::UnmappedAddress { tag: "DT_STRTAB".into(), address: 0xdead_0000 };
    assert!(facts.defects.contains(&expected), "{:?}", facts.defects);
}

#[test]
fn strings_behind_the_table_are_read_and_reported() {
    // DT_STRSZ = 2: the loader does not mind, tools may stop there.
    let facts = read(&ElfBuilder::module().tag(10, 2).build());
    assert_eq!(facts.elf.as_ref().unwrap().needed(), ["libc.so.6"]);
    let expected = ModuleDefect::StringOutOfTable { text: TextKind::Needed, offset: 1, table_size: 2 };
    assert!(facts.defects.contains(&expected), "{:?}", facts.defects);
}

#[test]
fn a_symbol_must_be_in_the_hash_table() {
    for hash in [HashStyle::Sysv, HashStyle::Gnu] {
        let builder = ElfBuilder::module().hash(hash);
        let section = if hash == HashStyle::Sysv { ".hash" } else { ".gnu.hash" };
        let mut table = builder.assemble().bytes[builder.assemble().place(section).offset..].to_vec();
        table.truncate(builder.assemble().place(section).size);
        match hash {
            // The only bucket leads nowhere.
            HashStyle::Sysv => table[8..12].fill(0),
            // The hash of another name, last of its chain.
            _ => table[28..32].copy_from_slice(&[1, 0, 0, 0]),
        }
        let facts = elf(&builder.replace(section, table));
        let on_load = facts.symbols.on_load.unwrap();
        assert!(on_load.defined && !on_load.hashed, "{hash:?}");
    }
    let without = read(&ElfBuilder::module().hash(HashStyle::Neither).build());
    assert_eq!(without.defects, [ModuleDefect::HashMissing]);
    assert!(without.elf.unwrap().symbols.on_load.is_some_and(|found| !found.hashed));
}

#[test]
fn undefined_symbols_count_where_nothing_is_exported() {
    for builder in [ElfBuilder::module(), ElfBuilder::module().without_section_headers()] {
        let facts = elf(&builder.without_exports().undefined("helper"));
        assert_eq!(facts.symbols.dynamic_symbols, 2);
        assert_eq!(facts.symbols.undefined_unversioned_names, ["helper"]);
    }
}
