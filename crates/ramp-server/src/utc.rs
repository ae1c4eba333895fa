//! Times as the API writes them, and `backup.json`.

use crate::ids;

/// `2017-03-02T09:43:34Z`, of seconds since 1970 (Howard Hinnant's `civil_from_days`).
pub(crate) fn text(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days.saturating_add(719_468);
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The time it is.
pub(crate) fn now() -> String {
    text(ids::now().try_into().unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates_are_as_documented() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (1_488_447_814, "2017-03-02T09:43:34Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(super::text(seconds), text);
        }
    }
}
