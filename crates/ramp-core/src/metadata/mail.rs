//! Addresses of mail, as people write them into a field: one or several, each alone or behind a name.

use super::host;

/// Whether one of the words of a text is an address. Source: RFC 5321, 4.1.2; of what stands before the `@`, quotes included, only
/// that it is there.
pub(super) fn has_address(text: &str) -> bool {
    let is_between = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '(' | ')');
    text.split(is_between).any(is_address)
}

fn is_address(word: &str) -> bool {
    word.rsplit_once('@').is_some_and(|(user, host)| {
        let is_literal = host.starts_with('[') && host.ends_with(']');
        !user.is_empty() && !user.contains('@') && (is_literal || host::fault(host).is_none())
    })
}

/// Why a text in which an address is cannot be written to as it stands, as a clause about "it"; `None` where it can.
/// Source: RFC 5322, 3.4; the `;` that some programs write between addresses is let pass.
pub(crate) fn oddity(text: &str) -> Option<&'static str> {
    if !text.bytes().filter(|b| *b == b'"').count().is_multiple_of(2) {
        return Some("it has a quote that is not closed");
    }
    // What is in quotes, and in parentheses, may be anything.
    let bare = outside_comments(&outside_quotes(text));
    if !bare.contains('@') {
        return Some("its address is in parentheses, which are a comment");
    }
    // A group: a name, a colon, addresses and a semicolon.
    let bare = match bare.trim().strip_suffix(';').and_then(|group| group.split_once(':')) {
        Some((name, addresses)) if !name.contains('@') => addresses.to_owned(),
        _ => bare,
    };
    let mut parts = bare.split([',', ';']).map(str::trim).peekable();
    std::iter::from_fn(|| {
        let mut part = parts.next()?;
        // `Doe, Jane, PhD <jane@example.com>`: what has no address is the front of a name.
        while let Some(next) = parts.next_if(|next| !part.is_empty() && !part.contains('@') && !next.is_empty()) {
            part = next;
        }
        Some(part)
    })
    .find_map(|mailbox| {
        if mailbox.is_empty() {
            return Some("a comma or semicolon in it has an address on one side only");
        }
        let (name, address) = match mailbox.split_once('<') {
            Some((name, rest)) => match rest.trim_end().strip_suffix('>') {
                Some(address) => (name, address),
                None => return Some("a `<` in it is not closed behind the address"),
            },
            None => ("", mailbox),
        };
        oddity_of(name.trim(), address.trim())
    })
}

fn oddity_of(name: &str, address: &str) -> Option<&'static str> {
    let has_two = |text: &str| text.split_whitespace().filter(|word| is_address(word)).count() > 1;
    if name.split_whitespace().any(is_address) || has_two(address) {
        return Some("two addresses in it have no comma between them");
    }
    if address.starts_with("mailto:") {
        return Some("it begins with `mailto:`, as links do");
    }
    if address.contains('@') && address.contains(char::is_whitespace) {
        return Some("it has words beside the address");
    }
    if !is_address(address) {
        return Some("a part of it is not an address");
    }
    let user = address.rsplit_once('@').map_or("", |(user, _)| user);
    let has_gap = user.starts_with('.') || user.ends_with('.') || user.contains("..");
    has_gap.then_some("what is before the `@` begins or ends with a dot, or has two side by side")
}

/// A text without what is in quotes: one letter stands for each.
fn outside_quotes(text: &str) -> String {
    let parts = text.split('"').enumerate();
    parts.map(|(index, part)| if index % 2 == 0 { part } else { "q" }).collect()
}

/// A text without what is in parentheses.
fn outside_comments(text: &str) -> String {
    let parts = text.split('(').enumerate();
    parts
        .map(|(index, part)| if index == 0 { part } else { part.split_once(')').map_or("", |(_, rest)| rest) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_written_to_is_told_from_what_cannot() {
        for text in [
            "me@example.com",
            "root@localhost",
            "a@münchen.example",
            "ü@example.com",
            "Jane <j@x.example>",
            "Jane Doe <j@x.example>, Joe <joe@x.example>",
            "\"Doe, Jane\" <j@x.example>",
            "\"a b\"@x.example",
            "j@x.example (Jane, at home)",
            "a@b; c@d",
            "a+b@[10.0.0.1]",
            " me@example.com ",
            "<me@example.com>",
            "Doe, John <john@doe.example>",
            "Doe, Jane, PhD <j@x.example>",
            "Team: a@x.example, b@x.example;",
            "Jane @ Redis <j@x.example>",
            "a'b@example.com",
        ] {
            assert_eq!((has_address(text), oddity(text)), (true, None), "{text}");
        }
        let (words, gap) = (
            "it has words beside the address",
            "what is before the `@` begins or ends with a dot, or has two side by side",
        );
        let (comma, between) = (
            "a comma or semicolon in it has an address on one side only",
            "two addresses in it have no comma between them",
        );
        for (text, expected) in [
            ("a b@c.example", words),
            ("write to a@b.example", words),
            ("a@b.example today", words),
            ("a@x.example b@y.example", between),
            ("a@x.example <b@y.example>", between),
            ("a@b.example,", comma),
            ("a@b.example;;c@d.example", comma),
            ("Jane (j@x.example)", "its address is in parentheses, which are a comment"),
            ("mailto:a@b.example", "it begins with `mailto:`, as links do"),
            ("a@b.example, banana", "a part of it is not an address"),
            ("a..b@c.example", gap),
            (".a@c.example", gap),
            ("a.@c.example", gap),
            ("Jane <j@x.example", "a `<` in it is not closed behind the address"),
            ("\"@b.example", "it has a quote that is not closed"),
        ] {
            assert_eq!((has_address(text), oddity(text)), (true, Some(expected)), "{text}");
        }
        for text in ["", "banana", "@", "a@", "@b", "a @ b", "me at example.com", "a@b@c", "me@ex_ample..com"] {
            assert!(!has_address(text), "{text}");
        }
    }
}
