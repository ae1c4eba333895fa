//! What to do where a live cluster does not do what it was asked.

use ramp_client::ClientError;

use super::files::reading;

/// How a cluster is told who asks.
pub(super) const WHO: &str = "Set RAMP_CLUSTER_USER and RAMP_CLUSTER_PASSWORD, or name a file with `--credentials`.";

pub(super) fn help(err: &ClientError) -> Option<&'static str> {
    Some(match err {
        ClientError::UrlWithUser | ClientError::Credentials { .. } => WHO,
        ClientError::Url { .. } => {
            "Write the address of the cluster's REST API, such as `https://cluster.example:9443`."
        }
        ClientError::ReadFile { source, .. } => return reading(source),
        ClientError::ExposedFile { .. } => "Take the permissions away from others: `chmod 600`.",
        ClientError::NotTrusted { .. } => {
            "Name the cluster's own certificate with `--cacert FILE`, and address the cluster by the name in it."
        }
        ClientError::Interrupted { source, at, .. } if at.starts_with("http://") && is_no_http(source.as_ref()) => {
            "What answers there speaks TLS, as it seems: write `https://`."
        }
        ClientError::NoTls { .. } => {
            "Check that the port is that of the REST API, which is 9443 unless it was changed."
        }
        ClientError::NotReached { .. } => "Check the address, and that no firewall is in the way.",
        ClientError::Redirected { .. } => "Name the address of the cluster itself.",
        ClientError::UnknownRelease => "Say how, with `--endpoint`; or, better, ask as a user who may list the nodes.",
        ClientError::NotAnUpload => {
            "Upload it through another `--endpoint`, or name its URL in `user_defined_modules`."
        }
        ClientError::UnknownNodes => "Upload as a user who may list the nodes.",
        ClientError::TimedOut { request, .. } | ClientError::Interrupted { request, .. }
            if request.starts_with("POST") =>
        {
            "Check whether the module is there anyway: `ramp modules list --cluster` lists those that are."
        }
        ClientError::ActionUnfinished { .. } | ClientError::DeletionUnfinished { .. } => {
            "Check again later: `ramp modules list --cluster` lists what is there."
        }
        ClientError::WithoutUid { .. } => "Say how to delete it, with `--endpoint user-defined`, if it is an artifact.",
        ClientError::Refused(refused) if refused.is_unauthorized() => "Check the user and the password.",
        ClientError::Refused(refused) if refused.is_forbidden() => {
            "Ask as a user with the role `admin`; to read, any role but `none` is enough."
        }
        _ => return None,
    })
}

/// Whether what came is not HTTP at all.
fn is_no_http(source: &dyn std::error::Error) -> bool {
    source.to_string().contains("http parse fail")
}

/// Where no module is what was meant: what there is of that name, or one that is called almost so.
pub(super) fn of_module(hint: Option<&str>, versions: &[String]) -> String {
    if !versions.is_empty() {
        return format!("Name a version that is there: {}.", versions.join(", "));
    }
    match hint {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => "Run `ramp modules list`, which lists those that are there.".to_owned(),
    }
}
