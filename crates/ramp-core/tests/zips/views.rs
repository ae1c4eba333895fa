//! How four readers see one zip.

use std::io::{Cursor, ErrorKind};
use std::path::PathBuf;

use ramp_core::bundle::{Bundle, BundleLimits, Ending};
use ramp_fixtures::readers::{View, by_python, by_rawzip, by_zip};

/// A file under `testdata/zips/`.
pub(crate) fn testdata(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/zips").join(name)
}

/// The zip as this library reads it.
pub(crate) fn ours(bundle: &[u8]) -> View {
    let mut bundle = Bundle::open(Cursor::new(bundle), &BundleLimits::default()).expect("a bundle that strict takes");
    let entries = bundle.directory().entries.clone();
    let mut view = View::new();
    for entry in entries {
        let mut content = Vec::new();
        let copied = bundle.copy(&entry, |piece| {
            content.extend_from_slice(piece);
            Ok::<_, std::convert::Infallible>(())
        });
        assert_eq!(copied.expect("an entry that strict takes").ending, Ending::Whole);
        view.push((entry.raw_name, content));
    }
    view
}

/// Asserts that the Rust libraries read a zip that strict takes as we do.
pub(crate) fn libraries_agree(about: &str, bundle: &[u8]) {
    let ours = ours(bundle);
    assert_eq!(by_zip(bundle).as_ref(), Ok(&ours), "{about}: zip sees something else");
    assert_eq!(by_rawzip(bundle).as_ref(), Ok(&ours), "{about}: rawzip sees something else");
}

/// Asserts that Python reads zips that strict takes as we do.
pub(crate) fn python_agrees(about: &str, bundles: &[Vec<u8>]) {
    let views = match by_python(bundles) {
        Err(err) if err.kind() == ErrorKind::NotFound => return crate::writers::absent("python3"),
        views => views.unwrap(),
    };
    for (bundle, theirs) in bundles.iter().zip(views) {
        assert_eq!(theirs, Ok(ours(bundle)), "{about}: zipfile sees something else");
    }
}
