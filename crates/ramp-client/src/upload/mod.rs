//! Sending a bundle, the way that the release has.

mod bundle;
mod single;
mod uploaded;
mod user_defined;

use ramp_core::Endpoint;

pub use bundle::Bundle;
pub use uploaded::Uploaded;

use crate::connection::Connection;
use crate::error::ClientError;
use crate::event::Event;
use crate::modules::ClusterModule;
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
        Endpoint::UserDefined => user_defined::upload(cluster, survey, None, bundle, watch),
        Endpoint::Bootstrap => Err(ClientError::NotAnUpload),
    }
}

/// What is missing of a module that is there in part.
pub(crate) fn complete(
    cluster: &Connection,
    survey: &Survey,
    there: &ClusterModule,
    bundle: &mut Bundle<'_>,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Uploaded, ClientError> {
    user_defined::upload(cluster, survey, Some(there), bundle, watch)
}
