//! `ramp config show`: what is in force where no option says otherwise, and where each value comes from.

use anstyle::Style;
use serde_json::{Map, Value, json};

use crate::args::config::{Config as Args, ConfigCommand, ShowConfig};
use crate::args::format::ListFormat;
use crate::config::Config;
use crate::error::CliError;
use crate::input;
use crate::output::{Sink, json};
use crate::status::Status;
use crate::style::{DIM, STRONG, columns, padded, paint, printable};

/// What holds where the file says nothing.
const DEFAULTS: [(&str, &str); 4] =
    [("target", "no cluster"), ("policy", "strict"), ("fail-on", "error"), ("format", "human")];

/// Values longer than this many columns do not move what stands behind the others.
const WIDEST: usize = 48;

/// A value in force.
struct Row {
    key: String,
    value: Value,
    /// The line of the file; none for what holds anyway.
    line: Option<u64>,
}

impl Row {
    /// Key, value, and where it is from.
    fn shown(&self) -> [String; 3] {
        let value = self.value.as_str().map_or_else(|| self.value.to_string(), ToOwned::to_owned);
        let from = self.line.map_or_else(|| "default".to_owned(), |line| format!("line {line}"));
        [printable(&self.key), printable(&value), from]
    }
}

pub(crate) fn run(args: &Args) -> Result<Status, CliError> {
    let ConfigCommand::Show(args) = &args.command;
    show(args)?;
    Ok(Status::Clean)
}

fn show(args: &ShowConfig) -> Result<(), CliError> {
    let config = Config::load(&args.config)?;
    let rows = rows(&config)?;
    let file = config.path().map(input::name);
    let mut out = Sink::stdout(args.format.content());
    match args.format {
        ListFormat::Json => {
            let values = rows.iter().map(|row| {
                let from = row.line.map_or_else(|| json!("default"), |line| json!({"file": file, "line": line}));
                (row.key.clone(), json!({"value": row.value, "from": from}))
            });
            out.line(&json::pretty(&json!({"file": file, "values": values.collect::<Map<_, _>>()}))?)?;
        }
        ListFormat::Human => {
            let said = file.as_deref().unwrap_or("no ramp.toml from here upwards");
            out.line(&paint(DIM, &printable(said)))?;
            let shown: Vec<[String; 3]> = rows.iter().map(Row::shown).collect();
            let width = |column: usize| shown.iter().filter_map(|row| row.get(column)).map(|text| columns(text)).max();
            let (keys, values) = (width(0).unwrap_or_default(), width(1).unwrap_or_default().min(WIDEST));
            for [key, value, from] in &shown {
                let (key, value) = (padded(key, keys, STRONG), padded(value, values, Style::new()));
                out.line(&format!("{key}  {value}  {}", paint(DIM, from)))?;
            }
        }
    }
    out.close()
}

/// Everything that is said, and what holds where nothing is.
fn rows(config: &Config) -> Result<Vec<Row>, CliError> {
    let mut rows: Vec<Row> = Vec::new();
    add(&mut rows, config, "", &serde_json::to_value(config.file())?);
    for (key, value) in DEFAULTS {
        if rows.iter().all(|row| row.key != key) {
            rows.push(Row { key: key.to_owned(), value: value.into(), line: None });
        }
    }
    rows.sort_by_key(|row| (row.line.is_none(), row.line));
    Ok(rows)
}

fn add(rows: &mut Vec<Row>, config: &Config, key: &str, value: &Value) {
    let inside = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| add(rows, config, &inside(name), value)),
        // Entries of a table; what is a list of texts is one value.
        Value::Array(items) if items.iter().any(Value::is_object) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, value)| add(rows, config, &inside(&index.to_string()), value));
        }
        value => rows.push(Row { key: key.to_owned(), value: value.clone(), line: config.line(key) }),
    }
}
