//! The parser: a loop over a stack of open arrays and objects, so that no input can exhaust ours.

use super::decode::Text;
use super::document::{Document, MAX_NOTES, MAX_POINTER, Note};
use super::error::{ReadError, Unit};
use super::limits::MAX_DEPTH;
use super::open::{Duplicate, Open, OpenObject};
use super::strings::{self, Bad, Scanned};
use crate::layout::push_step;
use crate::metadata::number::{self, MAX_INTEGER_DIGITS, Number};
use crate::metadata::value::{Object, Value};

/// Levels of Python's stack that raising an error from its C parser takes.
const ERROR_LEVELS: usize = 3;

/// Up to this a double has every integer, each with a spelling of its own.
const EXACT: u64 = 1 << 53;

/// How many bytes of what is there are looked at, where something else should be.
const LONGEST_WORD: usize = 16;

/// What a text begins with: a word, two signs by which comments and placeholders begin, or one character.
fn word(bytes: &[u8]) -> Option<String> {
    let front = bytes.get(..bytes.len().min(LONGEST_WORD))?;
    let text = front.utf8_chunks().next()?.valid();
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let letters: String = text.chars().take_while(|c| is_of_word(*c)).collect();
    let pair = text.get(..2).filter(|pair| ["//", "/*", "{{", "{%", "${"].contains(pair));
    let sign = || text.chars().next().map(String::from);
    if letters.is_empty() { pair.map(str::to_owned).or_else(sign) } else { Some(letters) }
}

/// Whether an integer may be another one as a double.
fn is_large(integer: &Number) -> bool {
    integer.as_i64().is_none_or(|integer| integer.unsigned_abs() > EXACT)
}

