//! The numbers that a cluster gives to users and databases.

use super::error::StoreError;

/// The largest one: what all clients take, of which some have signed integers of 32 bits.
pub const LARGEST_UID: u32 = i32::MAX.cast_unsigned();

/// The number of a record of that kind, which is one that a cluster gives.
pub(crate) fn uid(what: &'static str, number: i64) -> Result<u32, StoreError> {
    let uid = u32::try_from(number).ok().filter(|uid| (1..=LARGEST_UID).contains(uid));
    uid.ok_or_else(|| StoreError::corrupt(what, format!("its number is {number}, and not one from 1 to {LARGEST_UID}")))
}
