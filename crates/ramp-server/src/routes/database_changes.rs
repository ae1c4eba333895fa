//! Databases that are changed and upgraded, and the modules of databases.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use ramp_core::databases::{self, DatabaseRequest, Module, Refused};

use super::databases::{no_artifact, unknown, without_artifact};
use super::dry_run::is_dry;
use super::guard::Caller;
use super::openapi::refusals;
use super::parameters::{Parameters, Questions, number};
use crate::app::App;
use crate::auth::Permission;
use crate::http::{Refusal, body};
use crate::played::database::{self, Shown};
use crate::played::database_upgrade::{self, ModulesToUpgrade, ToConfigure, ToUpgrade};
use crate::played::database_wanted::{self, Change, ToChange, ToChangeV2};
use crate::played::{Asked, action};
use crate::store::{Action, ActionKind, ActionObject, Database, DatabaseChanged, DatabaseSpec, Store, StoreError};

refusals!(NotChanged:
    404 => ["db_not_exist"],
    406 => ["invalid_schema", "unsupported_module_capabilities"],
    409 => [],
);
refusals!(NotUpgraded:
    400 => ["invalid_schema", "missing_module", "upgrade_bdb_failed"],
    404 => ["db_not_exist"],
    406 => ["module_downgrade_unsupported", "unsupported_module_capabilities"],
    500 => [],
);
refusals!(ModulesNotUpgraded:
    400 => ["invalid_schema", "missing_module"],
    404 => ["db_not_exist"],
    406 => [
        "module_downgrade_unsupported", "redis_incompatible_version", "redis_pack_incompatible_version",
        "unsupported_module_capabilities",
    ],
);
refusals!(NotConfigured:
    400 => ["invalid_schema", "missing_field", "module_not_exist", "param_error"],
    404 => ["db_not_exist"],
    406 => ["module_config_unsupported"],
);

/// Changes a database.
#[utoipa::path(
    put, path = "/v1/bdbs/{uid}", operation_id = "change_database", tag = "databases",
    params(
        ("uid" = String, Path, description = "The database's `uid`"),
        ("dry_run" = Option<String>, Query, description = "Changes nothing, and answers what it would be"),
    ),
    request_body(content = ToChange, content_type = "application/json"),
    responses((status = 200, description = "The database", body = Shown), NotChanged)
)]
pub(super) async fn change(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
    questions: Questions,
    request: Request,
) -> Result<Json<Shown>, Refusal> {
    let request = caller.must_to_send(Permission::UpdateBdb, request).await?;
    changed(app, uid, questions, request, DatabaseRequest::ChangeV1).await
}

/// Changes a database likewise; what is to be otherwise stands under `bdb`.
#[utoipa::path(
    put, path = "/v2/bdbs/{uid}", operation_id = "change_database_v2", tag = "databases",
    params(
        ("uid" = String, Path, description = "The database's `uid`"),
        ("dry_run" = Option<String>, Query, description = "Changes nothing, and answers what it would be"),
    ),
    request_body(content = ToChangeV2, content_type = "application/json"),
    responses((status = 200, description = "The database", body = Shown), NotChanged)
)]
pub(super) async fn change_v2(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
    questions: Questions,
    request: Request,
) -> Result<Json<Shown>, Refusal> {
    let request = caller.must_to_send(Permission::UpdateBdb, request).await?;
    changed(app, uid, questions, request, DatabaseRequest::ChangeV2).await
}

async fn changed(
    app: Arc<App>,
    uid: String,
    questions: Questions,
    request: Request,
    which: DatabaseRequest,
) -> Result<Json<Shown>, Refusal> {
    let body = body::small(&app.limits, request).await?;
    let fields = database_wanted::fields(&body, which == DatabaseRequest::ChangeV2)?;
    let change = Change::read(&fields, app.cluster.release)?;
    let target = app.cluster.target.clone();
    let decide = move |spec: &DatabaseSpec, modules: &[Module]| {
        let named = change.named(spec);
        databases::change(which, &database::ruled(spec, &target), &change.database, modules, &target)
            .map(|database| database::kept(database, &named))
    };
    decided(app, uid, which, is_dry(&questions), decide).await.map(Json)
}

