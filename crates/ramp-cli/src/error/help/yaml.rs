//! What to do about a text that is not YAML.

use ramp_pack::manifest::Slip;

/// Of a text that is not YAML, nor JSON.
pub(super) fn of_slip(slip: Slip, json: bool) -> &'static str {
    match slip {
        Slip::Tab => "Indent with spaces: YAML takes no tabs there.",
        Slip::Indentation => {
            "Indent the line as much as those that it belongs with; the keys of a manifest, not at all."
        }
        Slip::OpenQuote => "Close the quote.",
        Slip::QuoteWithin => {
            "Write a quote within single quotes twice, `'it''s'`, and within double quotes with a backslash, `\"a \\\"b\\\"\"`."
        }
        Slip::Escape => "Write the backslash twice, or use single quotes, in which it is only itself.",
        Slip::Bracket => "Close every bracket and brace that is opened, and no other.",
        Slip::Comma => "Put a comma before it, or close the bracket.",
        Slip::Colon => "Write `: ` after each key, there and in the line above.",
        Slip::Quotes => {
            "Put quotes around text that has `: ` or ` #` in it, or that starts with a character special to YAML."
        }
        _ if json => "Correct it there, or in the lines above it; in JSON, every key and text is in double quotes.",
        _ => "Correct it there, or in the lines above it.",
    }
}
