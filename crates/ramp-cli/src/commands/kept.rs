//! What a server keeps, opened beside it.

use std::io;
use std::path::Path;

use ramp_server::{Config, open_storage, open_store};

use crate::args::serve::KeptArgs;
use crate::error::CliError;

/// Where modules are kept. Nothing is made that is not there: a typo would find a catalogue with nothing in it.
pub(crate) fn open(config: &mut Config, args: &KeptArgs) -> Result<(), CliError> {
    let must_be = |path: &Path| match path.metadata() {
        Ok(_) => Ok(()),
        Err(source) => Err(CliError::Read { path: path.to_owned(), source }),
    };
    must_be(&args.data_dir)?;
    if args.store == "sqlite" {
        let path = args.data_dir.join("catalogue.sqlite");
        match path.metadata() {
            // It would become one without anything in it.
            Ok(found) if found.len() == 0 => {
                let source = io::Error::new(io::ErrorKind::UnexpectedEof, "it is empty");
                return Err(CliError::Read { path, source });
            }
            Ok(_) => {}
            Err(source) => return Err(CliError::Read { path, source }),
        }
    }
    if let Some(blobs) = args.blobs.as_deref().filter(|location| !location.contains("://")) {
        must_be(Path::new(blobs))?;
    }
    let failed = |source| CliError::Kept { source };
    config.store = Some(open_store(&args.store, &args.data_dir).map_err(failed)?);
    config.storage = args.blobs.as_deref().map(open_storage).transpose().map_err(failed)?;
    Ok(())
}
