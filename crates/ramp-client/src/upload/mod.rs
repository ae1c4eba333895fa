//! Sending a bundle, the way that the release has.

mod single;
mod user_defined;

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};

use ramp_core::Endpoint;
use serde_json::Value;

use crate::answer::Answer;
use crate::cluster::Cluster;
use crate::error::ClientError;
use crate::form::Form;
use crate::http::Peer;
use crate::survey::Survey;

/// What a bundle is read from.
trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

/// A bundle to send.
pub struct Bundle<'a> {
    file_name: String,
    length: u64,
    metadata: Option<&'a Value>,
    source: &'a mut dyn Source,
}

impl fmt::Debug for Bundle<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundle")
            .field("file_name", &self.file_name)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

impl<'a> Bundle<'a> {
    /// A bundle, read from the start of `source` as often as it must be sent; `metadata` is its `module.json`.
    ///
    /// # Errors
    ///
    /// [`ClientError::Bundle`].
    pub fn new(
        file_name: impl Into<String>,
        source: &'a mut (impl Read + Seek),
        metadata: Option<&'a Value>,
    ) -> Result<Self, ClientError> {
        let length = source.seek(SeekFrom::End(0)).map_err(|source| ClientError::Bundle { source })?;
        Ok(Self { file_name: file_name.into(), length, metadata, source })
    }

    /// Its size, in bytes.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Sends it, and tells how it goes.
    fn send(&mut self, to: &Peer, path: &str, watch: &mut dyn FnMut(Event<'_>)) -> Result<Answer, ClientError> {
        let failed = |source: io::Error| ClientError::Bundle { source };
        self.source.seek(SeekFrom::Start(0)).map_err(failed)?;
        let form = Form::new(&self.file_name, self.length)?;
        let total = form.content_length();
        to.post_form(path, &form, &mut self.source, &mut |sent| watch(Event::Sent { sent, total }))
    }
}

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A step begins.
    Step(&'a str),
    /// So much of a body has gone.
    Sent {
        /// Bytes that have gone.
        sent: u64,
        /// Bytes there are.
        total: u64,
    },
    /// The cluster installs the module.
    Installing {
        /// The action.
        action_uid: &'a str,
        /// How far it is, in percent, where it is told.
        progress: Option<u8>,
    },
    /// A step is undone, because a later one failed.
    Undoing(&'a str),
    /// The bundle is there; something about it is not known.
    Unknown(&'a str),
}

/// A bundle that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uploaded {
    /// How it was sent.
    pub endpoint: Endpoint,
    /// The module's `uid`.
    pub module_uid: Option<String>,
    /// The action that installed it (v2).
    pub action_uid: Option<String>,
    /// The nodes that were sent the artifact (user-defined); those that share an address are one.
    pub nodes: Vec<u64>,
}

pub(crate) fn upload(
    cluster: &Cluster,
    survey: &Survey,
    endpoint: Endpoint,
    bundle: &mut Bundle<'_>,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Uploaded, ClientError> {
    match endpoint {
        Endpoint::V1 => single::v1(cluster, bundle, watch),
        Endpoint::V2 => single::v2(cluster, survey, bundle, watch),
        Endpoint::UserDefined => user_defined::upload(cluster, survey, bundle, watch),
    }
}

fn text<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str().filter(|text| !text.is_empty())
}

/// A path segment that says what `text` says.
fn segment(text: &str) -> String {
    use std::fmt::Write as _;

    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') {
            segment.push(char::from(byte));
        } else {
            let _ = write!(segment, "%{byte:02X}"); // cannot fail
        }
    }
    segment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_segment() {
        assert_eq!(segment("ReJSON-2_a"), "ReJSON-2_a");
        assert_eq!(segment("../a b?é"), "%2E%2E%2Fa%20b%3F%C3%A9");
    }
}
