//! The texts and keys of a document, wherever they are in it.

use std::borrow::Cow;

use super::json::MAX_POINTER;
use super::value::Value;
use crate::layout::push_step;

/// A key, or a text that is a value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece<'a> {
    /// What it says.
    pub(crate) text: &'a str,
    /// The member that the text is of, or one of several; of a key, the member itself.
    pub(crate) member: &'a str,
    /// The member at the top that it is in.
    pub(crate) field: &'a str,
    /// Whether it is a key.
    pub(crate) is_key: bool,
    /// Its step, for [`Walk::pointer`].
    at: Option<usize>,
}

/// A step of a pointer, and the step before it.
type Step<'a> = (Option<usize>, Cow<'a, str>);

/// What is yet to be looked at, and what it is in.
#[derive(Debug)]
enum Open<'a> {
    Key(Piece<'a>),
    Value(&'a Value, Piece<'a>),
}

/// Goes through a document in its order, the keys of an object before its values, without recursion. Pointers are only written out
/// where there is something to say.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    steps: Vec<Step<'a>>,
    /// The next is the last.
    open: Vec<Open<'a>>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(root: &'a Value) -> Self {
        let top = Piece { text: "", member: "", field: "", is_key: false, at: None };
        Self { steps: Vec::new(), open: vec![Open::Value(root, top)] }
    }

    /// The next key or text.
    pub(crate) fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            match self.open.pop()? {
                Open::Key(key) => return Some(key),
                Open::Value(Value::String(text), place) => return Some(Piece { text, ..place }),
                Open::Value(Value::Array(items), place) => {
                    for (index, item) in items.iter().enumerate().rev() {
                        let at = self.step(place.at, index.to_string().into());
                        self.open.push(Open::Value(item, Piece { at, ..place }));
                    }
                }
                Open::Value(Value::Object(object), place) => {
                    let members = object.iter().map(|(key, value)| {
                        let at = self.step(place.at, key.into());
                        let field = if place.at.is_none() { key } else { place.field };
                        (value, Piece { text: key, member: key, field, is_key: true, at })
                    });
                    let members: Vec<_> = members.collect();
                    self.open.extend(
                        members.iter().rev().map(|(value, key)| Open::Value(value, Piece { is_key: false, ..*key })),
                    );
                    self.open.extend(members.iter().rev().map(|(_, key)| Open::Key(*key)));
                }
                Open::Value(Value::Null | Value::Bool(_) | Value::Number(_), _) => {}
            }
        }
    }

    fn step(&mut self, before: Option<usize>, step: Cow<'a, str>) -> Option<usize> {
        self.steps.push((before, step));
        self.steps.len().checked_sub(1)
    }

    /// Where a text is, or the member whose key it is, as a JSON pointer; a long one ends in `…`.
    pub(crate) fn pointer(&self, text: Piece<'_>) -> String {
        let mut at = text.at;
        let mut steps = Vec::new();
        while let Some((before, step)) = at.and_then(|at| self.steps.get(at)) {
            steps.push(step);
            at = *before;
        }
        let mut pointer = String::new();
        for step in steps.iter().rev() {
            if pointer.len() > MAX_POINTER {
                pointer.push('…');
                break;
            }
            push_step(&mut pointer, step, MAX_POINTER);
        }
        pointer
    }
}