/// Upgrades a database to another Redis, with the modules that it uses.
#[utoipa::path(
    post, path = "/v1/bdbs/{uid}/upgrade", operation_id = "upgrade_database", tag = "databases",
    params(
        ("uid" = String, Path, description = "The database's `uid`"),
        ("dry_run" = Option<String>, Query, description = "Changes nothing, and answers what it would be"),
    ),
    request_body(content = ToUpgrade, content_type = "application/json"),
    responses((status = 200, description = "The database, with an `action_uid` unless it was only tried", body = Shown), NotUpgraded)
)]
pub(super) async fn upgrade(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
    questions: Questions,
    request: Request,
) -> Result<Json<Shown>, Refusal> {
    let request = caller.must_to_send(Permission::UpdateBdbWithAction, request).await?;
    let wanted = database_upgrade::upgrade(&body::small(&app.limits, request).await?)?;
    let (which, target) = (DatabaseRequest::Upgrade, app.cluster.target.clone());
    let decide = move |spec: &DatabaseSpec, modules: &[Module]| {
        databases::upgrade(which, &database::ruled(spec, &target), &wanted, modules, &target)
            .map(|database| database::kept(database, spec))
    };
    decided(app, uid, which, is_dry(&questions), decide).await.map(Json)
}

/// Upgrades modules of a database, which keeps its Redis.
#[utoipa::path(
    post, path = "/v1/bdbs/{uid}/modules/upgrade", operation_id = "upgrade_modules", tag = "databases",
    params(("uid" = String, Path, description = "The database's `uid`")),
    request_body(content = ModulesToUpgrade, content_type = "application/json"),
    responses((status = 200, description = "The database", body = Shown), ModulesNotUpgraded)
)]
pub(super) async fn upgrade_modules(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
    request: Request,
) -> Result<Json<Shown>, Refusal> {
    modules_upgraded(app, caller, uid, request, DatabaseRequest::UpgradeModules).await
}

/// Upgrades modules of a database, under the other path; up to 7.22.
#[utoipa::path(
    post, path = "/v1/modules/upgrade/bdb/{uid}", operation_id = "upgrade_modules_old", tag = "databases",
    params(("uid" = String, Path, description = "The database's `uid`")),
    request_body(content = ModulesToUpgrade, content_type = "application/json"),
    responses((status = 200, description = "The database", body = Shown), ModulesNotUpgraded)
)]
#[deprecated]
pub(super) async fn upgrade_modules_old(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
    request: Request,
) -> Result<Json<Shown>, Refusal> {
    modules_upgraded(app, caller, uid, request, DatabaseRequest::UpgradeModulesOld).await
}

async fn modules_upgraded(
    app: Arc<App>,
    caller: Caller,
    uid: String,
    request: Request,
    which: DatabaseRequest,
) -> Result<Json<Shown>, Refusal> {
    let request = caller.must_to_send(Permission::EditBdbModule, request).await?;
    let wanted = database_upgrade::modules_upgrade(&body::small(&app.limits, request).await?)?;
    let target = app.cluster.target.clone();
    let decide = move |spec: &DatabaseSpec, modules: &[Module]| {
        databases::upgrade_modules(which, &database::ruled(spec, &target), &wanted, modules, &target)
            .map(|database| database::kept(database, spec))
    };
    decided(app, uid, which, false, decide).await.map(Json)
}

/// Changes the arguments of a database's modules.
#[utoipa::path(
    post, path = "/v1/bdbs/{uid}/modules/config", operation_id = "configure_modules", tag = "databases",
    params(("uid" = String, Path, description = "The database's `uid`")),
    request_body(content = ToConfigure, content_type = "application/json"),
    responses((status = 200, description = "They are changed"), NotConfigured)
)]
pub(super) async fn configure(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    configured(app, caller, uid, request, DatabaseRequest::Configure).await
}

