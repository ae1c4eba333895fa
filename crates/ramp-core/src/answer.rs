//! The answer: what the cluster would say to the upload. Bundle and target decide it, and no policy.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::endpoint::{Endpoint, Request};
use crate::error_code::UploadErrorCode;
use crate::finding::{Finding, Observation};
use crate::target::Target;

/// Why an upload is refused, as the cluster says it, or a server that enforces a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The request that is refused; `None` where nobody knows how the bundle is uploaded, as no cluster was named.
    pub request: Option<Request>,
    /// The HTTP status; `None` where the request is not known, and where it is answered before the bundle is looked at.
    pub http_status: Option<u16>,
    /// The `error_code`.
    pub error_code: UploadErrorCode,
    /// The unpacker's finer code.
    pub reason: Option<Cow<'static, str>>,
    /// The words that the documentation puts beside the code.
    pub message: Cow<'static, str>,
    /// The rule that found what it is refused for.
    pub rule: Cow<'static, str>,
    /// What that rule found in this bundle.
    pub description: String,
}

/// What the cluster would answer to the upload: that it takes it, or a [`Refusal`].
///
/// ```
/// use std::io::Cursor;
/// use ramp_core::{Policy, Request, Target, validate};
///
/// let report = validate(Cursor::new(b"<html>"), &Target::named("8.0")?, &Policy::strict())?;
/// let refusal = report.answer().refusal().unwrap();
/// assert_eq!(refusal.request, Some(Request::Artifact));
/// assert_eq!((refusal.http_status, refusal.error_code.as_str()), (Some(406), "invalid_module"));
///
/// // Without a cluster it is the unpacker's own answer, and nobody knows the request.
/// let report = validate(Cursor::new(b"<html>"), &Target::default(), &Policy::strict())?;
/// assert_eq!(report.answer().refusal().unwrap().request, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Flat", into = "Flat")]
pub struct Answer(Option<Refusal>);

impl Answer {
    /// Whether the cluster would take the bundle, as far as anyone outside it can tell.
    pub const fn accepted(&self) -> bool {
        self.0.is_none()
    }

    /// What it would say where it refuses.
    pub const fn refusal(&self) -> Option<&Refusal> {
        self.0.as_ref()
    }

    /// The first thing that a cluster refuses: by request, then by the order of the codes; within one code what is found is in the
    /// unpacker's order.
    pub(crate) fn of(observations: &[Observation], target: &Target) -> Self {
        let endpoint = target.known_endpoint();
        let request = |observation: &Observation| endpoint.map(|e| e.request_of(observation.rule.part));
        let refusing = observations.iter().filter_map(|o| Some((o.error_code()?, o)));
        let first = refusing.min_by_key(|(code, observation)| (request(observation), *code));
        Self(first.map(|(code, observation)| {
            let request = request(observation);
            let (error_code, reason) = match request {
                // Nodes download and try it by themselves: whatever it is, that fails.
                Some(Request::Bootstrap) => {
                    (UploadErrorCode::ModuleDownloadFailed, observation.reason.or(Some(code.as_str())))
                }
                // Where the object is refused, the unpacker has not been asked yet.
                Some(Request::Definition) => (code, None),
                _ => (code, observation.reason),
            };
            Refusal {
                request,
                http_status: endpoint.and_then(|e| error_code.http_status(e)),
                error_code,
                reason: reason.map(Into::into),
                message: error_code.message().into(),
                rule: observation.rule.id.into(),
                description: observation.message.clone(),
            }
        }))
    }
}

impl Refusal {
    /// What a server answers that enforces a policy, where a cluster would accept and `finding` may not stand.
    pub(crate) fn enforced(finding: &Finding, endpoint: Option<Endpoint>) -> Self {
        let code = finding.error_code.unwrap_or_else(|| finding.group.enforced_code());
        Self {
            request: endpoint.and_then(|e| e.requests().last().copied()),
            http_status: endpoint.and_then(|e| code.http_status(e)),
            error_code: code,
            reason: finding.reason.clone(),
            message: code.message().into(),
            rule: finding.rule.clone(),
            description: finding.message.clone(),
        }
    }
}

/// An answer as JSON: one object, whose other members are null where the bundle is accepted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Answer"))]
struct Flat {
    /// Whether the cluster would take the bundle, as far as anyone outside it can tell.
    accepted: bool,
    /// The request that is refused; null also where no cluster was named.
    request: Option<Request>,
    /// The HTTP status; null also where no cluster was named, and for a bootstrap, which is answered before.
    http_status: Option<u16>,
    /// The `error_code`.
    error_code: Option<UploadErrorCode>,
    /// The unpacker's finer code; of a bootstrap, what the node finds.
    reason: Option<Cow<'static, str>>,
    /// The words that the documentation puts beside the code.
    message: Option<Cow<'static, str>>,
    /// The rule that found what it is refused for.
    rule: Option<Cow<'static, str>>,
    /// What that rule found in this bundle.
    description: Option<String>,
}

impl From<Answer> for Flat {
    fn from(Answer(refusal): Answer) -> Self {
        let Some(refusal) = refusal else { return Self { accepted: true, ..Self::default() } };
        let Refusal { request, http_status, error_code, reason, message, rule, description } = refusal;
        Self {
            accepted: false,
            request,
            http_status,
            error_code: Some(error_code),
            reason,
            message: Some(message),
            rule: Some(rule),
            description: Some(description),
        }
    }
}

impl From<Flat> for Answer {
    /// A code is what makes it a refusal.
    fn from(flat: Flat) -> Self {
        let Flat { accepted: _, request, http_status, error_code, reason, message, rule, description } = flat;
        Self(error_code.map(|error_code| Refusal {
            request,
            http_status,
            error_code,
            reason,
            message: message.unwrap_or_else(|| error_code.message().into()),
            rule: rule.unwrap_or_default(),
            description: description.unwrap_or_default(),
        }))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Answer {
    fn schema_name() -> Cow<'static, str> {
        Flat::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Flat::json_schema(generator)
    }
}
