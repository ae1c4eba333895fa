//! What forms a value of the file can have, by its JSON Schema, and whether it has one of them.

use ramp_core::text::shorten;
use serde_json::Value;
use toml::de::DeValue;

/// How many characters of a text are told.
const LONGEST: usize = 60;

/// A key that has others below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    One,
    List,
}

impl Table {
    /// What to write for a table of that name.
    pub(super) fn written(self, name: &str) -> String {
        match self {
            Self::One => format!("write `[{name}]`, and its keys below it"),
            Self::List => format!("write `[[{name}]]`, in two brackets, and its keys below it"),
        }
    }
}

/// All forms that a schema allows, each as itself: what it refers to, and each of several.
pub(crate) fn all<'a>(root: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
        return all(root, &root["$defs"][name]);
    }
    match ["anyOf", "oneOf"].iter().find_map(|key| schema[*key].as_array()) {
        Some(several) => several.iter().flat_map(|one| all(root, one)).collect(),
        None => vec![schema],
    }
}

/// What kind of table a key is, where it is one.
pub(crate) fn of_table(root: &Value, schema: &Value) -> Option<Table> {
    all(root, schema).into_iter().find_map(|form| {
        let of_items = || form["items"].is_object() && of_table(root, &form["items"]) == Some(Table::One);
        if is(form, "object") { Some(Table::One) } else { of_items().then_some(Table::List) }
    })
}

/// Whether a form is of that kind, which may be one of several.
pub(crate) fn is(form: &Value, kind: &str) -> bool {
    match &form["type"] {
        Value::Array(kinds) => kinds.iter().any(|one| one == kind),
        one => one == kind,
    }
}

/// Whether a value has one of the forms; else what is to be said of it.
pub(super) fn check(root: &Value, schema: &Value, path: &str, value: &DeValue<'_>) -> Result<(), String> {
    let forms = all(root, schema);
    let can_be = |kind: &str| forms.iter().any(|form| is(form, kind));
    let is_day = forms.iter().any(|form| form["format"] == "date");
    let fits = match value {
        DeValue::String(_) => can_be("string"),
        DeValue::Boolean(_) => can_be("boolean"),
        DeValue::Integer(_) => can_be("integer") || can_be("number"),
        DeValue::Float(_) => can_be("number"),
        DeValue::Datetime(_) => is_day,
        DeValue::Array(_) => can_be("array"),
        DeValue::Table(_) => can_be("object"),
    };
    if fits {
        return Ok(());
    }
    // Of what stands in a list, the list.
    let parts = path.split('.').filter(|part| part.parse::<usize>().is_err()).collect::<Vec<_>>();
    let (name, is_in_list) =
        (parts.join("."), path.rsplit('.').next().is_some_and(|last| last.parse::<usize>().is_ok()));
    Err(match of_table(root, schema) {
        Some(Table::One) if !is_in_list => format!("`{name}` is a table; {}", Table::One.written(&name)),
        Some(_) => format!("`{name}` is a list of tables; {}", Table::List.written(&name)),
        None => format!("{} is expected here, and this is {}", expected(&forms, is_day), found(value)),
    })
}

/// The words of which the value is one, where it is one of some.
pub(crate) fn words<'a>(forms: &[&'a Value]) -> impl Iterator<Item = &'a str> {
    let consts = forms.iter().filter_map(|form| form["const"].as_str());
    consts.chain(forms.iter().filter_map(|form| form["enum"].as_array()).flatten().filter_map(Value::as_str))
}

fn expected(forms: &[&Value], is_day: bool) -> String {
    let words: Vec<String> = words(forms).map(|word| format!("\"{word}\"")).collect();
    let can_be = |kind: &str| forms.iter().any(|form| is(form, kind));
    if !words.is_empty() {
        return format!("one of {}", words.join(", "));
    }
    match (can_be("string"), can_be("array"), can_be("boolean")) {
        _ if is_day => "a day such as 2027-03-31",
        (true, true, _) => "a text in quotes, or a list of them,",
        (true, ..) => "a text in quotes",
        (_, true, _) => "a list",
        (_, _, true) => "`true` or `false`",
        _ => "a number",
    }
    .to_owned()
}

fn found(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text {:?}", shorten(text, LONGEST)),
        DeValue::Boolean(value) => format!("`{value}`"),
        DeValue::Integer(number) => format!("the number `{}`", shorten(number.as_str(), LONGEST)),
        DeValue::Float(number) => format!("the number `{}`", shorten(number.as_str(), LONGEST)),
        DeValue::Datetime(day) => format!("the date `{day}`"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}
