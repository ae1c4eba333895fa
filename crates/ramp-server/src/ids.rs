//! Names that nobody else gives, and the time.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::ServerError;

/// `N` bytes from the system's generator.
///
/// # Errors
///
/// [`ServerError::Random`] where the system has none to give.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], ServerError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| ServerError::Random)?;
    Ok(bytes)
}

/// 32 hexadecimal digits, as the `uid` of a module is.
pub(crate) fn uid() -> Result<String, ServerError> {
    Ok(format!("{:032x}", u128::from_be_bytes(random()?)))
}

/// Whether a text is what [`uid`] gives.
pub(crate) fn is_uid(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// A UUID of version 4, as an `action_uid` is.
pub(crate) fn uuid() -> Result<String, ServerError> {
    let mut bytes = random::<16>()?;
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
    Ok(parts.map(|(from, to)| digits.get(from..to).unwrap_or_default()).join("-"))
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_forms() {
        let (uid, action) = (uid().unwrap(), uuid().unwrap());
        assert!(is_uid(&uid) && !is_uid(&uid.to_uppercase()) && !is_uid(&action) && !is_uid(""), "{uid}");
        assert_eq!(action.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{action}");
        assert_eq!(action.as_bytes()[14], b'4');
    }
}