/// Changes the arguments of a database's modules, under the other path.
#[utoipa::path(
    post, path = "/v1/modules/config/bdb/{uid}", operation_id = "configure_modules_old", tag = "databases",
    params(("uid" = String, Path, description = "The database's `uid`")),
    request_body(content = ToConfigure, content_type = "application/json"),
    responses((status = 200, description = "They are changed"), NotConfigured)
)]
#[deprecated]
pub(super) async fn configure_old(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    configured(app, caller, uid, request, DatabaseRequest::ConfigureOld).await
}

async fn configured(
    app: Arc<App>,
    caller: Caller,
    uid: String,
    request: Request,
    which: DatabaseRequest,
) -> Result<StatusCode, Refusal> {
    let request = caller.must_to_send(Permission::EditBdbModule, request).await?;
    let wanted = database_upgrade::configuration(&body::small(&app.limits, request).await?)?;
    let target = app.cluster.target.clone();
    let decide = move |spec: &DatabaseSpec, modules: &[Module]| {
        databases::configure(which, &database::ruled(spec, &target), &wanted, modules)
            .map(|database| database::kept(database, spec))
    };
    decided(app, uid, which, false, decide).await?;
    Ok(StatusCode::OK)
}

/// What becomes of a database by the rules; kept, unless it was only tried.
async fn decided(
    app: Arc<App>,
    uid: String,
    which: DatabaseRequest,
    is_dry: bool,
    decide: impl Fn(&DatabaseSpec, &[Module]) -> Result<DatabaseSpec, Refused> + Send + 'static,
) -> Result<Shown, Refusal> {
    let unknown = || unknown("Attempting to change a nonexistent database", &uid);
    let number: u32 = number(&uid).ok_or_else(unknown)?;
    let node = app.owner.clone();
    // Those are documented to have an action to wait for; what is only tried has none.
    let kind = match which {
        DatabaseRequest::ChangeV1 | DatabaseRequest::ChangeV2 => Some(ActionKind::Change),
        DatabaseRequest::Upgrade => Some(ActionKind::Upgrade),
        _ => None,
    };
    let kind = kind.filter(|_| !is_dry);
    let action = kind.map(|kind| action::done(kind, ActionObject::Database(number))).transpose()?;
    let action_uid = action.as_ref().map(|action| action.action_uid.clone());
    let change = move |store: &dyn Store| became(store, number, which, is_dry, &node, &decide, action.as_ref());
    let database = app.ask(change).await??.ok_or_else(unknown)?;
    if !is_dry {
        tracing::info!(uid = number, request = which.as_str(), "database changed");
    }
    Ok(Shown::new(database, &Asked::default(), &app.cluster.target).with_action(action_uid))
}

/// What comes of a database, given the modules that there are.
type Decide<'a> = dyn Fn(&DatabaseSpec, &[Module]) -> Result<DatabaseSpec, Refused> + 'a;

/// The database as it then is, with `action` kept beside the change; none where there is none of that number. Where somebody was faster,
/// what is there now decides.
fn became(
    store: &dyn Store,
    uid: u32,
    which: DatabaseRequest,
    is_dry: bool,
    node: &str,
    decide: &Decide<'_>,
    action: Option<&Action>,
) -> Result<Result<Option<Database>, Refusal>, StoreError> {
    loop {
        let Some(before) = store.database(uid)? else { return Ok(Ok(None)) };
        let records = store.modules()?;
        let after = match decide(&before.spec, &database::modules(&records)?) {
            Ok(after) => after,
            Err(refused) => return Ok(Err(Refusal::of_database(&refused))),
        };
        let changed = if is_dry {
            let lacking = without_artifact(store, after.new_modules(&before.spec), &records, node)?;
            lacking.map_or(DatabaseChanged::Done, DatabaseChanged::NoArtifact)
        } else {
            store.change_database(&before, &after, node, action)?
        };
        return Ok(match changed {
            DatabaseChanged::Done => Ok(Some(Database { uid, spec: after })),
            DatabaseChanged::Unknown => Ok(None),
            DatabaseChanged::NoArtifact(module) => Err(no_artifact(which, &after, &module)),
            DatabaseChanged::Stale | DatabaseChanged::NoModule(_) => continue,
        });
    }
}
