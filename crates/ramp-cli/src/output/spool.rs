//! Text that is written later than it is known: kept in memory while there is little of it, more in a temporary file, so that the number of
//! bundles does not matter to memory.

use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};

use tempfile::SpooledTempFile;

use super::sink::Sink;
use crate::error::CliError;

/// How many bytes are kept in memory.
const IN_MEMORY: usize = 4 << 20;

#[derive(Debug)]
pub(super) struct Spool(SpooledTempFile);

impl Default for Spool {
    fn default() -> Self {
        Self(SpooledTempFile::new(IN_MEMORY))
    }
}

impl Spool {
    pub(super) fn write(&mut self, text: &str) -> Result<(), CliError> {
        self.0.write_all(text.as_bytes()).map_err(|source| CliError::Temporary { source })
    }

    /// Writes all of it on.
    pub(super) fn drain(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        let fail = |source| CliError::Temporary { source };
        self.0.seek(SeekFrom::Start(0)).map_err(fail)?;
        let mut reader = BufReader::new(&mut self.0);
        let mut line = String::new();
        // Line by line: neither characters nor colours are torn apart.
        while reader.read_line(&mut line).map_err(fail)? > 0 {
            sink.write(&line)?;
            line.clear();
        }
        Ok(())
    }
}
