//! The catalogue: each method takes the lock, so that nobody's step comes between.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard};

use ramp_server::store::{
    Action, ActionObject, ArtifactRecord, Build, Changed, Changes, Claim, Database, DatabaseAdded, DatabaseChanged,
    DatabaseSpec, LARGEST_UID, ModuleRecord, NewAction, NewBuild, NewModule, NewUser, Removed, Reserved, Role, Store,
    StoreError, User, UserChange, UserPatch,
};

use super::state::{Module, State};

/// A catalogue that ends with the process.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<State>);

impl Memory {
    fn state(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        self.0.lock().map_err(|_| StoreError::Poisoned)
    }
}

impl Store for Memory {
    fn changes(&self, since: Option<&str>) -> Result<Changes, StoreError> {
        let state = self.state()?;
        let changed = since.and_then(|since| state.changed(since));
        let modules = changed.map_or_else(
            || Changed::All(state.records().collect()),
            |mut gone| {
                let there: Vec<_> = state.records().filter(|record| gone.remove(&record.uid)).collect();
                Changed::Some { gone: gone.into_iter().collect(), there }
            },
        );
        Ok(Changes { revision: state.revision.to_string(), modules })
    }

    fn modules(&self) -> Result<Vec<ModuleRecord>, StoreError> {
        Ok(self.state()?.records().collect())
    }

    fn module(&self, uid: &str) -> Result<Option<ModuleRecord>, StoreError> {
        Ok(self.state()?.records().find(|record| record.uid == uid))
    }

    fn find(&self, module_name: &str, version: i64) -> Result<Option<ModuleRecord>, StoreError> {
        Ok(self.state()?.records().find(|record| record.module_name == module_name && record.version == version))
    }

    fn reserve(&self, module: &NewModule, build: &NewBuild) -> Result<Reserved, StoreError> {
        let mut state = self.state()?;
        let key = (module.module_name.clone(), module.version);
        let taken = |place: &str| state.modules.get(&key).is_some_and(|module| module.builds.contains_key(place));
        let any = state.modules.get(&key).is_some_and(|module| !module.builds.is_empty());
        let wants_all = build.places.iter().any(|place| place == Build::ANY_PLATFORM);
        let free: Vec<String> = build.places.iter().filter(|place| !taken(place)).cloned().collect();
        if state.refuses(build) || free.is_empty() || taken(Build::ANY_PLATFORM) || (wants_all && any) {
            return Ok(Reserved::Taken);
        }
        state.claim(build);
        let NewModule { uid, metadata, .. } = module.clone();
        let new = Module { uid, metadata, defined: false, builds: BTreeMap::new() };
        let there = state.modules.entry(key).or_insert(new);
        there.builds.extend(free.into_iter().map(|place| (place, build.claim.clone())));
        let module_uid = there.uid.clone();
        if build.stored {
            state.revise(&module_uid);
        }
        Ok(Reserved::Claimed(Claim { id: build.claim.clone(), module_uid }))
    }

    fn commit(&self, claim: &Claim, action: Option<&Action>) -> Result<(), StoreError> {
        let mut state = self.state()?;
        state.claims.get_mut(&claim.id).ok_or(StoreError::ClaimLost)?.committed = true;
        let of = state.modules.values().find(|module| module.builds.values().any(|id| *id == claim.id));
        if let Some(uid) = of.map(|module| module.uid.clone()) {
            state.revise(&uid);
        }
        state.keep(action);
        Ok(())
    }

    fn abandon(&self, claim: &Claim) -> Result<bool, StoreError> {
        let mut state = self.state()?;
        state.retain_claims(|id, claimed| claimed.committed || id != claim.id);
        Ok(!state.claims.contains_key(&claim.id))
    }

    fn pending(&self, owner: &str) -> Result<Vec<(Claim, String)>, StoreError> {
        let state = self.state()?;
        let theirs = state.claims.iter().filter(|(_, claimed)| !claimed.committed && claimed.owner == owner);
        let claim = |id: &String| Claim { id: id.clone(), module_uid: String::new() };
        Ok(theirs.map(|(id, claimed)| (claim(id), claimed.blob.clone())).collect())
    }

