//! The play itself.

use super::build::Build;
use super::cluster::Cluster;
use super::error::RehearsalError;
use super::plan::Plan;
use super::requests;
use super::step::{Action, Hoped, Rehearsal, Step, StepAnswer, StepRequest};
use crate::databases::takes_latest_modules;
use crate::endpoint::{Endpoint, Request};
use crate::facts::BundleFacts;

/// Plays the life of a module: it is uploaded, a database uses it, it cannot be deleted meanwhile, and can when the database is gone.
///
/// With an `old` build, that one is uploaded first and used; then the new one is uploaded, and the database is upgraded to it. Where the
/// plan has a Redis version to upgrade to, the upgrade is that of the database, tried first by a dry run.
///
/// # Errors
///
/// [`RehearsalError`].
pub fn rehearse(new: &BundleFacts, old: Option<&BundleFacts>, plan: &Plan) -> Result<Rehearsal, RehearsalError> {
    plan.target.release().ok_or(RehearsalError::NoRelease)?;
    let (new, old) = (Build::new(new), old.map(Build::new));
    if let Some(old) = &old {
        old.must_be_known()?;
    }
    // What it is that is not known of the new one is what the upload of it is refused for.
    let is_known = new.installed().is_some();
    if let Some(old) = old.as_ref().filter(|old| is_known && old.module.name() != new.module.name()) {
        let name = |build: &Build<'_>| build.module.name().to_owned();
        return Err(RehearsalError::OtherModule { old: name(old), new: name(&new) });
    }
    let mut played = Play { cluster: Cluster::new(plan.target.clone()), steps: Vec::new() };
    played.all(&new, old.as_ref(), plan);
    Ok(Rehearsal { passed: played.steps.iter().all(Step::is_as_hoped), steps: played.steps })
}

struct Play {
    cluster: Cluster,
    steps: Vec<Step>,
}

impl Play {
    fn all(&mut self, new: &Build<'_>, old: Option<&Build<'_>>, plan: &Plan) {
        let first = old.unwrap_or(new);
        let is_bootstrap = self.cluster.endpoint() == Endpoint::Bootstrap;
        if is_bootstrap {
            self.bootstrap(&old.into_iter().chain([new]).collect::<Vec<_>>());
        } else {
            self.allow_uploads();
            // Only what was in use before can be there before.
            self.upload(first, old.is_some());
        }
        let redis = plan.redis_version.as_ref().map(|version| format!(" of Redis {version}")).unwrap_or_default();
        let title = format!("create a database{redis} with {}", first.shown());
        let request = requests::create_database(plan, first);
        self.step(Action::CreateDatabase, title, request, Hoped::Accepted, |cluster| {
            cluster.create_database(plan, first)
        });
        if old.is_some() && !is_bootstrap {
            self.upload(new, false);
        }
        if let Some(to) = &plan.upgrade_to {
            self.upgrade_database(to, true);
            self.upgrade_database(to, false);
        } else if let Some(old) = old {
            let title = format!("upgrade the module of the database to {}", new.shown());
            let request = requests::upgrade_module(old, new);
            self.step(Action::UpgradeModule, title, request, Hoped::Accepted, |cluster| {
                cluster.upgrade_module(old, new)
            });
        }
        if let Some(old) = old {
            self.delete_module(old, Hoped::Accepted);
        }
        self.delete_module(new, Hoped::Refused);
        let request = requests::delete_database();
        let title = "delete the database".to_owned();
        self.step(Action::DeleteDatabase, title, request, Hoped::Accepted, Cluster::delete_database);
        self.delete_module(new, Hoped::Accepted);
    }

    /// Asks, unless a step before was not answered as hoped.
    fn step(
        &mut self,
        action: Action,
        title: String,
        request: StepRequest,
        hoped: Hoped,
        ask: impl FnOnce(&mut Cluster) -> StepAnswer,
    ) {
        let answer = self.goes_on().then(|| ask(&mut self.cluster));
        self.steps.push(Step { action, title, request, hoped, answer });
    }

