//! What a bootstrap is asked for: the bootstrap object, as far as it matters here.
//!
//! Source: the pages on the bootstrap object and its parts of the REST API reference. What else of the object a request says, such as paths
//! and ports of the node, changes nothing where none is set up.

use serde_json::Value;
use utoipa::ToSchema;

use super::user::bad_email;
use crate::auth::LONGEST_PASSWORD;
use crate::dependencies::Location;
use crate::http::Fields;

/// Longest name of a cluster, in characters.
const LONGEST_CLUSTER_NAME: usize = 64;
/// Longest part of it between dots.
const LONGEST_LABEL: usize = 63;

/// What a bootstrap can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// A cluster is made of the node.
    Create,
    /// The node joins a cluster.
    Join,
    /// The node recovers a cluster from a backup.
    Recover,
}

impl Action {
    const ALL: [Self; 3] = [Self::Create, Self::Join, Self::Recover];

    /// The action of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }

    /// The name in the API.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create_cluster",
            Self::Join => "join_cluster",
            Self::Recover => "recover_cluster",
        }
    }
}

/// A cluster to make; further fields are ignored.
#[derive(Debug, ToSchema)]
#[schema(as = Bootstrap)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct ToMake {
    /// `create_cluster`, if it is given.
    action: Option<String>,
    cluster: ClusterIdentity,
    credentials: Credentials,
    /// Not looked at: no license is needed.
    license: Option<String>,
    /// From 8.0.6 on.
    user_defined_modules: Option<Vec<ModuleToLoad>>,
}

/// What the cluster is called.
#[derive(Debug, ToSchema)]
#[schema(as = BootstrapCluster)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct ClusterIdentity {
    /// A name as hosts have one, of up to 64 characters.
    name: String,
}

/// The first admin.
#[derive(Debug, ToSchema)]
#[schema(as = BootstrapCredentials)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct Credentials {
    /// ASCII, without spaces, colons, `&`, `<`, `>` and quotes.
    username: String,
    password: String,
}

/// A module that each node downloads.
#[derive(Debug, ToSchema)]
#[schema(as = BootstrapModule)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct ModuleToLoad {
    /// By which warnings and the log call it.
    name: String,
    location: ModuleLocation,
}

/// Where a module is.
#[derive(Debug, ToSchema)]
#[schema(as = BootstrapModuleLocation)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct ModuleLocation {
    /// `http` or `https`.
    location_type: String,
    /// The address of the bundle, which begins with the same.
    url: String,
    credentials: Option<Credentials>,
}

/// What a request says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) cluster_name: String,
    /// Name and password of the first admin.
    pub(crate) admin: Admin,
    pub(crate) modules: Vec<WantedModule>,
}

/// Who may ask first. Says nothing of the password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Admin {
    pub(crate) username: String,
    pub(crate) password: String,
}

impl std::fmt::Debug for Admin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admin").field("username", &self.username).finish_non_exhaustive()
    }
}

/// A module to download.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WantedModule {
    pub(crate) name: String,
    pub(crate) location: Location,
}

impl Wanted {
    /// Reads the body of a request that asks for this action; what is wrong with it. `loads_modules` is whether the release has
    /// `user_defined_modules`.
    pub(crate) fn read(action: Action, body: &[u8], loads_modules: bool) -> Result<Self, String> {
        let fields = Fields::read(body)?;
        let given = |name: &str| fields.get(name).filter(|value| !value.is_null());
        match given("action") {
            None => {}
            Some(Value::String(name)) if name == action.as_str() => {}
            Some(other) => return Err(format!("`action` is {other}, and the path says `{}`", action.as_str())),
        }
        let object = |name: &str| given(name).ok_or_else(|| format!("`{name}` is missing"));
        let cluster_name = text(object("cluster")?, "cluster", "name")?;
        if let Some(what) = bad_cluster_name(&cluster_name) {
            return Err(format!("`cluster.name` {what}"));
        }
        let credentials = object("credentials")?;
        let username = text(credentials, "credentials", "username")?;
        if let Some(what) = bad_email(&username) {
            return Err(format!("`credentials.username` {what}"));
        }
        let password = text(credentials, "credentials", "password")?;
        if password.is_empty() || password.len() > LONGEST_PASSWORD {
            return Err(format!("`credentials.password` must have 1 to {LONGEST_PASSWORD} bytes"));
        }
        let modules = match given("user_defined_modules") {
            None => Vec::new(),
            Some(_) if !loads_modules => {
                return Err("this release has no `user_defined_modules`, which came with 8.0.6".to_owned());
            }
            Some(Value::Array(modules)) => modules.iter().enumerate().map(read_module).collect::<Result<_, _>>()?,
            Some(_) => return Err("`user_defined_modules` must be an array of objects".to_owned()),
        };
        Ok(Self { cluster_name, admin: Admin { username, password }, modules })
    }
}

fn read_module((index, module): (usize, &Value)) -> Result<WantedModule, String> {
    let at = format!("user_defined_modules[{index}]");
    let name = text(module, &at, "name")?;
    let location = module.get("location").ok_or_else(|| format!("`{at}.location` is missing"))?;
    let at = format!("{at}.location");
    let scheme = text(location, &at, "location_type")?;
    if !["http", "https"].contains(&scheme.as_str()) {
        return Err(format!("`{at}.location_type` is \"{}\", not `http` or `https`", scheme.escape_debug()));
    }
    let url = text(location, &at, "url")?;
    let credentials = match location.get("credentials").filter(|value| !value.is_null()) {
        None => None,
        Some(credentials) => {
            let at = format!("{at}.credentials");
            Some((text(credentials, &at, "username")?, text(credentials, &at, "password")?))
        }
    };
    if !url.starts_with(&format!("{scheme}://")) {
        return Err(format!("`{at}.url` does not begin with `{scheme}://`, as `location_type` says"));
    }
    Ok(WantedModule { name, location: Location::new(url, credentials) })
}

