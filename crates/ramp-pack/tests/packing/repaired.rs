//! What was repaired has nothing more to be repaired, whatever was wrong with it.

use proptest::prelude::*;
use ramp_fixtures::bundle::BundleBuilder;
use serde_json::{Value, json};

use crate::repair::{plan, write};

fn value() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!("1.2.3"),
        json!("10203"),
        json!(10203.0),
        json!(null),
        json!("RHEL 9"),
        json!(["RHEL9", "rhel9", "rocky9", "ubuntu22.04", "debian12", "bionic"]),
        json!(["types", "types", "types"]),
        json!("types, flash"),
        json!("amd64"),
        json!("aa"),
        json!("b'00ff'"),
        json!("7.4.2-54"),
        json!(7.2),
        json!(-0.0),
        json!("True"),
        json!({"RHEL9/amd64": {}, "rhel9/x86_64": {}, "rocky8/x86_64": {"sha256": "x"}}),
        json!({"a": {"url": "https://x.org/a.tgz", "sha256": "aa"}}),
        json!([]),
    ])
}

fn key() -> impl Strategy<Value = String> {
    let good = BundleBuilder::good();
    let keys = good.metadata.keys().cloned().chain(["platforms", "os_list", "git_sha", "x"].map(str::to_owned));
    prop::sample::select(keys.collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Whatever is wrong: what was repaired has nothing more to be repaired, and is written again the same.
    #[test]
    fn what_is_repaired_stays(
        values in prop::collection::vec((key(), value()), 1..5),
        flip in prop::option::of((any::<prop::sample::Index>(), 1_u8..)),
        front in prop::sample::select(vec!["", "#!/bin/sh\n"]),
        comment in prop::sample::select(vec!["", "hello"]),
    ) {
        let bundle = values.into_iter().fold(BundleBuilder::with_dependency(), |bundle, (key, value)| bundle.set(&key, value));
        let mut zip = bundle.zip();
        zip.comment = comment.into();
        let mut bytes = [front.as_bytes(), &zip.build()].concat();
        if let Some((at, bits)) = flip {
            let at = at.index(bytes.len());
            bytes[at] ^= bits;
        }
        let first = plan(&bytes);
        if !first.obstacles().is_empty() {
            prop_assert!(first.changes().is_empty());
            return Ok(());
        }
        let new = write(&bytes, &first);
        let again = plan(&new);
        prop_assert!(again.changes().is_empty(), "{:?}", again.changes());
        prop_assert!(again.obstacles().is_empty(), "{:?}", again.obstacles());
        prop_assert!(write(&new, &again) == new);
    }
}
