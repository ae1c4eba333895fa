//! `ramp store`: what a server keeps, looked at, backed up and put back.

mod backup;
mod check;

use crate::args::store::{Store, StoreCommand};
use crate::error::CliError;
use crate::status::Status;

pub(crate) fn run(args: &Store) -> Result<Status, CliError> {
    match &args.command {
        StoreCommand::Check(args) => check::run(args),
        StoreCommand::Backup(args) => backup::back_up(args),
        StoreCommand::Restore(args) => backup::restore(args),
    }
}
