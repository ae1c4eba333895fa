//! Files that are of two formats, to readers that look for them in another order.

use ramp_fixtures::synthetic::like_noise;
use ramp_fixtures::tgz::{Member, TarBuilder, TgzBuilder, members, tgz};
use ramp_fixtures::zip::{Entry, ZipBuilder};

use crate::archive::field;
use crate::cases::{Case, case, dep, with_deps, zip};

const HEADER: &str = "dependency-archive-header";
const TRAILING: &str = "dependency-archive-trailing";

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("archive-other-format", "a checksum of tar in the first header", tar_in_front(0)).twin(tar_in_front(1)),
        case("archive-other-format", "a volume descriptor in a stored dependency", image(0)).twin(image(1)),
        case(HEADER, "a tar that starts like a file of bzip2", first(Member::file("BZh91AY&SY", b"abc")))
            .twin(first(Member::file("Bzh91AY&SY", b"abc"))),
        case(HEADER, "a tar that starts like an archive of cpio", first(Member::file("070707", b"abc")))
            .twin(first(Member::file("070708", b"abc"))),
        case(HEADER, "a tar that starts like a cabinet", first(Member::file("MSCF", b"abc")))
            .twin(last(Member::file("MSCF", b"abc"))),
        case(HEADER, "an old tar that starts like a program", first(old("MZ")))
            .twin(first(old("MY")))
            .also("dependency-archive-old-header", "only such a tar is taken for a cabinet"),
        case(HEADER, "an extended header that starts like a file of xz", first(named_header(b"\xFD7zXZ")))
            .twin(first(named_header(b"\xFD7zXY"))),
        case(TRAILING, "a NUL behind the blocks at the end", ending(&[0])).twin(ending(&[0; 512])),
    ]
}

/// A bundle whose first entry has an extra field that makes its local header, but for so much, one of tar.
fn tar_in_front(by: u64) -> ZipBuilder {
    zip(|zip| {
        let entry = &mut zip.entries[0];
        entry.local.extra = field(0x9999, &[0; 500]);
        let front = entry.local_header().len() - entry.local.extra.len();
        entry.local.extra[148 - front..156 - front].fill(b' ');
        let sum: u64 = entry.local_header()[..512].iter().copied().map(u64::from).sum();
        entry.local.extra[148 - front..156 - front].copy_from_slice(format!("{:06o}\0 ", sum + by).as_bytes());
    })
}

/// A bundle with a dependency that holds, but for so many bytes, the first volume descriptor of an image.
fn image(by: usize) -> ZipBuilder {
    let mut content = like_noise(60_000, 0);
    let with = |content: &[u8]| {
        let archive = tgz(members().into_iter().chain([Member::file("data/disk", content)]));
        dep(|entry| *entry = Entry::stored("deps/a.tgz", &archive))
    };
    let bytes = with(&content).build();
    // What does not compress is there as it is.
    let (some, at) = (&content[30_000..30_016], 32_769 + by);
    let offset = bytes.windows(some.len()).position(|window| window == some).unwrap() - 30_000;
    content[at - offset..at - offset + 5].copy_from_slice(b"CD001");
    with(&content)
}

/// A bundle with an archive of these bytes.
fn bundle(archive: Vec<u8>) -> Vec<u8> {
    let mut bundle = with_deps(&["a"]);
    bundle.dependencies[0].1 = archive;
    bundle.build()
}

fn first(member: Member) -> Vec<u8> {
    bundle(tgz([member].into_iter().chain(members())))
}

fn last(member: Member) -> Vec<u8> {
    bundle(tgz(members().into_iter().chain([member])))
}

fn old(name: &str) -> Member {
    Member::file(name, b"abc").with(|member| member.magic = [0; 8])
}

fn named_header(name: &[u8]) -> Member {
    Member::pax(&[("comment", "x")]).with(|member| member.name = name.to_vec())
}

fn ending(suffix: &[u8]) -> Vec<u8> {
    let tar = TarBuilder { suffix: suffix.to_vec(), ..TarBuilder::new(members()) };
    bundle(TgzBuilder::of(tar.build()).build())
}
