//! `/v1/users`: who may ask.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde_json::Value;

use super::guard::Caller;
use super::openapi::refusals;
use super::parameters::{Parameters, number};
use crate::app::App;
use crate::auth::{Permission, complexity_broken};
use crate::http::{Refusal, body};
use crate::ids;
use crate::played::settings::{self, PASSWORD_COMPLEXITY};
use crate::played::user::{Shown, UserChanges, UserToMake, Wanted, bad};
use crate::store::{NewUser, User, UserChange, UserPatch};

refusals!(NoUser: 404 => ["user_not_exist"]);
refusals!(NotMade:
    400 => ["invalid_schema", "password_not_complex"],
    409 => ["email_already_exists", "name_already_exists"],
);
refusals!(NotChanged:
    400 => ["invalid_schema", "password_not_complex", "new_password_same_as_current"],
    404 => ["user_not_exist"],
    406 => ["email_already_exists", "name_already_exists", "change_last_admin_role_not_allowed"],
);
refusals!(NotDeleted: 406 => ["user_not_exist", "change_last_admin_role_not_allowed"]);

/// Lists the users.
#[utoipa::path(
    get, path = "/v1/users", operation_id = "list_users", tag = "users",
    responses((status = 200, description = "The users", body = Vec<Shown>))
)]
pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Vec<Shown>>, Refusal> {
    caller.must(Permission::ViewAllUsersInfo)?;
    let users = app.ask(|store| store.users()).await?;
    Ok(Json(users.into_iter().map(Shown::from).collect()))
}

/// Shows a user.
#[utoipa::path(
    get, path = "/v1/users/{uid}", operation_id = "show_user", tag = "users",
    params(("uid" = String, Path, description = "The user's `uid`")),
    responses((status = 200, description = "The user", body = Shown), NoUser)
)]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
) -> Result<Json<Shown>, Refusal> {
    caller.must(Permission::ViewUserInfo)?;
    let user = find(&app, &uid).await?.ok_or_else(|| unknown(StatusCode::NOT_FOUND, &uid))?;
    Ok(Json(user.into()))
}

/// Creates a user.
#[utoipa::path(
    post, path = "/v1/users", operation_id = "make_user", tag = "users",
    request_body(content = UserToMake, content_type = "application/json"),
    responses((status = 200, description = "The user", body = Shown), NotMade)
)]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    request: Request,
) -> Result<Json<Shown>, Refusal> {
    let request = caller.must_to_send(Permission::CreateNewUser, request).await?;
    let Wanted { email, name, password, role, email_alerts } =
        Wanted::read(&body::small(&app.limits, request).await?, app.cluster.release)?;
    let missing = |field: &str| bad(format!("`{field}` is missing"));
    let email = email.ok_or_else(|| missing("email"))?;
    let password = password.ok_or_else(|| missing("password"))?;
    let role = role.ok_or_else(|| missing("role"))?;
    must_be_complex(&app, &password, &email).await?;
    let user = NewUser {
        email,
        name: name.unwrap_or_default(),
        password_hash: app.users.hash(password).await?,
        issued: ids::now().try_into().unwrap_or(i64::MAX),
        role,
        email_alerts: email_alerts.unwrap_or(true),
    };
    let change = app.ask(move |store| store.add_user(&user)).await?;
    let user = done(change, StatusCode::CONFLICT, "")?;
    tracing::info!(uid = user.uid, email = user.email, role = user.role.as_str(), "user created");
    Ok(Json(user.into()))
}

