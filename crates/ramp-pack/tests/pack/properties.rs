//! What holds for every input.

use proptest::prelude::*;
use ramp_core::metadata::Value;
use ramp_core::metadata::json::read;
use ramp_pack::expand::expand;
use ramp_pack::manifest::Manifest;
use ramp_pack::yaml::Documents;
use ramp_pack::{json, name, system};

/// Any JSON; floats such that reading what was written gives the same text again.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let scalar = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    scalar.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Into::into),
            prop::collection::btree_map(any::<String>(), inner, 0..8)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_back_equal(given in any_json()) {
        let value = Value::from(given.clone());
        let written = json::to_string(&value);
        prop_assert!(written.is_ascii());
        let back = read(written.as_bytes()).unwrap().root;
        prop_assert_eq!(json::to_string(&back), written);
        prop_assert_eq!(serde_json::Value::from(&back), given);
    }

    #[test]
    fn a_manifest_of_json_reads_back_equal(given in any_json()) {
        let text = serde_json::json!({ "crdb": { "any": given } }).to_string();
        let manifest = Manifest::read(text.as_bytes()).unwrap();
        prop_assert_eq!(serde_json::Value::from(manifest.get("crdb").unwrap().get("any").unwrap()), given);
    }

    #[test]
    fn any_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Manifest::read(&bytes);
    }

    #[test]
    fn any_yaml_is_no_panic(text in "([-?:,{}&*!|>'\"%@`#<= \n\ta0.~_x]|\\[|\\]|: |- |\n  |&a |\\*a |<<: |!!int |\u{e9}){0,60}") {
        let _ = Manifest::read(text.as_bytes());
        let _ = Manifest::read(format!("a: {text}\n").as_bytes());
        if let Ok(documents) = Documents::read(format!("---\n{text}\n").as_bytes()) {
            let items = documents.iter().flat_map(|node| node.items("a").chain(node.get("0")));
            prop_assert!(items.filter(|item| item.position().line > 1 && item.text() == Some("")).count() < 60);
            prop_assert!(documents.finish().is_ok());
        }
    }

    #[test]
    fn any_text_is_no_panic(text in "([{}'\"\\\\.()\\[\\],: =\n]|os|environ|getenv|ID|VERSION_ID|DISTRO|\u{e9}){0,40}") {
        let _ = expand(&text, |_| Some(String::new()));
        let _ = name::format_name(&text, &Value::Null);
        let _ = system::from_os_release(&text);
        let _ = system::from_devcontainer(&text);
    }

    #[test]
    fn plain_text_expands_to_itself(text in "[^{}\\\\]{0,40}") {
        prop_assert_eq!(expand(&text, |_| None).unwrap(), text);
    }
}
