//! Who is judged when many want to be.

use std::sync::Arc;

use crate::support::{Answer, BundleBuilder, TestServer};

/// A bundle that takes a while to be judged, and little to be sent.
fn heavy(version: i64) -> Vec<u8> {
    let mut module = ramp_fixtures::elf::ElfBuilder::module().build();
    module.resize(20 << 20, 7);
    BundleBuilder::of_module(module).set("version", version).build()
}

#[test]
fn too_many_bundles_are_told_to_come_again() {
    let bundles: Vec<Vec<u8>> = (1..=8).map(heavy).collect();
    let cases = [("7.22", "/v1/modules"), ("7.22", "/v2/modules"), ("7.22", "/ramp/v1/validate")];
    for (release, path) in cases.into_iter().chain([("8.0", "/v2/local/modules/user-defined/artifacts")]) {
        let server = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), release, |config| {
            (config.limits.max_waiting_uploads, config.limits.max_waiting_validations) = (1, 1);
            config.limits.max_judging = 1.try_into().unwrap();
        });
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let uploads: Vec<_> =
                bundles.iter().map(|bundle| scope.spawn(|| server.upload(path, bundle.clone()))).collect();
            uploads.into_iter().map(|upload| upload.join().unwrap()).collect()
        });
        let (taken, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        // One is judged, and one waits.
        assert!(taken.len() >= 2 && !refused.is_empty(), "{path}: {} taken", taken.len());
        for answer in refused {
            answer.is_refused(503, "too_many_bundles");
            let described = answer.json()["description"].as_str().unwrap().to_owned();
            let words = [
                "no more than 1 bundle may wait to be judged",
                "no more than 1 bundle of a user may wait to be judged",
            ];
            assert!(words.iter().any(|words| described.starts_with(words)), "{described}");
            assert_eq!(answer.headers["retry-after"], "5");
        }
        assert_eq!(server.files("incoming"), Vec::<String>::new());
        // And then there is room again.
        server.upload(path, BundleBuilder::good().set("version", 9)).ok();
    }
}