/// Changes a user; everybody may change their own name, password and alerts.
#[utoipa::path(
    put, path = "/v1/users/{uid}", operation_id = "change_user", tag = "users",
    params(("uid" = String, Path, description = "The user's `uid`")),
    request_body(content = UserChanges, content_type = "application/json"),
    responses((status = 200, description = "The user", body = Shown), NotChanged)
)]
pub(super) async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
    request: Request,
) -> Result<Json<Shown>, Refusal> {
    let own = number::<u32>(&uid) == Some(caller.uid());
    let request = if own { request } else { caller.must_to_send(Permission::UpdateUser, request).await? };
    let wanted = Wanted::read(&body::small(&app.limits, request).await?, app.cluster.release)?;
    if wanted.email.is_some() || wanted.role.is_some() {
        caller.must(Permission::UpdateUser)?;
    }
    let before = find(&app, &uid).await?.ok_or_else(|| unknown(StatusCode::NOT_FOUND, &uid))?;
    let Wanted { email, name, password, role, email_alerts } = wanted;
    let password = match password {
        None => None,
        Some(password) => {
            must_be_complex(&app, &password, email.as_deref().unwrap_or(&before.email)).await?;
            if app.users.is_right(password.clone(), before.password_hash.clone()).await? {
                let description = "choose another one";
                return Err(Refusal::new(
                    StatusCode::BAD_REQUEST,
                    "new_password_same_as_current",
                    "The given new password is identical to the old password",
                    description,
                ));
            }
            Some((app.users.hash(password).await?, ids::now().try_into().unwrap_or(i64::MAX)))
        }
    };
    let has_new_password = password.is_some();
    let patch = UserPatch { email, name, password, role, email_alerts };
    let change = app.ask(move |store| store.change_user(before.uid, &patch)).await?;
    let user = done(change, StatusCode::NOT_ACCEPTABLE, &uid)?;
    tracing::info!(uid = user.uid, email = user.email, role = user.role.as_str(), has_new_password, "user changed");
    Ok(Json(user.into()))
}

/// Deletes a user. The documentation has 406 for everything that cannot be done.
#[utoipa::path(
    delete, path = "/v1/users/{uid}", operation_id = "delete_user", tag = "users",
    params(("uid" = String, Path, description = "The user's `uid`")),
    responses((status = 200, description = "It is deleted"), NotDeleted)
)]
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
) -> Result<StatusCode, Refusal> {
    caller.must(Permission::DeleteUser)?;
    let number: u32 = number(&uid).ok_or_else(|| unknown(StatusCode::NOT_ACCEPTABLE, &uid))?;
    let change = app.ask(move |store| store.remove_user(number)).await?;
    if change == UserChange::Unknown {
        return Err(unknown(StatusCode::NOT_ACCEPTABLE, &uid));
    }
    let user = done(change, StatusCode::NOT_ACCEPTABLE, &uid)?;
    tracing::info!(uid = user.uid, email = user.email, role = user.role.as_str(), "user deleted");
    Ok(StatusCode::OK)
}

async fn find(app: &App, uid: &str) -> Result<Option<User>, Refusal> {
    // What is not a number is nobody's.
    let Some(uid) = number(uid) else { return Ok(None) };
    Ok(app.ask(move |store| store.user(uid)).await?)
}

async fn must_be_complex(app: &App, password: &str, email: &str) -> Result<(), Refusal> {
    let demanded = app.ask(|store| settings::get(store, PASSWORD_COMPLEXITY)).await?;
    match complexity_broken(password, email).filter(|_| demanded == Some(Value::Bool(true))) {
        None => Ok(()),
        Some(what) => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "password_not_complex",
            "The given password is not complex enough",
            what,
        )),
    }
}

/// The user, if it was done; `taken` is the status where another user is in the way.
fn done(change: UserChange, taken: StatusCode, uid: &str) -> Result<User, Refusal> {
    let refuse = |status, code, message| Err(Refusal::new(status, code, message, "nothing was changed"));
    match change {
        UserChange::Done(user) => Ok(*user),
        UserChange::Unknown => Err(unknown(StatusCode::NOT_FOUND, uid)),
        UserChange::EmailTaken => refuse(taken, "email_already_exists", "The given email is already taken"),
        UserChange::NameTaken => refuse(taken, "name_already_exists", "The given name is already taken"),
        UserChange::LastAdmin => refuse(
            StatusCode::NOT_ACCEPTABLE,
            "change_last_admin_role_not_allowed",
            "At least one user with admin role should exist",
        ),
    }
}

fn unknown(status: StatusCode, uid: &str) -> Refusal {
    Refusal::new(status, "user_not_exist", "User does not exist", format!("no user {uid}"))
}
