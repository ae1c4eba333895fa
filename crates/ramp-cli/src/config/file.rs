//! What a policy file may say.

use std::collections::BTreeMap;

use ramp_core::release_set::NodePlatform;
use ramp_core::{Date, Endpoint, FailOn, Override, PolicyName};
use ramp_probe::PlayedVersion;
use schemars::{JsonSchema, Schema, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::keys::Places;
use super::one_or_more::{OneOrMore, one_or_more};
use crate::args::format::{Format, Output};
use crate::args::pack::Probe;
use crate::error::ConfigError;

/// `ramp.toml`: what is usual for the bundles of a project. Options of the command line win; paths start from the folder of this file.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct File {
    /// What bundles are checked against: releases such as `7.22`, `latest`, cluster versions such as `7.4.2-54`, or JSON files of
    /// targets; one or several.
    #[schemars(with = "OneOrMore<String>")]
    #[serde(deserialize_with = "one_or_more", skip_serializing_if = "Vec::is_empty")]
    pub(crate) target: Vec<String>,
    /// What the nodes of the targets run: `rhel9/x86_64`, or `rhel9`; one or several.
    #[schemars(with = "OneOrMore<Node>")]
    #[serde(deserialize_with = "one_or_more", skip_serializing_if = "Vec::is_empty")]
    pub(crate) nodes: Vec<Node>,
    /// The endpoint to upload to: `v1`, `v2`, `user-defined` or `bootstrap`.
    #[schemars(with = "Option<String>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) endpoint: Option<Endpoint>,
    /// The policy: `strict` or `reference`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<PolicyName>,
    /// The lowest level of finding with which nothing passes: `error`, `warning`, `note` or `never`.
    #[schemars(with = "Option<FailOnWord>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fail_on: Option<FailOn>,
    /// What `ramp validate` prints.
    #[schemars(with = "Option<String>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<Format>,
    /// More reports, each with its format in front: `sarif=report.sarif`; one or several.
    #[schemars(with = "OneOrMore<String>")]
    #[serde(deserialize_with = "one_or_more", skip_serializing_if = "Vec::is_empty")]
    pub(crate) output: Vec<String>,
    /// Levels of rules, and of groups of them: `allow`, `warn` or `deny`. A rule's own counts before its group's.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) rules: BTreeMap<String, LevelWord>,
    /// What is known and does not count. It stays in the reports, marked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) allow: Vec<Allow>,
    /// What has to be among the bundles of one release.
    #[serde(skip_serializing_if = "Set::is_empty")]
    pub(crate) set: Set,
    /// What `ramp pack` is given where its options do not say otherwise.
    #[serde(skip_serializing_if = "Pack::is_empty")]
    pub(crate) pack: Pack,
}

impl File {
    /// Whether it says what has to be among the bundles of a release.
    pub(crate) fn says_of_sets(&self) -> bool {
        !self.set.is_empty()
    }
}

/// A platform of nodes, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node(pub(crate) NodePlatform);

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(D::Error::custom)
    }
}

impl Serialize for Node {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl JsonSchema for Node {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Node".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "description": "A system, and a processor: `rhel9/x86_64`, `rhel9`.", "examples": ["rhel9/x86_64"]})
    }
}

/// How grave a rule is, other than by the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LevelWord {
    /// Nothing is found by it.
    Allow,
    /// A warning.
    Warn,
    /// An error.
    Deny,
}

impl From<LevelWord> for Override {
    fn from(word: LevelWord) -> Self {
        match word {
            LevelWord::Allow => Self::Allow,
            LevelWord::Warn => Self::Warn,
            LevelWord::Deny => Self::Deny,
        }
    }
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "its schema is")]
enum FailOnWord {
    Error,
    Warning,
    Note,
    Never,
}

/// Findings that are known, and do not count.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Allow {
    /// The rule, or the group.
    pub(crate) rule: String,
    /// The bundles that it is for, as a pattern of their paths from the folder of this file, or of their names: `dist/*-rhel8*.zip`.
    /// Without it, for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bundle: Option<String>,
    /// Why they do not count.
    pub(crate) reason: String,
    /// The last day on which they do not: `2027-03-31`.
    #[serde(default, deserialize_with = "day", skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<Date>,
}

/// A day, as TOML has it or as text.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a day: 2027-03-31")]
    enum Day {
        Written(toml::value::Datetime),
        Text(String),
    }
    let text = match Day::deserialize(deserializer)? {
        Day::Written(day) => day.to_string(),
        Day::Text(text) => text,
    };
    text.parse().map(Some).map_err(D::Error::custom)
}

/// A version that the built-in host plays.
fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse::<PlayedVersion>().map(|_| Some(text)).map_err(D::Error::custom)
}

/// What has to be among the bundles of one release.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Set {
    /// Platforms for which there must be a bundle, beside those of the targets' nodes; one or several.
    #[schemars(with = "OneOrMore<Node>")]
    #[serde(deserialize_with = "one_or_more")]
    pub(crate) required: Vec<Node>,
}

impl Set {
    fn is_empty(&self) -> bool {
        self.required.is_empty()
    }
}

/// What `ramp pack` is given; each is the option of that name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Pack {
    /// The manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) manifest: Option<String>,
    /// The systems that the module is for, where its manifest names none; one or several.
    #[schemars(with = "OneOrMore<String>")]
    #[serde(deserialize_with = "one_or_more", skip_serializing_if = "Vec::is_empty")]
    pub(crate) operating_systems: Vec<String>,
    /// Who asks the module.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) probe: Option<Probe>,
    /// The Redis version that the built-in host shows the module.
    #[schemars(with = "Option<String>")]
    #[serde(deserialize_with = "version", skip_serializing_if = "Option::is_none")]
    pub(crate) redis_version: Option<String>,
    /// The server to load it into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) redis_server: Option<String>,
    /// The folder with the archives of dependencies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) embed_deps: Option<String>,
    /// Whether nothing is written that does not pass the policy `strict`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) strict: Option<bool>,
}

impl Pack {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The JSON Schema of the file.
pub(crate) fn schema() -> Schema {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    settings.into_generator().into_root_schema_for::<File>()
}

/// The file's text.
pub(super) fn text(bytes: &[u8], most: u64) -> Result<&str, ConfigError> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
        return Err(ConfigError::at(None, format!("it has more than {} MiB", most >> 20)));
    }
    std::str::from_utf8(bytes)
        .map(|text| text.strip_prefix('\u{feff}').unwrap_or(text))
        .map_err(|err| ConfigError::at(None, format!("it is not UTF-8 text: byte {}", err.valid_up_to())))
}

/// What the text says. Its keys were looked at before.
pub(super) fn read(text: &str, places: &Places) -> Result<File, ConfigError> {
    let file: File = toml::from_str(text).map_err(|err| ConfigError::of(&err, text))?;
    for (index, output) in file.output.iter().enumerate() {
        let place = places.get(&format!("output.{index}")).or_else(|| places.get("output"));
        match output.parse::<Output>() {
            Ok(Output::File(Some(_), _)) => {}
            Ok(_) => {
                let message = format!("`{output}` has no format and file; write `sarif=report.sarif`");
                return Err(ConfigError::at(place, message));
            }
            Err(message) => return Err(ConfigError::at(place, message)),
        }
    }
    Ok(file)
}
