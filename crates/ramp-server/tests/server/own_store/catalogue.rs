//! The catalogue: each method takes the lock, so that nobody's step comes between.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard};

use ramp_server::store::{
    Action, ArtifactRecord, Build, Claim, Database, DatabaseAdded, DatabaseSpec, MAX_ACTIONS, ModuleRecord, NewBuild,
    NewModule, NewUser, Removed, Reserved, Role, Store, StoreError, User, UserChange, UserPatch,
};

/// A catalogue that ends with the process.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    revision: u64,
    /// By name and version.
    modules: BTreeMap<(String, i64), Module>,
    /// Claims by node, name and version.
    artifacts: BTreeMap<(String, String, i64), String>,
    claims: HashMap<String, Claimed>,
    discarded: HashSet<String>,
    databases: BTreeMap<u32, DatabaseSpec>,
    last_database: u32,
    users: BTreeMap<u32, User>,
    last_user: u32,
    actions: VecDeque<Action>,
    settings: HashMap<String, String>,
    identity: Option<String>,
}

#[derive(Debug)]
struct Module {
    uid: String,
    metadata: String,
    defined: bool,
    /// Claims by place.
    builds: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Claimed {
    owner: String,
    blob: String,
    details: String,
    committed: bool,
}

impl State {
    fn claim(&mut self, build: &NewBuild) {
        let NewBuild { owner, blob, details, stored: committed, .. } = build.clone();
        self.claims.insert(build.claim.clone(), Claimed { owner, blob, details, committed });
        self.revision += u64::from(committed);
    }

    fn keeps(&self, blob: &str) -> bool {
        self.claims.values().any(|claimed| claimed.blob == blob)
    }

    /// Whether a blob that is stored already is one that the catalogue speaks of.
    fn refuses(&self, build: &NewBuild) -> bool {
        build.stored && (self.keeps(&build.blob) || self.discarded.contains(&build.blob))
    }

    fn committed(&self, claim: &str) -> Option<&Claimed> {
        self.claims.get(claim).filter(|claimed| claimed.committed)
    }

    fn record(&self, (name, version): &(String, i64), module: &Module) -> Option<ModuleRecord> {
        let builds = module.builds.iter().filter_map(|(place, claim)| {
            let claimed = self.committed(claim)?;
            Some(Build { place: place.clone(), blob: claimed.blob.clone(), details: claimed.details.clone() })
        });
        let builds: Vec<Build> = builds.collect();
        (module.defined || !builds.is_empty()).then(|| ModuleRecord {
            uid: module.uid.clone(),
            module_name: name.clone(),
            version: *version,
            metadata: module.metadata.clone(),
            builds,
        })
    }

    fn records(&self) -> impl Iterator<Item = ModuleRecord> {
        self.modules.iter().filter_map(|(key, module)| self.record(key, module))
    }

    /// Keeps of the claims those that are to be kept, and of all else what is left then.
    fn retain_claims(&mut self, keep: impl Fn(&str, &Claimed) -> bool) {
        let dropped = self.claims.extract_if(|id, claimed| !keep(id, claimed));
        self.discarded.extend(dropped.map(|(_, claimed)| claimed.blob));
        self.artifacts.retain(|_, claim| self.claims.contains_key(claim));
        for module in self.modules.values_mut() {
            module.builds.retain(|_, claim| self.claims.contains_key(claim));
        }
        self.modules.retain(|_, module| module.defined || !module.builds.is_empty());
    }

    fn keep(&mut self, action: Option<&Action>) {
        self.revision += 1;
        self.actions.extend(action.cloned());
        if self.actions.len() > MAX_ACTIONS {
            self.actions.pop_front();
        }
    }

    fn using(&self, module_uid: &str) -> Vec<u32> {
        let uses = |spec: &DatabaseSpec| spec.modules.iter().any(|module| module.module_uid == module_uid);
        self.databases.iter().filter(|(_, spec)| uses(spec)).map(|(uid, _)| *uid).collect()
    }

    fn lacking(&self, module_uid: &str, node: &str) -> Option<DatabaseAdded> {
        let module = self.records().find(|record| record.uid == module_uid);
        let Some(module) = module else { return Some(DatabaseAdded::NoModule(module_uid.to_owned())) };
        let artifact = self.artifacts.get(&(node.to_owned(), module.module_name, module.version));
        let there = !module.builds.is_empty() || artifact.is_some_and(|claim| self.committed(claim).is_some());
        (!there).then(|| DatabaseAdded::NoArtifact(module_uid.to_owned()))
    }

    fn taken(&self, uid: u32, email: &str, name: &str) -> Option<UserChange> {
        let mut others = self.users.values().filter(|user| user.uid != uid);
        if others.clone().any(|user| user.email == email) {
            return Some(UserChange::EmailTaken);
        }
        others.any(|user| !name.is_empty() && user.name == name).then_some(UserChange::NameTaken)
    }

    fn is_last_admin(&self, user: &User) -> bool {
        user.role == Role::Admin && !self.users.values().any(|other| other.role == Role::Admin && other.uid != user.uid)
    }
}

impl Memory {
    fn state(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        self.0.lock().map_err(|_| StoreError::Poisoned)
    }
}

impl Store for Memory {
    fn revision(&self) -> Result<String, StoreError> {
        Ok(self.state()?.revision.to_string())
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
        Ok(Reserved::Claimed(Claim { id: build.claim.clone(), module_uid: there.uid.clone() }))
    }

    fn commit(&self, claim: &Claim, action: Option<&Action>) -> Result<(), StoreError> {
        let mut state = self.state()?;
        state.claims.get_mut(&claim.id).ok_or(StoreError::ClaimLost)?.committed = true;
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
        state.modules.insert(key, Module { uid, metadata, defined: true, builds: BTreeMap::new() });
        state.keep(None);
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

    fn add_database(&self, uid: Option<u32>, spec: &DatabaseSpec, node: &str) -> Result<DatabaseAdded, StoreError> {
        let mut state = self.state()?;
        if uid.is_some_and(|uid| state.databases.contains_key(&uid)) {
            return Ok(DatabaseAdded::UidTaken);
        }
        if let Some(lacking) = spec.modules.iter().find_map(|module| state.lacking(&module.module_uid, node)) {
            return Ok(lacking);
        }
        let uid = uid.unwrap_or(state.last_database + 1);
        state.last_database = state.last_database.max(uid);
        state.databases.insert(uid, spec.clone());
        Ok(DatabaseAdded::Done(uid))
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
