//! Bytes made to crash, stall or deceive.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use ramp_core::module::{ChainBreak, LimitKind, ModuleDefect, ModuleFacts, ModuleLimits, inspect};
use ramp_fixtures::elf::macho::{MachOBuilder, fat};
use ramp_fixtures::elf::{ElfBuilder, HashStyle};

use super::read;

/// Debug builds on a busy machine are slow; in release these inputs take a few milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

fn timed(bytes: &[u8]) -> ModuleFacts {
    let start = Instant::now();
    let facts = inspect(bytes, &ModuleLimits::default());
    assert!(start.elapsed() < PATIENCE, "{} bytes took {:?}", bytes.len(), start.elapsed());
    facts
}

/// A module with every table, in every shape the reader tells apart.
fn modules() -> Vec<Vec<u8>> {
    let full = ElfBuilder::module()
        .soname("x.so")
        .weak_need("libc.so.6", "GLIBC_2.38", &["strlcpy"])
        .definition("X_1")
        .isa_needed(1)
        .pie()
        .local("helper")
        .debug_link("x.debug")
        .hash(HashStyle::Both);
    vec![
        full.clone().build(),
        full.clone().i386().build(),
        full.s390x().build(),
        MachOBuilder::arm64().build(),
        fat(&[MachOBuilder::arm64(), MachOBuilder::x86_64()]),
    ]
}

#[test]
fn cut_off_at_every_byte() {
    for module in modules() {
        for size in 0..module.len() {
            timed(&module[..size]);
        }
    }
    let module = ElfBuilder::module().build();
    for size in 5..module.len() {
        assert!(read(&module[..size]).truncated(), "cut off at {size} of {}", module.len());
    }
}

#[test]
fn every_byte_changed() {
    for module in modules() {
        let mut bytes = module.clone();
        for at in 0..bytes.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff, module[at] ^ 1] {
                bytes[at] = value;
                timed(&bytes);
            }
            bytes[at] = module[at];
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn several_words_changed(which in 0_usize..5, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u64>()), 1..6)) {
        let mut bytes = modules().swap_remove(which);
        for (at, value) in changes {
            let at = at.index(bytes.len() - 8);
            // Small numbers and huge ones break other things than random ones.
            let value = match value % 4 { 0 => value % 64, 1 => u64::MAX - value % 64, _ => value };
            bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        }
        prop_assert_eq!(timed(&bytes), read(&bytes));
    }

    #[test]
    fn anything_behind_a_magic(magic in prop::sample::select(vec![*b"\x7fELF", [0xcf, 0xfa, 0xed, 0xfe], [0xca, 0xfe, 0xba, 0xbe]]), rest in prop::collection::vec(any::<u8>(), 0..512)) {
        let bytes = [&magic[..], &rest].concat();
        prop_assert_eq!(timed(&bytes), read(&bytes));
    }
}

fn verneed(version: u16, count: u16, file: u32, aux: u32, next: u32) -> Vec<u8> {
    let mut bytes = [version.to_le_bytes(), count.to_le_bytes()].concat();
    bytes.extend([file, aux, next].iter().flat_map(|word| word.to_le_bytes()));
    bytes
}

fn vernaux(name: u32, next: u32) -> Vec<u8> {
    let mut bytes = vec![0; 8];
    bytes.extend([name, next].iter().flat_map(|word| word.to_le_bytes()));
    bytes
}

fn broken(facts: &ModuleFacts) -> Option<ChainBreak> {
    facts.defects.iter().find_map(|defect| match defect {
        ModuleDefect::VersionChainBroken { reason, .. } => Some(*reason),
        _ => None,
    })
}

#[test]
fn version_tables_that_lie_on_each_other() {
    // Each of 65,535 libraries has 65,535 versions, in a table of 1 MiB where each record is both.
    let both: Vec<u8> = std::iter::repeat_n(verneed(1, u16::MAX, 1, 16, 16), 65_535).flatten().collect();
    let facts = timed(&ElfBuilder::module().replace(".gnu.version_r", both).build());
    let limit = ModuleDefect::LimitReached { what: LimitKind::VersionRecords, limit: 4_096 };
    assert!(facts.defects.contains(&limit), "{:?}", facts.defects);
    // The same libraries, all with the one chain of versions behind them.
    let mut shared: Vec<u8> = (0..4_000_u32).flat_map(|i| verneed(1, 1, 1, (4_000 - i) * 16, 16)).collect();
    shared.extend(vernaux(1, 0));
    let facts = timed(&ElfBuilder::module().replace(".gnu.version_r", shared).build());
    assert_eq!(broken(&facts), Some(ChainBreak::Overlap));
    assert!(facts.elf.unwrap().version_needs.len() <= 1);
}

