//! The users of the cluster, as they are shown and asked for.

use axum::http::StatusCode;
use ramp_core::knowledge::Release;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::characters::special;
use super::releases;
use crate::auth::LONGEST_PASSWORD;
use crate::http::{Fields, Refusal};
use crate::store::{Role, User};
use crate::utc;

/// Longest e-mail address and name, in bytes.
const LONGEST: usize = 256;

/// A user, as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct Shown {
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

/// A user to create.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct UserToMake {
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

/// What is to be changed about a user.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct UserChanges {
    email: Option<String>,
    password: Option<String>,
    role: Option<String>,
    name: Option<String>,
    email_alerts: Option<bool>,
    auth_method: Option<String>,
}

/// What a request says of a user.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) role: Option<Role>,
    pub(crate) email_alerts: Option<bool>,
}

impl Wanted {
    /// Reads the body of a request to a release. What this server does not play is refused, not ignored.
    pub(crate) fn read(body: &[u8], release: &Release) -> Result<Self, Refusal> {
        let mut wanted = Self::default();
        for (field, value) in Fields::read(body).map_err(bad)? {
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
                ("role", Value::String(role)) => wanted.role = Some(known_role(release, &role)?),
                ("email_alerts", Value::Bool(alerts)) => wanted.email_alerts = Some(alerts),
                ("auth_method", Value::String(method)) if method == "regular" => {}
                ("email" | "name" | "password" | "role" | "auth_method", _) => {
                    return Err(bad(format!("`{field}` cannot have this value")));
                }
                ("email_alerts", _) => return Err(bad("`email_alerts` must be true or false".to_owned())),
                _ => return Err(bad(format!("this server does not support the field `{}`", field.escape_debug()))),
            }
        }
        Ok(wanted)
    }
}

/// A role that the release has.
fn known_role(release: &Release, name: &str) -> Result<Role, Refusal> {
    let known = Role::named(name).filter(|role| *role != Role::UserManager || releases::has_user_manager(release));
    known.ok_or_else(|| bad(format!("there is no role `{}` in this release", name.escape_debug())))
}

/// What is wrong with a name: it "does not allow non-ASCII and special characters &,<,>,\"".
fn bad_text(text: &str) -> Option<&'static str> {
    match text {
        _ if text.len() > LONGEST => Some("is too long"),
        _ if !text.is_ascii() => Some("is not ASCII"),
        _ if text.contains(|c: char| c.is_ascii_control()) => Some("has control characters"),
        _ => special(text),
    }
}

/// The same of an e-mail address; what comes before a colon is the name, in HTTP's basic authentication.
pub(crate) fn bad_email(email: &str) -> Option<&'static str> {
    match email {
        "" => Some("is empty"),
        _ if email.contains([':', ' ']) => Some("has a colon or a space"),
        _ => bad_text(email),
    }
}

/// 400, "Bad or missing configuration parameters". What was sent may be quoted, and a password be in it.
pub(crate) fn bad(description: String) -> Refusal {
    let message = "Bad or missing configuration parameters";
    Refusal::new(StatusCode::BAD_REQUEST, "invalid_schema", message, description).in_confidence()
}

impl From<User> for Shown {
    fn from(user: User) -> Self {
        Self {
            uid: user.uid,
            email: user.email,
            name: user.name,
            role: user.role.as_str(),
            auth_method: "regular",
            email_alerts: user.email_alerts,
            password_issue_date: utc::text(user.issued),
            status: "active",
        }
    }
}
