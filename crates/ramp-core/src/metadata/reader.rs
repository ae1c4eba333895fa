//! Takes typed values out of a [`Value`], noting what has the wrong type.

use super::model::{Command, Crdb, Dependency, FieldProblem, MAX_PROBLEMS, Platform};
use super::number::Number;
use super::value::{Object, Value};
use crate::layout::push_step;

#[derive(Debug)]
pub(super) struct Reader<'a> {
    root: Option<&'a Object>,
    problems: Vec<FieldProblem>,
}

/// Where a value is: its pointer is only written out when there is something to say about it.
#[derive(Debug, Clone, Copy)]
enum Place<'p> {
    Root,
    Key(&'p Place<'p>, &'p str),
    Index(&'p Place<'p>, usize),
}

impl Place<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Key(parent, key) => {
                let mut pointer = parent.pointer();
                push_step(&mut pointer, key, usize::MAX);
                pointer
            }
            Self::Index(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(raw: &'a Value) -> Self {
        let mut reader = Self { root: raw.as_object(), problems: Vec::new() };
        if reader.root.is_none() {
            reader.wrong(Place::Root, "object", raw);
        }
        reader
    }

    pub(super) fn into_problems(self) -> Vec<FieldProblem> {
        self.problems
    }

    fn wrong(&mut self, place: Place<'_>, expected: &'static str, found: &Value) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(FieldProblem::new(place.pointer(), expected, found.kind()));
        }
    }

    /// The value if `take` can use it; a null is as good as nothing, anything else a problem.
    fn expect<T>(
        &mut self,
        place: Place<'_>,
        expected: &'static str,
        value: Option<&'a Value>,
        take: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let value = value.filter(|value| !matches!(value, Value::Null))?;
        let taken = take(value);
        if taken.is_none() {
            self.wrong(place, expected, value);
        }
        taken
    }

    fn at(&self, key: &str) -> Option<&'a Value> {
        self.root?.get(key)
    }

    pub(super) fn string(&mut self, key: &str) -> Option<String> {
        self.string_in(Place::Key(&Place::Root, key), self.at(key))
    }

    pub(super) fn boolean(&mut self, key: &str) -> Option<bool> {
        self.expect(Place::Key(&Place::Root, key), "boolean", self.at(key), Value::as_bool)
    }

    pub(super) fn number(&mut self, key: &str) -> Option<Number> {
        self.expect(Place::Key(&Place::Root, key), "number", self.at(key), |value| value.as_number().cloned())
    }

    pub(super) fn object(&mut self, key: &str) -> Option<Object> {
        self.expect(Place::Key(&Place::Root, key), "object", self.at(key), |value| value.as_object().cloned())
    }

    pub(super) fn strings(&mut self, key: &str) -> Option<Vec<String>> {
        self.strings_in(Place::Key(&Place::Root, key), self.at(key))
    }

    pub(super) fn commands(&mut self, key: &str) -> Option<Vec<Command>> {
        let place = Place::Key(&Place::Root, key);
        let items = self.expect(place, "array", self.at(key), Value::as_array)?;
        let commands = items.iter().enumerate().filter_map(|(index, item)| {
            let place = Place::Index(&place, index);
            let Some(command) = item.as_object() else {
                self.wrong(place, "object", item);
                return None;
            };
            let at = |key: &str| command.get(key);
            Some(Command {
                command_name: self.string_in(Place::Key(&place, "command_name"), at("command_name")),
                command_arity: self.integer_in(Place::Key(&place, "command_arity"), at("command_arity")),
                flags: self.strings_in(Place::Key(&place, "flags"), at("flags")),
                first_key: self.integer_in(Place::Key(&place, "first_key"), at("first_key")),
                last_key: self.integer_in(Place::Key(&place, "last_key"), at("last_key")),
                step: self.integer_in(Place::Key(&place, "step"), at("step")),
            })
        });
        Some(commands.collect())
    }

    pub(super) fn dependencies(&mut self, key: &str) -> Option<Vec<Dependency>> {
        self.dependencies_in(Place::Key(&Place::Root, key), self.at(key))
    }

    pub(super) fn crdb(&mut self, key: &str) -> Option<Crdb> {
        let place = Place::Key(&Place::Root, key);
        let crdb = self.expect(place, "object", self.at(key), Value::as_object)?;
        let versions = Place::Key(&place, "supported_featureset_versions");
        Some(Crdb {
            name: self.string_in(Place::Key(&place, "name"), crdb.get("name")),
            supported_featureset_versions: self
                .expect(versions, "array", crdb.get("supported_featureset_versions"), Value::as_array)
                .map(|items| {
                    let integers = items.iter().enumerate();
                    integers.filter_map(|(i, item)| self.integer_in(Place::Index(&versions, i), Some(item))).collect()
                }),
        })
    }

    pub(super) fn platforms(&mut self, key: &str) -> Option<Vec<Platform>> {
        let place = Place::Key(&Place::Root, key);
        let platforms = self.expect(place, "object", self.at(key), Value::as_object)?;
        let platforms = platforms.iter().filter_map(|(name, value)| {
            let place = Place::Key(&place, name);
            let platform = self.expect(place, "object", Some(value), Value::as_object)?;
            Some(Platform {
                name: name.to_owned(),
                sha256: self.string_in(Place::Key(&place, "sha256"), platform.get("sha256")),
                dependencies: self.dependencies_in(Place::Key(&place, "dependencies"), platform.get("dependencies")),
            })
        });
        Some(platforms.collect())
    }

    fn dependencies_in(&mut self, place: Place<'_>, value: Option<&'a Value>) -> Option<Vec<Dependency>> {
        // RAMP's default for "none".
        if value.and_then(Value::as_array).is_some_and(<[Value]>::is_empty) {
            return Some(Vec::new());
        }
        let dependencies = self.expect(place, "object", value, Value::as_object)?;
        let dependencies = dependencies.iter().filter_map(|(name, value)| {
            let place = Place::Key(&place, name);
            let Some(dependency) = value.as_object() else {
                self.wrong(place, "object", value);
                return None;
            };
            let mut text = |key: &str| self.string_in(Place::Key(&place, key), dependency.get(key));
            Some(Dependency {
                name: name.to_owned(),
                url: text("url"),
                sha256: text("sha256"),
                local_path: text("local_path"),
            })
        });
        Some(dependencies.collect())
    }

    fn string_in(&mut self, place: Place<'_>, value: Option<&'a Value>) -> Option<String> {
        self.expect(place, "string", value, |value| value.as_str().map(str::to_owned))
    }

    fn strings_in(&mut self, place: Place<'_>, value: Option<&'a Value>) -> Option<Vec<String>> {
        let items = self.expect(place, "array", value, Value::as_array)?;
        let strings = items.iter().enumerate().filter_map(|(index, item)| {
            if item.as_str().is_none() {
                self.wrong(Place::Index(&place, index), "string", item);
            }
            item.as_str().map(str::to_owned)
        });
        Some(strings.collect())
    }

    /// An integer, or a float that is one.
    fn integer_in(&mut self, place: Place<'_>, value: Option<&'a Value>) -> Option<i64> {
        self.expect(place, "integer", value, |value| {
            let number = value.as_number()?;
            let float = number.as_f64();
            let whole = float.fract() == 0.0 && float.abs() < 9e15;
            #[allow(clippy::cast_possible_truncation)]
            number.as_i64().or_else(|| (number.is_float() && whole).then_some(float as i64))
        })
    }
}