    fn remove(&self, uid: &str, action: Option<&Action>) -> Result<Removed<Vec<String>>, StoreError> {
        let mut state = self.state()?;
        let Some(record) = state.records().find(|record| record.uid == uid) else { return Ok(Removed::Unknown) };
        let databases = state.using(uid);
        if !databases.is_empty() {
            return Ok(Removed::InUse(databases));
        }
        if let Some(module) = state.modules.get_mut(&(record.module_name, record.version)) {
            module.defined = false;
        }
        let blobs: HashSet<String> = record.builds.into_iter().map(|build| build.blob).collect();
        state.retain_claims(|_, claimed| !blobs.contains(&claimed.blob));
        state.revise(uid);
        state.keep(action);
        Ok(Removed::Done(blobs.into_iter().collect()))
    }

    fn define(&self, module: &NewModule) -> Result<bool, StoreError> {
        let mut state = self.state()?;
        let key = (module.module_name.clone(), module.version);
        if state.modules.contains_key(&key) {
            return Ok(false);
        }
        let NewModule { uid, metadata, .. } = module.clone();
        state.revise(&uid);
        state.modules.insert(key, Module { uid, metadata, defined: true, builds: BTreeMap::new() });
        Ok(true)
    }

    fn artifacts(&self, node: &str) -> Result<Vec<ArtifactRecord>, StoreError> {
        let state = self.state()?;
        let artifacts = state.artifacts.iter().filter(|((of, ..), _)| of == node);
        let records = artifacts.filter_map(|((_, name, version), claim)| {
            let details = state.committed(claim)?.details.clone();
            Some(ArtifactRecord { module_name: name.clone(), version: *version, details })
        });
        Ok(records.collect())
    }

    fn reserve_artifact(&self, module_name: &str, version: i64, build: &NewBuild) -> Result<Reserved, StoreError> {
        let mut state = self.state()?;
        let keys = build.places.iter().map(|node| (node.clone(), module_name.to_owned(), version));
        let free: Vec<_> = keys.filter(|key| !state.artifacts.contains_key(key)).collect();
        if state.refuses(build) || free.is_empty() {
            return Ok(Reserved::Taken);
        }
        state.claim(build);
        state.artifacts.extend(free.into_iter().map(|key| (key, build.claim.clone())));
        Ok(Reserved::Claimed(Claim { id: build.claim.clone(), module_uid: String::new() }))
    }

    fn remove_artifact(&self, module_name: &str, version: i64, node: &str) -> Result<Removed<String>, StoreError> {
        let mut state = self.state()?;
        let claim = state.artifacts.get(&(node.to_owned(), module_name.to_owned(), version)).cloned();
        let blob = claim.as_ref().and_then(|claim| Some(state.committed(claim)?.blob.clone()));
        let (Some(claim), Some(blob)) = (claim, blob) else { return Ok(Removed::Unknown) };
        let module = state.modules.get(&(module_name.to_owned(), version));
        let databases = module.map(|module| state.using(&module.uid)).unwrap_or_default();
        if !databases.is_empty() {
            return Ok(Removed::InUse(databases));
        }
        state.retain_claims(|id, _| id != claim);
        Ok(Removed::Done(blob))
    }

    fn databases(&self) -> Result<Vec<Database>, StoreError> {
        let state = self.state()?;
        Ok(state.databases.iter().map(|(uid, spec)| Database { uid: *uid, spec: spec.clone() }).collect())
    }

    fn database(&self, uid: u32) -> Result<Option<Database>, StoreError> {
        Ok(self.state()?.databases.get(&uid).map(|spec| Database { uid, spec: spec.clone() }))
    }

    fn add_database(
        &self,
        uid: Option<u32>,
        spec: &DatabaseSpec,
        node: &str,
        action: Option<&NewAction>,
    ) -> Result<DatabaseAdded, StoreError> {
        let mut state = self.state()?;
        if uid.is_some_and(|uid| state.databases.contains_key(&uid)) {
            return Ok(DatabaseAdded::UidTaken);
        }
        if let Some(lacking) = spec.uploaded_modules().find_map(|uid| state.lacking(uid, node)) {
            return Ok(lacking);
        }
        let uid = uid.unwrap_or_else(|| {
            let is_free = |uid: &u32| !state.databases.contains_key(uid);
            (state.last_database + 1..=LARGEST_UID).next().or_else(|| (1..=LARGEST_UID).find(is_free)).unwrap()
        });
        state.last_database = state.last_database.max(uid);
        state.databases.insert(uid, spec.clone());
        state.keep(action.cloned().map(|action| action.of(ActionObject::Database(uid))).as_ref());
        Ok(DatabaseAdded::Done(uid))
    }

