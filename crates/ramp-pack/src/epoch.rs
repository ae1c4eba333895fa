//! The one point in time that a package knows: `SOURCE_DATE_EPOCH`.
//!
//! Source: the specification of `SOURCE_DATE_EPOCH`, reproducible-builds.org; APPNOTE 6.3.10 §4.4.6 for MS-DOS times.

use std::str::FromStr;

use ramp_core::Date;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// 1980-01-01 00:00:00, the first second that MS-DOS knows.
const FIRST: i64 = 315_532_800;
/// 2107-12-31 23:59:59, the last one.
const LAST: i64 = 4_354_819_199;

/// Seconds since the start of 1970, UTC: the time stamp of everything in a package. By default 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Epoch(i64);

/// The value of `SOURCE_DATE_EPOCH` is not a number of seconds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a whole number of seconds since 1970", value.escape_debug())]
pub struct EpochError {
    /// The value.
    pub value: String,
}

impl Epoch {
    /// So many seconds since the start of 1970, UTC.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the start of 1970, UTC.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Date and time as zips write them, in UTC: in steps of two seconds, and the nearest there is of the years 1980 to
    /// 2107.
    ///
    /// ```
    /// use ramp_pack::Epoch;
    ///
    /// assert_eq!(Epoch::default().dos_date_time(), (1 << 5 | 1, 0)); // 1980-01-01 00:00:00
    /// let epoch: Epoch = "1700000001".parse().unwrap(); // 2023-11-14 22:13:21
    /// assert_eq!(epoch.dos_date_time(), (43 << 9 | 11 << 5 | 14, 22 << 11 | 13 << 5 | 10));
    /// ```
    pub fn dos_date_time(self) -> (u16, u16) {
        let seconds = self.0.clamp(FIRST, LAST);
        let second = seconds.rem_euclid(DAY);
        let time = ((second / HOUR) << 11) | ((second % HOUR / MINUTE) << 5) | (second % MINUTE / 2);
        // From 1980 on, so there is such a day.
        let day = u64::try_from(seconds).ok().and_then(Date::of_unix_seconds);
        let date = day.map(|day| ((day.year() - 1980) << 9) | (u16::from(day.month()) << 5) | u16::from(day.day()));
        (date.unwrap_or_default(), u16::try_from(time).unwrap_or_default())
    }
}

impl FromStr for Epoch {
    type Err = EpochError;

    /// Reads the value of `SOURCE_DATE_EPOCH`: decimal digits, a minus in front of them if need be.
    fn from_str(value: &str) -> Result<Self, EpochError> {
        let digits = value.strip_prefix('-').unwrap_or(value);
        let number = if digits.bytes().all(|b| b.is_ascii_digit()) { value.parse().ok() } else { None };
        number.map(Self).ok_or_else(|| EpochError { value: value.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(seconds: i64) -> (u16, u16, u16, u16, u16, u16) {
        let (date, time) = Epoch::from_seconds(seconds).dos_date_time();
        (1980 + (date >> 9), date >> 5 & 15, date & 31, time >> 11, time >> 5 & 63, 2 * (time & 31))
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (i64::MIN, (1980, 1, 1, 0, 0, 0)),
            (0, (1980, 1, 1, 0, 0, 0)),
            (FIRST - 1, (1980, 1, 1, 0, 0, 0)),
            (FIRST + 3, (1980, 1, 1, 0, 0, 2)),
            (951_782_400, (2000, 2, 29, 0, 0, 0)),
            (951_868_800, (2000, 3, 1, 0, 0, 0)),
            (1_709_251_199, (2024, 2, 29, 23, 59, 58)),
            (1_704_067_199, (2023, 12, 31, 23, 59, 58)),
            (4_107_542_400, (2100, 3, 1, 0, 0, 0)),
            (LAST, (2107, 12, 31, 23, 59, 58)),
            (i64::MAX, (2107, 12, 31, 23, 59, 58)),
        ] {
            assert_eq!(fields(seconds), expected, "{seconds}");
        }
    }

    #[test]
    fn only_whole_seconds_are_read() {
        assert_eq!("1700000000".parse(), Ok(Epoch::from_seconds(1_700_000_000)));
        assert_eq!("-1".parse(), Ok(Epoch::from_seconds(-1)));
        for value in ["", "-", "+1", "1.5", " 1", "1e9", "now", "99999999999999999999"] {
            assert_eq!(value.parse::<Epoch>(), Err(EpochError { value: value.to_owned() }), "{value:?}");
        }
    }
}
