//! Any bytes as a manifest: read, or refused with a place in it; what is read can be written as JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ramp_pack::json;
use ramp_pack::manifest::Manifest;

fuzz_target!(|data: &[u8]| match Manifest::read(data) {
    Ok(manifest) => manifest.entries.iter().for_each(|(_, value, _)| {
        let text = json::to_string(value);
        assert!(ramp_core::metadata::json::read(text.as_bytes()).is_ok(), "{text}");
    }),
    Err(error) => assert!(error.position.line > 0),
});