#[test]
fn version_chains_that_end_nowhere() {
    let cases = [
        (verneed(1, 1, 1, 16, 0), ChainBreak::PastEnd),
        (verneed(1, 1, 1, 4, 0), ChainBreak::Overlap),
        (verneed(1, 1, 1, u32::MAX, u32::MAX), ChainBreak::PastEnd),
        (verneed(2, 1, 1, 16, 0), ChainBreak::UnknownVersion),
        ([verneed(1, 2, 1, 16, 0), vernaux(1, 1), vec![0; 16]].concat(), ChainBreak::Overlap),
    ];
    for (table, expected) in cases {
        // Nothing may follow the table in its segment, or "past the end" would be inside another section.
        let table = if expected == ChainBreak::PastEnd { patch_far(table) } else { table };
        let facts = timed(&ElfBuilder::module().replace(".gnu.version_r", table.clone()).build());
        assert_eq!(broken(&facts), Some(expected), "{table:?}: {:?}", facts.defects);
    }
}

/// Points the distance to the first version far past any segment.
fn patch_far(mut table: Vec<u8>) -> Vec<u8> {
    table[8..12].copy_from_slice(&0x10_0000_u32.to_le_bytes());
    table
}

#[test]
fn a_megabyte_of_undefined_symbols_with_one_long_name() {
    const SYMBOLS: u32 = 20_000;
    let builder =
        ElfBuilder::module().hash(HashStyle::Sysv).need("libc.so.6", "GLIBC_2.30", &["n".repeat(300_000).as_str()]);
    let built = builder.assemble();
    let strings = built.place(".dynstr");
    let strings = &built.bytes[strings.offset..strings.offset + strings.size];
    let name = strings.windows(2).position(|pair| pair == b"nn").unwrap();
    let mut symbol = u32::try_from(name).unwrap().to_le_bytes().to_vec();
    symbol.extend([0x10; 1].into_iter().chain([0; 19]));
    let count = SYMBOLS as usize + 1;
    let mut symbols = symbol.repeat(count);
    symbols[..24].fill(0);
    let mut hash: Vec<u8> = [1, SYMBOLS + 1, 0].iter().flat_map(|word| word.to_le_bytes()).collect();
    hash.resize(12 + count * 4, 0);
    let versions = [3, 0].repeat(count);
    let bytes = builder.replace(".dynsym", symbols).replace(".hash", hash).replace(".gnu.version", versions).build();
    assert!(bytes.len() < 1 << 20);
    let facts = timed(&bytes);
    let need = &facts.elf.as_ref().unwrap().version_needs[1];
    assert_eq!((need.name.as_str(), need.symbol_count), ("GLIBC_2.30", u64::from(SYMBOLS)));
    let kept: usize = need.symbols.iter().map(|symbol| symbol.name.len()).sum();
    assert!(kept <= ModuleLimits::default().text);
    let text = ModuleDefect::LimitReached { what: LimitKind::Text, limit: 1 << 20 };
    assert!(facts.defects.contains(&text), "{:?}", facts.defects);
}

#[test]
fn tables_that_claim_more_than_there_is() {
    let gnu_hash = [u32::MAX, 1, u32::MAX, 6].iter().flat_map(|word| word.to_le_bytes()).collect();
    let facts = timed(&ElfBuilder::module().replace(".gnu.hash", gnu_hash).build());
    assert!(matches!(facts.defects[..], [ModuleDefect::TablePastEnd { .. }, ..]), "{:?}", facts.defects);
    // e_phnum, e_shnum.
    for at in [56, 60] {
        let facts = timed(&ElfBuilder::module().assemble().patch(at, &[0xff, 0xff]).bytes);
        assert!(facts.truncated());
    }
    // A string table, a note and a comment that reach to the end of the address space.
    for section in [".dynstr", ".note.gnu.build-id", ".comment"] {
        timed(&ElfBuilder::module().replace(section, vec![0xff; 64]).build());
    }
}

#[test]
fn a_mach_o_file_of_many_symbol_tables() {
    let mut bytes = MachOBuilder::arm64().build();
    // 4,096 commands, all LC_SYMTAB over the same megabyte of symbols.
    let commands = 4_096_u32;
    bytes.truncate(32);
    bytes[16..20].copy_from_slice(&commands.to_le_bytes());
    bytes[20..24].copy_from_slice(&(commands * 24).to_le_bytes());
    for _ in 0..commands {
        for word in [2_u32, 24, 32, 50_000, 32, 900_000] {
            bytes.extend(word.to_le_bytes());
        }
    }
    bytes.resize(1 << 20, 1);
    assert!(!timed(&bytes).mach_o.unwrap().slices[0].exports_on_load);
}
