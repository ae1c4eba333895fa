//! Any bytes as a module.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ramp_core::module::{ModuleLimits, inspect};

fuzz_target!(|data: &[u8]| {
    let facts = inspect(data, &ModuleLimits::default());
    assert_eq!(facts.size, data.len() as u64);
});
