//! What a catalogue must do.

use std::collections::HashMap;
use std::path::Path;

use super::actions::{Action, NewAction};
use super::changes::Changes;
use super::contents::Contents;
use super::copies::CopyForm;
use super::databases::{Database, DatabaseAdded, DatabaseChanged, DatabaseSpec};
use super::error::StoreError;
use super::modules::{ArtifactRecord, Claim, ModuleRecord, NewBuild, NewModule, Removed, Reserved};
use super::users::{NewUser, User, UserChange, UserPatch};

/// A catalogue of modules.
///
/// An upload goes through three steps. [`reserve`](Store::reserve) claims its places, or says that they are taken;
/// nobody sees it yet. Then its blob is put where it belongs. [`commit`](Store::commit) makes it visible, and only after
/// that is it acknowledged. A claim that dies on the way is dropped by [`abandon`](Store::abandon); if the server dies with it,
/// it is among those that [`pending`](Store::pending) lists when it starts again, and is committed where its blob is there whole.
///
/// Whatever takes a blob's last record away keeps its name in the same step, among those that [`discarded`](Store::discarded) lists,
/// until [`forget`](Store::forget) is told that it is gone from the storage.
///
/// # Errors
///
/// Every method: [`StoreError`], where the store cannot be asked. "No" is an answer and no error.
#[expect(clippy::missing_errors_doc, reason = "it is the same for all of them, and above")]
pub trait Store: Send + Sync + std::fmt::Debug {
    /// What has changed among the visible modules since `since`, the [`revision`](Changes::revision) of an earlier answer; all of them
    /// without one. A store remembers only so many changes, and answers with [all](super::Changed::All) whenever it cannot tell.
    fn changes(&self, since: Option<&str>) -> Result<Changes, StoreError>;

    /// Every module that is visible, in the order of name and version.
    fn modules(&self) -> Result<Vec<ModuleRecord>, StoreError>;

    /// A visible module by its uid.
    fn module(&self, uid: &str) -> Result<Option<ModuleRecord>, StoreError>;

    /// A visible module by name and version.
    fn find(&self, module_name: &str, version: i64) -> Result<Option<ModuleRecord>, StoreError>;

    /// Claims the places of `build` that are free, for the module of that name and version; makes the module if there is
    /// none. [`Reserved::Taken`] if none is free. Where the blob is [`stored`](NewBuild::stored), it is committed with that; and
    /// refused as taken if the catalogue speaks of the blob in any way.
    fn reserve(&self, module: &NewModule, build: &NewBuild) -> Result<Reserved, StoreError>;

    /// Makes a claim visible, and keeps `action` beside it. [`StoreError::ClaimLost`] if it is not there any more.
    fn commit(&self, claim: &Claim, action: Option<&Action>) -> Result<(), StoreError>;

    /// Drops a claim that is not committed, and discards its blob. `false` if it is committed: then it stays, with its blob. That can be so where the
    /// answer to [`commit`](Store::commit) got lost.
    fn abandon(&self, claim: &Claim) -> Result<bool, StoreError>;

    /// The claims of a server that are not committed, each with its blob.
    fn pending(&self, owner: &str) -> Result<Vec<(Claim, String)>, StoreError>;

    /// Takes a module out, with all of its builds, and keeps `action` beside; unless a database uses it. The blobs that are
    /// nobody's any more, which are discarded.
    fn remove(&self, uid: &str, action: Option<&Action>) -> Result<Removed<Vec<String>>, StoreError>;

    /// Puts a module in that has no build: the object of the user-defined endpoint. `false` if name and version are
    /// taken.
    fn define(&self, module: &NewModule) -> Result<bool, StoreError>;

    /// The artifacts of a node, in the order of name and version.
    fn artifacts(&self, node: &str) -> Result<Vec<ArtifactRecord>, StoreError>;

    /// Claims the place of an artifact on its node (the one place that `build` names); as [`reserve`](Store::reserve) where the blob
    /// is stored.
    fn reserve_artifact(&self, module_name: &str, version: i64, build: &NewBuild) -> Result<Reserved, StoreError>;

    /// Takes an artifact off a node, unless a database uses the module of that name and version; its blob, which is
    /// discarded.
    fn remove_artifact(&self, module_name: &str, version: i64, node: &str) -> Result<Removed<String>, StoreError>;

    /// Every database, in the order of their numbers.
    fn databases(&self) -> Result<Vec<Database>, StoreError>;

    /// A database by number.
    fn database(&self, uid: u32) -> Result<Option<Database>, StoreError>;

    /// Adds a database; without `uid` it gets a number that is larger than any before, and once [`LARGEST_UID`](super::LARGEST_UID) was given, the
    /// smallest that is free. The modules that it uses must be visible, and each must have a build, or an artifact on `node`; but for those that came with the cluster, which no store keeps. From then on they stay
    /// until the database is gone. `action` is kept beside it, as one that is about it.
    fn add_database(
        &self,
        uid: Option<u32>,
        spec: &DatabaseSpec,
        node: &str,
        action: Option<&NewAction>,
    ) -> Result<DatabaseAdded, StoreError>;

