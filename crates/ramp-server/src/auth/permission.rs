//! What the roles may.
//!
//! Source: the page on REST API permissions of Redis Software 7.22 and 8.2.

use crate::store::Role;

/// Something a role can allow; the names are the documentation's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Permission {
    /// See modules and artifacts.
    ViewClusterModules,
    /// See the cluster's settings.
    ViewClusterInfo,
    /// See the license.
    ViewLicense,
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
    /// Change databases.
    UpdateBdb,
    /// Upgrade databases.
    UpdateBdbWithAction,
    /// Upgrade and configure the modules of databases.
    EditBdbModule,
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

impl Permission {
    /// Whether a role has it. `user_manager` exists since 7.8, manages users, and sees what viewers see.
    pub(crate) const fn is_of(self, role: Role) -> bool {
        match self {
            Self::UpdateCluster | Self::ManageClusterModules => matches!(role, Role::Admin),
            Self::CreateBdb | Self::UpdateBdb | Self::UpdateBdbWithAction | Self::EditBdbModule | Self::DeleteBdb => {
                matches!(role, Role::Admin | Role::ClusterMember | Role::DbMember)
            }
            Self::ViewAllUsersInfo | Self::ViewUserInfo | Self::CreateNewUser | Self::UpdateUser | Self::DeleteUser => {
                matches!(role, Role::Admin | Role::UserManager)
            }
            Self::ViewClusterModules
            | Self::ViewClusterInfo
            | Self::ViewLicense
            | Self::ViewAllNodesInfo
            | Self::ViewNodeInfo
            | Self::ViewAllBdbsInfo
            | Self::ViewBdbInfo
            | Self::ViewStatusOfClusterAction => !matches!(role, Role::None),
        }
    }

    /// The name in the documentation.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::ViewClusterModules => "view_cluster_modules",
            Self::ViewClusterInfo => "view_cluster_info",
            Self::ViewLicense => "view_license",
            Self::ViewAllNodesInfo => "view_all_nodes_info",
            Self::ViewNodeInfo => "view_node_info",
            Self::ViewStatusOfClusterAction => "view_status_of_cluster_action",
            Self::UpdateCluster => "update_cluster",
            Self::ManageClusterModules => "manage_cluster_modules",
            Self::ViewAllBdbsInfo => "view_all_bdbs_info",
            Self::ViewBdbInfo => "view_bdb_info",
            Self::CreateBdb => "create_bdb",
            Self::UpdateBdb => "update_bdb",
            Self::UpdateBdbWithAction => "update_bdb_with_action",
            Self::EditBdbModule => "edit_bdb_module",
            Self::DeleteBdb => "delete_bdb",
            Self::ViewAllUsersInfo => "view_all_users_info",
            Self::ViewUserInfo => "view_user_info",
            Self::CreateNewUser => "create_new_user",
            Self::UpdateUser => "update_user",
            Self::DeleteUser => "delete_user",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn viewers_see_and_members_do_not_rule() {
        assert!(Permission::ViewClusterModules.is_of(Role::DbViewer));
        assert!(!Permission::UpdateCluster.is_of(Role::ClusterMember));
    }
}
