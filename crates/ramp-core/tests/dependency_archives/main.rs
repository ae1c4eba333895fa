//! The walk over archives under `deps/`: what is irregular is found, what ordinary writers write is not.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)]

mod agreement;
mod hostile;
mod irregularities;
mod writers;

use ramp_core::Limits;
use ramp_core::dependency::{DependencyWalk, Members, Walked};

/// Walks over an archive in pieces of that size.
fn walk_in(archive: &[u8], piece: usize, limits: &Limits) -> (Walked, Members) {
    let mut walk = DependencyWalk::new(archive.len() as u64, &limits.bundle.inflation, &limits.dependency);
    archive.chunks(piece).for_each(|piece| walk.push(piece));
    walk.finish()
}

/// Walks over an archive in one piece.
fn walk(archive: &[u8]) -> (Walked, Members) {
    walk_in(archive, usize::MAX, &Limits::default())
}

/// What is irregular, in words: place, member, kind.
fn said(walked: &Walked) -> Vec<String> {
    let listed = walked.irregularities.listed().iter();
    listed.map(|i| format!("{}: {}: {}", i.place, i.member.as_deref().unwrap_or("-"), i.kind)).collect()
}

fn names(members: &Members) -> Vec<&str> {
    members.iter().map(|member| member.name).collect()
}
