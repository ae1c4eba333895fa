//! Any few changes to a zip: what strict takes afterwards, everybody reads alike.

use std::cell::{Cell, RefCell};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use ramp_fixtures::zip::{Entry, Header, ZipBuilder};

use crate::damage::{shapes, strict_takes};
use crate::views::{libraries_agree, python_agrees};

/// Which header of an entry is changed.
#[derive(Debug, Clone, Copy)]
enum Where {
    Local,
    Central,
    Both,
}

/// One change: what of an entry or of the archive, and to what.
#[derive(Debug, Clone)]
struct Mutation {
    what: usize,
    place: Where,
    entry: usize,
    value: i64,
    bytes: Vec<u8>,
}

/// How many things of a header, of an entry and of the archive can be changed.
const OF_HEADER: usize = 10;
const OF_ENTRY: usize = 13;
const OF_ARCHIVE: usize = 16;

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = prop_oneof![Just(Where::Local), Just(Where::Central), Just(Where::Both)];
    let value = prop_oneof![
        -3_i64..4,
        prop::sample::select(vec![8, 12, 20, 45, 0x10, 0x800, 0xFFFF, 0xFFFF_FFFE, 0xFFFF_FFFF, -30, 0x41ed_0010]),
    ];
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..8),
        prop::sample::select(vec![
            b"PK\x05\x06".to_vec(),
            b"PK\x03\x04".to_vec(),
            b"a note".to_vec(),
            vec![0x99, 0x99, 0, 0],
            vec![0x55, 0x54, 5, 0, 1, 0, 0, 0, 0],
            vec![1, 0, 8, 0, 24, 0, 0, 0, 0, 0, 0, 0],
            vec![0x78, 0x6c, 5, 0, 4, 0, 0, 0xa4, 0x81],
            b";1".to_vec(),
            vec![1, 0, 0, 0],
        ]),
    ];
    let what = 0..OF_HEADER + OF_ENTRY + OF_ARCHIVE;
    (what, place, 0_usize..4, value, bytes).prop_map(|(what, place, entry, value, bytes)| Mutation {
        what,
        place,
        entry,
        value,
        bytes,
    })
}

/// The value moved by so much, or set to what is too large to be a step.
fn moved<T: TryFrom<i64> + Copy>(old: T, by: i64) -> T
where
    i64: From<T>,
{
    let new = if by.abs() < 4 { i64::from(old) + by } else { by };
    T::try_from(new).unwrap_or(old)
}

fn change_header(header: &mut Header, what: usize, value: i64, bytes: &[u8]) {
    match what {
        0 => header.version_needed = moved(header.version_needed, value),
        1 => header.flags = moved(header.flags, value),
        2 => header.method = moved(header.method, value),
        3 => header.time = moved(header.time, value),
        4 => header.date = moved(header.date, value),
        5 => header.crc32 = moved(header.crc32, value),
        6 => header.compressed_size = moved(header.compressed_size, value),
        7 => header.size = moved(header.size, value),
        8 => header.name.extend(bytes),
        _ => header.extra.extend(bytes),
    }
}

fn change_entry(zip: &mut ZipBuilder, index: usize, what: usize, value: i64, bytes: &[u8]) {
    let count = zip.entries.len();
    let entry = &mut zip.entries[index];
    match what {
        0 => entry.data.extend(bytes),
        1 => drop(entry.data.pop()),
        2 => entry.descriptor.extend(bytes),
        3 => entry.descriptor.truncate(usize::try_from(value).unwrap_or(12)),
        4 => entry.comment = bytes.to_vec(),
        5 => entry.comment_len_by = value,
        6 => entry.system = u8::try_from(value).unwrap_or(0),
        7 => entry.external_attributes = u32::try_from(value).unwrap_or(0o100_600 << 16),
        8 => entry.disk = u16::try_from(value).unwrap_or(0),
        9 => entry.offset_by = value,
        10 => entry.listed = false,
        11 => *entry = entry.clone().streamed(),
        _ => zip.entries.swap(index, (index + 1) % count),
    }
}

fn change_archive(zip: &mut ZipBuilder, index: usize, what: usize, value: i64, bytes: &[u8]) {
    let small = i32::try_from(value).unwrap_or(1);
    match what {
        0 => zip.prefix = bytes.to_vec(),
        1 => zip.gap = bytes.to_vec(),
        2 => zip.suffix = bytes.to_vec(),
        3 => zip.comment = bytes.to_vec(),
        4 => zip.comment_len_by = value,
        5 => zip.count_by = small % 8,
        6 => zip.directory_offset_by = value,
        7 => zip.directory_size_by = value,
        8 => zip.disk = u16::try_from(value).unwrap_or(0),
        9 => zip.zip64 = true,
        10 => zip.zip64_count_by = value,
        11 => zip.zip64_record_size_by = value,
        12 => zip.zip64_offset_by = value,
        13 => zip.zip64_disks_by = small % 8,
        14 => zip.directory_reversed = true,
        _ => zip.entries.push(Entry { record_only: value % 2 == 0, ..zip.entries[index].clone() }),
    }
}

fn mutated(mut zip: ZipBuilder, mutations: &[Mutation]) -> ZipBuilder {
    for Mutation { what, place, entry, value, bytes } in mutations {
        if let Some(what) = what.checked_sub(OF_HEADER + OF_ENTRY) {
            change_archive(&mut zip, *entry, what, *value, bytes);
        } else if let Some(what) = what.checked_sub(OF_HEADER) {
            change_entry(&mut zip, *entry, what, *value, bytes);
        } else {
            let entry = &mut zip.entries[*entry];
            if !matches!(place, Where::Central) {
                change_header(&mut entry.local, *what, *value, bytes);
            }
            if !matches!(place, Where::Local) {
                change_header(&mut entry.central, *what, *value, bytes);
            }
        }
    }
    zip
}

#[test]
fn what_strict_takes_is_read_alike() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(3_000);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let strategy = (prop::sample::select(shapes()), prop::collection::vec(mutation(), 1..4));
    let (taken, refused, unevaluated) = (RefCell::new(Vec::new()), Cell::new(0), Cell::new(0));
    let outcome = runner.run(&strategy, |((shape, zip), mutations)| {
        let bundle = mutated(zip, &mutations).build();
        match strict_takes(&bundle) {
            Some(true) => {
                libraries_agree(shape, &bundle);
                taken.borrow_mut().push(bundle);
            }
            Some(false) => refused.set(refused.get() + 1),
            None => unevaluated.set(unevaluated.get() + 1),
        }
        Ok(())
    });
    if let Err(err) = outcome {
        panic!("{err}");
    }
    let taken = taken.into_inner();
    python_agrees("mutations", &taken);
    println!("{} taken, {} refused, {} not evaluated", taken.len(), refused.get(), unevaluated.get());
    assert!(taken.len() * 20 > refused.get(), "only {} are taken: the property says little", taken.len());
}
