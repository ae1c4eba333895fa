//! Days, as tables and targets write them: `2026-11-30`.
//!
//! Nothing here asks what day it is: what depends on that is told.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A day of the Gregorian calendar.
///
/// ```
/// use ramp_core::Date;
///
/// let end: Date = "2026-11-30".parse().unwrap();
/// assert!(end < "2026-12-01".parse().unwrap());
/// assert_eq!(end.to_string(), "2026-11-30");
/// assert!("2026-02-30".parse::<Date>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    // In this order they compare as days do.
    year: u16,
    month: u8,
    day: u8,
}

/// A text that is not a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date; write year, month and day: 2026-11-30")]
pub struct NotADate(pub String);

impl Date {
    /// The year, of four digits.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, from 1.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// The day, in UTC, of a number of seconds since 1970-01-01; `None` beyond the years 1970 to 9999.
    ///
    /// ```
    /// use ramp_core::Date;
    ///
    /// assert_eq!(Date::of_unix_seconds(1_796_083_199).unwrap().to_string(), "2026-11-30");
    /// assert_eq!(Date::of_unix_seconds(1_796_083_200).unwrap().to_string(), "2026-12-01");
    /// ```
    pub fn of_unix_seconds(seconds: u64) -> Option<Self> {
        const SECONDS_A_DAY: u64 = 86_400;
        let mut days = seconds.checked_div(SECONDS_A_DAY)?;
        for year in 1970..=9999_u16 {
            for month in 1..=12 {
                let length = u64::from(days_of(year, month));
                match days.checked_sub(length) {
                    Some(rest) => days = rest,
                    None => return Some(Self { year, month, day: u8::try_from(days).ok()?.checked_add(1)? }),
                }
            }
        }
        None
    }
}

/// How many days a month has.
const fn days_of(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let wrong = || NotADate(text.to_owned());
        let mut parts = text.split('-');
        let mut part = |length: usize| -> Option<u16> {
            let part = parts.next()?;
            let digits = part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse().ok())?
        };
        let (Some(year), Some(month), Some(day)) = (part(4), part(2), part(2)) else { return Err(wrong()) };
        let (Ok(month), Ok(day)) = (u8::try_from(month), u8::try_from(day)) else { return Err(wrong()) };
        let is_there = (1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day);
        if is_there && parts.next().is_none() { Ok(Self { year, month, day }) } else { Err(wrong()) }
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Date {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_are_not_there_are_refused() {
        for text in ["2026-11-30", "2024-02-29", "2000-02-29", "9999-12-31"] {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "2026",
            "2026-11",
            "2026-11-31",
            "2026-00-01",
            "2026-13-01",
            "2026-02-29",
            "1900-02-29",
            "2026-1-1",
            "2026-11-30-1",
            "2026/11/30",
            " 2026-11-30",
            "+026-11-30",
            "20261130",
        ] {
            assert_eq!(text.parse::<Date>(), Err(NotADate(text.to_owned())), "{text:?}");
        }
    }

    #[test]
    fn seconds_become_days() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (86_399, "1970-01-01"),
            (86_400, "1970-01-02"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_700_000_000, "2023-11-14"),
            (253_402_300_799, "9999-12-31"),
        ] {
            assert_eq!(Date::of_unix_seconds(seconds).unwrap().to_string(), day, "{seconds}");
        }
        assert_eq!(Date::of_unix_seconds(253_402_300_800), None);
        assert_eq!(Date::of_unix_seconds(u64::MAX), None);
    }
}
