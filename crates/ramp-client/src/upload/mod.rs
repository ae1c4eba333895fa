//! Sending a bundle, the way that the release has.

mod bundle;
mod event;
mod segment;
mod single;
mod user_defined;

use ramp_core::Endpoint;

pub use bundle::Bundle;
pub use event::{Event, Uploaded};

use crate::connection::Connection;
use crate::error::ClientError;
use crate::survey::Survey;

pub(crate) fn upload(
    cluster: &Connection,
    survey: &Survey,
    endpoint: Endpoint,
    bundle: &mut Bundle<'_>,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Uploaded, ClientError> {
    match endpoint {
        Endpoint::V1 => single::v1(cluster, bundle, watch),
        Endpoint::V2 => single::v2(cluster, survey, bundle, watch),
        Endpoint::UserDefined => user_defined::upload(cluster, survey, bundle, watch),
        Endpoint::Bootstrap => Err(ClientError::NotAnUpload),
    }
}
