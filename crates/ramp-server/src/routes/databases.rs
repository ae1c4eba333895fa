//! `/v1/bdbs` and `/v2/bdbs`: the databases of the cluster, so that modules can be in use.

use std::sync::{Arc, PoisonError};

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use ramp_core::databases::{self, Cause, DatabaseRequest, Refused};
use ramp_core::text::count;

use super::dry_run::is_dry;
use super::guard::Caller;
use super::openapi::refusals;
use super::parameters::{Parameters, Questions, fields, number};
use crate::app::App;
use crate::auth::Permission;
use crate::http::{Refusal, body};
use crate::played::database::{self, Shown};
use crate::played::database_wanted::{self, ToMake, ToMakeV2, Wanted};
use crate::played::{Asked, action};
use crate::store::{ActionKind, DatabaseAdded, DatabaseSpec, ModuleRecord, NewAction, Store, StoreError};

refusals!(NoDatabase: 404 => ["db_not_exist"]);
refusals!(NotMade:
    406 => [
        "invalid_schema", "invalid_version", "missing_db_name", "missing_memory_size", "missing_module",
        "memcached_cannot_use_modules", "too_many_databases", "unsupported_module_capabilities",
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
    let asked = fields(&questions);
    Ok(Json(databases.into_iter().map(|database| Shown::new(database, &asked, &app.cluster.target)).collect()))
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
    let number: u32 = number(&uid).ok_or_else(unknown)?;
    let database = app.ask(move |store| store.database(number)).await?.ok_or_else(unknown)?;
    Ok(Json(Shown::new(database, &fields(&questions), &app.cluster.target)))
}

/// Creates a database, for which no Redis is started: it uses modules, and nothing more.
#[utoipa::path(
    post, path = "/v1/bdbs", operation_id = "make_database", tag = "databases",
    params(("dry_run" = Option<String>, Query, description = "Makes none, and answers what it would be")),
    request_body(content = ToMake, content_type = "application/json"),
    responses((status = 200, description = "The database", body = Shown), NotMade)
)]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    questions: Questions,
    request: Request,
) -> Result<Json<Shown>, Refusal> {
    made(app, caller, questions, request, DatabaseRequest::CreateV1).await
}

/// Creates a database likewise; what it is stands under `bdb`.
#[utoipa::path(
    post, path = "/v2/bdbs", operation_id = "make_database_v2", tag = "databases",
    params(("dry_run" = Option<String>, Query, description = "Makes none, and answers what it would be")),
    request_body(content = ToMakeV2, content_type = "application/json"),
    responses((status = 200, description = "The database", body = Shown), NotMade)
)]
pub(super) async fn create_v2(
    State(app): State<Arc<App>>,
    caller: Caller,
    questions: Questions,
    request: Request,
) -> Result<Json<Shown>, Refusal> {
    made(app, caller, questions, request, DatabaseRequest::CreateV2).await
}

async fn made(
    app: Arc<App>,
    caller: Caller,
    questions: Questions,
    request: Request,
    which: DatabaseRequest,
) -> Result<Json<Shown>, Refusal> {
    let request = caller.must_to_send(Permission::CreateBdb, request).await?;
    let body = body::small(&app.limits, request).await?;
    let fields = database_wanted::fields(&body, which == DatabaseRequest::CreateV2)?;
    let wanted = Wanted::read(&fields, app.cluster.release)?;
    let asking = Arc::clone(&app);
    // What is only tried has none.
    let action = (!is_dry(&questions)).then(|| action::new(ActionKind::Creation)).transpose()?;
    let action_uid = action.as_ref().map(|action| action.action_uid.clone());
    let (uid, spec) = app.ask(move |store| add(store, &wanted, which, action.as_ref(), &asking)).await??;
    if let Some(uid) = uid.filter(|_| action_uid.is_some()) {
        tracing::info!(uid, modules = spec.modules.len(), "database created");
    }
    Ok(Json(Shown::of(uid, spec, &Asked::default(), &app.cluster.target).with_action(action_uid)))
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
    let number: u32 = number(&uid).ok_or_else(unknown)?;
    if !app.ask(move |store| store.remove_database(number)).await? {
        return Err(unknown());
    }
    tracing::info!(uid = number, "database deleted");
    Ok(StatusCode::OK)
}

