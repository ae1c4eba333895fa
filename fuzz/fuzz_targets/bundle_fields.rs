//! Any bytes as the files of a well-formed bundle, so that checksums do not keep the fuzzer out.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use ramp_core::{Policy, Target, validate};
use ramp_fixtures::zip::{Entry, ZipBuilder};

fuzz_target!(|files: (&[u8], &[u8], &str, &[u8])| {
    let (metadata, module, name, dependency) = files;
    let bundle = ZipBuilder::new([
        Entry::stored("testmodule.so", module),
        Entry::stored("module.json", metadata),
        Entry::stored(name, dependency),
    ]);
    for release in ["6.2", "7.22", "8.2"] {
        let target = Target::named(release).expect("a release");
        let report = validate(Cursor::new(bundle.build()), &target, &Policy::strict());
        if let Ok(report) = report {
            assert_eq!(report.answer().accepted() && report.passed(), report.refusal().is_none());
        }
    }
});
