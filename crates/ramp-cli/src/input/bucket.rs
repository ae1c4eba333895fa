//! Bundles in a bucket: `s3://BUCKET/KEY`, or all that are below `s3://BUCKET/PREFIX`.

use std::path::Path;

use super::ending::is_called_bundle;
use super::reader::Input;
use super::url;
use crate::error::CliError;

/// Bucket and key, where a URL is of such a kind.
pub(super) fn of(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    scheme.eq_ignore_ascii_case("s3").then(|| rest.split_once('/').unwrap_or((rest, "")))
}

/// The bundles below a prefix, as URLs; `None` where the URL is one bundle's.
pub(super) fn below(text: &str, recursive: bool) -> Option<Result<Vec<String>, CliError>> {
    let (bucket, prefix) = of(text)?;
    if is_called_bundle(Path::new(prefix)) {
        return None;
    }
    Some(keys(text, bucket, prefix.trim_end_matches('/'), recursive).map(|keys| {
        keys.iter().filter(|key| is_called_bundle(Path::new(key))).map(|key| format!("s3://{bucket}/{key}")).collect()
    }))
}

/// Opens the bundle that the URL names.
pub(super) fn open(text: &str, bucket: &str, key: &str) -> Result<Box<dyn Input>, CliError> {
    if let Some(found) = below(text, false) {
        // Had there been some, they would stand in its place.
        found?;
        return Err(CliError::Directory { path: text.into() });
    }
    url::open(&signed(text, bucket, key)?)
}

#[cfg(feature = "s3")]
fn keys(text: &str, bucket: &str, prefix: &str, recursive: bool) -> Result<Vec<String>, CliError> {
    opened(text, bucket)?.keys(prefix, recursive).map_err(of_storage(text))
}

#[cfg(feature = "s3")]
fn signed(text: &str, bucket: &str, key: &str) -> Result<String, CliError> {
    opened(text, bucket)?.url(key).map_err(of_storage(text))
}

#[cfg(feature = "s3")]
fn opened(text: &str, bucket: &str) -> Result<ramp_server::storage::SignedBucket, CliError> {
    ramp_server::storage::SignedBucket::open(bucket).map_err(of_storage(text))
}

#[cfg(feature = "s3")]
fn of_storage(text: &str) -> impl FnOnce(ramp_server::storage::StorageError) -> CliError + '_ {
    move |source| CliError::Bucket { path: text.into(), source }
}

#[cfg(not(feature = "s3"))]
fn keys(text: &str, _: &str, _: &str, _: bool) -> Result<Vec<String>, CliError> {
    Err(CliError::WithoutFeature { path: text.into(), feature: "s3" })
}

#[cfg(not(feature = "s3"))]
fn signed(text: &str, _: &str, _: &str) -> Result<String, CliError> {
    Err(CliError::WithoutFeature { path: text.into(), feature: "s3" })
}
