//! The rules that a password must keep where the cluster's `password_complexity` is on.
//!
//! Source: the page "Configure password complexity rules", of 7.4 and 8.2; the minimum length can be set there, not here.

/// Fewest characters.
const FEWEST: usize = 8;
/// Most times that a character may be repeated.
const MOST_REPEATED: usize = 3;

/// The first rule that a password does not keep.
pub(crate) fn broken(password: &str, email: &str) -> Option<&'static str> {
    let has = |what: fn(&char) -> bool| password.chars().any(|c| what(&c));
    let lower = password.to_lowercase();
    let email = email.to_lowercase();
    let backwards: String = email.chars().rev().collect();
    let checks = [
        (password.chars().count() >= FEWEST, "it has fewer than 8 characters"),
        (has(|c| c.is_uppercase()), "it has no uppercase character"),
        (has(|c| c.is_lowercase()), "it has no lowercase character"),
        (has(|c| c.is_numeric()), "it has no number"),
        (has(|c| !c.is_alphanumeric()), "it has no special character"),
        (email.is_empty() || !lower.contains(&email), "it contains the e-mail address"),
        (email.is_empty() || !lower.contains(&backwards), "it contains the e-mail address backwards"),
        (longest_run(password) <= MOST_REPEATED, "a character is repeated more than three times"),
    ];
    checks.into_iter().find(|(kept, _)| !kept).map(|(_, what)| what)
}

/// How often a character stands there one after the other.
fn longest_run(text: &str) -> usize {
    let (mut longest, mut run, mut before) = (0, 0, None);
    for c in text.chars() {
        run = if before == Some(c) { run + 1 } else { 1 };
        longest = longest.max(run);
        before = Some(c);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_is_kept_or_broken_by_one_step() {
        let me = "me@x.org";
        for good in ["Abcdef1!", "Ünïcöd3 ok", "Aaaa1bcd!", "xme@x.orX1!"] {
            assert_eq!(broken(good, me), None, "{good}");
        }
        for (bad, what) in [
            ("Abcde1!", "fewer than 8"),
            ("abcdef1!", "uppercase"),
            ("ABCDEF1!", "lowercase"),
            ("Abcdefg!", "number"),
            ("Abcdef12", "special"),
            ("1Me@X.org!", "contains the e-mail address"),
            ("1gRo.x@em!", "backwards"),
            ("Abcd1!!!!", "repeated"),
        ] {
            assert!(broken(bad, me).is_some_and(|why| why.contains(what)), "{bad}: {:?}", broken(bad, me));
        }
    }
}