    /// Makes a database that is `before` be `after`, all or nothing, and releases the modules that it no longer uses; keeps `action` beside it,
    /// if that is done. What holds of the modules that it did not use holds as for [`add_database`](Store::add_database).
    fn change_database(
        &self,
        before: &Database,
        after: &DatabaseSpec,
        node: &str,
        action: Option<&Action>,
    ) -> Result<DatabaseChanged, StoreError>;

    /// Removes a database; `false` if there was none.
    fn remove_database(&self, uid: u32) -> Result<bool, StoreError>;

    /// Every blob that a build or a claim speaks of, and whether that is committed; and those that are discarded, as not committed.
    fn blobs(&self) -> Result<HashMap<String, bool>, StoreError>;

    /// The blobs that are nobody's any more, and that may be in the storage still.
    fn discarded(&self) -> Result<Vec<String>, StoreError>;

    /// Discards a blob of the storage that the catalogue does not know. `false` if a build or a claim speaks of it.
    fn discard(&self, blob: &str) -> Result<bool, StoreError>;

    /// Forgets a discarded blob: it is gone from the storage.
    fn forget(&self, blob: &str) -> Result<(), StoreError>;

    /// The id of this catalogue, by which a storage knows whose bundles it holds: `new` where it had none, and then the same for
    /// ever, for every server that shares it. A catalogue that lost what was in it has lost that, too.
    fn identity(&self, new: &str) -> Result<String, StoreError>;

    /// Whether several servers may use this catalogue at one time.
    fn is_shared(&self) -> bool;

    /// An action by its uid.
    fn action(&self, action_uid: &str) -> Result<Option<Action>, StoreError>;

    /// The latest actions, newest first, at most [`MAX_ACTIONS`](super::actions::MAX_ACTIONS).
    fn actions(&self) -> Result<Vec<Action>, StoreError>;

    /// A setting of the cluster: JSON.
    fn setting(&self, name: &str) -> Result<Option<String>, StoreError>;

    /// Sets settings of the cluster, all or none.
    fn set_settings(&self, settings: &[(&str, String)]) -> Result<(), StoreError>;

    /// Every user, in the order of their numbers.
    fn users(&self) -> Result<Vec<User>, StoreError>;

    /// A user by number.
    fn user(&self, uid: u32) -> Result<Option<User>, StoreError>;

    /// A user by e-mail address.
    fn user_by_email(&self, email: &str) -> Result<Option<User>, StoreError>;

    /// Adds a user, and gives it a number that nobody had before. Two users have neither the same e-mail address nor the same
    /// name, unless it is empty.
    fn add_user(&self, user: &NewUser) -> Result<UserChange, StoreError>;

    /// Changes a user, all or nothing. The only admin stays one.
    fn change_user(&self, uid: u32, patch: &UserPatch) -> Result<UserChange, StoreError>;

    /// Removes a user, unless it is the only admin.
    fn remove_user(&self, uid: u32) -> Result<UserChange, StoreError>;

    /// Whether there is any user.
    fn has_users(&self) -> Result<bool, StoreError>;

    /// What its copies are; `None` where it makes none, as by default.
    fn copies(&self) -> Option<CopyForm> {
        None
    }

    /// Writes all that is committed, as it is at one moment, to a file that is not there yet, while others ask and change the
    /// catalogue. What tells it from others is not in the copy, nor what is under way: its identity, claims, discarded blobs.
    /// [`StoreError::NoCopies`] by default.
    fn copy(&self, _file: &Path) -> Result<(), StoreError> {
        Err(StoreError::NoCopies)
    }

    /// Every record, read as a server reads it: what is committed, and what cannot be read. By default what the other methods give, of which
    /// the first that fails is the error.
    fn contents(&self) -> Result<Contents, StoreError> {
        let mut contents = Contents::default();
        for module in self.modules()? {
            for build in module.builds {
                contents.has(build.blob, module.module_name.clone(), module.version);
            }
        }
        self.databases()?;
        self.users()?;
        self.actions()?;
        Ok(contents)
    }

    /// The same of the bytes of a copy that has that [schema](CopyForm::schema). [`StoreError::NoCopies`] by default.
    fn contents_of_copy(&self, _copy: &[u8], _schema: i64) -> Result<Contents, StoreError> {
        Err(StoreError::NoCopies)
    }

    /// Takes what a copy holds, all or nothing, where the catalogue has nothing but an identity and settings; else `false`. Of the settings
    /// [`OWN_SETTINGS`](super::OWN_SETTINGS) stay, and the others become those of the copy. The file may be changed: an older one is brought forward. [`StoreError::NoCopies`] by default.
    fn put_back(&self, _file: &Path) -> Result<bool, StoreError> {
        Err(StoreError::NoCopies)
    }
}
