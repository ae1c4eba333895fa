//! The license of a cluster that has none installed: the trial that it begins with.
//!
//! Source: the page on the license of the REST API reference, and the answer of a new cluster.

use ramp_core::knowledge::Release;
use serde::Serialize;
use utoipa::ToSchema;

use super::releases;
use crate::{ids, utc};

/// How long a trial is, in seconds: 30 days.
const TRIAL: u64 = 30 * 24 * 60 * 60;
/// How many shards it allows.
const SHARDS: u32 = 4;

/// No limit, which is null.
type Unlimited = ();

/// A license.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are the documentation's")]
pub(crate) struct License {
    /// When the cluster was made; null of one that was made before that was kept.
    activation_date: Option<String>,
    /// Always null.
    cluster_name: Option<String>,
    /// Always 30 days from now.
    expiration_date: String,
    /// Always false.
    expired: bool,
    features: [&'static str; 2],
    /// From 7.2 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    flash_shards_in_use: Option<usize>,
    /// From 7.2 on; null is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>)]
    flash_shards_limit: Option<Unlimited>,
    /// Always empty.
    key: &'static str,
    /// Always empty: a cluster has a text here.
    license: &'static str,
    /// Always null.
    owner: Option<String>,
    /// How many databases there are, each of which counts as one; from 7.2 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ram_shards_in_use: Option<usize>,
    /// From 7.2 on; null is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>)]
    ram_shards_limit: Option<Unlimited>,
    /// Nothing is refused because of it.
    shards_limit: u32,
}

impl License {
    /// The trial of a cluster, with as many shards in use.
    pub(crate) fn trial(activation_date: Option<String>, shards: usize, release: &Release) -> Self {
        let expires = ids::now().saturating_add(TRIAL).try_into().unwrap_or(i64::MAX);
        let counts = releases::counts_shards_by_kind(release);
        Self {
            activation_date,
            cluster_name: None,
            expiration_date: utc::text(expires),
            expired: false,
            features: ["trial", "bigstore"],
            flash_shards_in_use: counts.then_some(0),
            flash_shards_limit: counts.then_some(()),
            key: "",
            license: "",
            owner: None,
            ram_shards_in_use: counts.then_some(shards),
            ram_shards_limit: counts.then_some(()),
            shards_limit: SHARDS,
        }
    }
}
