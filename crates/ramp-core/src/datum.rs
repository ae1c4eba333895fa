//! Values that findings are about, as data.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::shorten;

/// How many characters of a text, or of several together, are kept: a bundle can make them as long as it is.
const LONGEST: usize = 2000;

/// A value that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum Datum {
    /// A number that is not negative: a size, an offset, a count.
    Number(u64),
    /// A negative number.
    Negative(i64),
    /// A text: a name, a version, a digest, what stands in the document.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

/// The values that a finding is about, by the keys that its rule documents ([`Rule::data`](crate::Rule::data)).
pub type Data = BTreeMap<Cow<'static, str>, Datum>;

impl Datum {
    /// Several texts, as many as are not too long together; where some are left out, the last is `…`.
    pub(crate) fn list<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        let mut left = LONGEST;
        let mut list = Vec::new();
        for text in texts {
            let text = text.as_ref();
            // One at least for each, so that there are not too many empty ones either.
            left = match left.checked_sub(text.chars().take(LONGEST).count().max(1)) {
                Some(left) => left,
                None => {
                    list.push("…".to_owned());
                    break;
                }
            };
            list.push(text.to_owned());
        }
        Self::List(list)
    }
}

/// Values by their keys.
pub(crate) fn data<const N: usize>(values: [(&'static str, Datum); N]) -> Data {
    values.into_iter().map(|(key, value)| (key.into(), value)).collect()
}

impl From<u64> for Datum {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Datum {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u16> for Datum {
    fn from(number: u16) -> Self {
        Self::Number(number.into())
    }
}

impl From<u8> for Datum {
    fn from(number: u8) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Datum {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

impl From<i64> for Datum {
    fn from(number: i64) -> Self {
        u64::try_from(number).map_or(Self::Negative(number), Self::Number)
    }
}

impl From<&str> for Datum {
    fn from(text: &str) -> Self {
        Self::Text(shorten(text, LONGEST).into_owned())
    }
}

impl From<&String> for Datum {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<String> for Datum {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<&Cow<'_, str>> for Datum {
    fn from(text: &Cow<'_, str>) -> Self {
        text.as_ref().into()
    }
}

impl From<char> for Datum {
    fn from(character: char) -> Self {
        Self::Text(character.into())
    }
}
