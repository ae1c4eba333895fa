//! How many arguments commands take.

use crate::text::count;

/// How many arguments a command takes, as Redis counts them: with the name of the command, and negative where there may be more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arity(i64);

impl Arity {
    /// Redis takes 0 for "not said", and shows -1.
    pub(crate) const fn new(number: i64) -> Self {
        Self(if number == 0 { -1 } else { number })
    }

    const fn is_open(self) -> bool {
        self.0 < 0
    }

    const fn least(self) -> u64 {
        self.0.unsigned_abs()
    }

    /// Whether a call that the old build answers is refused for its number of arguments by the new one, which has this.
    pub(crate) const fn takes_less_than(self, old: Self) -> bool {
        if self.is_open() { self.least() > old.least() } else { old.is_open() || self.least() != old.least() }
    }

    /// The one that takes all that either takes.
    fn with(self, other: Self) -> Self {
        let least = i64::try_from(self.least().min(other.least())).unwrap_or(i64::MAX);
        Self(-least)
    }

    /// What a user of a command of that name gives: `exactly 2 arguments`. The name of a subcommand is two words, `config|get`.
    fn arguments(self, name: &str) -> String {
        let words = u64::try_from(name.split('|').count()).unwrap_or(u64::MAX);
        match (self.least().saturating_sub(words), self.is_open()) {
            (0, true) => "any number of arguments".to_owned(),
            (0, false) => "no arguments".to_owned(),
            (least, true) => format!("{} or more", count(least, "argument")),
            (least, false) => format!("exactly {}", count(least, "argument")),
        }
    }

    /// What to do where a command of that name had the old one, and now has this, which takes less.
    pub(crate) fn help(self, old: Self, name: &str) -> String {
        let both = self.with(old);
        let way = if both == old { "Keep" } else { "Make it" };
        format!(
            "{} takes {}; {} took {}. {way} {}, which takes the calls of both builds.",
            self.0,
            self.arguments(name),
            old.0,
            old.arguments(name),
            both.0
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Arity;

    #[test]
    fn the_numbers_are_those_of_the_case() {
        let help = |new, old, name| Arity::new(new).help(Arity::new(old), name);
        let rows = [
            help(-2, -1, "FT.DEBUG"),
            help(3, 2, "t.get"),
            help(2, 3, "t.get"),
            help(1, -2, "t.get"),
            help(3, 0, "t.get"),
            help(-4, -3, "t.conf|get"),
        ];
        let told = [
            "-2 takes 1 argument or more; -1 took any number of arguments. Keep -1, which takes the calls of both builds.",
            "3 takes exactly 2 arguments; 2 took exactly 1 argument. Make it -2, which takes the calls of both builds.",
            "2 takes exactly 1 argument; 3 took exactly 2 arguments. Make it -2, which takes the calls of both builds.",
            "1 takes no arguments; -2 took 1 argument or more. Make it -1, which takes the calls of both builds.",
            "3 takes exactly 2 arguments; -1 took any number of arguments. Keep -1, which takes the calls of both builds.",
            "-4 takes 2 arguments or more; -3 took 1 argument or more. Keep -3, which takes the calls of both builds.",
        ];
        assert_eq!(rows, told);
        let widest = help(i64::MIN, i64::MAX, "t.get");
        assert!(widest.ends_with("Make it -9223372036854775807, which takes the calls of both builds."), "{widest}");
    }

    /// By the rule that Redis goes by itself.
    fn takes(arity: i64, given: i64) -> bool {
        !(arity > 0 && arity != given || given < -arity)
    }

    proptest! {
        #[test]
        fn less_is_taken_where_a_call_is_refused(old in -6_i64..6, new in -6_i64..6) {
            let mut calls = 1..20;
            let is_lost = calls.any(|given| takes(old, given) && !takes(new, given));
            let (old, new) = (Arity::new(old), Arity::new(new));
            prop_assert_eq!(new.takes_less_than(old), is_lost);
            prop_assert!(!new.with(old).takes_less_than(old) && !new.with(old).takes_less_than(new));
        }
    }
}
