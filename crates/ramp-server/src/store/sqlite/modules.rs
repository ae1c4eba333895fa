//! The modules in the SQLite file that are visible.

use rusqlite::{Connection, OptionalExtension as _, Params, Row, Transaction};

use crate::store::modules::{Build, ModuleRecord};

const VISIBLE: &str = "SELECT uid, module_name, version, metadata FROM modules m WHERE \
    (defined = 1 OR EXISTS (SELECT 1 FROM builds b WHERE b.uid = m.uid AND b.committed = 1))";

/// Every one, in the order of name and version.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<ModuleRecord>> {
    let mut statement = connection.prepare_cached(&format!("{VISIBLE} ORDER BY module_name, version"))?;
    let rows = statement.query_map([], bare)?.collect::<rusqlite::Result<Vec<_>>>()?;
    rows.into_iter().map(|module| with_builds(connection, module)).collect()
}

/// The one for which a condition holds.
pub(super) fn one(
    connection: &Connection,
    condition: &str,
    values: impl Params,
) -> rusqlite::Result<Option<ModuleRecord>> {
    let mut statement = connection.prepare_cached(&format!("{VISIBLE} AND {condition}"))?;
    let module = statement.query_row(values, bare).optional()?;
    module.map(|module| with_builds(connection, module)).transpose()
}

/// Without its builds.
fn bare(row: &Row<'_>) -> rusqlite::Result<ModuleRecord> {
    let (uid, module_name, version, metadata) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
    Ok(ModuleRecord { uid, module_name, version, metadata, builds: Vec::new(), is_bundled: false })
}

fn with_builds(connection: &Connection, module: ModuleRecord) -> rusqlite::Result<ModuleRecord> {
    let mut statement = connection
        .prepare_cached("SELECT place, blob, details FROM builds WHERE uid = ? AND committed = 1 ORDER BY place")?;
    let rows = statement
        .query_map([&module.uid], |row| Ok(Build { place: row.get(0)?, blob: row.get(1)?, details: row.get(2)? }))?;
    Ok(ModuleRecord { builds: rows.collect::<rusqlite::Result<_>>()?, ..module })
}

/// Drops a module that nothing makes visible any more, now or later.
pub(super) fn drop_empty(transaction: &Transaction<'_>, uid: &str) -> rusqlite::Result<()> {
    let sql = "DELETE FROM modules WHERE uid = ?1 AND defined = 0 AND NOT EXISTS (SELECT 1 FROM builds WHERE uid = ?1)";
    transaction.execute(sql, [uid]).map(drop)
}
