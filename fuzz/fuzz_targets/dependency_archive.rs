//! Any bytes as an archive of a dependency: an answer, the same in any pieces; and what is clean is what the crate `tar` reads.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ramp_core::Limits;
use ramp_core::dependency::{DependencyWalk, Members, Walked};
use ramp_fixtures::tgz::TgzBuilder;

fuzz_target!(|data: &[u8]| {
    let Some((how, data)) = data.split_first() else { return };
    let archive = match how % 4 {
        0 => data.to_vec(),
        1 => TgzBuilder::of(data).build(),
        // So that checksums do not keep the fuzzer out.
        _ => TgzBuilder::of(with_checksums(data)).build(),
    };
    let mut limits = Limits::default();
    limits.dependency.max_bytes = 16 << 20;
    let whole = walk(&archive, usize::MAX, &limits);
    let mut pieces = walk(&archive, usize::from(how / 4) + 1, &limits);
    if whole.0.stopped.is_some() {
        // Some may be inflated of what lies behind a limit.
        pieces.0.size = whole.0.size;
    }
    assert_eq!(pieces, whole);
    let (walked, members) = whole;
    if walked.compression.is_some() && walked.irregularities.is_empty() && walked.stopped.is_none() {
        let ours: Vec<_> = members.iter().map(|m| (m.name.to_owned(), m.size)).collect();
        assert_eq!(seen_by_tar(&archive).expect("what is clean can be read"), ours);
    }
});

fn walk(archive: &[u8], piece: usize, limits: &Limits) -> (Walked, Members) {
    let mut walk = DependencyWalk::new(archive.len() as u64, &limits.bundle.inflation, &limits.dependency);
    archive.chunks(piece).for_each(|piece| walk.push(piece));
    walk.finish()
}

/// The same blocks, with the right checksum in those that look like headers.
fn with_checksums(data: &[u8]) -> Vec<u8> {
    let mut tar = data.to_vec();
    for block in tar.as_chunks_mut::<512>().0 {
        if &block[257..262] == b"ustar" || block[148..156] == *b"checksum" {
            block[148..156].fill(b' ');
            let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
            block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
    }
    tar
}

fn seen_by_tar(archive: &[u8]) -> std::io::Result<Vec<(String, u64)>> {
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    let mut seen = Vec::new();
    for entry in tar.entries()? {
        let mut entry = entry?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let plain = name.strip_suffix('/').unwrap_or(&name);
        let plain = if plain == "." { "" } else { plain.strip_prefix("./").unwrap_or(plain) };
        let size = std::io::copy(&mut entry, &mut std::io::sink())?;
        if !entry.header().entry_type().is_pax_global_extensions() {
            seen.push((plain.to_owned(), size));
        }
    }
    Ok(seen)
}
