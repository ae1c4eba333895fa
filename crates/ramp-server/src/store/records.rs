//! What a store keeps.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::auth::Role;

/// A module that is visible.
#[derive(Debug, Clone, PartialEq)]
pub struct ModuleRecord {
    /// 32 hexadecimal digits.
    pub uid: String,
    /// Its name.
    pub module_name: String,
    /// Its version as one number: 10203 for 1.2.3.
    pub version: i64,
    /// `module.json`, as it was uploaded.
    pub metadata: Value,
    /// Its builds, by place; none of one that was only defined.
    pub builds: Vec<Build>,
}

/// One build of a module: a bundle, for one platform.
#[derive(Debug, Clone, PartialEq)]
pub struct Build {
    /// Where it is for: `rhel9/x86_64`, or [`ANY_PLATFORM`](crate::store::Build::ANY_PLATFORM).
    pub place: String,
    /// Name of the blob that holds the bundle.
    pub blob: String,
    /// What the module's object says of a platform: dependencies and the SHA-256 of the module.
    pub details: Value,
}

impl Build {
    /// The place of a build that says no operating system: it is there for all.
    pub const ANY_PLATFORM: &'static str = "*";
}

/// An artifact on a node.
#[derive(Debug, Clone, PartialEq)]
pub struct ArtifactRecord {
    /// Name of the module.
    pub module_name: String,
    /// Its version as one number.
    pub version: i64,
    /// Names of the files it brought under `deps/`.
    pub details: Value,
}

/// A module that is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct NewModule {
    /// The uid it gets if it is new.
    pub uid: String,
    /// Its name.
    pub module_name: String,
    /// Its version as one number.
    pub version: i64,
    /// `module.json`.
    pub metadata: Value,
}

/// A build that is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct NewBuild {
    /// The id of the claim; nobody else has it.
    pub claim: String,
    /// The server that makes it.
    pub owner: String,
    /// Where it is for; several platforms can share a bundle.
    pub places: Vec<String>,
    /// Name of the blob that will hold the bundle; nobody else's.
    pub blob: String,
    /// See [`Build::details`].
    pub details: Value,
}

/// Places that were claimed and are not visible yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its id.
    pub id: String,
    /// The uid of the module it belongs to; empty for an artifact.
    pub module_uid: String,
}

/// The answer to a wish for places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reserved {
    /// At least one was free, and is now claimed.
    Claimed(Claim),
    /// All of them are taken.
    Taken,
}

/// The answer to a wish to take something out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed<T> {
    /// It is gone, and this is what it leaves.
    Done(T),
    /// It was not there.
    Unknown,
    /// These databases use it, so it stays.
    InUse(Vec<u32>),
}

/// What an action does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActionKind {
    /// A module was uploaded. The name is documented.
    #[serde(rename = "module_installation")]
    Installation,
    /// A module was deleted. The name is ours: none is documented.
    #[serde(rename = "module_deletion")]
    Deletion,
}

/// How far an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActionStatus {
    /// Done. This server does its work before it answers, so there is no other.
    Completed,
}

/// Something that takes its time on a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// A UUID.
    pub action_uid: String,
    /// What it does.
    pub name: ActionKind,
    /// How far it is.
    pub status: ActionStatus,
    /// The module it is about.
    pub module_uid: String,
    /// When it began, in seconds since 1970.
    pub creation_time: u64,
}

/// Somebody who may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The number of the user, given by the store.
    pub uid: u32,
    /// The e-mail address, by which they say who they are.
    pub email: String,
    /// What they are called; may be empty.
    pub name: String,
    /// Hash of the password, in the PHC format.
    pub password_hash: String,
    /// When the password was set, in seconds since 1970.
    pub issued: i64,
    /// What they may do.
    pub role: Role,
    /// Whether they want mail; nobody sends any here.
    pub email_alerts: bool,
}

/// A user that is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// See [`User::email`].
    pub email: String,
    /// See [`User::name`].
    pub name: String,
    /// See [`User::password_hash`].
    pub password_hash: String,
    /// See [`User::issued`].
    pub issued: i64,
    /// See [`User::role`].
    pub role: Role,
    /// See [`User::email_alerts`].
    pub email_alerts: bool,
}

/// What is to be changed of a user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserPatch {
    /// See [`User::email`].
    pub email: Option<String>,
    /// See [`User::name`].
    pub name: Option<String>,
    /// Hash of the new password, and when it was set.
    pub password: Option<(String, i64)>,
    /// See [`User::role`].
    pub role: Option<Role>,
    /// See [`User::email_alerts`].
    pub email_alerts: Option<bool>,
}

impl UserPatch {
    /// The user with the changes.
    pub(crate) fn applied(&self, mut user: User) -> User {
        let Self { email, name, password, role, email_alerts } = self.clone();
        user.email = email.unwrap_or(user.email);
        user.name = name.unwrap_or(user.name);
        (user.password_hash, user.issued) = password.unwrap_or((user.password_hash, user.issued));
        user.role = role.unwrap_or(user.role);
        user.email_alerts = email_alerts.unwrap_or(user.email_alerts);
        user
    }
}

/// What became of the wish to change the users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserChange {
    /// It was done; the user as it is now, or as it was before it was removed.
    Done(Box<User>),
    /// There is no such user.
    Unknown,
    /// Another one has the e-mail address.
    EmailTaken,
    /// Another one has the name.
    NameTaken,
    /// Nobody would be admin.
    LastAdmin,
}
