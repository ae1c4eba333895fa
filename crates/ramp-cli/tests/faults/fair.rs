//! Whose turn it is, where judging takes time.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ramp_fixtures::bundle::BundleBuilder;
use serde_json::json;

use crate::support::{FORM, Pace, Served, ask, ask_as, form};

/// `viewer:secret`, for basic authentication.
const VIEWER: &str = "Basic dmlld2VyOnNlY3JldA==";
/// How many bundles the viewer has under way at all times.
const AT_ONCE: usize = 8;
const UPLOADS: i64 = 5;
/// Of how many validations the end may come while an upload is under way that takes as long as one of them: that of the one which is
/// under way already, of one that has half of the machine, and of one more where the machine is busy besides.
const BEARABLE: usize = 3;

/// A bundle that takes a while to be judged, and little to be sent.
fn heavy(version: i64) -> Vec<u8> {
    let mut module = ramp_fixtures::elf::ElfBuilder::module().build();
    module.resize(39 << 20, 7);
    BundleBuilder::of_module(module).set("version", version).build()
}

#[test]
#[ignore = "takes its time"]
fn eight_validations_of_a_viewer_make_no_admin_wait() {
    let directory = tempfile::tempdir().unwrap();
    let served = Served::start(directory.path(), &[]);
    let address = &served.address;
    let viewer = json!({"email": "viewer", "password": "secret", "role": "cluster_viewer"}).to_string();
    let made = ask(address, "POST", "/v1/users", "application/json", viewer.as_bytes(), Pace::AtOnce).unwrap();
    assert_eq!(made.status, 200, "{made:?}");
    let (validated, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let validation = form(&heavy(1));
    let mut during: Vec<usize> = std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    let body = (FORM, validation.as_slice());
                    let answer = ask_as(VIEWER, address, "POST", "/ramp/v1/validate", body, Pace::AtOnce).unwrap();
                    assert_eq!(answer.status, 200, "{answer:?}");
                    validated.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        while validated.load(Ordering::SeqCst) == 0 {
            std::thread::yield_now();
        }
        let during = (1..=UPLOADS).map(|version| {
            let bytes = heavy(version);
            let before = validated.load(Ordering::SeqCst);
            let answer = served.upload(&bytes);
            let after = validated.load(Ordering::SeqCst);
            assert_eq!(answer.status, 200, "{answer:?}");
            after - before
        });
        let during = during.collect();
        is_over.store(true, Ordering::SeqCst);
        during
    });
    eprintln!("validations that ended while an upload was under way: {during:?}");
    during.sort_unstable();
    // The median: others may be at work on this machine.
    assert!(during[during.len() / 2] <= BEARABLE, "{during:?}");
}