    fn change_database(
        &self,
        before: &Database,
        after: &DatabaseSpec,
        node: &str,
        action: Option<&Action>,
    ) -> Result<DatabaseChanged, StoreError> {
        let mut state = self.state()?;
        match state.databases.get(&before.uid) {
            None => return Ok(DatabaseChanged::Unknown),
            Some(there) if *there != before.spec => return Ok(DatabaseChanged::Stale),
            Some(_) => {}
        }
        match after.new_modules(&before.spec).find_map(|uid| state.lacking(uid, node)) {
            Some(DatabaseAdded::NoModule(uid)) => return Ok(DatabaseChanged::NoModule(uid)),
            Some(DatabaseAdded::NoArtifact(uid)) => return Ok(DatabaseChanged::NoArtifact(uid)),
            _ => {}
        }
        state.databases.insert(before.uid, after.clone());
        state.keep(action);
        Ok(DatabaseChanged::Done)
    }

    fn remove_database(&self, uid: u32) -> Result<bool, StoreError> {
        Ok(self.state()?.databases.remove(&uid).is_some())
    }

    fn blobs(&self) -> Result<HashMap<String, bool>, StoreError> {
        let state = self.state()?;
        let discarded = state.discarded.iter().map(|blob| (blob.clone(), false));
        Ok(discarded.chain(state.claims.values().map(|claimed| (claimed.blob.clone(), claimed.committed))).collect())
    }

    fn discarded(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.state()?.discarded.iter().cloned().collect())
    }

    fn discard(&self, blob: &str) -> Result<bool, StoreError> {
        let mut state = self.state()?;
        let is_nobodys = !state.keeps(blob);
        if is_nobodys {
            state.discarded.insert(blob.to_owned());
        }
        Ok(is_nobodys)
    }

    fn forget(&self, blob: &str) -> Result<(), StoreError> {
        self.state()?.discarded.remove(blob);
        Ok(())
    }

    fn identity(&self, new: &str) -> Result<String, StoreError> {
        Ok(self.state()?.identity.get_or_insert_with(|| new.to_owned()).clone())
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn action(&self, action_uid: &str) -> Result<Option<Action>, StoreError> {
        Ok(self.state()?.actions.iter().find(|action| action.action_uid == action_uid).cloned())
    }

    fn actions(&self) -> Result<Vec<Action>, StoreError> {
        Ok(self.state()?.actions.iter().rev().cloned().collect())
    }

    fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(self.state()?.settings.get(name).cloned())
    }

    fn set_settings(&self, settings: &[(&str, String)]) -> Result<(), StoreError> {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        self.state()?.settings.extend(settings);
        Ok(())
    }

    fn users(&self) -> Result<Vec<User>, StoreError> {
        Ok(self.state()?.users.values().cloned().collect())
    }

    fn user(&self, uid: u32) -> Result<Option<User>, StoreError> {
        Ok(self.state()?.users.get(&uid).cloned())
    }

    fn user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        Ok(self.state()?.users.values().find(|user| user.email == email).cloned())
    }

    fn add_user(&self, user: &NewUser) -> Result<UserChange, StoreError> {
        let mut state = self.state()?;
        if let Some(taken) = state.taken(0, &user.email, &user.name) {
            return Ok(taken);
        }
        state.last_user += 1;
        let uid = state.last_user;
        let NewUser { email, name, password_hash, issued, role, email_alerts } = user.clone();
        let user = User { uid, email, name, password_hash, issued, role, email_alerts };
        state.users.insert(uid, user.clone());
        Ok(UserChange::Done(Box::new(user)))
    }

    fn change_user(&self, uid: u32, patch: &UserPatch) -> Result<UserChange, StoreError> {
        let mut state = self.state()?;
        let Some(before) = state.users.get(&uid).cloned() else { return Ok(UserChange::Unknown) };
        if patch.role.is_some_and(|role| role != Role::Admin) && state.is_last_admin(&before) {
            return Ok(UserChange::LastAdmin);
        }
        let after = patch.applied(before);
        if let Some(taken) = state.taken(uid, &after.email, &after.name) {
            return Ok(taken);
        }
        state.users.insert(uid, after.clone());
        Ok(UserChange::Done(Box::new(after)))
    }

    fn remove_user(&self, uid: u32) -> Result<UserChange, StoreError> {
        let mut state = self.state()?;
        let Some(user) = state.users.get(&uid).cloned() else { return Ok(UserChange::Unknown) };
        if state.is_last_admin(&user) {
            return Ok(UserChange::LastAdmin);
        }
        state.users.remove(&uid);
        Ok(UserChange::Done(Box::new(user)))
    }

    fn has_users(&self) -> Result<bool, StoreError> {
        Ok(!self.state()?.users.is_empty())
    }
}
