//! By what a request is known: in every line of the log that is about it, and to whoever sent it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header in which an id comes, and is answered.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken from outside, in bytes.
const LONGEST: usize = 128;

/// The id of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(Arc<str>);

impl RequestId {
    /// As it is written.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// As the value of a header; nothing that could not be one is an id.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

/// Gives ids that no other request of this server has, and most likely none of another.
#[derive(Debug)]
pub(crate) struct RequestIds {
    run: u64,
    next: AtomicU64,
}

impl RequestIds {
    /// For a run of a server, which is known by a number that others do not have.
    pub(crate) const fn of_run(run: u64) -> Self {
        Self { run, next: AtomicU64::new(0) }
    }

    /// The id that came with a request, where it is the only one and a token; else one that is made. A client or a proxy that sends one finds
    /// its request by it in both logs. Nothing else is taken: it would be written into the log and into the answer.
    pub(crate) fn of(&self, headers: &HeaderMap) -> RequestId {
        let mut given = headers.get_all(X_REQUEST_ID).iter();
        let only = given.next().filter(|_| given.next().is_none());
        let taken = only.and_then(|value| value.to_str().ok()).filter(|text| is_token(text));
        RequestId(taken.map_or_else(|| self.made(), Arc::from))
    }

    fn made(&self) -> Arc<str> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}{number:016x}", self.run).into()
    }
}

/// Letters, digits and a few signs that need no quotes anywhere: UUIDs, ULIDs, those of nginx and of tracers.
fn is_token(text: &str) -> bool {
    let is_of_token = |b: u8| b.is_ascii_alphanumeric() || b"-_.:+/=".contains(&b);
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(is_of_token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        values.iter().map(|value| (X_REQUEST_ID, HeaderValue::from_bytes(value).unwrap())).collect()
    }

    #[test]
    fn a_token_is_taken_and_all_else_gets_its_own() {
        let ids = RequestIds::of_run(0xab);
        let longest = "x".repeat(LONGEST);
        for token in ["7", "01HZX3-abc_9.:+/=", "f58ac10b-58cc-4372-a567-0e02b2c3d479", &longest] {
            assert_eq!(ids.of(&headers(&[token.as_bytes()])).as_str(), token);
        }
        let made = |number: u64| format!("00000000000000ab{number:016x}");
        let longer = "x".repeat(LONGEST + 1);
        let strange: [&[&[u8]]; 7] =
            [&[], &[b""], &[b"a b"], &[b"a\"b"], &["\u{e4}".as_bytes()], &[longer.as_bytes()], &[b"one", b"two"]];
        for (number, values) in (0..).zip(strange) {
            let id = ids.of(&headers(values));
            assert_eq!(id.as_str(), made(number), "{values:?}");
            assert_eq!(id.header().unwrap(), made(number));
        }
    }
}
