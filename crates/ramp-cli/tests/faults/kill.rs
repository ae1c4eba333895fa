//! Killed at random moments, with uploads in every state under way.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use ramp_fixtures::bundle::sha256_hex;

use ramp_fixtures::redis::RedisServer;

use crate::support::{Pace, Random, Served, blobs, bundle, catalogue, files, upload};

/// Uploads in all, and at a time.
const UPLOADS: i64 = 500;
const AT_ONCE: usize = 8;
/// Longest life of a server once it listens. It must be killed before it has done them all.
const LONGEST_LIFE: Duration = Duration::from_millis(250);
const FEWEST_LIVES: usize = 10;

/// What became of the uploads.
#[derive(Default)]
struct Books {
    next: i64,
    acknowledged: BTreeSet<i64>,
    /// Those for which no answer came.
    open: BTreeSet<i64>,
    /// SHA-256 of the bundle of each version that was ever sent.
    sent: BTreeMap<i64, String>,
}

/// Uploads as one client does, until there is nothing to do or the server is gone.
fn client(address: &str, books: &Mutex<Books>, mut random: Random) {
    loop {
        let version = {
            let mut books = books.lock().unwrap();
            if books.next == UPLOADS {
                return;
            }
            books.next += 1;
            books.next
        };
        // Large and slow ones, so that a kill also comes in the middle of a body.
        let size = [0, 1000, 100_000, 1_000_000][usize::try_from(random.below(4)).unwrap()];
        let bytes = bundle(version, size);
        let pace = if random.below(3) == 0 { Pace::Slowly(10, Duration::from_millis(3)) } else { Pace::AtOnce };
        books.lock().unwrap().sent.insert(version, sha256_hex(&bytes));
        match upload(address, &bytes, pace) {
            Some(answer) if answer.status == 200 => assert!(books.lock().unwrap().acknowledged.insert(version)),
            Some(answer) => panic!("version {version}: {answer:?}"),
            None => {
                books.lock().unwrap().open.insert(version);
                return;
            }
        }
    }
}

/// Where a server keeps what it holds.
pub(crate) struct Kept<'a> {
    /// What it is told of that.
    pub(crate) arguments: Vec<String>,
    pub(crate) variables: Vec<(&'a str, &'a str)>,
    /// The SHA-256 of every bundle that is there, in order; each is named by it.
    pub(crate) bundles: &'a dyn Fn(&Path) -> Vec<String>,
    /// How long a server lives at most once it listens.
    pub(crate) longest_life: Duration,
    /// How long what it sent last may be under way when it is dead.
    pub(crate) settling: Duration,
}

impl Kept<'_> {
    /// In the data directory, or that catalogue.
    fn with(arguments: Vec<String>) -> Self {
        let bundles = &|directory: &Path| blobs(&directory.join("blobs"));
        Self { arguments, variables: Vec::new(), bundles, longest_life: LONGEST_LIFE, settling: Duration::ZERO }
    }

    fn start(&self, directory: &Path) -> Served {
        std::thread::sleep(self.settling);
        Served::with(directory, &self.arguments, &self.variables)
    }
}

/// What was acknowledged is there and whole, and nothing is there that does not belong; right after a start.
fn look(served: &Served, directory: &Path, kept: &Kept<'_>, books: &Books) {
    let there: BTreeSet<i64> = served.versions().into_iter().collect();
    for version in &books.acknowledged {
        assert!(there.contains(version), "{version} was acknowledged, and is gone");
    }
    for version in &there {
        assert!(books.acknowledged.contains(version) || books.open.contains(version), "{version} was never sent");
    }
    // A module for each blob, and a blob for each module, which holds what was sent.
    let mut wanted: Vec<String> = there.iter().map(|version| books.sent[version].clone()).collect();
    wanted.sort();
    assert_eq!((kept.bundles)(directory), wanted);
    assert_eq!(files(&directory.join("incoming")), Vec::<std::path::PathBuf>::new());
}

/// Kills servers in the middle of some 500 uploads.
pub(crate) fn killed_again_and_again(kept: &Kept<'_>) {
    let directory = tempfile::tempdir().unwrap();
    let mut random = Random::new();
    let books = Mutex::new(Books::default());
    let (mut lives, mut undecided) = (0, 0);
    while books.lock().unwrap().next < UPLOADS {
        let served = kept.start(directory.path());
        look(&served, directory.path(), kept, &books.lock().unwrap());
        // What had no answer is there, or it is not and can be uploaded; what was acknowledged is not taken again.
        {
            let mut books = books.lock().unwrap();
            let there = served.versions();
            let acknowledged = books.acknowledged.iter().next_back().copied();
            for version in books.open.clone().into_iter().chain(acknowledged) {
                let again = bundle(version, 0);
                if there.contains(&version) {
                    served.upload(&again).is(400, "module_exists");
                } else {
                    let answer = served.upload(&again);
                    assert_eq!(answer.status, 200, "{version}: {answer:?}");
                    books.sent.insert(version, sha256_hex(&again));
                }
                books.acknowledged.insert(version);
                undecided += usize::from(books.open.remove(&version));
            }
        }
        let address = served.address.clone();
        let life = random.below(kept.longest_life.as_millis().try_into().unwrap());
        let life = Duration::from_millis(life);
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                let (address, books) = (&address, &books);
                let random = Random::of(random.below(u64::MAX));
                scope.spawn(move || client(address, books, random));
            }
            std::thread::sleep(life);
            served.kill();
        });
        lives += 1;
    }
    let served = kept.start(directory.path());
    let books = books.into_inner().unwrap();
    look(&served, directory.path(), kept, &books);
    eprintln!("{lives} lives, {} acknowledged, {undecided} asked again", books.acknowledged.len());
    assert!(lives >= FEWEST_LIVES && undecided > lives, "it was not killed in the middle of its work");
    served.terminate();
    assert_eq!(served.ended(), Some(0));
}

#[test]
#[ignore = "takes its time"]
fn with_sqlite() {
    killed_again_and_again(&Kept::with(Vec::new()));
}

#[test]
#[ignore = "wants redis-server"]
fn with_redis() {
    let redis = RedisServer::start().unwrap();
    killed_again_and_again(&Kept::with(catalogue(&redis)));
}
