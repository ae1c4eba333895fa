//! What keeps a cluster from being asked, or an upload from being made.

use std::io;
use std::path::PathBuf;

use ramp_core::text::count;

use crate::refused::Refused;

/// Why something could not be asked, or was refused.
///
/// No message has a password in it. What the cluster itself said is in [`ClientError::Refused`], which [`ClientError::refusal`]
/// finds wherever it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The address of the cluster is none.
    #[error("`{url}` is not a cluster's address: {what}")]
    Url {
        /// The text given; it holds no user.
        url: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The address holds a user or a password, which everybody can see there.
    #[error("a cluster's address must not hold a user or a password: others see it in the list of processes")]
    UrlWithUser,
    /// The user or the password cannot be used.
    #[error("the cluster cannot be asked as this user: {what}")]
    Credentials {
        /// What is wrong with it.
        what: &'static str,
    },
    /// A file with credentials has another form.
    #[error("`{}` holds no credentials: {what}", path.display())]
    CredentialsFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Everybody on this machine may read or write the file with the password.
    #[error("`{}` has the mode {mode:03o}: everybody on this machine may read or change the password in it", path.display())]
    ExposedFile {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// A file cannot be read.
    #[error("cannot read `{}`", path.display())]
    ReadFile {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file holds no certificates.
    #[error("`{}` holds no certificate to trust: {what}", path.display())]
    CertificateFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The endpoint is the bootstrap, in which nodes download bundles by themselves; nothing was sent.
    #[error("nothing is uploaded through the bootstrap: nodes download the bundle when they join")]
    NotAnUpload,
    /// Nobody answers there; nothing was sent.
    #[error("{at} cannot be reached")]
    NotReached {
        /// Whom it was to reach.
        at: String,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The certificate is not one that is trusted; nothing was sent.
    #[error("{at} has a certificate that is not trusted: {what}")]
    NotTrusted {
        /// Who has it.
        at: String,
        /// Why not.
        what: String,
    },
    /// What answers there speaks no TLS that is understood; nothing was sent.
    #[error("TLS with {at} failed: {what}")]
    NoTls {
        /// Who answers.
        at: String,
        /// What is wrong.
        what: String,
    },
    /// A time limit was hit.
    #[error("{request}: {at} did not answer in time")]
    TimedOut {
        /// The request.
        request: String,
        /// Whom it went to.
        at: String,
    },
    /// The connection failed in the middle of a request, or what came is not HTTP.
    #[error("{request}: the connection to {at} failed")]
    Interrupted {
        /// The request.
        request: String,
        /// Whom it went to.
        at: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The answer leads elsewhere, and is not followed: the password would go there too.
    #[error("{request}: {at} redirects (HTTP {status}), which is not followed{}", to.as_ref().map(|to| format!(": {to}")).unwrap_or_default())]
    Redirected {
        /// The request.
        request: String,
        /// Who answered.
        at: String,
        /// The status.
        status: u16,
        /// Where it leads.
        to: Option<String>,
    },
    /// The answer is larger than any of a cluster.
    #[error("{request}: {at} answers with more than {}", count(most, "byte"))]
    TooLarge {
        /// The request.
        request: String,
        /// Who answered.
        at: String,
        /// The limit.
        most: u64,
    },
    /// The answer is not what the documentation says.
    #[error("{request}: {at} answers with {what}; is it a cluster's REST API?")]
    Unexpected {
        /// The request.
        request: String,
        /// Who answered.
        at: String,
        /// What it answered.
        what: String,
    },
    /// The cluster refuses.
    #[error(transparent)]
    Refused(Box<Refused>),
    /// The cluster did not tell its release, and no endpoint was chosen.
    #[error("the cluster does not say its release, so how it takes uploads is not known")]
    UnknownRelease,
    /// The cluster did not tell its nodes, each of which must be sent the module.
    #[error("the cluster does not list its nodes, and the module must be sent to each of them")]
    UnknownNodes,
    /// The metadata of the bundle is none that an object can be made of.
    #[error("the bundle cannot be described to the cluster: {what}")]
    Metadata {
        /// What is wrong with it.
        what: &'static str,
    },
    /// The bundle cannot be read.
    #[error("the bundle cannot be read")]
    Bundle {
        /// Why not.
        source: io::Error,
    },
    /// The action that the upload started has failed.
    #[error("the cluster took the bundle, but could not install it: action {action_uid} is `{status}`{}", said(what.as_deref()))]
    ActionFailed {
        /// The action.
        action_uid: String,
        /// Its status.
        status: String,
        /// What the cluster says about it.
        what: Option<String>,
    },
    /// The action is still under way.
    #[error("the cluster took the bundle, but is still installing it: action {action_uid} is `{status}`")]
    ActionUnfinished {
        /// The action.
        action_uid: String,
        /// Its status.
        status: String,
    },
    /// The action that the deletion started has failed.
    #[error("the cluster could not delete the module: action {action_uid} is `{status}`{}", said(what.as_deref()))]
    DeletionFailed {
        /// The action.
        action_uid: String,
        /// Its status.
        status: String,
        /// What the cluster says about it.
        what: Option<String>,
    },
    /// The action that deletes is still under way.
    #[error("the cluster is still deleting the module: action {action_uid} is `{status}`")]
    DeletionUnfinished {
        /// The action.
        action_uid: String,
        /// Its status.
        status: String,
    },
    /// A module that the cluster gives no `uid` for, by which alone it could be deleted.
    #[error("the cluster does not say the `uid` of {module}, by which it is deleted")]
    WithoutUid {
        /// The module.
        module: String,
    },
    /// No random number can be had.
    #[error("the system provides no random numbers")]
    Random {
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A step of the upload failed, and those before it were undone as far as that went.
    #[error("{step} failed")]
    Step {
        /// The step.
        step: String,
        /// Why.
        source: Box<ClientError>,
        /// What became of the steps before it.
        undone: Undone,
    },
}

fn said(what: Option<&str>) -> String {
    what.map(|what| format!(": {what}")).unwrap_or_default()
}

/// What became of the steps before one that failed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Undone {
    /// What was taken back.
    pub undone: Vec<String>,
    /// What could not be taken back, or may be there, and why. Somebody should look.
    pub left: Vec<String>,
}

impl From<Refused> for ClientError {
    fn from(refused: Refused) -> Self {
        Self::Refused(Box::new(refused))
    }
}

impl ClientError {
    /// What the cluster said, if it is the cluster that refuses.
    pub fn refusal(&self) -> Option<&Refused> {
        match self {
            Self::Refused(refused) => Some(refused),
            Self::Step { source, .. } => source.refusal(),
            _ => None,
        }
    }

    /// What became of the steps before the one that failed.
    pub fn undone(&self) -> Option<&Undone> {
        match self {
            Self::Step { undone, .. } => Some(undone),
            _ => None,
        }
    }

    /// The failure itself, and not the step that it stopped.
    pub fn cause(&self) -> &Self {
        match self {
            Self::Step { source, .. } => source.cause(),
            other => other,
        }
    }

    /// Whether the cluster has judged what it was asked for, and not just failed.
    pub fn is_verdict(&self) -> bool {
        matches!(self.cause(), Self::ActionFailed { .. } | Self::DeletionFailed { .. })
            || self.refusal().is_some_and(Refused::is_verdict)
    }

    /// Whether the cluster may have received and done what it was asked for, although no answer says so.
    pub(crate) fn is_uncertain(&self) -> bool {
        match self {
            Self::Step { source, .. } => source.is_uncertain(),
            Self::TimedOut { .. } | Self::Interrupted { .. } | Self::TooLarge { .. } | Self::Unexpected { .. } => true,
            Self::Refused(refused) => refused.status >= 500,
            _ => false,
        }
    }
}
