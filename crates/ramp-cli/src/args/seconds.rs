//! Time limits.

use std::time::Duration;

/// A time limit, such as `60` or `0.5`.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    const MOST: f64 = 86_400.0;
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= MOST => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(format!("expected a number above 0 and at most {MOST}")),
    }
}
