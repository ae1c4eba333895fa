//! What is read of a module's object, whatever the release.

use serde_json::Value;

use crate::json::{integer, text};

/// What a module is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) module_name: String,
    pub(crate) version: i64,
}

impl Named {
    /// `None` where the object does not say it.
    pub(crate) fn of(object: &Value) -> Option<Self> {
        let module_name = object.get("module_name")?.as_str()?.to_owned();
        Some(Self { module_name, version: integer(object.get("version")?)? })
    }
}

/// A build of a module that a cluster has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterBuild {
    /// What it is for, as clusters write it: `rhel9/x86_64`. `None` where the cluster does not say.
    pub platform: Option<String>,
    /// The SHA-256 of the module, in hex, where the cluster tells it: up to 7.22; from 8.0 on what it was told, if it shows that.
    pub sha256: Option<String>,
}

/// The builds, by platform. From 7.4 to 7.22 an object has `platforms`, each with its digest; before, `os_list`, `architecture` and one
/// digest. From 8.0 on it tells no platforms: one build, of which nothing may be known.
pub(crate) fn builds(object: &Value) -> Vec<ClusterBuild> {
    let sha256 = text(object, "sha256").map(str::to_owned);
    let build = |platform: Option<String>| ClusterBuild { platform, sha256: sha256.clone() };
    let mut builds: Vec<ClusterBuild> =
        match (object.get("platforms").and_then(Value::as_object), text(object, "architecture")) {
            (Some(named), _) => {
                let own = |(name, details): (&String, &Value)| ClusterBuild {
                    platform: Some(name.clone()),
                    sha256: text(details, "sha256").map(str::to_owned),
                };
                named.iter().map(own).collect()
            }
            (None, Some(architecture)) => {
                let systems = object.get("os_list").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                systems.iter().filter_map(Value::as_str).map(|os| build(Some(format!("{os}/{architecture}")))).collect()
            }
            (None, None) => Vec::new(),
        };
    if builds.is_empty() {
        builds.push(build(None));
    }
    builds.sort_unstable_by(|a, b| a.platform.cmp(&b.platform));
    builds
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(object: &Value) -> Vec<(Option<String>, Option<String>)> {
        builds(object).into_iter().map(|build| (build.platform, build.sha256)).collect()
    }

    #[test]
    fn builds_of_each_form_of_the_object() {
        let some = |text: &str| Some(text.to_owned());
        let newer =
            json!({"sha256": "0", "platforms": {"rhel9/x86_64": {"sha256": "9"}, "rhel8/x86_64": {"sha256": ""}}});
        assert_eq!(of(&newer), [(some("rhel8/x86_64"), None), (some("rhel9/x86_64"), some("9"))]);
        let older = json!({"sha256": "0", "architecture": "x86_64", "os_list": ["rhel8", "rhel7", 7]});
        assert_eq!(of(&older), [(some("rhel7/x86_64"), some("0")), (some("rhel8/x86_64"), some("0"))]);
        assert_eq!(of(&json!({"sha256": "0", "platforms": {}})), [(None, some("0"))]);
        assert_eq!(of(&json!({"module_name": "m"})), [(None, None)]);
    }

    #[test]
    fn a_module_is_known_by_name_and_version() {
        let named = Named { module_name: "m".to_owned(), version: 10203 };
        assert_eq!(Named::of(&json!({"module_name": "m", "version": 10203.0})), Some(named));
        assert_eq!(Named::of(&json!({"module_name": "m", "version": "10203"})), None);
        assert_eq!(Named::of(&json!({"version": 1})), None);
    }
}
