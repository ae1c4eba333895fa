//! What was played, step by step.

use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::{Answer, Condition};
use crate::databases::Refused;
use crate::endpoint::Request;

/// The steps, in their order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Rehearsal {
    /// Whether every step was answered as hoped.
    pub passed: bool,
    /// The steps. What comes after one that was not answered as hoped was not asked.
    pub steps: Vec<Step>,
}

/// One request, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// The same in words that begin with a verb.
    pub title: String,
    /// What is asked.
    pub request: StepRequest,
    /// What is hoped for.
    pub hoped: Hoped,
    /// What the cluster answers; null where it was not asked, since a step before was not answered as hoped.
    pub answer: Option<StepAnswer>,
}

impl Step {
    /// Whether it was asked, and answered as hoped.
    pub fn is_as_hoped(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.accepted == (self.hoped == Hoped::Accepted))
    }
}

/// What is done in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Action {
    /// Uploads are switched on.
    AllowUploads,
    /// A cluster is made, with its modules.
    Bootstrap,
    /// A bundle is uploaded, or its object made, or its artifact sent.
    Upload,
    /// What the cluster has of a module already is found.
    FindModule,
    /// A database is made.
    CreateDatabase,
    /// The upgrade of the database is tried.
    TryUpgrade,
    /// The database is upgraded.
    UpgradeDatabase,
    /// The module of the database is upgraded.
    UpgradeModule,
    /// A module is deleted.
    DeleteModule,
    /// The database is deleted.
    DeleteDatabase,
}

/// What is hoped for in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Hoped {
    /// That it is accepted.
    Accepted,
    /// That it is refused, as the deletion of a module that is in use.
    Refused,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StepRequest {
    /// `POST`.
    pub method: String,
    /// `/v1/bdbs`. The ids of modules in it are made up; a cluster gives others.
    pub path: String,
    /// The body, where it is JSON; null where it is a bundle, or there is none.
    pub body: Option<Value>,
}

/// What a cluster answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StepAnswer {
    /// Whether it does what is asked.
    pub accepted: bool,
    /// The HTTP status; null where there is no answer to speak of, as of nodes that download by themselves.
    pub http_status: Option<u16>,
    /// The `error_code`, where it refuses.
    pub error_code: Option<String>,
    /// The words of the documentation.
    pub message: Option<String>,
    /// What is wrong.
    pub description: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// The Redis version of the database as it then is, or would be after an upgrade that is only tried; null where it makes or changes none.
    pub redis_version: Option<String>,
    /// What must be so for it to accept, and is not known of the cluster.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

impl StepAnswer {
    pub(super) fn accepted() -> Self {
        Self {
            accepted: true,
            http_status: Some(200),
            error_code: None,
            message: None,
            description: None,
            help: None,
            redis_version: None,
            conditions: Vec::new(),
        }
    }

    /// The answer that makes the database what it then is.
    pub(super) fn of_database(redis: &Version) -> Self {
        Self { redis_version: Some(redis.to_string()), ..Self::accepted() }
    }

    /// The answer to a request for two things, of which each would be answered so: the first refusal, else under the conditions of both.
    pub(super) fn and(mut self, other: Self) -> Self {
        if !self.accepted {
            return self;
        }
        if !other.accepted {
            return other;
        }
        for condition in other.conditions {
            if !self.conditions.contains(&condition) {
                self.conditions.push(condition);
            }
        }
        self
    }

    pub(super) fn refused(refused: &Refused) -> Self {
        Self {
            accepted: false,
            http_status: Some(refused.http_status()),
            error_code: Some(refused.error_code().to_owned()),
            message: Some(refused.message().to_owned()),
            description: Some(refused.description()),
            help: Some(refused.help().into_owned()),
            redis_version: None,
            conditions: Vec::new(),
        }
    }

    /// What the answer to an upload is to one of its requests; `help` is that of the finding which decides.
    pub(super) fn of_upload(answer: &Answer, request: Request, help: Option<&str>) -> Self {
        match answer.refusal().filter(|refusal| refusal.request == Some(request)) {
            None => Self { conditions: answer.conditions().to_vec(), ..Self::accepted() },
            Some(refusal) => {
                let reason = refusal.reason.as_ref().map(|reason| format!("{reason}: ")).unwrap_or_default();
                Self {
                    accepted: false,
                    http_status: refusal.http_status,
                    error_code: Some(refusal.error_code.to_string()),
                    message: Some(refusal.message.to_string()),
                    description: Some(format!("{reason}{}", refusal.description)),
                    help: help.map(ToOwned::to_owned),
                    redis_version: None,
                    conditions: Vec::new(),
                }
            }
        }
    }
}
