//! What is sent.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};

use ramp_core::Report;
use ramp_core::metadata::definition;
use serde_json::Value;

use crate::answer::Answer;
use crate::error::ClientError;
use crate::event::Event;
use crate::form::Form;
use crate::http::Peer;

/// What a bundle is read from.
trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

/// A bundle to send.
pub struct Bundle<'a> {
    file_name: String,
    length: u64,
    /// The object that is made of its `module.json`.
    pub(super) object: Option<Value>,
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
    /// A bundle, read from the start of `source` as often as it must be sent. What the report read of it is what the
    /// user-defined endpoints are told.
    ///
    /// # Errors
    ///
    /// [`ClientError::Bundle`].
    pub fn new(
        file_name: impl Into<String>,
        source: &'a mut (impl Read + Seek),
        report: &Report,
    ) -> Result<Self, ClientError> {
        let length = source.seek(SeekFrom::End(0)).map_err(|source| ClientError::Bundle { source })?;
        let object = report.metadata().map(|metadata| Value::from(&definition::object(metadata)));
        Ok(Self { file_name: file_name.into(), length, object, source })
    }

    /// Its size, in bytes.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Sends it, and tells how it goes.
    pub(super) fn send(
        &mut self,
        to: &Peer,
        path: &str,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> Result<Answer, ClientError> {
        let failed = |source: io::Error| ClientError::Bundle { source };
        self.source.seek(SeekFrom::Start(0)).map_err(failed)?;
        let form = Form::new(&self.file_name, self.length)?;
        let total = form.content_length();
        to.post_form(path, &form, &mut self.source, &mut |sent| watch(Event::Sent { sent, total }))
    }
}
