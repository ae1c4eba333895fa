//! How far a node is on its way into a cluster: the bootstrap status, which is kept, and what is known of it while it is under way.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::store::{Asking, StoreError, json};
use crate::utc;

/// Under which name the status of the cluster's first node is kept, beside the settings.
const NAME: &str = "bootstrap";

/// How far a node is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BootstrapState)]
pub(crate) enum State {
    /// Nobody has asked for a cluster yet.
    #[default]
    Idle,
    /// A cluster was asked for.
    Initiated,
    /// It is being created.
    CreatingCluster,
    /// The last try failed.
    Error,
    /// The node is part of a cluster.
    Completed,
}

/// The bootstrap status of a node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = BootstrapStatus)]
pub(crate) struct Status {
    pub(crate) state: State,
    /// When it began: `2014-08-29T11:19:49Z`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) start_time: Option<String>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) end_time: Option<String>,
    /// Why it failed, for programs; of the state `error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) error_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) error_details: Option<Details>,
    /// What did not keep it from being completed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) warnings: Vec<Warning>,
}

/// Why it failed, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = BootstrapErrorDetails)]
pub(crate) struct Details {
    pub(crate) message: String,
}

/// Something that went wrong on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = BootstrapWarning)]
#[expect(clippy::struct_field_names, reason = "the names are the documentation's")]
pub(crate) struct Warning {
    /// `module_download_failed`.
    pub(crate) warning_type: String,
    pub(crate) message: String,
    pub(crate) details: Concerned,
}

/// What a warning is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = BootstrapWarningDetails)]
pub(crate) struct Concerned {
    /// The `name` that the request gives the module.
    pub(crate) module_name: String,
}

impl Status {
    /// One that begins now.
    pub(crate) fn begun() -> Self {
        Self { state: State::Initiated, start_time: Some(utc::now()), ..Self::default() }
    }

    /// This one, ended now.
    pub(crate) fn ended(self, state: State) -> Self {
        Self { state, end_time: Some(utc::now()), ..self }
    }

    /// This one, with what would keep it from being left behind.
    pub(crate) fn objecting(self, error_code: &str, message: String) -> Self {
        Self { error_code: Some(error_code.to_owned()), error_details: Some(Details { message }), ..self }
    }

    /// This one, failed now.
    pub(crate) fn failed(self, error_code: &str, message: String) -> Self {
        self.ended(State::Error).objecting(error_code, message)
    }
}

/// What is kept of a cluster's creation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Created {
    /// The cluster's name, where one was given.
    pub(crate) name: Option<String>,
    pub(crate) status: Status,
}

impl Created {
    /// What is kept; nothing of a catalogue from before anything was.
    pub(crate) async fn of(asking: &Asking) -> Result<Option<Self>, StoreError> {
        let kept = asking.ask(|store| store.setting(NAME)).await?;
        kept.map(|text| Self::read(&text)).transpose()
    }

    fn read(kept: &str) -> Result<Self, StoreError> {
        json::read("bootstrap status", kept)
    }

    /// Holds what a catalogue keeps of it against what it must be.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`], with the name of the setting.
    pub(crate) fn must_be_readable(settings: &BTreeMap<String, String>) -> Result<(), (&'static str, StoreError)> {
        settings.get(NAME).map_or(Ok(()), |kept| Self::read(kept).map(drop).map_err(|err| (NAME, err)))
    }

    pub(crate) async fn keep(&self, asking: &Asking) -> Result<(), StoreError> {
        let text = json::write("bootstrap status", self)?;
        asking.ask(move |store| store.set_settings(&[(NAME, text)])).await
    }
}

/// How far this server's node is. There is a cluster once there is a user: who may ask is what makes one of a node.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The status until then.
    now: Mutex<Status>,
    has_cluster: AtomicBool,
}

impl Progress {
    /// Whether the node is part of a cluster. It stays so for ever.
    pub(crate) async fn has_cluster(&self, asking: &Asking) -> Result<bool, StoreError> {
        if self.has_cluster.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let there = asking.ask(|store| store.has_users()).await?;
        self.has_cluster.fetch_or(there, Ordering::Relaxed);
        Ok(there)
    }

    /// The status now.
    pub(crate) async fn status(&self, asking: &Asking) -> Result<Status, StoreError> {
        if !self.has_cluster(asking).await? {
            return Ok(self.now.lock().unwrap_or_else(PoisonError::into_inner).clone());
        }
        let completed = || Status { state: State::Completed, ..Status::default() };
        Ok(Created::of(asking).await?.map_or_else(completed, |created| created.status))
    }

    /// Begins; `None` where another try is under way.
    pub(crate) fn begin(&self) -> Option<Status> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(now.state, State::Idle | State::Error).then(|| {
            *now = Status::begun();
            now.clone()
        })
    }

    /// Says how far it is.
    pub(crate) fn set(&self, status: Status) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = status;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_again_after_an_error() {
        let progress = Progress::default();
        let status = progress.begin().unwrap();
        assert_eq!((status.state, progress.begin()), (State::Initiated, None));
        let text = serde_json::to_value(Status { state: State::CreatingCluster, ..Status::default() }).unwrap();
        assert_eq!(text, serde_json::json!({"state": "creating_cluster"}));
        progress.set(status.failed("incompatible_modules", "none".to_owned()));
        let again = progress.begin().unwrap();
        assert_eq!((again.state, again.error_code, again.end_time), (State::Initiated, None, None));
    }
}
