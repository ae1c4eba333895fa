//! A catalogue with the modules that come with the cluster beside those that were uploaded.
//!
//! They are nobody's upload, and no bundle of them is there: the release that is played has them, so they are in no table, in no backup and
//! in no other server's catalogue.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::actions::{Action, NewAction};
use super::catalogue::Store;
use super::changes::{Changed, Changes};
use super::contents::Contents;
use super::copies::CopyForm;
use super::databases::{Database, DatabaseAdded, DatabaseChanged, DatabaseSpec};
use super::error::StoreError;
use super::modules::{ArtifactRecord, Claim, ModuleRecord, NewBuild, NewModule, Removed, Reserved};
use super::users::{NewUser, User, UserChange, UserPatch};

/// A catalogue, and what came with the cluster.
#[derive(Debug)]
pub(crate) struct WithBundled {
    store: Arc<dyn Store>,
    bundled: Vec<ModuleRecord>,
}

impl WithBundled {
    /// These modules beside those of the store; but one whose name and version was uploaded, as to a cluster of an older release, stays
    /// what was uploaded.
    pub(crate) fn new(store: Arc<dyn Store>, modules: Vec<ModuleRecord>) -> Result<Self, StoreError> {
        let mut bundled = Vec::with_capacity(modules.len());
        for module in modules {
            if store.find(&module.module_name, module.version)?.is_none() {
                bundled.push(module);
            }
        }
        Ok(Self { store, bundled })
    }

    fn of_name(&self, module_name: &str, version: i64) -> Option<&ModuleRecord> {
        self.bundled.iter().find(|module| module.module_name == module_name && module.version == version)
    }

    fn of_uid(&self, uid: &str) -> Option<&ModuleRecord> {
        self.bundled.iter().find(|module| module.uid == uid)
    }

    /// All of them, in the order of name and version.
    fn with(&self, mut uploaded: Vec<ModuleRecord>) -> Vec<ModuleRecord> {
        uploaded.extend_from_slice(&self.bundled);
        uploaded.sort_by(|one, other| (&one.module_name, one.version).cmp(&(&other.module_name, other.version)));
        uploaded
    }

    /// The same database, with a word at each module that came with the cluster: now, or when the database was made.
    fn marked(&self, spec: &DatabaseSpec, before: Option<&DatabaseSpec>) -> DatabaseSpec {
        let mut spec = spec.clone();
        for module in &mut spec.modules {
            let was = before.into_iter().flat_map(|before| &before.modules);
            module.is_bundled = self.of_uid(&module.module_uid).is_some()
                || was.filter(|used| used.is_bundled).any(|used| used.module_uid == module.module_uid);
        }
        spec
    }
}

/// Methods that say what the store says.
macro_rules! as_the_store {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+) => {
        $(fn $name(&self, $($argument: $type),*) -> $answer {
            self.store.$name($($argument),*)
        })+
    };
}

impl Store for WithBundled {
    fn changes(&self, since: Option<&str>) -> Result<Changes, StoreError> {
        let Changes { revision, modules } = self.store.changes(since)?;
        let modules = match modules {
            Changed::All(modules) => Changed::All(self.with(modules)),
            some @ Changed::Some { .. } => some,
        };
        Ok(Changes { revision, modules })
    }

    fn modules(&self) -> Result<Vec<ModuleRecord>, StoreError> {
        self.store.modules().map(|uploaded| self.with(uploaded))
    }

    fn module(&self, uid: &str) -> Result<Option<ModuleRecord>, StoreError> {
        self.of_uid(uid).map_or_else(|| self.store.module(uid), |module| Ok(Some(module.clone())))
    }

    fn find(&self, module_name: &str, version: i64) -> Result<Option<ModuleRecord>, StoreError> {
        let found = self.of_name(module_name, version);
        found.map_or_else(|| self.store.find(module_name, version), |module| Ok(Some(module.clone())))
    }

    fn reserve(&self, module: &NewModule, build: &NewBuild) -> Result<Reserved, StoreError> {
        if self.of_name(&module.module_name, module.version).is_some() {
            return Ok(Reserved::Taken);
        }
        self.store.reserve(module, build)
    }

    fn define(&self, module: &NewModule) -> Result<bool, StoreError> {
        if self.of_name(&module.module_name, module.version).is_some() {
            return Ok(false);
        }
        self.store.define(module)
    }

    fn reserve_artifact(&self, module_name: &str, version: i64, build: &NewBuild) -> Result<Reserved, StoreError> {
        if self.of_name(module_name, version).is_some() {
            return Ok(Reserved::Taken);
        }
        self.store.reserve_artifact(module_name, version, build)
    }

    fn add_database(
        &self,
        uid: Option<u32>,
        spec: &DatabaseSpec,
        node: &str,
        action: Option<&NewAction>,
    ) -> Result<DatabaseAdded, StoreError> {
        self.store.add_database(uid, &self.marked(spec, None), node, action)
    }

    fn change_database(
        &self,
        before: &Database,
        after: &DatabaseSpec,
        node: &str,
        action: Option<&Action>,
    ) -> Result<DatabaseChanged, StoreError> {
        self.store.change_database(before, &self.marked(after, Some(&before.spec)), node, action)
    }

    as_the_store! {
        fn commit(claim: &Claim, action: Option<&Action>) -> Result<(), StoreError>;
        fn abandon(claim: &Claim) -> Result<bool, StoreError>;
        fn pending(owner: &str) -> Result<Vec<(Claim, String)>, StoreError>;
        fn remove(uid: &str, action: Option<&Action>) -> Result<Removed<Vec<String>>, StoreError>;
        fn artifacts(node: &str) -> Result<Vec<ArtifactRecord>, StoreError>;
        fn remove_artifact(module_name: &str, version: i64, node: &str) -> Result<Removed<String>, StoreError>;
        fn databases() -> Result<Vec<Database>, StoreError>;
        fn database(uid: u32) -> Result<Option<Database>, StoreError>;
        fn remove_database(uid: u32) -> Result<bool, StoreError>;
        fn blobs() -> Result<HashMap<String, bool>, StoreError>;
        fn discarded() -> Result<Vec<String>, StoreError>;
        fn discard(blob: &str) -> Result<bool, StoreError>;
        fn forget(blob: &str) -> Result<(), StoreError>;
        fn identity(new: &str) -> Result<String, StoreError>;
        fn is_shared() -> bool;
        fn action(action_uid: &str) -> Result<Option<Action>, StoreError>;
        fn actions() -> Result<Vec<Action>, StoreError>;
        fn setting(name: &str) -> Result<Option<String>, StoreError>;
        fn set_settings(settings: &[(&str, String)]) -> Result<(), StoreError>;
        fn users() -> Result<Vec<User>, StoreError>;
        fn user(uid: u32) -> Result<Option<User>, StoreError>;
        fn user_by_email(email: &str) -> Result<Option<User>, StoreError>;
        fn add_user(user: &NewUser) -> Result<UserChange, StoreError>;
        fn change_user(uid: u32, patch: &UserPatch) -> Result<UserChange, StoreError>;
        fn remove_user(uid: u32) -> Result<UserChange, StoreError>;
        fn has_users() -> Result<bool, StoreError>;
        fn copies() -> Option<CopyForm>;
        fn copy(file: &Path) -> Result<(), StoreError>;
        fn contents() -> Result<Contents, StoreError>;
        fn contents_of_copy(copy: &[u8], schema: i64) -> Result<Contents, StoreError>;
        fn put_back(file: &Path) -> Result<bool, StoreError>;
    }
}
