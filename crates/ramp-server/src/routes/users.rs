//! `/v1/users`: who may ask.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::guard::Caller;
use super::parameters::Parameters;
use crate::answer::Refusal;
use crate::app::{App, PASSWORD_COMPLEXITY};
use crate::auth::{Permission, Role, complexity_broken};
use crate::openapi::refusals;
use crate::store::{NewUser, User, UserChange, UserPatch};
use crate::{body, ids};

/// Longest e-mail address and name, and longest password, in bytes.
const LONGEST: usize = 256;
const LONGEST_PASSWORD: usize = 1024;

/// A user, as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(super) struct Shown {
    uid: u32,
    email: String,
    name: String,
    role: &'static str,
    auth_method: &'static str,
    email_alerts: bool,
    /// When the password was set: `2017-03-02T09:43:34Z`.
    password_issue_date: String,
    status: &'static str,
}

/// A user that is to be.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(super) struct UserToMake {
    /// ASCII, without spaces and colons.
    email: String,
    password: String,
    /// `admin`, `cluster_member`, `cluster_viewer`, `db_member`, `db_viewer`, `none`; `user_manager` from 7.8 on.
    role: String,
    /// ASCII, without `&`, `<`, `>` and quotes.
    name: Option<String>,
    email_alerts: Option<bool>,
    /// `regular`.
    auth_method: Option<String>,
}

/// What is to be changed of a user.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(super) struct UserChanges {
    email: Option<String>,
    password: Option<String>,
    role: Option<String>,
    name: Option<String>,
    email_alerts: Option<bool>,
    auth_method: Option<String>,
}

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
    Ok(Json(users.iter().map(object).collect()))
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
    Ok(Json(object(&user)))
}

/// Makes a user.
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
    let Wanted { email, name, password, role, email_alerts } = wanted(&app, &body::small(&app, request).await?)?;
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
    tracing::info!(uid = user.uid, role = user.role.as_str(), "user made");
    Ok(Json(object(&user)))
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
    let own = uid.parse().is_ok_and(|uid: u32| uid == caller.uid());
    let request = if own { request } else { caller.must_to_send(Permission::UpdateUser, request).await? };
    let wanted = wanted(&app, &body::small(&app, request).await?)?;
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
    let patch = UserPatch { email, name, password, role, email_alerts };
    let change = app.ask(move |store| store.change_user(before.uid, &patch)).await?;
    let user = done(change, StatusCode::NOT_ACCEPTABLE, &uid)?;
    tracing::info!(uid = user.uid, role = user.role.as_str(), "user changed");
    Ok(Json(object(&user)))
}

/// Deletes a user. The documentation has 406 for whatever cannot be done.
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
    let number: u32 = uid.parse().map_err(|_| unknown(StatusCode::NOT_ACCEPTABLE, &uid))?;
    let change = app.ask(move |store| store.remove_user(number)).await?;
    if change == UserChange::Unknown {
        return Err(unknown(StatusCode::NOT_ACCEPTABLE, &uid));
    }
    let user = done(change, StatusCode::NOT_ACCEPTABLE, &uid)?;
    tracing::info!(uid = user.uid, "user deleted");
    Ok(StatusCode::OK)
}

async fn find(app: &App, uid: &str) -> Result<Option<User>, Refusal> {
    // What is no number is nobody's.
    let Ok(uid) = uid.parse() else { return Ok(None) };
    Ok(app.ask(move |store| store.user(uid)).await?)
}

/// What a request says of a user.
#[derive(Debug, Default)]
struct Wanted {
    email: Option<String>,
    name: Option<String>,
    password: Option<String>,
    role: Option<Role>,
    email_alerts: Option<bool>,
}

/// Reads it. What this server does not play is refused, not ignored.
fn wanted(app: &App, body: &[u8]) -> Result<Wanted, Refusal> {
    let fields: Map<String, Value> =
        serde_json::from_slice(body).map_err(|err| bad(format!("the body is no JSON object: {err}")))?;
    let mut wanted = Wanted::default();
    for (field, value) in fields {
        match (field.as_str(), value) {
            ("email", Value::String(email)) => match bad_email(&email) {
                Some(what) => return Err(bad(format!("`email` {what}"))),
                None => wanted.email = Some(email),
            },
            ("name", Value::String(name)) => match bad_text(&name) {
                Some(what) => return Err(bad(format!("`name` {what}"))),
                None => wanted.name = Some(name),
            },
            ("password", Value::String(password)) if password.is_empty() || password.len() > LONGEST_PASSWORD => {
                return Err(bad(format!("`password` must have 1 to {LONGEST_PASSWORD} bytes")));
            }
            ("password", Value::String(password)) => wanted.password = Some(password),
            ("role", Value::String(role)) => wanted.role = Some(known_role(app, &role)?),
            ("email_alerts", Value::Bool(alerts)) => wanted.email_alerts = Some(alerts),
            ("auth_method", Value::String(method)) if method == "regular" => {}
            ("email" | "name" | "password" | "role" | "auth_method", _) => {
                return Err(bad(format!("`{field}` is not what it can be")));
            }
            ("email_alerts", _) => return Err(bad("`email_alerts` must be true or false".to_owned())),
            _ => return Err(bad(format!("this server does not play the field `{}`", field.escape_debug()))),
        }
    }
    Ok(wanted)
}

/// A role that the release has.
fn known_role(app: &App, name: &str) -> Result<Role, Refusal> {
    let role = Role::ALL.into_iter().find(|role| role.as_str() == name);
    let since = |role: &Role| *role != Role::UserManager || !Role::BEFORE_USER_MANAGER.contains(&&*app.release.name);
    role.filter(since).ok_or_else(|| bad(format!("there is no role `{}` in this release", name.escape_debug())))
}

/// What is wrong with a name: it "does not allow non-ASCII and special characters &,<,>,\"".
fn bad_text(text: &str) -> Option<&'static str> {
    match text {
        _ if text.len() > LONGEST => Some("is too long"),
        _ if !text.is_ascii() => Some("is not ASCII"),
        _ if text.contains(|c: char| c.is_ascii_control()) => Some("has control characters"),
        _ if text.contains(['&', '<', '>', '"']) => Some("has one of the characters & < > \""),
        _ => None,
    }
}

/// The same of an e-mail address; what comes before a colon is the name, in HTTP's basic authentication.
fn bad_email(email: &str) -> Option<&'static str> {
    match email {
        "" => Some("is empty"),
        _ if email.contains([':', ' ']) => Some("has a colon or a space"),
        _ => bad_text(email),
    }
}

async fn must_be_complex(app: &App, password: &str, email: &str) -> Result<(), Refusal> {
    let demanded = app.ask(|store| store.setting(PASSWORD_COMPLEXITY)).await?;
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

fn bad(description: String) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "invalid_schema", "Bad or missing configuration parameters", description)
}

fn object(user: &User) -> Shown {
    Shown {
        uid: user.uid,
        email: user.email.clone(),
        name: user.name.clone(),
        role: user.role.as_str(),
        auth_method: "regular",
        email_alerts: user.email_alerts,
        password_issue_date: date(user.issued),
        status: "active",
    }
}

/// `2017-03-02T09:43:34Z`, of seconds since 1970 (Howard Hinnant's `civil_from_days`).
fn date(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days.saturating_add(719_468);
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_as_documented() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (1_488_447_814, "2017-03-02T09:43:34Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(date(seconds), text);
        }
    }
}
