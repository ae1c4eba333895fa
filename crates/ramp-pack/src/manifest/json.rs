//! Manifests that are JSON.

use std::collections::HashMap;

use super::entries::{Read, Written};
use super::error::{ManifestError, ManifestProblem, ManifestWarning, Oddity, Position};
use super::limits::{MAX_DEPTH, QUOTED};
use ramp_core::metadata::{Note, Value, json};
use ramp_core::text::shorten;

/// The manifest, if the text is a JSON object.
pub(super) fn read(text: &str) -> Result<Option<Read>, ManifestError> {
    if !text.trim_start().starts_with('{') {
        return Ok(None);
    }
    let Ok(document) = json::read(text.as_bytes()) else { return Ok(None) };
    let places = places(text)?;
    let Value::Object(object) = document.root else { return Ok(None) };
    // Of each key, where it is first, where it counts, and how often it is there.
    let mut found: HashMap<&str, (&Place, &Place, usize)> = HashMap::new();
    for place in &places {
        let (_, last, times) = found.entry(&place.name).or_insert((place, place, 0));
        (*last, *times) = (place, *times + 1);
    }
    let mut read = Read::default();
    for (name, (first, last, times)) in found.iter().filter(|(_, (_, _, times))| *times > 1) {
        read.manifest.warnings.push(duplicate(name, last.key, Some(first.key), *times));
    }
    for note in &document.notes {
        let Note::DuplicateKey { pointer, count, .. } = note else { continue };
        let mut steps = pointer.split('/').skip(1);
        let top = steps.next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
        if let (Some((_, last, _)), Some(_)) = (found.get(top.as_str()), steps.next()) {
            read.manifest.warnings.push(duplicate(pointer, last.key, None, *count));
        }
    }
    for (key, value) in object {
        let place = found.get(key.as_str()).map(|(_, last, _)| *last);
        read.values.push(Written { position: place.map_or(Position::START, |place| place.value), text: None });
        let position = place.map_or(Position::START, |place| place.key);
        read.manifest.entries.push((key, value, position));
    }
    Ok(Some(read))
}

fn duplicate(key: &str, position: Position, first: Option<Position>, times: usize) -> ManifestWarning {
    ManifestWarning { position, key: shorten(key, QUOTED).into_owned(), oddity: Oddity::Duplicate { first, times } }
}

/// Where a member of the object at the top is.
struct Place {
    name: String,
    key: Position,
    value: Position,
}

/// The places of the top's members, in a text that is known to be JSON.
fn places(text: &str) -> Result<Vec<Place>, ManifestError> {
    let mut places: Vec<Place> = Vec::new();
    let (mut line, mut column, mut depth) = (1, 0, 0_usize);
    // The start of the string that is being read; whether its next character is escaped.
    let (mut string, mut escaped) = (None, false);
    // Whether the next thing is a key, or the value of the last key.
    let (mut wants_key, mut wants_value) = (false, false);
    for (at, c) in text.char_indices() {
        column += 1;
        let here = Position { line, column };
        if c == '\n' {
            (line, column) = (line + 1, 0);
        }
        if let Some((start, position)) = string {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    string = None;
                    if wants_key && depth == 1 {
                        wants_key = false;
                        let name = text.get(start..=at).and_then(|quoted| json::read(quoted.as_bytes()).ok());
                        let name = name.and_then(|document| document.root.as_str().map(str::to_owned));
                        places.push(Place { name: name.unwrap_or_default(), key: position, value: position });
                    }
                }
                _ => {}
            }
            continue;
        }
        if wants_value && depth == 1 && !c.is_ascii_whitespace() {
            wants_value = false;
            if let Some(place) = places.last_mut() {
                place.value = here;
            }
        }
        match c {
            '"' => string = Some((at, here)),
            '{' | '[' => {
                depth += 1;
                wants_key = depth == 1;
                if depth > MAX_DEPTH {
                    return Err(ManifestError::new(here, ManifestProblem::TooDeep { limit: MAX_DEPTH }));
                }
            }
            '}' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 1 => wants_key = true,
            ':' if depth == 1 => wants_value = true,
            _ => {}
        }
    }
    Ok(places)
}
