//! Roles and permissions.
//!
//! Source: the page on REST API permissions of Redis Software 7.22 and 8.2.

use serde::{Deserialize, Serialize};

/// A role of the cluster's management.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// Something a role can allow; the names are the documentation's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See modules and artifacts.
    ViewClusterModules,
    /// See the cluster's settings.
    ViewClusterInfo,
    /// See the nodes.
    ViewAllNodesInfo,
    /// See one node.
    ViewNodeInfo,
    /// See actions.
    ViewStatusOfClusterAction,
    /// Change settings; up to 7.22 also upload and delete modules.
    UpdateCluster,
    /// Upload and delete modules, from 8.0 on.
    ManageClusterModules,
    /// See all databases.
    ViewAllBdbsInfo,
    /// See a database.
    ViewBdbInfo,
    /// Make databases.
    CreateBdb,
    /// Delete databases.
    DeleteBdb,
    /// See all users.
    ViewAllUsersInfo,
    /// See a user.
    ViewUserInfo,
    /// Make users.
    CreateNewUser,
    /// Change users; everybody may change their own name and password.
    UpdateUser,
    /// Delete users.
    DeleteUser,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Admin,
        Self::ClusterMember,
        Self::ClusterViewer,
        Self::DbMember,
        Self::DbViewer,
        Self::UserManager,
        Self::None,
    ];

    /// The releases that have no `user_manager` yet.
    pub(crate) const BEFORE_USER_MANAGER: [&str; 4] = ["6.2", "6.4", "7.2", "7.4"];

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

    /// Whether the role has a permission. `user_manager` exists since 7.8, manages users, and sees what viewers see.
    ///
    /// ```
    /// use ramp_server::auth::{Permission, Role};
    ///
    /// assert!(Role::DbViewer.may(Permission::ViewClusterModules));
    /// assert!(!Role::ClusterMember.may(Permission::UpdateCluster));
    /// ```
    pub const fn may(self, permission: Permission) -> bool {
        match permission {
            Permission::UpdateCluster | Permission::ManageClusterModules => matches!(self, Self::Admin),
            Permission::CreateBdb | Permission::DeleteBdb => {
                matches!(self, Self::Admin | Self::ClusterMember | Self::DbMember)
            }
            Permission::ViewAllUsersInfo
            | Permission::ViewUserInfo
            | Permission::CreateNewUser
            | Permission::UpdateUser
            | Permission::DeleteUser => matches!(self, Self::Admin | Self::UserManager),
            Permission::ViewClusterModules
            | Permission::ViewClusterInfo
            | Permission::ViewAllNodesInfo
            | Permission::ViewNodeInfo
            | Permission::ViewAllBdbsInfo
            | Permission::ViewBdbInfo
            | Permission::ViewStatusOfClusterAction => !matches!(self, Self::None),
        }
    }
}

impl Permission {
    /// The name in the documentation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ViewClusterModules => "view_cluster_modules",
            Self::ViewClusterInfo => "view_cluster_info",
            Self::ViewAllNodesInfo => "view_all_nodes_info",
            Self::ViewNodeInfo => "view_node_info",
            Self::ViewStatusOfClusterAction => "view_status_of_cluster_action",
            Self::UpdateCluster => "update_cluster",
            Self::ManageClusterModules => "manage_cluster_modules",
            Self::ViewAllBdbsInfo => "view_all_bdbs_info",
            Self::ViewBdbInfo => "view_bdb_info",
            Self::CreateBdb => "create_bdb",
            Self::DeleteBdb => "delete_bdb",
            Self::ViewAllUsersInfo => "view_all_users_info",
            Self::ViewUserInfo => "view_user_info",
            Self::CreateNewUser => "create_new_user",
            Self::UpdateUser => "update_user",
            Self::DeleteUser => "delete_user",
        }
    }
}
