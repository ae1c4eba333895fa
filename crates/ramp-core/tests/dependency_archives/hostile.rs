//! Archives made to crash, stall or deceive.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use ramp_core::Limit;
use ramp_core::Limits;
use ramp_core::dependency::DependencyLimits;
use ramp_core::dependency::Flaw;
use ramp_fixtures::tgz::{Member, TarBuilder, TgzBuilder, good, members, octal, tgz};

use crate::{said, walk, walk_in};

/// Debug builds on a busy machine are slow.
const PATIENCE: Duration = Duration::from_secs(20);

fn odd() -> Vec<u8> {
    tgz([
        Member::pax(&[("path", "größe"), ("mtime", "1.25")]),
        Member::file("x", &[7; 700]),
        Member::long_name("long/".repeat(40) + "name"),
        Member::file("x", b""),
        Member::folder("./a/"),
        Member::link("a/b", "/etc"),
    ])
}

#[test]
fn cut_off_at_every_byte() {
    for archive in [good(), odd()] {
        for size in 0..archive.len() {
            let (walked, _) = walk(&archive[..size]);
            assert!(
                walked.compression.is_none() || walked.irregularities.count(Flaw::Damaged) == 1,
                "{size}: {:?}",
                said(&walked)
            );
        }
    }
}

#[test]
fn a_tar_cut_off_at_every_byte() {
    let tar = TarBuilder::new(members()).build();
    for size in 0..tar.len() - 512 {
        let (walked, _) = walk(&TgzBuilder::of(&tar[..size]).build());
        let irregularities = &walked.irregularities;
        let found = irregularities.count(Flaw::Damaged) + irregularities.count(Flaw::NotTar);
        assert_eq!(found, 1, "{size}: {:?}", said(&walked));
    }
}

/// What goes unseen means nothing: time, effort and system in the header, or NULs copied from elsewhere.
#[test]
fn every_bit_flipped() {
    let archive = good();
    let whole = walk(&archive);
    let mut unseen = 0;
    for at in 0..archive.len() * 8 {
        let mut flipped = archive.clone();
        flipped[at / 8] ^= 1 << (at % 8);
        let now = walk(&flipped);
        if now.0.compression.is_some() && now.0.irregularities.is_empty() {
            assert_eq!(now, whole, "bit {at}");
            unseen += 1;
        }
    }
    // Six bytes, and the flag that says it is text.
    assert!((49..100).contains(&unseen), "{unseen}");
}

#[test]
fn every_bit_of_a_header_flipped() {
    let tar = TarBuilder::new(members()).build();
    for at in 0..1536 * 8 {
        let mut flipped = tar.clone();
        flipped[at / 8] ^= 1 << (at % 8);
        let (walked, _) = walk(&TgzBuilder::of(flipped).build());
        // Content is not looked at, and a checksum may be written with blanks.
        let free = (1024..1536).contains(&(at / 8)) || (148..156).contains(&(at / 8 % 512));
        assert!(!walked.irregularities.is_empty() || free, "bit {at}: {:?}", said(&walked));
    }
}

