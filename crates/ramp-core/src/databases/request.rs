//! The requests that decide about databases and what they use.

use std::fmt;

use crate::knowledge::CodeArea;

/// A request about a database, or about a module that databases may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DatabaseRequest {
    /// Makes a database.
    CreateV1,
    /// Makes a database; its configuration is under `bdb`.
    CreateV2,
    /// Changes a database.
    ChangeV1,
    /// Changes a database; from 7.4 on in place of configuring modules.
    ChangeV2,
    /// Upgrades a database, and the modules that it uses.
    Upgrade,
    /// Upgrades modules of a database.
    UpgradeModules,
    /// Upgrades modules of a database; up to 7.22.
    UpgradeModulesOld,
    /// Changes the arguments of a database's modules.
    Configure,
    /// Changes the arguments of a database's modules, likewise.
    ConfigureOld,
    /// Deletes a module; up to 7.22.
    DeleteModuleV1,
    /// Deletes a module with its dependencies; up to 7.22.
    DeleteModuleV2,
    /// Deletes the object of a user-defined module; from 8.0 on.
    DeleteUserDefined,
}

impl DatabaseRequest {
    /// Every request.
    pub const ALL: &'static [Self] = &[
        Self::CreateV1,
        Self::CreateV2,
        Self::ChangeV1,
        Self::ChangeV2,
        Self::Upgrade,
        Self::UpgradeModules,
        Self::UpgradeModulesOld,
        Self::Configure,
        Self::ConfigureOld,
        Self::DeleteModuleV1,
        Self::DeleteModuleV2,
        Self::DeleteUserDefined,
    ];

    /// Method and path, with `{uid}` for a number or an id: as the rows of codes have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateV1 => "POST /v1/bdbs",
            Self::CreateV2 => "POST /v2/bdbs",
            Self::ChangeV1 => "PUT /v1/bdbs/{uid}",
            Self::ChangeV2 => "PUT /v2/bdbs/{uid}",
            Self::Upgrade => "POST /v1/bdbs/{uid}/upgrade",
            Self::UpgradeModules => "POST /v1/bdbs/{uid}/modules/upgrade",
            Self::UpgradeModulesOld => "POST /v1/modules/upgrade/bdb/{uid}",
            Self::Configure => "POST /v1/bdbs/{uid}/modules/config",
            Self::ConfigureOld => "POST /v1/modules/config/bdb/{uid}",
            Self::DeleteModuleV1 => "DELETE /v1/modules/{uid}",
            Self::DeleteModuleV2 => "DELETE /v2/modules/{uid}",
            Self::DeleteUserDefined => "DELETE /v2/modules/user-defined/{uid}",
        }
    }

    /// What it is about, by which its codes are looked up.
    pub const fn area(self) -> CodeArea {
        match self {
            Self::CreateV1 | Self::CreateV2 | Self::ChangeV1 | Self::ChangeV2 => CodeArea::Databases,
            Self::Upgrade | Self::UpgradeModules | Self::UpgradeModulesOld => CodeArea::Upgrades,
            Self::Configure | Self::ConfigureOld => CodeArea::Configuration,
            Self::DeleteModuleV1 | Self::DeleteModuleV2 | Self::DeleteUserDefined => CodeArea::Deletion,
        }
    }
}

impl fmt::Display for DatabaseRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