    fn goes_on(&self) -> bool {
        self.steps.last().is_none_or(Step::is_as_hoped)
    }

    /// Where a release has uploads off until somebody switches them on, and nothing is said of the cluster's own.
    fn allow_uploads(&mut self) {
        let target = &self.cluster.target;
        let is_gated = target.release().is_some_and(|release| release.upload_gated.value);
        if is_gated && target.allow_modules_upload().is_none() {
            let title = "switch uploads on".to_owned();
            let request = requests::allow_uploads();
            self.step(Action::AllowUploads, title, request, Hoped::Accepted, Cluster::allow_uploads);
        }
    }

    /// An upload is one request, or two. Of a build that `may_be_there`, what the cluster has is found instead.
    fn upload(&mut self, build: &Build<'_>, may_be_there: bool) {
        let requests = self.cluster.endpoint().requests();
        let is_there = |which: &Request| may_be_there && self.cluster.has(build, *which);
        let (there, asked): (Vec<Request>, Vec<Request>) = requests.iter().partition(|which| is_there(which));
        let mut answers = if self.goes_on() { self.cluster.upload(build, &asked) } else { Vec::new() }.into_iter();
        let what = build.shown();
        for &which in requests {
            if there.contains(&which) {
                let title = match which {
                    Request::Artifact => format!("find the artifact of {what}, which the nodes have already"),
                    _ => format!("find {what}, which the cluster has already"),
                };
                self.step(Action::FindModule, title, requests::find(which), Hoped::Accepted, |_| {
                    StepAnswer::accepted()
                });
                continue;
            }
            let title = match which {
                Request::Definition => format!("define {what}"),
                Request::Artifact => format!("upload the artifact of {what} to each node"),
                _ => format!("upload {what}"),
            };
            let request = requests::upload(which, build);
            let answer = answers.next();
            self.steps.push(Step { action: Action::Upload, title, request, hoped: Hoped::Accepted, answer });
        }
    }

    /// A cluster is made once, with all that it is to have.
    fn bootstrap(&mut self, builds: &[&Build<'_>]) {
        let named: Vec<String> = builds.iter().map(|build| build.shown()).collect();
        let title = format!("bootstrap with {}", named.join(" and "));
        self.step(Action::Bootstrap, title, requests::bootstrap(builds), Hoped::Accepted, |cluster| {
            let answers = builds.iter().flat_map(|build| cluster.upload(build, Endpoint::Bootstrap.requests()));
            answers.fold(StepAnswer::accepted(), StepAnswer::and)
        });
    }

    fn upgrade_database(&mut self, to: &str, tried: bool) {
        let latest = !takes_latest_modules(&self.cluster.target);
        let request = requests::upgrade_database(to, latest, tried);
        // Nothing of it is tried that way.
        let already = if self.cluster.has_redis(to) { ", which it has already" } else { "" };
        let (action, title) = if tried {
            (Action::TryUpgrade, format!("try the upgrade of the database to Redis {to}{already}"))
        } else {
            (Action::UpgradeDatabase, format!("upgrade the database to Redis {to}{already}"))
        };
        let ask = |cluster: &mut Cluster| cluster.upgrade_database(to, latest, tried);
        self.step(action, title, request, Hoped::Accepted, ask);
    }

    fn delete_module(&mut self, build: &Build<'_>, hoped: Hoped) {
        let endpoint = self.cluster.endpoint();
        let meanwhile = if hoped == Hoped::Refused { ", which the database uses" } else { "" };
        let title = format!("delete {}{meanwhile}", build.shown());
        let request = requests::delete_module(endpoint, build);
        self.step(Action::DeleteModule, title, request, hoped, |cluster| cluster.delete_module(build));
        if hoped == Hoped::Accepted && self.cluster.keeps_artifacts() {
            let title = format!("delete the artifact of {} from each node", build.shown());
            let request = requests::delete_artifact(build);
            self.step(Action::DeleteModule, title, request, hoped, |_| StepAnswer::accepted());
        }
    }
}
