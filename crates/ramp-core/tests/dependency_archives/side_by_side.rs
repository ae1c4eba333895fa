//! Two large dependencies are read on two threads: what comes of it has to be what comes of one.

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::num::NonZeroUsize;

use ramp_core::bundle::{Ending, Limits};
use ramp_core::facts::{ArchiveFacts, gather};
use ramp_core::{Error, Policy, Target, judge};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::synthetic::like_noise;
use ramp_fixtures::tgz::{Member, tgz};
use ramp_fixtures::zip::Entry;

const MIB: usize = 1 << 20;

/// So much of noise, then of zeros.
fn content(seed: u64, noisy: usize, zeros: usize) -> Vec<u8> {
    [like_noise(noisy, seed), vec![0; zeros]].concat()
}

fn bundle(dependencies: impl IntoIterator<Item = Entry>) -> Vec<u8> {
    let mut zip = BundleBuilder::good().zip();
    zip.entries.extend(dependencies);
    zip.build()
}

fn gathered(bundle: &[u8], limits: &Limits, threads: usize) -> Result<ArchiveFacts, Error> {
    let limits = Limits { threads: NonZeroUsize::new(threads).unwrap(), ..limits.clone() };
    Ok(gather(Cursor::new(bundle), &limits)?.archive.unwrap())
}

/// What was read of entries.
fn shown(facts: &ArchiveFacts) -> String {
    format!("{:?}\n{:?}", facts.contents, facts.dependencies)
}

/// The facts, after making sure that they are the same on two threads.
fn alike(bundle: &[u8], limits: &Limits) -> ArchiveFacts {
    let [one, two] = [1, 2].map(|threads| gathered(bundle, limits, threads).unwrap());
    assert_eq!(shown(&one), shown(&two));
    let report = |threads: usize| {
        let limits = Limits { threads: NonZeroUsize::new(threads).unwrap(), ..limits.clone() };
        let facts = gather(Cursor::new(bundle), &limits).unwrap();
        judge(facts, &Target::default(), &Policy::strict()).findings().to_vec()
    };
    assert_eq!(format!("{:?}", report(1)), format!("{:?}", report(2)));
    two
}

fn endings(facts: &ArchiveFacts) -> Vec<&Ending> {
    let read = facts.contents.iter().zip(&facts.directory.entries).filter(|(_, entry)| entry.name.starts_with("deps/"));
    read.map(|(content, _)| &content.as_ref().unwrap().ending).collect()
}

#[test]
fn sound_archives() {
    let archive = |seed, mib| tgz([Member::file("a", &like_noise(mib * MIB, seed))]);
    // The third has nobody beside it; of the last two one is too small.
    let sizes = [("a", 2), ("b", 3), ("c", 3), ("d", 1), ("e", 4)];
    let entries = sizes.map(|(name, mib)| Entry::stored(format!("deps/{name}.tgz"), &archive(mib as u64, mib)));
    let facts = alike(&bundle(entries), &Limits::default());
    assert_eq!(endings(&facts), [&Ending::Whole; 5]);
    assert!(facts.dependencies.iter().all(|dependency| dependency.walked.members == 1));
}

#[test]
fn damage_in_either() {
    // Half of each byte is noise, so that it compresses, in blocks with codes of their own.
    let text: Vec<u8> = like_noise(4 * MIB, 2).iter().map(|byte| byte & 15).collect();
    let whole = Entry::deflated("deps/a.bin", &text);
    let mut broken = Entry::deflated("deps/b.bin", &text);
    let rest = broken.data.len() - MIB;
    broken.data[MIB..].copy_from_slice(&like_noise(rest, 3));
    for order in [[&whole, &broken], [&broken, &whole], [&broken, &broken]] {
        let facts = alike(&bundle(order.map(Clone::clone)), &Limits::default());
        assert!(endings(&facts).iter().any(|ending| matches!(ending, Ending::Corrupt { .. })));
    }
}

#[test]
fn what_the_first_uses_up_the_second_does_not_have() {
    // Each inflates to 4 MiB, 2 more than it takes; only one of them may.
    let limits = Limits { max_ratio: 1, ratio_free_bytes: 5 << 20, ..Limits::default() };
    let entries = [1, 2].map(|seed| Entry::deflated(format!("deps/{seed}.bin"), &content(seed, 2 * MIB, 2 * MIB)));
    let facts = alike(&bundle(entries), &limits);
    assert_eq!(endings(&facts), [&Ending::Whole, &Ending::Bomb]);

    // The same inside archives, which the zip stores.
    let archive = |seed| tgz([Member::file("a", &content(seed, 2 * MIB, 2 * MIB))]);
    let entries = [1, 2].map(|seed| Entry::stored(format!("deps/{seed}.tgz"), &archive(seed)));
    let facts = alike(&bundle(entries), &limits);
    assert_eq!(facts.dependencies.iter().map(|d| d.walked.irregularities.listed().len()).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn limits_on_all_together() {
    let entries = [1, 2].map(|seed| Entry::stored(format!("deps/{seed}.bin"), &like_noise(2 * MIB, seed)));
    let bundle = bundle(entries);
    for most in [1, 3, 5] {
        let limits = Limits { max_inflated_bytes: most << 20, ..Limits::default() };
        let [one, two] = [1, 2].map(|threads| gathered(&bundle, &limits, threads));
        assert_eq!(one.is_ok(), most == 5);
        let shown =
            |facts: Result<ArchiveFacts, Error>| facts.map(|facts| shown(&facts)).map_err(|err| err.to_string());
        assert_eq!(shown(one), shown(two));
    }
}

#[test]
fn a_reader_that_fails() {
    /// Fails where it is asked for what is behind `good`.
    struct Failing<R>(R, u64);
    impl<R: Read + Seek> Read for Failing<R> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let at = self.0.stream_position()?;
            if at >= self.1 && buffer.len() > 1000 { Err(io::Error::other("gone")) } else { self.0.read(buffer) }
        }
    }
    impl<R: Seek> Seek for Failing<R> {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }
    let entries = [1, 2].map(|seed| Entry::stored(format!("deps/{seed}.bin"), &like_noise(2 * MIB, seed)));
    let bundle = bundle(entries);
    for good in [MIB, 3 * MIB] {
        let failed = gather(Failing(Cursor::new(&bundle), good as u64), &Limits::default());
        // The end of the file is looked through first, in large pieces.
        assert!(matches!(failed, Err(Error::Io(error)) if error.to_string() == "gone"));
    }
}
