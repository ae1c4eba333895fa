//! The users that a store keeps: who may ask, and what they may.

/// A role of the cluster's management.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// May do everything.
    Admin,
    /// Sees the cluster and changes its databases.
    ClusterMember,
    /// Sees the cluster.
    ClusterViewer,
    /// Changes databases.
    DbMember,
    /// Sees databases.
    DbViewer,
    /// Manages users.
    UserManager,
    /// May do nothing here; for databases only.
    None,
}

impl Role {
    /// Every role.
    pub const ALL: &[Self] = &[
        Self::Admin,
        Self::ClusterMember,
        Self::ClusterViewer,
        Self::DbMember,
        Self::DbViewer,
        Self::UserManager,
        Self::None,
    ];

    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::ClusterMember => "cluster_member",
            Self::ClusterViewer => "cluster_viewer",
            Self::DbMember => "db_member",
            Self::DbViewer => "db_viewer",
            Self::UserManager => "user_manager",
            Self::None => "none",
        }
    }

    /// The role of that name.
    ///
    /// ```
    /// use ramp_server::store::Role;
    ///
    /// assert_eq!(Role::named("db_viewer"), Some(Role::DbViewer));
    /// assert_eq!(Role::named("Admin"), None);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == name)
    }
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
    pub fn applied(&self, mut user: User) -> User {
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
