//! What to do where a live cluster does not do what it was asked.

use ramp_client::ClientError;

use super::files::reading;

/// How a cluster is told who asks.
pub(super) const WHO: &str = "set RAMP_CLUSTER_USER and RAMP_CLUSTER_PASSWORD, or name a file with `--credentials`";

pub(super) fn help(err: &ClientError) -> Option<&'static str> {
    Some(match err {
        ClientError::UrlWithUser | ClientError::Credentials { .. } => WHO,
        ClientError::ReadFile { source, .. } => return reading(source),
        ClientError::ExposedFile { .. } => "take the permission away from others: `chmod 600`",
        ClientError::NotTrusted { .. } => {
            "name the cluster's own certificate with `--cacert FILE`, and ask for the cluster by the name in it"
        }
        ClientError::NoTls { .. } => {
            "see whether the port is that of the REST API, which is 9443 unless it was changed"
        }
        ClientError::NotReached { .. } => "see whether the address is right, and whether a firewall lets you through",
        ClientError::Redirected { .. } => "name the address of the cluster itself",
        ClientError::UnknownRelease => {
            "say how to upload with `--endpoint`; that the user may list the nodes is better"
        }
        ClientError::NotAnUpload => "upload it through another `--endpoint`, or name its URL in `user_defined_modules`",
        ClientError::UnknownNodes => "upload as a user who may list the nodes",
        ClientError::TimedOut { request, .. } | ClientError::Interrupted { request, .. }
            if request.starts_with("POST") =>
        {
            "the module may be there all the same: `ramp target show --cluster` tells which are"
        }
        ClientError::ActionUnfinished { .. } => "ask for it later: `ramp target show --cluster` lists what is there",
        ClientError::Refused(refused) if refused.is_unauthorized() => "see whether the user and the password are right",
        ClientError::Refused(refused) if refused.is_forbidden() => {
            "upload as a user with the role admin; to look, any role but none is enough"
        }
        _ => return None,
    })
}