/// A text that must be there.
fn text(object: &Value, at: &str, field: &str) -> Result<String, String> {
    match object.get(field) {
        Some(Value::String(text)) => Ok(text.clone()),
        None | Some(Value::Null) if object.is_object() => Err(format!("`{at}.{field}` is missing")),
        Some(_) => Err(format!("`{at}.{field}` must be a string")),
        None => Err(format!("`{at}` must be an object")),
    }
}

/// What is wrong with the name of a cluster: it is one of hosts, by RFC 952 and section 2.1 of RFC 1123.
fn bad_cluster_name(name: &str) -> Option<String> {
    let is_label = |label: &str| {
        let ends = label.chars().next().into_iter().chain(label.chars().next_back());
        label.len() <= LONGEST_LABEL
            && !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && ends.into_iter().all(|c| c.is_ascii_alphanumeric())
    };
    if name.chars().count() > LONGEST_CLUSTER_NAME {
        return Some(format!("is longer than {LONGEST_CLUSTER_NAME} characters"));
    }
    let is_name = name.split('.').all(is_label);
    (!is_name).then(|| format!("is \"{}\", which is not a name that hosts can have", name.escape_debug()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: &Value) -> Result<Wanted, String> {
        Wanted::read(Action::Create, body.to_string().as_bytes(), true)
    }

    fn good() -> Value {
        json!({
            "action": "create_cluster", "cluster": {"nodes": [], "name": "my.cluster"}, "license": "",
            "node": {"paths": {"persistent_path": "/p"}}, "credentials": {"username": "a@b.c", "password": "s3cret"},
        })
    }

    #[test]
    fn what_scripts_send_is_read() {
        let wanted = read(&good()).unwrap();
        assert_eq!((wanted.cluster_name.as_str(), wanted.admin.username.as_str()), ("my.cluster", "a@b.c"));
        assert_eq!(wanted.modules, []);
        assert!(!format!("{wanted:?}").contains("s3cret"));
        let mut body = good();
        body["user_defined_modules"] = json!([
            {"name": "A", "location": {"location_type": "https", "url": "https://x/a.zip", "credentials": {"username": "u", "password": "s3cret"}}},
            {"name": "B", "location": {"location_type": "http", "url": "http://x/b.zip"}},
        ]);
        let wanted = read(&body).unwrap();
        let location = Location::new("https://x/a.zip".to_owned(), Some(("u".to_owned(), "s3cret".to_owned())));
        assert_eq!(wanted.modules[0], WantedModule { name: "A".to_owned(), location });
        assert_eq!(wanted.modules[1].location, Location::new("http://x/b.zip".to_owned(), None));
        assert!(!format!("{wanted:?}").contains("s3cret"));
        let err = Wanted::read(Action::Create, body.to_string().as_bytes(), false).unwrap_err();
        assert_eq!(err, "this release has no `user_defined_modules`, which came with 8.0.6");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let with = |pointer: &str, value: Value| {
            let mut body = good();
            let (parent, field) = pointer.rsplit_once('/').unwrap();
            body.pointer_mut(parent).unwrap()[field] = value;
            body
        };
        let module = |location: Value| with("/user_defined_modules", json!([{"name": "A", "location": location}]));
        for (body, what) in [
            (
                with("/action", json!("join_cluster")),
                "`action` is \"join_cluster\", and the path says `create_cluster`",
            ),
            (with("/cluster", json!(null)), "`cluster` is missing"),
            (with("/cluster", json!("x")), "`cluster` must be an object"),
            (with("/cluster/name", json!(null)), "`cluster.name` is missing"),
            (with("/cluster/name", json!(7)), "`cluster.name` must be a string"),
            (with("/cluster/name", json!("a b")), "`cluster.name` is \"a b\", which is not a name that hosts can have"),
            (
                with("/cluster/name", json!("a-.b")),
                "`cluster.name` is \"a-.b\", which is not a name that hosts can have",
            ),
            (with("/cluster/name", json!("a".repeat(65))), "`cluster.name` is longer than 64 characters"),
            (with("/credentials", json!({})), "`credentials.username` is missing"),
            (with("/credentials/username", json!("a:b")), "`credentials.username` has a colon or a space"),
            (with("/credentials/password", json!("")), "`credentials.password` must have 1 to 1024 bytes"),
            (with("/user_defined_modules", json!({})), "`user_defined_modules` must be an array of objects"),
            (with("/user_defined_modules", json!([{}])), "`user_defined_modules[0].name` is missing"),
            (with("/user_defined_modules", json!([{"name": "A"}])), "`user_defined_modules[0].location` is missing"),
            (
                module(json!({"location_type": "ftp", "url": "ftp://x"})),
                "`user_defined_modules[0].location.location_type` is \"ftp\", not `http` or `https`",
            ),
            (
                module(json!({"location_type": "https", "url": "http://x"})),
                "`user_defined_modules[0].location.url` does not begin with `https://`, as `location_type` says",
            ),
            (
                module(json!({"location_type": "http", "url": "http://x", "credentials": {"username": "u"}})),
                "`user_defined_modules[0].location.credentials.password` is missing",
            ),
        ] {
            assert_eq!(read(&body).unwrap_err(), what);
        }
    }
}
