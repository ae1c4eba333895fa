//! Any bytes as `module.json`: what is read and written out again is read the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ramp_core::metadata::{Document, Metadata, Note, json, unpacked};

fuzz_target!(|data: &[u8]| {
    let Ok(document) = json::read(data) else { return };
    for rejection in unpacked::rejections(&document) {
        let _ = (rejection.to_string(), rejection.pointer());
    }
    let kept: Document = serde_json::from_str(&serde_json::to_string(&document).expect("JSON")).expect("its own JSON");
    assert_eq!(kept, document);
    // Half a pair cannot be written: keys that differ in nothing else are one afterwards.
    let altered = document.notes.iter().any(|note| matches!(note, Note::LoneSurrogate { .. }));
    if altered || document.notes_dropped > 0 {
        return;
    }
    let text = document.root.to_string();
    let again = json::read(text.as_bytes()).expect("what was written is JSON");
    assert_eq!(again.root.to_string(), text);
    let again = Metadata::from_document(again);
    assert_eq!(again.root().to_string(), Metadata::from_document(document).root().to_string());
});
