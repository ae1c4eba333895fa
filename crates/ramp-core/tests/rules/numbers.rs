//! What is irregular about zips, archives and modules, as it is told of none, one and two.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::io::Cursor;

use insta::assert_snapshot;
use ramp_core::Limits;
use ramp_core::facts::gather;
use ramp_fixtures::words::slips_told;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::cases::CASES;

/// By kind and name: as it was found, then with each number in it 0, 1, 2.
type Told = BTreeMap<String, [String; 4]>;

fn tell<T: Serialize + DeserializeOwned + Display>(told: &mut Told, what: &str, found: &T) {
    let json = serde_json::to_value(found).unwrap();
    let tag = json.get("kind").or(Some(&json));
    let name = match tag {
        Some(Value::String(name)) => name.clone(),
        Some(Value::Object(members)) => members.keys().next().cloned().unwrap_or_default(),
        _ => panic!("{json}"),
    };
    told.entry(format!("{what} {name}")).or_insert_with(|| {
        let of = |number: u64| {
            let other: Result<T, _> = serde_json::from_value(with_numbers(json.clone(), number));
            other.map_or_else(|_| found.to_string(), |other| other.to_string())
        };
        [found.to_string(), of(0), of(1), of(2)]
    });
}

/// With each number in it that one. What it is called by is text, and stays.
fn with_numbers(value: Value, number: u64) -> Value {
    match value {
        Value::Number(_) => number.into(),
        Value::Array(items) => items.into_iter().map(|item| with_numbers(item, number)).collect(),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(key, item)| (key, with_numbers(item, number))).collect())
        }
        other => other,
    }
}

#[test]
fn of_none_of_one_and_of_two() {
    let mut told = Told::new();
    for case in CASES.iter() {
        let Ok(archive) = gather(Cursor::new(&case.bad), &Limits::default()).unwrap().archive else { continue };
        archive.framing.anomalies.iter().for_each(|anomaly| tell(&mut told, "zip", &anomaly.kind));
        let listed = archive.dependencies.iter().flat_map(|dependency| dependency.walked.irregularities.listed());
        listed.for_each(|irregularity| tell(&mut told, "dependency", &irregularity.kind));
        let modules = archive.module.iter().flat_map(|module| &module.facts.defects);
        modules.for_each(|defect| tell(&mut told, "module", defect));
    }
    let mut text = String::new();
    let mut slips = String::new();
    for (name, texts) in &told {
        writeln!(text, "{name}").unwrap();
        let mut last = "";
        for told in texts.iter().filter(|told| *told != std::mem::replace(&mut last, told)) {
            writeln!(text, "    {told}").unwrap();
            slips_told(told).for_each(|slip| writeln!(slips, "{name}: {slip}: {told}").unwrap());
        }
    }
    assert!(slips.is_empty(), "\n{slips}");
    assert_snapshot!(text);
}
