//! Dates and times, which YAML 1.1 sees where people write none.

/// Whether `PyYAML` takes a plain scalar for a date (`2024-01-31`) or a time (`2024-1-31 7:00:00.5 +01:00`).
pub(super) fn is_timestamp(text: &str) -> bool {
    let Some(rest) = digits(text, 4, 4).and_then(|rest| rest.strip_prefix('-')) else { return false };
    let is_date = digits(rest, 2, 2)
        .and_then(|rest| rest.strip_prefix('-'))
        .and_then(|rest| digits(rest, 2, 2))
        .is_some_and(str::is_empty);
    is_date || is_time(rest)
}

/// From the month on.
fn is_time(text: &str) -> bool {
    let clock = || {
        let rest = digits(text, 1, 2)?.strip_prefix('-')?;
        let rest = digits(rest, 1, 2)?;
        let rest = match rest.strip_prefix(['T', 't']) {
            Some(rest) => rest,
            None => rest.starts_with([' ', '\t']).then(|| rest.trim_start_matches([' ', '\t']))?,
        };
        let rest = digits(rest, 1, 2)?.strip_prefix(':')?;
        let rest = digits(rest, 2, 2)?.strip_prefix(':')?;
        digits(rest, 2, 2)
    };
    let Some(rest) = clock() else { return false };
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    rest.is_empty() || is_zone(rest.trim_start_matches([' ', '\t']))
}

fn is_zone(text: &str) -> bool {
    if text == "Z" {
        return true;
    }
    let Some(rest) = text.strip_prefix(['-', '+']).and_then(|rest| digits(rest, 1, 2)) else { return false };
    rest.is_empty() || rest.strip_prefix(':').and_then(|rest| digits(rest, 2, 2)).is_some_and(str::is_empty)
}

/// What follows the digits at the start, of which there are at least `min`, and at most `max` are taken.
fn digits(text: &str, min: usize, max: usize) -> Option<&str> {
    let count = text.bytes().take(max).take_while(u8::is_ascii_digit).count();
    if count < min { None } else { text.get(count..) }
}

#[cfg(test)]
mod tests {
    use super::is_timestamp;

    #[test]
    fn sees_what_pyyaml_sees() {
        for text in [
            "2024-01-31",
            "2024-13-99",
            "2001-12-14t21:59:43.10-05:00",
            "2001-12-14 21:59:43.10 -5",
            "2001-12-15 2:59:43.10",
            "2001-1-1T1:00:00Z",
            "2001-1-1   1:00:00.  Z",
        ] {
            assert!(is_timestamp(text), "{text}");
        }
        for text in ["2024-1-31", "2024-01", "24-01-31", "2024-01-31x", "2024-01-31 7:00", "2024-01-31T07:00:00z", ""] {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
