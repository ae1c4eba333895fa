//! What to do where a server does not start, or its store cannot be checked.

use ramp_server::ServerError;

pub(super) fn help(err: &ServerError) -> Option<&'static str> {
    Some(match err {
        ServerError::OtherCatalogue { .. } => {
            "Check `--data-dir`, `--store` and `--blobs`: two that do not belong together were given. If the catalogue is lost, make one \
             of the bundles with `ramp store check --adopt --target RELEASE`."
        }
        ServerError::OlderCatalogue { .. } => {
            "Use the data directory that was used last. If this catalogue is the one to go on with, bring it up to what is in the \
             storage with `ramp store check --adopt --target RELEASE`; the other copy then starts no more."
        }
        ServerError::PerhapsOlderCatalogue { .. } => {
            "Start the server on the data directory that was used last, and ask again while it serves, or once it has ended."
        }
        ServerError::UnmarkedStorage { .. } => {
            "Check that they are the bundles of this catalogue, and say so with `ramp store check --adopt --target RELEASE`."
        }
        ServerError::InUse { .. } => {
            "Stop the server, or wait until the check has ended; or name another `--data-dir` or `--blobs`."
        }
        ServerError::StorageDirectory { .. } => {
            "Name a directory of its own with `--blobs`; without that option bundles are kept in `blobs` in the data directory."
        }
        _ => return None,
    })
}