#[test]
fn the_size_of_the_pieces_changes_nothing() {
    let twice = [odd(), vec![0; 5], odd()].concat();
    let more = TgzBuilder::of(TarBuilder::new(members()).build()).with(|gzip| {
        (gzip.flags, gzip.fields) = (0x1E, b"\x03\0abcname\0comment\0??".to_vec());
    });
    let long = tgz([Member::file("x", &(0..20_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<_>>())]);
    let (mut broken, mut changed) = (long.clone(), long.clone());
    broken[5_000..].fill(0xFF);
    *changed.last_mut().unwrap() ^= 1;
    let behind = [&long[..], &[0; 3000], &[1; 3000]].concat();
    for archive in [
        good(),
        odd(),
        twice,
        more.build(),
        b"\x1F".to_vec(),
        b"some text".to_vec(),
        broken,
        changed,
        behind,
        long[..long.len() - 4].to_vec(),
        long[..long.len() / 2].to_vec(),
        long,
    ] {
        let whole = walk(&archive);
        for piece in [1, 2, 3, 7, 64, 513] {
            assert_eq!(walk_in(&archive, piece, &Limits::default()), whole, "pieces of {piece}");
        }
    }
}

fn exceeded(archive: &[u8], limits: &Limits) -> Option<Limit> {
    let whole = walk_in(archive, usize::MAX, limits);
    let pieces = walk_in(archive, 1000, limits);
    assert_eq!((&pieces.0.stopped, &pieces.1), (&whole.0.stopped, &whole.1));
    whole.0.stopped.map(|(limit, _)| limit)
}

#[test]
fn limits_hold_while_reading() {
    let limits = |max_entries, max_name_bytes, max_bytes| Limits {
        dependency: DependencyLimits { max_entries, max_name_bytes, max_bytes },
        ..Limits::default()
    };
    let size = TarBuilder::new(members()).build().len() as u64;
    assert_eq!(exceeded(&good(), &limits(3, 34, size)), None);
    assert_eq!(exceeded(&good(), &limits(2, 34, size)), Some(Limit::DependencyArchiveEntries));
    assert_eq!(exceeded(&good(), &limits(3, 33, size)), Some(Limit::DependencyArchiveNameBytes));
    assert_eq!(exceeded(&good(), &limits(3, 34, size - 1)), Some(Limit::DependencyArchiveBytes));

    let start = Instant::now();
    let bomb = TgzBuilder::of(vec![0; 64 << 20]).build();
    assert_eq!(exceeded(&bomb, &limits(3, 34, 1 << 20)), Some(Limit::DependencyArchiveBytes));
    let claim = tgz([Member::file("x", b"").with(|member| member.size = octal(0o77_777_777_777, 11))]);
    assert_eq!(exceeded(&claim, &limits(3, 34, 1 << 20)), None);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

/// Of what inflates beyond reason no more is read than may be, whatever the pieces.
#[test]
fn bombs() {
    let mut limits = Limits::default();
    (limits.bundle.inflation.max_ratio, limits.bundle.inflation.ratio_free_bytes) = (2, 5_120);
    let mut tar = TarBuilder::new(members());
    let size = tar.build().len();
    tar.suffix = vec![0; 5_120 - size];
    for (more, bomb) in [(0, 0), (1, 1), (100_000, 1)] {
        let tar = [tar.build(), vec![0; more]].concat();
        let archive = TgzBuilder::of(tar).build();
        let whole = walk_in(&archive, usize::MAX, &limits);
        assert_eq!(whole.0.irregularities.count(Flaw::Bomb), bomb, "{more}");
        assert_eq!((whole.0.irregularities.is_empty(), whole.0.size, whole.1.len()), (bomb == 0, 5_120, 3), "{more}");
        assert_eq!(walk_in(&archive, 7, &limits), whole, "{more}");
    }
    // What compresses as other content does may be of any size.
    let large = tgz([Member::file("x", &(0..20_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<_>>())]);
    limits.bundle.inflation.max_ratio = 10;
    assert!(walk_in(&large, 7, &limits).0.irregularities.is_empty());
}

#[test]
fn many_members() {
    let start = Instant::now();
    let mut tar = Vec::new();
    for index in 0..5_000 {
        tar.extend(Member::link(format!("{index:05}/{}", "n".repeat(90)), "x").build());
    }
    tar.resize(tar.len() + 1024, 0);
    let (walked, members) = walk(&TgzBuilder::of(tar).build());
    assert_eq!((members.len(), walked.irregularities.listed().len()), (5_000, 50));
    assert_eq!(walked.irregularities.count(Flaw::Link), 5_000);
    assert_eq!(walked.irregularities.unlisted().collect::<Vec<_>>(), [(Flaw::Link, 4_950)]);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn the_same_name_many_times() {
    let mut tar = Member::file("a", b"").build().repeat(5_000);
    tar.resize(tar.len() + 1024, 0);
    let start = Instant::now();
    let (walked, _) = walk(&TgzBuilder::of(tar).build());
    assert_eq!(walked.irregularities.count(Flaw::NameTwice), 4_999);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_end_in_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..3000), piece in 1_usize..700) {
        let archive = TgzBuilder::of(bytes.clone()).build();
        prop_assert_eq!(walk_in(&archive, piece, &Limits::default()), walk(&archive));
        for bytes in [bytes.clone(), [&[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0][..], &bytes].concat()] {
            prop_assert_eq!(walk_in(&bytes, piece, &Limits::default()), walk(&bytes));
        }
    }

    #[test]
    fn any_header_ends_in_an_answer(
        changes in proptest::collection::vec((0_usize..512, any::<u8>()), 1..6),
        piece in 1_usize..3000,
    ) {
        let mut tar = TarBuilder::new(members()).build();
        for (at, byte) in changes {
            tar[at] = byte;
        }
        let archive = TgzBuilder::of(tar).build();
        prop_assert_eq!(walk_in(&archive, piece, &Limits::default()), walk(&archive));
    }
}
