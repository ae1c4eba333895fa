//! Characters that are not seen, or change what is.
//!
//! Source: Unicode 16's `Default_Ignorable_Code_Point` (`DerivedCoreProperties.txt`), and what beside it is a format character
//! without a form of its own (`Cf` of `UnicodeData.txt`).

use std::ops::RangeInclusive;

/// What is not shown where it is not obeyed: `Default_Ignorable_Code_Point`.
const IGNORABLE: [RangeInclusive<char>; 17] = [
    '\u{ad}'..='\u{ad}',
    '\u{34f}'..='\u{34f}',
    '\u{61c}'..='\u{61c}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{200b}'..='\u{200f}',
    '\u{202a}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{feff}'..='\u{feff}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{fff0}'..='\u{fff8}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e0fff}',
];
/// Ends of lines and paragraphs, marks of annotations, and those that arrange hieroglyphs.
const FORMAT: [RangeInclusive<char>; 3] = ['\u{2028}'..='\u{2029}', '\u{fff9}'..='\u{fffb}', '\u{13430}'..='\u{1343f}'];

/// Whether a character orders text from right to left, or from left to right, by force.
pub(crate) fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character is not shown at all, so that two names look the same.
///
/// ```
/// use ramp_core::name::is_hidden;
///
/// assert!(is_hidden('\u{200b}') && is_hidden('\u{3164}') && !is_hidden('a') && !is_hidden(' '));
/// ```
pub fn is_hidden(c: char) -> bool {
    !c.is_ascii() && IGNORABLE.iter().chain(&FORMAT).any(|range| range.contains(&c))
}

/// Whether a character is one that no text is there to show: it controls, turns the direction of what follows, or is hidden.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control() || is_hidden(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen() {
        for c in "\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{180b}\u{180d}\u{180e}\u{180f}\u{200b}\u{200d}\u{2028}\u{202e}\
                  \u{2060}\u{206a}\u{3164}\u{fe00}\u{fe0f}\u{feff}\u{ffa0}\u{fffb}\u{13430}\u{1bca0}\u{1d17a}\u{e0100}"
            .chars()
        {
            assert!(is_hidden(c) && is_unseen(c), "{c:?}");
        }
        for c in "a ä文\u{1161}\u{1100}\u{300}\u{915}\u{93c}\u{180a}\u{2027}\u{3165}\u{fe10}\u{fffd}\u{1342f}\u{1d172}❤"
            .chars()
        {
            assert!(!is_hidden(c) && !is_unseen(c), "{c:?}");
        }
        assert!(is_unseen('\u{85}') && is_unseen('\n'));
    }

    /// What orders text is hidden, too.
    #[test]
    fn what_turns_is_unseen() {
        assert!(('\0'..=char::MAX).filter(|c| turns(*c)).all(is_unseen));
    }
}
