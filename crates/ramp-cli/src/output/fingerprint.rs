//! What tells a finding from others and stays when the bundle is built anew.

use std::collections::HashMap;

use ramp_core::Finding;

/// The fingerprints of what is found in one bundle for one target.
#[derive(Debug)]
pub(super) struct Fingerprints<'a> {
    bundle: Option<&'a str>,
    label: Option<&'a str>,
    seen: HashMap<String, usize>,
}

impl<'a> Fingerprints<'a> {
    /// For what a reader tells apart by the bundle's name too, and by the target where there are several.
    pub(super) fn new(bundle: Option<&'a str>, label: Option<&'a str>) -> Self {
        Self { bundle, label, seen: HashMap::new() }
    }

    /// Its rule and its place in the bundle or file, without offset and line, and a number where a rule has several findings at one
    /// place.
    pub(super) fn of(&mut self, finding: &Finding) -> String {
        let mut place = finding.location.clone().unwrap_or_default();
        (place.offset, place.line, place.column) = (None, None, None);
        self.number(format!("{} {place}", finding.rule))
    }

    /// Of what could not be evaluated.
    pub(super) fn of_failure(&mut self) -> String {
        self.number("not evaluated".to_owned())
    }

    fn number(&mut self, mut text: String) -> String {
        for (word, name) in [(" for ", self.label), (" in ", self.bundle)] {
            text.extend(name.into_iter().flat_map(|name| [word, name]));
        }
        // FNV-1a: the same for ever, and nothing depends on its strength.
        let hash = text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let number = self.seen.entry(text).and_modify(|n| *n += 1).or_insert(1);
        format!("{hash:016x}:{number}")
    }
}
