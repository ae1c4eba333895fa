//! The two facts about Unicode that Python's `float()` and `\d` rest on, as of Unicode 14 (Python 3.11).

/// The zeros of the 66 runs of decimal digits (general category Nd), each followed by its one to nine.
/// Source: `UnicodeData.txt` of Unicode 14.0.0.
const ZEROS: [u32; 66] = [
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0,
    0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620,
    0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0,
    0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60,
    0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
];

/// The value of a decimal digit of any script: `str.isdecimal`, and `\d` of a pattern on `str`.
pub(super) fn decimal(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.is_ascii_digit().then(|| c as u8 - b'0');
    }
    let code = u32::from(c);
    let run = ZEROS.partition_point(|zero| *zero <= code).checked_sub(1)?;
    u8::try_from(code - ZEROS.get(run)?).ok().filter(|digit| *digit < 10)
}

/// Whether `float()` strips a character: ASCII's white space without the separators U+001C to U+001F, and every
/// other character for which `str.isspace` holds.
pub(super) fn is_float_space(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ' | '\u{85}' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{2028}' | '\u{2029}'
        | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

/// Whether `repr()` writes a character as it is (`str.isprintable`). Exact but for unassigned characters, which
/// Python escapes and this does not.
pub(super) fn is_printable(c: char) -> bool {
    !matches!(u32::from(c),
        0..=0x1F | 0x7F..=0xA0 | 0xAD | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2 | 0x1680 | 0x180E
        | 0x2000..=0x200F | 0x2028..=0x202F | 0x205F..=0x2064 | 0x2066..=0x206F | 0x3000 | 0xD800..=0xF8FF | 0xFEFF
        | 0xFFF9..=0xFFFB | 0x110BD | 0x110CD | 0x13430..=0x13438 | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A
        | 0xE0001 | 0xE0020..=0xE007F | 0xF0000..=0xFFFFD | 0x0010_0000..=0x0010_FFFD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_digits_of_all_scripts() {
        assert_eq!(('\0'..=char::MAX).filter(|c| decimal(*c).is_some()).count(), 660);
        assert_eq!((decimal('7'), decimal('\u{667}'), decimal('\u{1D7FF}')), (Some(7), Some(7), Some(9)));
        assert_eq!((decimal('²'), decimal('Ⅶ'), decimal('\u{66A}'), decimal('/')), (None, None, None, None));
    }

    #[test]
    fn strips_what_float_strips() {
        assert!(is_float_space('\u{b}') && is_float_space('\u{3000}'));
        assert!(!is_float_space('\u{1c}') && !is_float_space('\u{200b}') && !is_float_space('\u{feff}'));
    }
}
