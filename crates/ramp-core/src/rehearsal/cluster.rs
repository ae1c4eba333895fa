//! The cluster that is played: what it has, and what it answers.

use super::build::Build;
use super::plan::Plan;
use super::requests::DATABASE;
use super::step::StepAnswer;
use crate::databases::fit::line;
use crate::databases::{
    Cause, Database, DatabaseRequest, Module, ModuleUpgrade, Refused, WantedDatabase, WantedModule, WantedUpgrade,
    create, upgrade, upgrade_modules,
};
use crate::endpoint::{Endpoint, Request};
use crate::policy::Policy;
use crate::target::{Has, Target};
use crate::validate::judge;
use crate::version::parse;

/// A cluster with one database at most.
pub(super) struct Cluster {
    pub(super) target: Target,
    modules: Vec<Module>,
    database: Option<Database>,
}

impl Cluster {
    /// One that is bootstrapped has nothing before.
    pub(super) fn new(target: Target) -> Self {
        let target = match target.effective_endpoint() {
            Endpoint::Bootstrap => target.with_installed_modules(Vec::new()).with_artifacts(Vec::new()),
            _ => target,
        };
        Self { target, modules: Vec::new(), database: None }
    }

    pub(super) fn endpoint(&self) -> Endpoint {
        self.target.effective_endpoint()
    }

    /// Whether nodes keep the artifact of a module beside its object: from 8.0 on.
    pub(super) fn keeps_artifacts(&self) -> bool {
        matches!(self.endpoint(), Endpoint::UserDefined | Endpoint::Bootstrap)
    }

    /// Whether the database is of that Redis version.
    pub(super) fn has_redis(&self, version: &str) -> bool {
        let asked = parse(version).ok();
        let has = self.database.as_ref().map(|database| &database.redis);
        asked.zip(has).is_some_and(|(asked, has)| line(&asked) == line(has))
    }

    pub(super) fn allow_uploads(&mut self) -> StepAnswer {
        self.target = self.target.clone().with_allow_modules_upload(Some(true));
        StepAnswer::accepted()
    }

    /// Whether the cluster has already what this request of the upload would bring.
    pub(super) fn has(&self, build: &Build<'_>, request: Request) -> bool {
        match request {
            Request::Artifact => self.target.has_artifact(&build.artifact()),
            _ => build.installed().is_some_and(|module| self.target.has(&module) == Has::All),
        }
    }

    /// What each of these requests of the upload is answered, the others being for what is there; what comes after one that is refused is
    /// not answered.
    pub(super) fn upload(&mut self, build: &Build<'_>, asked: &[Request]) -> Vec<StepAnswer> {
        let report = judge(build.facts, &self.without_what_is_there(build, asked), &Policy::strict());
        let refusal = report.answer().refusal();
        let deciding = refusal.and_then(|refusal| report.findings().iter().find(|found| found.rule == refusal.rule));
        let help = deciding.map(|found| found.help.as_str());
        let mut answers = Vec::new();
        for &request in asked {
            let answer = StepAnswer::of_upload(report.answer(), request, help);
            let accepted = answer.accepted;
            answers.push(answer);
            if !accepted {
                return answers;
            }
        }
        self.take(build);
        answers
    }

    /// The cluster as the requests see it that are made: what the others are for was looked at, and not refused.
    fn without_what_is_there(&self, build: &Build<'_>, asked: &[Request]) -> Target {
        let (mut modules, mut artifacts) = (self.target.installed_modules().to_vec(), self.target.artifacts().to_vec());
        let artifact = build.artifact();
        for request in self.endpoint().requests().iter().filter(|request| !asked.contains(request)) {
            match request {
                Request::Artifact => artifacts.retain(|other| *other != artifact),
                _ => modules.retain(|it| it.module_name != artifact.module_name || it.version != artifact.version),
            }
        }
        self.target.clone().with_installed_modules(modules).with_artifacts(artifacts)
    }

    /// The cluster has all of it from now on.
    fn take(&mut self, build: &Build<'_>) {
        let (mut modules, mut artifacts) = (self.target.installed_modules().to_vec(), self.target.artifacts().to_vec());
        modules.extend(build.installed());
        if self.keeps_artifacts() {
            artifacts.push(build.artifact());
        }
        self.target = self.target.clone().with_installed_modules(modules).with_artifacts(artifacts);
        self.modules.push(build.module.clone());
    }

    pub(super) fn create_database(&mut self, plan: &Plan, build: &Build<'_>) -> StepAnswer {
        let module = &build.module;
        let wanted = WantedDatabase {
            redis_version: plan.redis_version.clone(),
            is_memcached: false,
            options: plan.options.clone(),
            modules: vec![WantedModule {
                name: Some(module.name().to_owned()),
                uid: Some(module.uid().to_owned()),
                semantic_version: Some(module.semantic_version().to_owned()),
                args: String::new(),
            }],
        };
        let made = create(DatabaseRequest::CreateV1, &wanted, &self.modules, &self.target);
        self.became(made, true)
    }

    /// What became of the database, which is so from now on if it `counts`.
    fn became(&mut self, became: Result<Database, Refused>, counts: bool) -> StepAnswer {
        let database = match became {
            Ok(database) => database,
            Err(refused) => return StepAnswer::refused(&refused),
        };
        let answer = StepAnswer::of_database(&database.redis);
        if counts {
            self.database = Some(database);
        }
        answer
    }

    pub(super) fn upgrade_database(&mut self, to: &str, latest: bool, tried: bool) -> StepAnswer {
        let wanted = WantedUpgrade {
            redis_version: Some(to.to_owned()),
            latest_with_modules: latest.then_some(true),
            ..WantedUpgrade::default()
        };
        let upgraded = self
            .database
            .as_ref()
            .map(|database| upgrade(DatabaseRequest::Upgrade, database, &wanted, &self.modules, &self.target));
        upgraded.map_or_else(StepAnswer::accepted, |upgraded| self.became(upgraded, !tried))
    }

    pub(super) fn upgrade_module(&mut self, old: &Build<'_>, new: &Build<'_>) -> StepAnswer {
        let (current, new) = (old.module.uid().to_owned(), new.module.uid().to_owned());
        let wanted = [ModuleUpgrade { current, new, args: Some(String::new()) }];
        let upgraded = self.database.as_ref().map(|database| {
            upgrade_modules(DatabaseRequest::UpgradeModules, database, &wanted, &self.modules, &self.target)
        });
        upgraded.map_or_else(StepAnswer::accepted, |upgraded| self.became(upgraded, true))
    }

    /// Whether the database uses it.
    pub(super) fn uses(&self, build: &Build<'_>) -> bool {
        let used = self.database.iter().flat_map(|database| &database.modules);
        used.into_iter().any(|used| used.uid == build.module.uid())
    }

    pub(super) fn delete_module(&mut self, build: &Build<'_>) -> StepAnswer {
        if self.uses(build) {
            let request = match self.endpoint() {
                Endpoint::V1 => DatabaseRequest::DeleteModuleV1,
                Endpoint::V2 => DatabaseRequest::DeleteModuleV2,
                _ => DatabaseRequest::DeleteUserDefined,
            };
            let cause = Cause::InUse { what: build.shown(), databases: vec![DATABASE] };
            return StepAnswer::refused(&Refused::new(request, cause));
        }
        self.modules.retain(|module| module.uid() != build.module.uid());
        StepAnswer::accepted()
    }

    pub(super) fn delete_database(&mut self) -> StepAnswer {
        self.database = None;
        StepAnswer::accepted()
    }
}
