//! What to do where a live cluster does not do what it was asked.

use ramp_client::ClientError;

use super::files::reading;

/// How a cluster is told who asks.
pub(super) const WHO: &str = "Set RAMP_CLUSTER_USER and RAMP_CLUSTER_PASSWORD, or name a file with `--credentials`.";

pub(super) fn help(err: &ClientError) -> Option<&'static str> {
    Some(match err {
        ClientError::UrlWithUser | ClientError::Credentials { .. } => WHO,
        ClientError::ReadFile { source, .. } => return reading(source),
        ClientError::ExposedFile { .. } => "Take the permissions away from others: `chmod 600`.",
        ClientError::NotTrusted { .. } => {
            "Name the cluster's own certificate with `--cacert FILE`, and address the cluster by the name in it."
        }
        ClientError::NoTls { .. } => {
            "Check that the port is that of the REST API, which is 9443 unless it was changed."
        }
        ClientError::NotReached { .. } => "Check the address, and that no firewall is in the way.",
        ClientError::Redirected { .. } => "Name the address of the cluster itself.",
        ClientError::UnknownRelease => {
            "Say how to upload, with `--endpoint`; or, better, ask as a user who may list the nodes."
        }
        ClientError::NotAnUpload => {
            "Upload it through another `--endpoint`, or name its URL in `user_defined_modules`."
        }
        ClientError::UnknownNodes => "Upload as a user who may list the nodes.",
        ClientError::TimedOut { request, .. } | ClientError::Interrupted { request, .. }
            if request.starts_with("POST") =>
        {
            "Check whether the module is there anyway: `ramp target show --cluster` lists those that are."
        }
        ClientError::ActionUnfinished { .. } => "Check again later: `ramp target show --cluster` lists what is there.",
        ClientError::Refused(refused) if refused.is_unauthorized() => "Check the user and the password.",
        ClientError::Refused(refused) if refused.is_forbidden() => {
            "Upload as a user with the role `admin`; to read, any role but `none` is enough."
        }
        _ => return None,
    })
}
