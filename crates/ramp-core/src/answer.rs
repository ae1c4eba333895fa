//! The answer: what the cluster would say to the upload. Bundle and target decide it, and no policy.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::endpoint::{Endpoint, Request};
use crate::error_code::UploadErrorCode;
use crate::finding::{Finding, Observation};
use crate::target::{Target, platform_id};

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
pub struct Answer {
    refusal: Option<Refusal>,
    conditions: Vec<Condition>,
}

/// What must be so for a bundle to be accepted, and is not known of the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Condition {
    /// `allow_modules_upload` is on: the release has it off until somebody sets it.
    UploadsEnabled,
    /// The nodes are of the platform that the bundle is for, as far as theirs is not known.
    NodesRun {
        /// Systems of which they run one; empty where theirs are known.
        operating_systems: Vec<String>,
        /// The architecture that they have; null where theirs is known, or the release has one alone.
        architecture: Option<String>,
    },
    /// The object of a user-defined module is sent with that `version`, which is not how `module.json` writes it: `ramp upload` does.
    VersionSentAs {
        /// That.
        version: i64,
    },
}

/// What a bundle says that it is for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Declared<'a> {
    /// Its systems, as it writes them.
    pub(crate) systems: &'a [&'a str],
    /// Its architecture.
    pub(crate) architecture: Option<&'a str>,
    /// The version that must be sent in place of the one that it writes.
    pub(crate) sent_version: Option<i64>,
}

impl fmt::Display for Condition {
    /// As it can follow `accepted by …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UploadsEnabled => f.write_str("once uploads are switched on"),
            Self::NodesRun { operating_systems, architecture } => {
                let listed = match operating_systems.split_last() {
                    Some((last, [])) => last.clone(),
                    Some((last, others)) => format!("{} or {last}", others.join(", ")),
                    None => String::new(),
                };
                match architecture {
                    Some(architecture) if listed.is_empty() => write!(f, "if its nodes are {architecture}"),
                    Some(architecture) => write!(f, "if its nodes run {listed} on {architecture}"),
                    None => write!(f, "if its nodes run {listed}"),
                }
            }
            Self::VersionSentAs { version } => write!(f, "if `version` is sent as the number {version}"),
        }
    }
}

impl Answer {
    /// Whether the cluster would take the bundle, as far as anyone outside it can tell.
    pub const fn accepted(&self) -> bool {
        self.refusal.is_none()
    }

    /// What it would say where it refuses.
    pub const fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }

    /// What an accepted bundle is accepted under, as far as that is not known of the cluster: its settings, its nodes.
    ///
    /// ```
    /// use std::io::Cursor;
    /// use ramp_core::{Condition, Policy, Target, validate};
    /// # let bundle = ramp_fixtures::bundle::BundleBuilder::good().build();
    ///
    /// let report = validate(Cursor::new(bundle), &Target::named("8.2")?, &Policy::strict())?;
    /// assert!(report.answer().accepted());
    /// let (operating_systems, architecture) = (vec!["rhel9".to_owned()], Some("x86_64".to_owned()));
    /// let nodes_run = Condition::NodesRun { operating_systems, architecture };
    /// assert_eq!(report.answer().conditions(), [Condition::UploadsEnabled, nodes_run]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// The first thing that a cluster refuses: by request, then by the order of the codes; within one code what is found is in the
    /// unpacker's order.
    pub(crate) fn of(observations: &[Observation], target: &Target, declared: Declared<'_>) -> Self {
        let endpoint = target.known_endpoint();
        let request = |observation: &Observation| endpoint.map(|e| e.request_of(observation.part));
        let refusing = observations.iter().filter_map(|o| Some((o.error_code()?, o)));
        let first = refusing.min_by_key(|(code, observation)| (request(observation), *code));
        let refusal = first.map(|(code, observation)| {
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
        });
        let conditions = if refusal.is_none() { conditions(target, declared) } else { Vec::new() };
        Self { refusal, conditions }
    }
}

/// What is not known of the cluster.
fn conditions(target: &Target, declared: Declared<'_>) -> Vec<Condition> {
    let mut conditions = Vec::new();
    let uploaded = target.known_endpoint() != Some(Endpoint::Bootstrap);
    // A cluster that says itself that they are off has refused.
    if uploaded && target.takes_uploads() == Some(false) {
        conditions.push(Condition::UploadsEnabled);
    }
    conditions.extend(nodes_run(target, declared));
    if target.known_endpoint() == Some(Endpoint::UserDefined) {
        conditions.extend(declared.sent_version.map(|version| Condition::VersionSentAs { version }));
    }
    conditions
}

/// What the nodes must be, as far as the target does not say what they are.
fn nodes_run(target: &Target, declared: Declared<'_>) -> Option<Condition> {
    if target.takes_any_platform() {
        return None;
    }
    let rows = target.release_platforms();
    let runs_on = |name: &&&str| rows.iter().any(|row| row.os == platform_id(name));
    let open = if target.operating_systems().is_empty() { declared.systems } else { &[] };
    let operating_systems: Vec<String> = open.iter().filter(runs_on).map(|name| (*name).to_owned()).collect();
    let is_one = |os: &str| match operating_systems.as_slice() {
        [] => target.operating_systems().iter().any(|given| given == os),
        open => open.iter().any(|name| platform_id(name) == os),
    };
    // Nodes of these systems can have another, so it is not certain.
    let has_others =
        |name: &&str| rows.iter().any(|row| is_one(&row.os) && row.architectures.iter().any(|other| other != name));
    let architecture = declared.architecture.filter(|_| target.architectures().is_empty()).filter(has_others);
    let architecture = architecture.map(str::to_owned);
    let is_open = !operating_systems.is_empty() || architecture.is_some();
    is_open.then_some(Condition::NodesRun { operating_systems, architecture })
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
    /// What must be so for it to be accepted, and is not known of the cluster; empty where it is refused.
    #[serde(default)]
    conditions: Vec<Condition>,
}

impl From<Answer> for Flat {
    fn from(Answer { refusal, conditions }: Answer) -> Self {
        let Some(refusal) = refusal else { return Self { accepted: true, conditions, ..Self::default() } };
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
            conditions,
        }
    }
}

impl From<Flat> for Answer {
    /// A code is what makes it a refusal.
    fn from(flat: Flat) -> Self {
        let Flat { accepted: _, request, http_status, error_code, reason, message, rule, description, conditions } =
            flat;
        let refusal = error_code.map(|error_code| Refusal {
            request,
            http_status,
            error_code,
            reason,
            message: message.unwrap_or_else(|| error_code.message().into()),
            rule: rule.unwrap_or_default(),
            description: description.unwrap_or_default(),
        });
        Self { refusal, conditions }
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
