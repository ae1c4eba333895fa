//! The settings of the cluster that are played.

use ramp_core::knowledge::Release;
use serde_json::Value;

use crate::store::{Store, StoreError, json};

/// The setting that forbids uploads, from 8.2 on.
pub(crate) const ALLOW_UPLOAD: &str = "allow_modules_upload";
/// The setting that bounds uploads, in MiB.
pub(crate) const MAX_SIZE_MB: &str = "module_upload_max_size_mb";
/// The setting that demands passwords which are hard to guess.
pub(crate) const PASSWORD_COMPLEXITY: &str = "password_complexity";

/// Largest limit that can be set, in MiB.
const MOST_SIZE_MB: u64 = 1024;

/// A setting as it is, if it was ever set.
pub(crate) fn get(store: &dyn Store, name: &str) -> Result<Option<Value>, StoreError> {
    store.setting(name)?.map(|text| json::read("setting", &text)).transpose()
}

/// The setting that is meant, if it may have that value; or what is wrong.
pub(crate) fn check(release: &Release, name: &str, value: &Value) -> Result<&'static str, String> {
    match name {
        ALLOW_UPLOAD if release.upload_gated.value => boolean(ALLOW_UPLOAD, value),
        PASSWORD_COMPLEXITY => boolean(PASSWORD_COMPLEXITY, value),
        MAX_SIZE_MB if value.as_u64().is_some_and(|size| (1..=MOST_SIZE_MB).contains(&size)) => Ok(MAX_SIZE_MB),
        MAX_SIZE_MB => Err(format!("`{MAX_SIZE_MB}` must be an integer from 1 to {MOST_SIZE_MB}")),
        _ => Err(format!("this server does not support the setting `{}`", name.escape_debug())),
    }
}

fn boolean(name: &'static str, value: &Value) -> Result<&'static str, String> {
    if value.is_boolean() { Ok(name) } else { Err(format!("`{name}` must be true or false")) }
}
