//! The positions of a command's keys, as `COMMAND` shows them.
//!
//! Source: asked of running servers of 6.2 to 8.2, command by command.

use crate::played::PlayedVersion;
use ramp_core::module::{BeginSearch, FindKeys, KeySpec};

/// First key, last key and step, as a module declares them or a server shows them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Positions {
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) step: i64,
}

/// The specification that a server makes of declared positions; none from a command without keys.
pub(super) fn derived(declared: Positions, has_keys_api: bool) -> Vec<KeySpec> {
    let Positions { first, last, step } = declared;
    if first == 0 {
        return Vec::new();
    }
    let mut flags = vec!["RW".to_owned(), "access".to_owned(), "update".to_owned()];
    if has_keys_api {
        flags.push("variable_flags".to_owned());
    }
    let lastkey = if last < 0 { last } else { last - first };
    vec![KeySpec {
        notes: None,
        flags,
        begin_search: BeginSearch::Index { index: first },
        find_keys: FindKeys::Range { lastkey, keystep: step, limit: 0 },
    }]
}

/// A specification that is a plain range: where it begins, its last key as `COMMAND` has it, and its step.
fn plain(spec: &KeySpec) -> Option<Positions> {
    match (&spec.begin_search, &spec.find_keys) {
        (BeginSearch::Index { index }, FindKeys::Range { lastkey, keystep, .. }) => {
            let last = if *lastkey < 0 { *lastkey } else { index + lastkey };
            Some(Positions { first: *index, last, step: *keystep })
        }
        _ => None,
    }
}

/// What is shown, and whether the keys may be elsewhere.
pub(super) fn shown(specs: &[KeySpec], declared: Positions, version: PlayedVersion) -> (Positions, bool) {
    if !version.is_from(7, 0) {
        return (declared, false);
    }
    let incomplete = |spec: &KeySpec| spec.flags.iter().any(|flag| flag == "incomplete");
    if let [only] = specs
        && let Some(positions) = plain(only)
    {
        return (positions, incomplete(only));
    }
    let (mut all, mut movable): (Option<Positions>, bool) = (None, false);
    let mut previous: Option<i64> = None;
    for spec in specs {
        let Some(range) = plain(spec).filter(|range| range.step == 1) else {
            movable = true;
            continue;
        };
        if previous.is_some_and(|last| last + 1 != range.first) {
            movable = true;
            continue;
        }
        movable |= incomplete(spec);
        previous = Some(range.last);
        // As unsigned numbers: one that counts from the end is behind all others.
        #[expect(clippy::cast_sign_loss, reason = "as the server compares them")]
        let later = |a: i64, b: i64| if a as u64 >= b as u64 { a } else { b };
        all = Some(match all {
            None => range,
            Some(so_far) => {
                Positions { first: so_far.first.min(range.first), last: later(so_far.last, range.last), step: 1 }
            }
        });
    }
    (all.unwrap_or_default(), movable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn triple(first: i64, last: i64, step: i64) -> Positions {
        Positions { first, last, step }
    }

    fn shows(declared: Positions, version: &str) -> Positions {
        shown(&derived(declared, false), declared, version.parse().unwrap()).0
    }

    fn spec(index: i64, lastkey: i64, keystep: i64) -> KeySpec {
        KeySpec {
            notes: None,
            flags: vec!["RO".into()],
            begin_search: BeginSearch::Index { index },
            find_keys: FindKeys::Range { lastkey, keystep, limit: 0 },
        }
    }

    #[test]
    fn declared_positions() {
        assert_eq!(shows(triple(1, 1, 1), "7.4"), triple(1, 1, 1));
        assert_eq!(shows(triple(1, -1, 2), "7.4"), triple(1, -1, 2));
        assert_eq!(shows(triple(0, 0, -1), "7.4"), triple(0, 0, 0));
        assert_eq!(shows(triple(0, 0, -1), "6.2"), triple(0, 0, -1));
        assert_eq!(shows(triple(3, 1, 1), "7.4"), triple(3, -2, 1));
    }

    #[test]
    fn several_specifications() {
        let of = |specs: &[KeySpec]| shown(specs, Positions::default(), PlayedVersion::NEWEST);
        assert_eq!(of(&[spec(1, 0, 1), spec(2, 0, 1)]), (triple(1, 2, 1), false));
        assert_eq!(of(&[spec(1, 0, 1), spec(2, -1, 1)]), (triple(1, -1, 1), false));
        assert_eq!(of(&[spec(1, 0, 1), spec(4, 0, 1)]), (triple(1, 1, 1), true));
        assert_eq!(of(&[spec(1, 2, 2)]), (triple(1, 3, 2), false));
        let keyword = BeginSearch::Keyword { keyword: "KEYS".into(), startfrom: 1 };
        assert_eq!(of(&[KeySpec { begin_search: keyword, ..spec(1, 0, 1) }]), (triple(0, 0, 0), true));
        assert_eq!(of(&[]), (triple(0, 0, 0), false));
        assert_eq!(of(&[KeySpec { flags: vec!["incomplete".into()], ..spec(1, 0, 1) }]), (triple(1, 1, 1), true));
    }
}
