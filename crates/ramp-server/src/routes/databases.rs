//! `/v1/bdbs`: the databases of the cluster, so that modules can be in use.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;

use super::guard::Caller;
use super::openapi::refusals;
use super::parameters::{Parameters, Questions};
use crate::app::App;
use crate::auth::Permission;
use crate::http::{Refusal, body};
use crate::played::database::{self, Shown, ToMake, Wanted};
use crate::store::{Database, DatabaseAdded, Store, StoreError};

refusals!(NoDatabase: 404 => ["db_not_exist"]);
refusals!(NotMade:
    406 => [
        "invalid_schema", "missing_db_name", "missing_memory_size", "missing_module", "memcached_cannot_use_modules",
    ],
    409 => ["uid_exists"],
);
refusals!(NotDeleted: 404 => ["db_not_exist"], 409 => []);

/// Lists the databases.
#[utoipa::path(
    get, path = "/v1/bdbs", operation_id = "list_databases", tag = "databases",
    params(("fields" = Option<String>, Query, description = "The fields to answer, separated by commas")),
    responses((status = 200, description = "The databases", body = Vec<Shown>))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    questions: Questions,
) -> Result<Json<Vec<Shown>>, Refusal> {
    caller.must(Permission::ViewAllBdbsInfo)?;
    let databases = app.ask(|store| store.databases()).await?;
    let fields = fields(questions);
    Ok(Json(databases.into_iter().map(|database| Shown::new(database, fields.as_deref())).collect()))
}

/// Shows a database.
#[utoipa::path(
    get, path = "/v1/bdbs/{uid}", operation_id = "show_database", tag = "databases",
    params(
        ("uid" = String, Path, description = "The database's `uid`"),
        ("fields" = Option<String>, Query, description = "The fields to answer, separated by commas"),
    ),
    responses((status = 200, description = "The database", body = Shown), NoDatabase)
)]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
    questions: Questions,
) -> Result<Json<Shown>, Refusal> {
    caller.must(Permission::ViewBdbInfo)?;
    let unknown = || unknown("Database UID does not exist", &uid);
    let number: u32 = uid.parse().map_err(|_| unknown())?;
    let database = app.ask(move |store| store.database(number)).await?.ok_or_else(unknown)?;
    Ok(Json(Shown::new(database, fields(questions).as_deref())))
}

/// Creates a database, for which no Redis is started: it uses modules, and nothing more.
#[utoipa::path(
    post, path = "/v1/bdbs", operation_id = "make_database", tag = "databases",
    request_body(content = ToMake, content_type = "application/json"),
    responses((status = 200, description = "The database", body = Shown), NotMade)
)]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    questions: Questions,
    request: Request,
) -> Result<Json<Shown>, Refusal> {
    let request = caller.must_to_send(Permission::CreateBdb, request).await?;
    let wanted = Wanted::read(&body::small(&app.limits, request).await?, app.cluster.release)?;
    // To make one where that was not meant would be worse than to refuse.
    if asked(questions).any(|(name, _)| name == "dry_run") {
        return Err(database::bad("this server does not support `dry_run` here"));
    }
    let node = app.owner.clone();
    let database = app.ask(move |store| add(store, &wanted, &node)).await??;
    tracing::info!(uid = database.uid, modules = database.spec.modules.len(), "database created");
    Ok(Json(Shown::new(database, None)))
}

/// Deletes a database, so that it no longer uses its modules.
#[utoipa::path(
    delete, path = "/v1/bdbs/{uid}", operation_id = "delete_database", tag = "databases",
    params(("uid" = String, Path, description = "The database's `uid`")),
    responses((status = 200, description = "It is deleted"), NotDeleted)
)]
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
) -> Result<StatusCode, Refusal> {
    caller.must(Permission::DeleteBdb)?;
    let unknown = || unknown("Attempting to delete a nonexistent database", &uid);
    let number: u32 = uid.parse().map_err(|_| unknown())?;
    if !app.ask(move |store| store.remove_database(number)).await? {
        return Err(unknown());
    }
    tracing::info!(uid = number, "database deleted");
    Ok(StatusCode::OK)
}

/// Chooses the modules, and adds the database if they are still there then. Where one is gone, somebody was faster, and what is
/// there now decides.
fn add(store: &dyn Store, wanted: &Wanted, node: &str) -> Result<Result<Database, Refusal>, StoreError> {
    loop {
        let there = if wanted.modules.is_empty() { Vec::new() } else { store.modules()? };
        let spec = match wanted.with(&there)? {
            Ok(spec) => spec,
            Err(refusal) => return Ok(Err(refusal)),
        };
        return Ok(match store.add_database(wanted.uid, &spec, node)? {
            DatabaseAdded::Done(uid) => Ok(Database { uid, spec }),
            DatabaseAdded::NoModule(_) => continue,
            DatabaseAdded::UidTaken => Err(Refusal::new(
                StatusCode::CONFLICT,
                "uid_exists",
                "The specified database UID is already in use",
                "another database has this `uid`; without one, the next number is assigned",
            )),
            DatabaseAdded::NoArtifact(uid) => {
                let name = spec.modules.iter().find(|module| module.module_uid == uid).map(|m| m.module_name.as_str());
                let name = name.unwrap_or_default().escape_debug();
                Err(database::missing_module(format!(
                    "the artifact of `{name}` is not on this node; {} uploads it",
                    ramp_core::Request::Artifact
                )))
            }
        });
    }
}

fn asked(questions: Questions) -> impl Iterator<Item = (String, String)> {
    questions.map(|Query(questions)| questions).unwrap_or_default().into_iter()
}

/// The names of the fields that are asked for, with commas between them; nothing where all are.
fn fields(questions: Questions) -> Option<String> {
    asked(questions).find(|(name, _)| name == "fields").map(|(_, fields)| fields)
}

fn unknown(message: &'static str, uid: &str) -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "db_not_exist", message, format!("no database {uid}"))
}
