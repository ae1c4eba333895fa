//! What must hold for every input.

use proptest::prelude::*;
use ramp_core::metadata::{Document, Metadata, Value, json, unpacked};

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Into::into),
            proptest::collection::vec((any::<String>(), inner), 0..8)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

fn encoded(text: &str, encoding: usize) -> Vec<u8> {
    match encoding {
        0 => text.as_bytes().to_vec(),
        1 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        2 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        3 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        4 => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
        _ => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
    }
}

fn survive(bytes: &[u8]) {
    if let Ok(document) = json::read(bytes) {
        let _ = unpacked::module_file(&document);
        for rejection in unpacked::rejections(&document) {
            let _ = (rejection.to_string(), rejection.pointer());
        }
        let kept: Document = serde_json::from_str(&serde_json::to_string(&document).unwrap()).unwrap();
        assert_eq!(kept, document);
        let metadata = Metadata::from_document(document);
        let kept: Metadata = serde_json::from_str(&serde_json::to_string(&metadata).unwrap()).unwrap();
        assert_eq!(kept, metadata);
    }
}

proptest! {
    #[test]
    fn what_serde_json_prints_is_read_back(value in any_json(), encoding in 0_usize..6, pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        // A lone digit in UTF-16 or UTF-32 has too few NULs around it to be told from UTF-8, and so on.
        let text = format!("[{text}]");
        let document = json::read(&encoded(&text, encoding)).unwrap();
        let read = serde_json::Value::from(&document.root);
        prop_assert_eq!(&read[0], &value);
        prop_assert_eq!(&serde_json::from_value::<Value>(read.clone()).unwrap(), &document.root);
        prop_assert_eq!(&Value::from(read), &document.root);
        let again = json::read(document.root.to_string().as_bytes()).unwrap();
        prop_assert_eq!(again.root, document.root);
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        survive(&bytes);
    }

    #[test]
    fn no_tokens_panic(tokens in proptest::collection::vec(
        prop::sample::select(vec!["{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\\u", "\\ud800", "1", "-", ".", "e", "NaN",
            "null", " ", "\"module_name\":1,", "\"version\":", "\"module_file\":\"\\ud800\",", "\"os_list\":"]), 0..60)) {
        survive(tokens.concat().as_bytes());
        survive(format!("{{\"module_file\":\"m\",{}", tokens.concat()).as_bytes());
    }
}