#[derive(Debug)]
pub(super) struct Parser<'a> {
    plain: Option<&'a str>,
    bytes: &'a [u8],
    pos: usize,
    stack: Vec<Open>,
    values_left: usize,
    max_values: usize,
    notes: Vec<Note>,
    notes_dropped: usize,
    /// How many keys with different values there were, and how many half characters, which all look alike here.
    torn: usize,
    altered: Vec<String>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a Text<'_>, max_values: usize) -> Self {
        Self {
            plain: text.as_str(),
            bytes: text.as_bytes(),
            pos: 0,
            stack: Vec::new(),
            values_left: max_values,
            max_values,
            notes: Vec::new(),
            notes_dropped: 0,
            torn: 0,
            altered: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, note: Note) {
        let is_torn = matches!(note, Note::LoneSurrogate { .. } | Note::DuplicateKey { differ: true, .. });
        self.torn = self.torn.saturating_add(usize::from(is_torn));
        if self.notes.len() < MAX_NOTES {
            self.notes.push(note);
        } else {
            self.notes_dropped = self.notes_dropped.saturating_add(1);
        }
    }

    /// The JSON pointer of what is being read, cut soon after [`MAX_POINTER`] bytes; `last` is one step further.
    fn pointer(&self, last: Option<&str>) -> String {
        let mut pointer = String::new();
        for open in &self.stack {
            if pointer.len() > MAX_POINTER {
                break;
            }
            match open {
                Open::Array(items) => push_step(&mut pointer, &items.len().to_string(), MAX_POINTER),
                Open::Object(object) => push_step(&mut pointer, object.key(), MAX_POINTER),
            }
        }
        if let Some(key) = last {
            push_step(&mut pointer, key, MAX_POINTER);
        }
        if pointer.len() > MAX_POINTER {
            pointer.push('…');
        }
        pointer
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    fn skip_whitespace(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.pos += 1;
        }
    }

    /// Line and column from 1, and the position, all in characters.
    fn place(&self, at: usize) -> (usize, usize, usize) {
        let before = self.bytes.get(..at).unwrap_or(self.bytes);
        let (mut line, mut column, mut chars) = (1, 1, 0);
        for byte in before {
            if byte & 0xC0 == 0x80 {
                continue;
            }
            chars += 1;
            column += 1;
            if *byte == b'\n' {
                line += 1;
                column = 1;
            }
        }
        (line, column, chars)
    }

    fn too_deep(&self, at: usize) -> ReadError {
        let (line, column, _) = self.place(at);
        ReadError::TooDeep { line, column }
    }

    /// An error of the C parser: close to the limit, Python has no stack left to raise it.
    fn syntax(&self, message: &'static str, at: usize) -> ReadError {
        if self.stack.len() + ERROR_LEVELS > MAX_DEPTH { self.too_deep(at) } else { self.expecting(message, at) }
    }

    /// An error that Python raises outside of the C parser.
    fn expecting(&self, message: &'static str, at: usize) -> ReadError {
        let (line, column, offset) = self.place(at);
        let comma = self.comma_before(at).map(|comma| self.place(comma)).map(|(line, column, _)| (line, column));
        let found = self.bytes.get(at..).and_then(word);
        ReadError::Syntax { message: message.into(), line, column, offset, comma, found }
    }

    /// The comma after which something closes, or another comma comes, where a value or a key should be: with nothing but whitespace
    /// between.
    fn comma_before(&self, at: usize) -> Option<usize> {
        let (before, rest) = self.bytes.split_at_checked(at)?;
        let comma = before.iter().rposition(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))?;
        let is_comma = before.get(comma) == Some(&b',') && matches!(rest.first(), Some(b'}' | b']' | b','));
        is_comma.then_some(comma)
    }

    pub(super) fn document(mut self) -> Result<Document, ReadError> {
        self.skip_whitespace();
        loop {
            let Some((mut value, mut altered)) = self.value()? else { continue };
            loop {
                let Some(open) = self.stack.last_mut() else {
                    self.skip_whitespace();
                    if self.pos < self.bytes.len() {
                        return Err(self.expecting("Extra data", self.pos));
                    }
                    return Ok(Document {
                        root: value,
                        notes: self.notes,
                        notes_dropped: self.notes_dropped,
                        altered: self.altered,
                    });
                };
                let close = match open {
                    Open::Array(items) => {
                        items.push(value);
                        b']'
                    }
                    Open::Object(object) => {
                        object.add(value, altered, self.notes.len(), self.torn);
                        b'}'
                    }
                };
                self.skip_whitespace();
                match self.peek() {
                    Some(b',') => {
                        self.pos += 1;
                        self.skip_whitespace();
                        if close == b'}' {
                            self.key()?;
                        }
                        break;
                    }
                    Some(found) if found == close => {
                        self.pos += 1;
                        value = self.close();
                        altered = false;
                    }
                    _ => return Err(self.syntax("Expecting ',' delimiter", self.pos)),
                }
            }
        }
    }

    /// One value, and whether it is a string with lone surrogates; `None` after opening an array or object that has
    /// something in it.
    fn value(&mut self) -> Result<Option<(Value, bool)>, ReadError> {
        self.values_left = self
            .values_left
            .checked_sub(1)
            .ok_or(ReadError::TooLarge { limit: self.max_values, unit: Unit::Values })?;
        let start = self.pos;
        let value = match self.peek() {
            Some(b'"') => {
                let scanned = self.string()?;
                let altered = !scanned.surrogates.is_empty();
                if altered {
                    let pointer = self.pointer(None);
                    self.note(Note::LoneSurrogate { pointer, in_key: false });
                }
                return Ok(Some((Value::String(scanned.text), altered)));
            }
            Some(open @ (b'{' | b'[')) => {
                if self.stack.len() >= MAX_DEPTH {
                    return Err(self.too_deep(start));
                }
                self.pos += 1;
                self.skip_whitespace();
                let empty = self.peek() == Some(if open == b'{' { b'}' } else { b']' });
                let (opened, value) = if open == b'{' {
                    (Open::Object(OpenObject::default()), Value::Object(Object::default()))
                } else {
                    (Open::Array(Vec::new()), Value::Array(Vec::new()))
                };
                if empty {
                    self.pos += 1;
                    return Ok(Some((value, false)));
                }
                self.stack.push(opened);
                if open == b'{' {
                    self.key()?;
                }
                return Ok(None);
            }
            _ => {
                let rest = self.bytes.get(start..).unwrap_or_default();
                if rest.starts_with(b"null") {
                    self.pos += 4;
                    Value::Null
                } else if rest.starts_with(b"true") {
                    self.pos += 4;
                    Value::Bool(true)
                } else if rest.starts_with(b"false") {
                    self.pos += 5;
                    Value::Bool(false)
                } else {
                    self.number()?
                }
            }
        };
        Ok(Some((value, false)))
    }

    fn number(&mut self) -> Result<Value, ReadError> {
        let start = self.pos;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let constant = number::CONSTANTS.into_iter().find(|name| rest.starts_with(name.as_bytes()));
        if let Some(constant) = constant {
            // The only value for which Python calls a function.
            if self.stack.len() >= MAX_DEPTH {
                return Err(self.too_deep(start));
            }
            self.pos += constant.len();
            let pointer = self.pointer(None);
            self.note(Note::NonFiniteNumber { pointer });
            return Ok(Value::Number(Number::from_literal(constant)));
        }
        let (end, integer) = number::scan(self.bytes, start).ok_or_else(|| self.expecting("Expecting value", start))?;
        let literal = std::str::from_utf8(self.bytes.get(start..end).unwrap_or_default()).unwrap_or_default();
        if integer {
            let digits = number::digits(literal);
            if digits > MAX_INTEGER_DIGITS {
                let (line, column, _) = self.place(start);
                return Err(ReadError::IntegerTooLong { digits, line, column });
            }
        }
        self.pos = end;
        let number = Number::from_literal(literal);
        if integer && (literal == "-0" || is_large(&number)) {
            let pointer = self.pointer(None);
            self.note(if literal == "-0" { Note::NegativeZero { pointer } } else { Note::LargeInteger { pointer } });
        }
        if !integer && (literal.len() > 300 || literal.contains(['e', 'E'])) && !number.is_finite() {
            let pointer = self.pointer(None);
            self.note(Note::NonFiniteNumber { pointer });
        }
        Ok(Value::Number(number))
    }

    fn string(&mut self) -> Result<Scanned, ReadError> {
        let (scanned, end) =
            strings::string(self.plain, self.bytes, self.pos).map_err(|Bad(message, at)| self.syntax(message, at))?;
        self.pos = end;
        Ok(scanned)
    }

    /// A key and its colon, for the object on top of the stack.
    fn key(&mut self) -> Result<(), ReadError> {
        if self.peek() != Some(b'"') {
            return Err(self.syntax("Expecting property name enclosed in double quotes", self.pos));
        }
        let key = self.string()?;
        self.skip_whitespace();
        if self.peek() != Some(b':') {
            return Err(self.syntax("Expecting ':' delimiter", self.pos));
        }
        self.pos += 1;
        self.skip_whitespace();
        let (notes_before, torn_before) = (self.notes.len(), self.torn);
        let altered = !key.surrogates.is_empty();
        if let Some(Open::Object(object)) = self.stack.last_mut() {
            object.expect(key, notes_before, torn_before);
        }
        if altered {
            let pointer = self.pointer(None);
            self.note(Note::LoneSurrogate { pointer, in_key: true });
        }
        Ok(())
    }

    /// Closes the array or object on top of the stack.
    fn close(&mut self) -> Value {
        match self.stack.pop() {
            Some(Open::Array(items)) => Value::Array(items),
            Some(Open::Object(object)) => Value::Object(self.close_object(object)),
            None => Value::Null,
        }
    }

    fn close_object(&mut self, object: OpenObject) -> Object {
        let settled = object.settle();
        for void in settled.void {
            self.notes.drain(void.start.min(self.notes.len())..void.end.min(self.notes.len()));
        }
        for Duplicate { key, count, differ } in settled.duplicates {
            let pointer = self.pointer(Some(&key));
            self.note(Note::DuplicateKey { pointer, count, differ });
        }
        if self.stack.is_empty() {
            self.altered = settled.altered;
        }
        Object::from_unique(settled.members)
    }
}
