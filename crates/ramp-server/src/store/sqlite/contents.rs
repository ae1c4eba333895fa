//! Every row of the SQLite file, read as a server reads it.

use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::failure::Failure;
use super::{blobs, databases, forward, numbers, opening, schema, users};
use crate::store::actions::Action;
use crate::store::contents::Contents;
use crate::store::error::StoreError;
use crate::store::json;

/// See [`columns`].
type Column = (String, String, bool, i64, i64);

/// How many of the file's own damages are told.
const MOST_DAMAGES: u32 = 100;

/// What a catalogue holds, at one moment.
pub(super) fn of(connection: &Connection) -> Result<Contents, Failure> {
    let transaction = connection.unchecked_transaction()?;
    let mut found = Contents::default();
    pages(&transaction, &mut found);
    records(&transaction, &mut found);
    Ok(found)
}

/// What a copy of that schema holds, brought forward in memory where it is an older one.
pub(super) fn of_copy(copy: &[u8], wanted: i64) -> Result<Contents, Failure> {
    let mut connection = Connection::open_in_memory()?;
    connection.deserialize_read_exact("main", copy, copy.len(), false)?;
    if wanted > schema::SCHEMA {
        return Err(StoreError::NewerSchema { found: wanted, known: schema::SCHEMA, by: None, copy: None }.into());
    }
    let found = schema::version(&connection)?;
    if found != wanted {
        return Err(StoreError::corrupt("copy", format!("it has the schema {found}, and not {wanted}")).into());
    }
    forward::bring_nobodys(&mut connection)?;
    must_have_the_tables(&connection)?;
    of(&connection)
}

/// Refuses a copy whose tables are not those that a catalogue has, column by column: a view in the place of one may have no end, and what
/// is taken is taken by the places of columns.
fn must_have_the_tables(copy: &Connection) -> Result<(), Failure> {
    let own = Connection::open_in_memory()?;
    opening::make_tables(&own)?;
    let there = columns(copy)?;
    for (table, columns) in columns(&own)? {
        if there.get(&table) != Some(&columns) {
            return Err(StoreError::corrupt("copy", format!("its table `{table}` is not that of a catalogue")).into());
        }
    }
    Ok(())
}

/// Of each table, what its columns are: name, type, whether it may be null, its place in the key, whether it is computed.
fn columns(connection: &Connection) -> rusqlite::Result<BTreeMap<String, Vec<Column>>> {
    let sql = "SELECT t.name, c.name, c.type, c.\"notnull\", c.pk, c.hidden \
               FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c WHERE t.type = 'table' ORDER BY t.name, c.cid";
    let mut tables = BTreeMap::<String, Vec<Column>>::new();
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let column = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
        tables.entry(row.get(0)?).or_default().push(column);
    }
    Ok(tables)
}

/// What SQLite itself finds: pages and indexes that are damaged, and records of others that are not there.
fn pages(connection: &Connection, found: &mut Contents) {
    let checked = rows(connection, &format!("PRAGMA integrity_check({MOST_DAMAGES})"), &mut |row| {
        let told: String = row.get(0)?;
        if told != "ok" {
            found.fault("catalogue.sqlite", "", told);
        }
        Ok(())
    });
    tell(found, "catalogue.sqlite", checked);
    let checked = rows(connection, "PRAGMA foreign_key_check", &mut |row| {
        let (table, number, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let key = number.map(|number| format!("row {number}")).unwrap_or_default();
        found.fault(table, key, format!("is about a record of `{parent}` that is not there"));
        Ok(())
    });
    tell(found, "catalogue.sqlite", checked);
}

fn records(connection: &Connection, found: &mut Contents) {
    let mut table = |name: &str, keys: usize, sql: &str, read: &mut dyn FnMut(&Row<'_>, &mut Contents) -> Outcome| {
        let all = rows(connection, sql, &mut |row| {
            if let Err(failure) = read(row, found) {
                let _ = found.judge(name, &key(row, keys), Err::<(), _>(failure.into()));
            }
            Ok(())
        });
        tell(found, name, all);
    };
    let sql = "SELECT uid, module_name, version, metadata, defined FROM modules";
    table("modules", 1, sql, &mut |row, _| {
        let _: (String, String, i64, bool) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(4)?);
        json::value("module", &row.get::<_, String>(3)?)?;
        Ok(())
    });
    let sql = "SELECT b.uid, b.place, b.claim, b.owner, b.committed, b.blob, b.details, m.module_name, m.version \
               FROM builds b JOIN modules m ON m.uid = b.uid";
    table("builds", 2, sql, &mut |row, found| {
        let _: (String, String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        json::value("build", &row.get::<_, String>(6)?)?;
        if row.get(4)? {
            found.has(row.get(5)?, row.get(7)?, row.get(8)?);
        }
        Ok(())
    });
    let sql = "SELECT module_name, version, node, claim, owner, committed, blob, details FROM artifacts";
    table("artifacts", 3, sql, &mut |row, found| {
        let _: (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
        json::read::<Vec<String>>("artifact", &row.get::<_, String>(7)?)?;
        if row.get(5)? {
            found.has(row.get(6)?, row.get(0)?, row.get(1)?);
        }
        Ok(())
    });
    table("discarded", 1, "SELECT blob FROM discarded", &mut |row, found| {
        found.must_not_have("discarded", &row.get::<_, String>(0)?);
        Ok(())
    });
    table("actions", 2, "SELECT number, action_uid, action FROM actions", &mut |row, _| {
        let (number, _): (i64, String) = (row.get(0)?, row.get(1)?);
        json::read::<Action>("action", &row.get::<_, String>(2)?)?;
        Ok(numbers::sequence(number)?)
    });
    table("settings", 1, "SELECT name, value FROM settings", &mut |row, found| {
        let (name, value): (String, String) = (row.get(0)?, row.get(1)?);
        // Those are words, and no JSON.
        if ![blobs::IDENTITY, schema::WRITTEN_BY].contains(&name.as_str()) {
            json::value("setting", &value)?;
        }
        found.settings.insert(name, value);
        Ok(())
    });
    table("users", 1, &format!("{} ORDER BY uid", users::USER), &mut |row, _| users::user(row).map(drop));
    table("databases", 1, "SELECT uid, spec FROM databases", &mut |row, _| databases::database(row).map(drop));
    table("sqlite_sequence", 1, "SELECT name, seq FROM sqlite_sequence", &mut |row, _| {
        let (_, last): (String, i64) = (row.get(0)?, row.get(1)?);
        Ok(numbers::sequence(last)?)
    });
    table("uses", 2, "SELECT database, module FROM uses", &mut |row, _| {
        let _: (u32, String) = (row.get(0)?, row.get(1)?);
        Ok(())
    });
}

type Outcome = Result<(), Failure>;

fn rows(connection: &Connection, sql: &str, each: &mut dyn FnMut(&Row<'_>) -> Outcome) -> Outcome {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(row)?;
    }
    Ok(())
}

/// Where rows end before their end, nothing is known of those that are left.
fn tell(found: &mut Contents, table: &str, all: Outcome) {
    let _ = found.judge(table, "", all.map_err(StoreError::from));
}

/// What tells a row from others: its first columns.
fn key(row: &Row<'_>, columns: usize) -> String {
    let cells = (0..columns).map(|column| match row.get_ref(column) {
        Ok(ValueRef::Integer(number)) => number.to_string(),
        Ok(ValueRef::Real(number)) => number.to_string(),
        Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        Ok(ValueRef::Null) | Err(_) => "NULL".to_owned(),
    });
    cells.collect::<Vec<_>>().join(" ")
}