/// Chooses the modules, and adds the database if they are still there then. Where one is gone, somebody was faster, and what is
/// there now decides. Without an action it is only tried.
fn add(
    store: &dyn Store,
    wanted: &Wanted,
    which: DatabaseRequest,
    action: Option<&NewAction>,
    app: &App,
) -> Result<Result<(Option<u32>, DatabaseSpec), Refusal>, StoreError> {
    // One after the other, so that there are not more at the end than there may be.
    let _alone = app.making.lock().unwrap_or_else(PoisonError::into_inner);
    let most = app.limits.max_databases;
    if store.databases()?.len() >= most {
        return Ok(Err(Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            "too_many_databases",
            "Invalid configuration parameters provided",
            format!("this server keeps {}, and has as many: delete one that is not needed", count(most, "database")),
        )));
    }
    loop {
        let records = if wanted.database.modules.is_empty() { Vec::new() } else { store.modules()? };
        let there = database::modules(&records)?;
        let spec = match databases::create(which, &wanted.database, &there, &app.cluster.target) {
            Ok(made) => database::kept(made, &wanted.spec),
            Err(refused) => return Ok(Err(Refusal::of_database(&refused))),
        };
        let added = if action.is_none() {
            tried(store, wanted.uid, &spec, &records, &app.owner)?
        } else {
            store.add_database(wanted.uid, &spec, &app.owner, action)?
        };
        return Ok(match added {
            DatabaseAdded::Done(uid) => Ok((action.map(|_| uid).or(wanted.uid), spec)),
            DatabaseAdded::NoModule(_) => continue,
            DatabaseAdded::UidTaken => Err(Refusal::new(
                StatusCode::CONFLICT,
                "uid_exists",
                "The specified database UID is already in use",
                "another database has this `uid`; without one, the next number is assigned",
            )),
            DatabaseAdded::NoArtifact(uid) => Err(no_artifact(which, &spec, &uid)),
        });
    }
}

/// What would become of the wish for a database.
fn tried(
    store: &dyn Store,
    uid: Option<u32>,
    spec: &DatabaseSpec,
    records: &[ModuleRecord],
    node: &str,
) -> Result<DatabaseAdded, StoreError> {
    if let Some(uid) = uid {
        if store.database(uid)?.is_some() {
            return Ok(DatabaseAdded::UidTaken);
        }
    }
    let used = spec.modules.iter().map(|used| used.module_uid.as_str());
    let lacking = without_artifact(store, used, records, node)?;
    Ok(lacking.map_or(DatabaseAdded::Done(uid.unwrap_or_default()), DatabaseAdded::NoArtifact))
}

/// The first of some modules that has no build, and no artifact on the node.
pub(super) fn without_artifact<'a>(
    store: &dyn Store,
    uids: impl Iterator<Item = &'a str>,
    records: &[ModuleRecord],
    node: &str,
) -> Result<Option<String>, StoreError> {
    let used = uids.filter_map(|uid| records.iter().find(|record| record.uid == uid));
    let defined: Vec<&ModuleRecord> = used.filter(|record| record.builds.is_empty()).collect();
    if defined.is_empty() {
        return Ok(None);
    }
    let artifacts = store.artifacts(node)?;
    Ok(defined.iter().find(|record| !record.is_on(&artifacts)).map(|record| record.uid.clone()))
}

/// A module of a database is an object alone.
pub(super) fn no_artifact(which: DatabaseRequest, spec: &DatabaseSpec, uid: &str) -> Refusal {
    let name = spec.modules.iter().find(|module| module.module_uid == uid).map(|module| module.module_name.clone());
    Refusal::of_database(&Refused::new(which, Cause::NoArtifact { name: name.unwrap_or_default() }))
}

pub(super) fn unknown(message: &'static str, uid: &str) -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "db_not_exist", message, format!("no database {uid}"))
}
