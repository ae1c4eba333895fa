//! Any files packed: a bundle whose framing nothing can be said against, and from which the same files come back.
#![no_main]

use std::io::Cursor;
use std::num::NonZeroUsize;

use libfuzzer_sys::fuzz_target;
use ramp_core::Group;
use ramp_core::bundle::{Bundle, BundleLimits};
use ramp_core::{Policy, Target, validate};
use ramp_pack::{BundleParts, DependencyPart, Epoch, WriteOptions, write_bundle};

fuzz_target!(|input: (&str, &[u8], &[u8], Vec<(&str, &[u8])>)| {
    let (module_file, module, metadata, files) = input;
    let part = |&(name, content): &(&str, &'_ [u8])| DependencyPart {
        name: name.to_owned(),
        content: Box::new(Cursor::new(content.to_vec())),
    };
    let parts = |files: &[(&str, &[u8])]| files.iter().map(part).collect();
    let pack = |threads: usize| {
        let threads = NonZeroUsize::new(threads).expect("not zero");
        let parts = BundleParts { module_file, module: module.into(), metadata, dependencies: parts(&files) };
        let mut out = Cursor::new(Vec::new());
        let size = write_bundle(&mut out, parts, &WriteOptions { epoch: Epoch::default(), threads }).ok()?;
        assert_eq!(size, out.get_ref().len() as u64);
        Some(out.into_inner())
    };
    let Some(packed) = pack(1) else { return };
    assert!(pack(2).as_ref() == Some(&packed), "another number of threads makes other bytes");

    let mut bundle =
        Bundle::open(Cursor::new(&packed), &BundleLimits::default()).expect("what was packed can be opened");
    let mut expected = vec![(module_file.to_owned(), module), ("module.json".to_owned(), metadata)];
    let mut sorted = files.clone();
    sorted.sort();
    expected.extend(sorted.into_iter().map(|(name, content)| (format!("deps/{name}"), content)));
    let entries = bundle.directory().entries.clone();
    assert_eq!(entries.len(), expected.len());
    for (entry, (name, content)) in entries.iter().zip(expected) {
        assert_eq!(entry.name, name);
        let mut back = Vec::new();
        let copied = bundle.copy(entry, |piece| {
            back.extend_from_slice(piece);
            Ok::<(), std::convert::Infallible>(())
        });
        assert_eq!(copied.expect("what was packed can be read").size, content.len() as u64);
        assert!(back == content, "{name} is another");
    }
    let target = Target::named("7.22").expect("a release");
    let report = validate(Cursor::new(&packed), &target, &Policy::strict()).expect("within limits");
    for finding in report.findings() {
        // What the dependencies hold is anyone's.
        let of_content = finding.rule.starts_with("dependency-archive");
        assert!(finding.group != Group::Archive || of_content, "{}: {}", finding.rule, finding.message);
    }
});
