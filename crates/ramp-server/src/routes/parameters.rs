//! What the path of a request says where its route has a name in braces, and what stands behind the question mark.

use std::str::FromStr;

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, MatchedPath, Query};
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;

use crate::http::Refusal;
use crate::played::Asked;

/// Stands for bytes that are not UTF-8. No name and no uid has it, so what has it names nothing that there is, and the endpoint
/// answers as it does for that. axum's own extractor would answer plain text.
const SUBSTITUTE: char = '\u{1a}';

/// The parameters of a path, in order.
#[derive(Debug)]
pub(super) struct Parameters<const N: usize>(pub(super) [String; N]);

impl<const N: usize, S: Sync> FromRequestParts<S> for Parameters<N> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let path = parts.uri.path();
        let template = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let segments = template.split('/').zip(path.split('/')).filter(|(name, _)| name.starts_with('{'));
        let values: Vec<String> = segments.map(|(_, value)| decode(value)).collect();
        values.try_into().map(Self).map_err(|_| Refusal::not_found(format!("there is no {path}")))
    }
}

/// The number that a parameter of a path is: digits, and what has a plus before them is none.
pub(super) fn number<T: FromStr>(text: &str) -> Option<T> {
    if text.starts_with('+') { None } else { text.parse().ok() }
}

/// What stands behind the question mark, in order.
pub(super) type Questions = Result<Query<Vec<(String, String)>>, QueryRejection>;

/// The fields that are asked for.
pub(super) fn fields(questions: &Questions) -> Asked {
    let asked = questions.iter().flat_map(|Query(questions)| questions).find(|(name, _)| name == "fields");
    asked.map(|(_, names)| Asked::of(names)).unwrap_or_default()
}

fn decode(segment: &str) -> String {
    let bytes: Vec<u8> = percent_decode_str(segment).collect();
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(SUBSTITUTE);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{decode, number};

    #[test]
    fn a_number_is_digits() {
        assert_eq!((number::<u32>("1"), number::<i64>("-1")), (Some(1), Some(-1)));
        for text in ["+1", "", " 1", "1 ", "1.0", "1e1", "0x1", "-1", "4294967296"] {
            assert_eq!(number::<u32>(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_text_names_nothing() {
        for (segment, text) in [
            ("abc", "abc"),
            ("a%2Fb", "a/b"),
            ("%C3%A9", "é"),
            ("a%ffb", "a\u{1a}b"),
            ("%EF%BF%BD", "\u{fffd}"),
            ("%f0%9f", "\u{1a}"),
            ("%zz%", "%zz%"),
            ("", ""),
        ] {
            assert_eq!(decode(segment), text, "{segment}");
        }
    }
}
