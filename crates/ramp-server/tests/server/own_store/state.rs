//! What the catalogue holds, and what follows of it.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use ramp_server::store::{
    Action, Build, DatabaseAdded, DatabaseSpec, MAX_ACTIONS, ModuleRecord, NewBuild, Role, User, UserChange,
};

/// How many changes are remembered.
const MOST_CHANGES: usize = 16;

#[derive(Debug, Default)]
pub(super) struct State {
    /// How often something changed that can be seen, and of which modules it was the last times.
    pub(super) revision: u64,
    pub(super) changes: VecDeque<String>,
    /// By name and version.
    pub(super) modules: BTreeMap<(String, i64), Module>,
    /// Claims by node, name and version.
    pub(super) artifacts: BTreeMap<(String, String, i64), String>,
    pub(super) claims: HashMap<String, Claimed>,
    pub(super) discarded: HashSet<String>,
    pub(super) databases: BTreeMap<u32, DatabaseSpec>,
    pub(super) last_database: u32,
    pub(super) users: BTreeMap<u32, User>,
    pub(super) last_user: u32,
    pub(super) actions: VecDeque<Action>,
    pub(super) settings: HashMap<String, String>,
    pub(super) identity: Option<String>,
}

#[derive(Debug)]
pub(super) struct Module {
    pub(super) uid: String,
    pub(super) metadata: String,
    pub(super) defined: bool,
    /// Claims by place.
    pub(super) builds: BTreeMap<String, String>,
}

#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) owner: String,
    pub(super) blob: String,
    pub(super) details: String,
    pub(super) committed: bool,
}

impl State {
    pub(super) fn claim(&mut self, build: &NewBuild) {
        let NewBuild { owner, blob, details, stored: committed, .. } = build.clone();
        self.claims.insert(build.claim.clone(), Claimed { owner, blob, details, committed });
    }

    pub(super) fn revise(&mut self, uid: &str) {
        self.revision += 1;
        self.changes.push_back(uid.to_owned());
        if self.changes.len() > MOST_CHANGES {
            self.changes.pop_front();
        }
    }

    /// The uids of what has changed since, if that is still known.
    pub(super) fn changed(&self, since: &str) -> Option<HashSet<String>> {
        let passed = usize::try_from(self.revision.checked_sub(since.parse().ok()?)?).ok()?;
        (passed <= self.changes.len()).then(|| self.changes.iter().rev().take(passed).cloned().collect())
    }

    pub(super) fn keeps(&self, blob: &str) -> bool {
        self.claims.values().any(|claimed| claimed.blob == blob)
    }

    /// Whether a blob that is stored already is one that the catalogue speaks of.
    pub(super) fn refuses(&self, build: &NewBuild) -> bool {
        build.stored && (self.keeps(&build.blob) || self.discarded.contains(&build.blob))
    }

    pub(super) fn committed(&self, claim: &str) -> Option<&Claimed> {
        self.claims.get(claim).filter(|claimed| claimed.committed)
    }

    pub(super) fn record(&self, (name, version): &(String, i64), module: &Module) -> Option<ModuleRecord> {
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
            is_bundled: false,
            builds,
        })
    }

    pub(super) fn records(&self) -> impl Iterator<Item = ModuleRecord> {
        self.modules.iter().filter_map(|(key, module)| self.record(key, module))
    }

    /// Keeps of the claims those that are to be kept, and of all else what is left then.
    pub(super) fn retain_claims(&mut self, keep: impl Fn(&str, &Claimed) -> bool) {
        let dropped = self.claims.extract_if(|id, claimed| !keep(id, claimed));
        self.discarded.extend(dropped.map(|(_, claimed)| claimed.blob));
        self.artifacts.retain(|_, claim| self.claims.contains_key(claim));
        for module in self.modules.values_mut() {
            module.builds.retain(|_, claim| self.claims.contains_key(claim));
        }
        self.modules.retain(|_, module| module.defined || !module.builds.is_empty());
    }

    pub(super) fn keep(&mut self, action: Option<&Action>) {
        self.actions.extend(action.cloned());
        if self.actions.len() > MAX_ACTIONS {
            self.actions.pop_front();
        }
    }

    pub(super) fn using(&self, module_uid: &str) -> Vec<u32> {
        let uses = |spec: &DatabaseSpec| spec.modules.iter().any(|module| module.module_uid == module_uid);
        self.databases.iter().filter(|(_, spec)| uses(spec)).map(|(uid, _)| *uid).collect()
    }

    pub(super) fn lacking(&self, module_uid: &str, node: &str) -> Option<DatabaseAdded> {
        let module = self.records().find(|record| record.uid == module_uid);
        let Some(module) = module else { return Some(DatabaseAdded::NoModule(module_uid.to_owned())) };
        let artifact = self.artifacts.get(&(node.to_owned(), module.module_name, module.version));
        let there = !module.builds.is_empty() || artifact.is_some_and(|claim| self.committed(claim).is_some());
        (!there).then(|| DatabaseAdded::NoArtifact(module_uid.to_owned()))
    }

    pub(super) fn taken(&self, uid: u32, email: &str, name: &str) -> Option<UserChange> {
        let mut others = self.users.values().filter(|user| user.uid != uid);
        if others.clone().any(|user| user.email == email) {
            return Some(UserChange::EmailTaken);
        }
        others.any(|user| !name.is_empty() && user.name == name).then_some(UserChange::NameTaken)
    }

    pub(super) fn is_last_admin(&self, user: &User) -> bool {
        user.role == Role::Admin && !self.users.values().any(|other| other.role == Role::Admin && other.uid != user.uid)
    }
}
