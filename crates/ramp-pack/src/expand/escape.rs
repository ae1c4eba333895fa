//! The escapes of Python's string literals, undone.

/// What a backslash and what follows it stand for, and how many bytes follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escape {
    /// A character.
    Character(char, usize),
    /// Nothing: a backslash at the end of a line goes on with the next.
    Nothing(usize),
    /// No escape: the backslash is itself.
    None,
    /// One that Python refuses, or that has no meaning here, so many bytes long.
    Refused(usize),
}

/// Reads the escape of which `rest` is what follows the backslash.
///
/// Source: the table of escape sequences in the reference of the Python language, "String and Bytes literals".
pub(crate) fn read(rest: &str) -> Escape {
    let Some(first) = rest.chars().next() else { return Escape::None };
    let plain = match first {
        '\n' => return Escape::Nothing(1),
        '\\' | '\'' | '"' => first,
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '0'..='7' => return number(rest, 0, 8, 1, 3),
        'x' => return number(rest, 1, 16, 2, 2),
        'u' => return number(rest, 1, 16, 4, 4),
        'U' => return number(rest, 1, 16, 8, 8),
        // A character by its name: there are tens of thousands, and it can be written itself.
        'N' => return Escape::Refused(rest.find('}').map_or(1, |end| end + 1)),
        _ => return Escape::None,
    };
    Escape::Character(plain, first.len_utf8())
}

/// A character by its number, in `fewest` to `most` digits after so many bytes.
fn number(rest: &str, before: usize, radix: u32, fewest: usize, most: usize) -> Escape {
    let digits = rest.get(before..).unwrap_or_default();
    let count = digits.chars().take(most).take_while(|c| c.is_digit(radix)).count();
    let number = digits.get(..count).and_then(|digits| u32::from_str_radix(digits, radix).ok());
    match number.filter(|_| count >= fewest).and_then(char::from_u32) {
        Some(character) => Escape::Character(character, before + count),
        None => Escape::Refused(before + count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_escape_of_python() {
        for (rest, expected) in [
            ("\"x", Escape::Character('"', 1)),
            ("'", Escape::Character('\'', 1)),
            ("\\n", Escape::Character('\\', 1)),
            ("n", Escape::Character('\n', 1)),
            ("tmp", Escape::Character('\t', 1)),
            ("a", Escape::Character('\x07', 1)),
            ("v", Escape::Character('\x0b', 1)),
            ("x41f", Escape::Character('A', 3)),
            ("x4", Escape::Refused(2)),
            ("101", Escape::Character('A', 3)),
            ("08", Escape::Character('\0', 1)),
            ("777", Escape::Character('\u{1ff}', 3)),
            ("u00e9", Escape::Character('é', 5)),
            ("ud800", Escape::Refused(5)),
            ("U0001f600", Escape::Character('😀', 9)),
            ("U00110000", Escape::Refused(9)),
            ("N{BULLET}!", Escape::Refused(9)),
            ("N", Escape::Refused(1)),
            ("\nx", Escape::Nothing(1)),
            ("d", Escape::None),
            ("é", Escape::None),
            ("{", Escape::None),
            ("", Escape::None),
        ] {
            assert_eq!(read(rest), expected, "{rest}");
        }
    }
}
