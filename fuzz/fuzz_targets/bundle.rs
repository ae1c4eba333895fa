//! Any bytes as a bundle: a report or a typed error, and the same one twice.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use ramp_core::{Policy, Target, validate};

fuzz_target!(|data: &[u8]| {
    let target = Target::named("7.22").expect("a release");
    let strict = validate(Cursor::new(data), &target, &Policy::strict());
    let reference = validate(Cursor::new(data), &target, &Policy::reference());
    if let (Ok(strict), Ok(reference)) = (strict, reference) {
        // What strict accepts, the cluster's unpacker accepts.
        assert_eq!(strict.answer(), reference.answer());
        assert!(!strict.passed() || reference.passed());
        assert_eq!(strict.findings().len(), reference.findings().len());
    }
});
