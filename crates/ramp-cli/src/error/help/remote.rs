//! What to do where a bundle at a URL cannot be read.

use ramp_client::remote::RemoteError;

pub(super) fn help(err: &RemoteError) -> Option<&'static str> {
    Some(match err {
        RemoteError::Url { .. } => "Write `https://HOST/PATH`; a file is named by its path alone.",
        RemoteError::NotReached { .. } => "Check the URL, and that no firewall is in the way; proxies are not used.",
        RemoteError::NotTrusted { .. } => {
            "Name the file with its authority's certificate in SSL_CERT_FILE, and the server by the name in its own."
        }
        RemoteError::NoTls { .. } => "Check the scheme and the port.",
        RemoteError::Status { status: 401 | 403, .. } => {
            "Write who asks into the URL, `https://USER:PASSWORD@HOST/PATH`, or have one signed that has not run out."
        }
        RemoteError::Status { status: 404 | 410, .. } => "Check the URL.",
        RemoteError::Status { status: 429 | 500.., .. }
        | RemoteError::TimedOut { .. }
        | RemoteError::Interrupted { .. } => "Try again later.",
        RemoteError::TooManyRedirects { .. } | RemoteError::Redirect { .. } | RemoteError::Nearer { .. } => {
            "If the bundle is where it leads to, name that URL."
        }
        RemoteError::Changed { .. } => "Run it again, once nobody writes to it any more.",
        RemoteError::Contradiction { .. } => "Download the file, and name that.",
        RemoteError::Spool { .. } => "Point TMPDIR to a directory that exists, is writable and has space.",
        _ => return None,
    })
}
