//! Who may do what.

use ramp_server::store::Role;
use serde_json::json;

use crate::support::{ADMIN, BundleBuilder, TestServer, form};

#[test]
fn nobody_gets_in_without_a_password() {
    for user in [None, Some((ADMIN.0, "wrong")), Some(("nobody", ADMIN.1)), Some(("", "")), Some((ADMIN.0, ""))] {
        // Each to a server of its own, on which the wrong passwords of the others make nobody wait.
        let server = TestServer::of("7.22");
        for (method, path) in
            [("GET", "/v1/modules"), ("GET", "/v1/cluster"), ("GET", "/nowhere"), ("DELETE", "/v2/modules/1")]
        {
            let answer = server.request(user, method, path, None);
            answer.is_refused(401, "unauthorized");
            assert!(answer.headers["www-authenticate"].to_str().unwrap().starts_with("Basic realm="));
        }
        let upload = server.request(user, "POST", "/v2/modules", Some(form(&BundleBuilder::good().build())));
        upload.is_refused(401, "unauthorized");
        assert_eq!(server.get("/v1/modules").ok().json(), json!([]));
    }
}

/// What a request needs, by the documentation.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Needs {
    /// `view_…`: every role but `none`.
    Sees,
    /// `update_cluster`, `manage_cluster_modules`: `admin`.
    Admin,
    /// `create_bdb`, `update_bdb`, `update_bdb_with_action`, `edit_bdb_module`, `delete_bdb`: `admin`, `cluster_member`, `db_member`.
    ChangesDatabases,
    /// `…_user`: `admin`, `user_manager`.
    ManagesUsers,
}

impl Needs {
    fn lets(self, role: Role) -> bool {
        match self {
            Self::Sees => role != Role::None,
            Self::Admin => role == Role::Admin,
            Self::ChangesDatabases => [Role::Admin, Role::ClusterMember, Role::DbMember].contains(&role),
            Self::ManagesUsers => [Role::Admin, Role::UserManager].contains(&role),
        }
    }
}

const BOTH: &[&str] = &["7.22", "8.0"];
const OLD: &[&str] = &["7.22"];
const NEW: &[&str] = &["8.0"];

/// Every endpoint of a generation but the open one, and what it needs. Uploads come last: an admin's leaves something.
const ENDPOINTS: [(&[&str], &str, &str, Needs); 44] = [
    (BOTH, "GET", "/v1/modules", Needs::Sees),
    (BOTH, "GET", "/v1/modules/1", Needs::Sees),
    (BOTH, "GET", "/v1/actions", Needs::Sees),
    (BOTH, "GET", "/v1/actions/1", Needs::Sees),
    (BOTH, "GET", "/v2/actions", Needs::Sees),
    (BOTH, "GET", "/v1/license", Needs::Sees),
    (BOTH, "GET", "/v1/cluster", Needs::Sees),
    (BOTH, "GET", "/v1/cluster/module-capabilities", Needs::Sees),
    (BOTH, "GET", "/v1/nodes", Needs::Sees),
    (BOTH, "GET", "/v1/nodes/1", Needs::Sees),
    (BOTH, "GET", "/v1/bdbs", Needs::Sees),
    (BOTH, "GET", "/v1/bdbs/99", Needs::Sees),
    (BOTH, "GET", "/metrics", Needs::Sees),
    (BOTH, "POST", "/ramp/v1/validate", Needs::Sees),
    (NEW, "GET", "/v2/modules/user-defined", Needs::Sees),
    (NEW, "GET", "/v2/modules/user-defined/1", Needs::Sees),
    (NEW, "GET", "/v2/local/modules/user-defined/artifacts", Needs::Sees),
    (BOTH, "PUT", "/v1/cluster", Needs::Admin),
    (BOTH, "PUT", "/v1/cluster?dry_run=1", Needs::Admin),
    (OLD, "DELETE", "/v1/modules/1", Needs::Admin),
    (OLD, "DELETE", "/v2/modules/1", Needs::Admin),
    (NEW, "DELETE", "/v2/modules/user-defined/1", Needs::Admin),
    (NEW, "DELETE", "/v2/local/modules/user-defined/artifacts/m/1", Needs::Admin),
    (NEW, "POST", "/v2/modules/user-defined", Needs::Admin),
    (BOTH, "DELETE", "/v1/bdbs/99", Needs::ChangesDatabases),
    (BOTH, "POST", "/v1/bdbs", Needs::ChangesDatabases),
    (BOTH, "POST", "/v2/bdbs", Needs::ChangesDatabases),
    (BOTH, "PUT", "/v1/bdbs/99", Needs::ChangesDatabases),
    (BOTH, "PUT", "/v2/bdbs/99", Needs::ChangesDatabases),
    (BOTH, "POST", "/v1/bdbs/99/upgrade", Needs::ChangesDatabases),
    (BOTH, "POST", "/v1/bdbs/99/modules/upgrade", Needs::ChangesDatabases),
    (BOTH, "POST", "/v1/bdbs/99/modules/config", Needs::ChangesDatabases),
    (BOTH, "POST", "/v1/modules/config/bdb/99", Needs::ChangesDatabases),
    (OLD, "POST", "/v1/modules/upgrade/bdb/99", Needs::ChangesDatabases),
    (BOTH, "GET", "/v1/users", Needs::ManagesUsers),
    (BOTH, "GET", "/v1/users/99", Needs::ManagesUsers),
    (BOTH, "PUT", "/v1/users/99", Needs::ManagesUsers),
    (BOTH, "DELETE", "/v1/users/99", Needs::ManagesUsers),
    (BOTH, "POST", "/v1/users", Needs::ManagesUsers),
    (NEW, "POST", "/v2/local/modules/user-defined/artifacts", Needs::Admin),
    (OLD, "POST", "/v1/modules", Needs::Admin),
    (OLD, "POST", "/v2/modules", Needs::Admin),
    // Whoever knows a password gets to hear that something is not there, and nothing else.
    (NEW, "POST", "/v1/modules", Needs::Sees),
    (NEW, "DELETE", "/v2/modules/1", Needs::Sees),
];

#[test]
fn roles_may_what_the_documentation_says() {
    for release in ["7.22", "8.0"] {
        let server = TestServer::with_roles(release);
        // The one who may most comes last, so that the others find nothing changed.
        for role in Role::ALL.iter().copied().rev() {
            let user = Some((role.as_str(), "password"));
            for (_, method, path, needs) in ENDPOINTS.into_iter().filter(|(releases, ..)| releases.contains(&release)) {
                let body = match method {
                    "POST" if path.contains("modules") && !path.ends_with("user-defined") && !path.contains("bdb") => {
                        Some(form(&BundleBuilder::good().build()))
                    }
                    "POST" | "PUT" => Some(("application/json", b"{}".to_vec())),
                    _ => None,
                };
                let answer = server.request(user, method, path, body);
                let gone =
                    [(NEW, "/v1/modules"), (NEW, "/v2/modules/1")].contains(&(&[release], path)) && method != "GET";
                if gone {
                    answer.is_refused(405, "method_not_allowed");
                } else if needs.lets(role) {
                    assert!(![401, 403].contains(&answer.status), "{role:?} {method} {path}: {answer:?}");
                } else {
                    answer.is_refused(403, "insufficient_permissions");
                }
            }
            if role != Role::Admin {
                assert_eq!(server.get("/v1/modules").ok().json(), json!([]), "{role:?} has left something");
                assert_eq!(server.files("blobs"), Vec::<String>::new());
                assert_eq!(server.get("/v1/users").ok().json().as_array().unwrap().len(), Role::ALL.len() + 1);
            }
        }
    }
}

/// By the time that an answer takes, nobody learns whether there is a user, or how near a password is: what takes time is the
/// hash, and there is one for every request, whatever it says. So it is for the right password, the first time.
#[test]
fn who_is_not_let_in_waits_as_long_as_who_is() {
    let server = TestServer::with_roles("7.22");
    let total = || -> u64 {
        let metrics = server.get("/metrics").ok().text;
        let line = metrics.lines().find(|line| line.starts_with("ramp_passwords_hashed_total ")).unwrap();
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    let hashes = |user: &str, password: &str, status: u16| {
        let before = total();
        assert_eq!(server.request(Some((user, password)), "GET", "/v1/cluster", None).status, status, "{user}");
        total() - before
    };
    let long = "x".repeat(1000);
    for (user, password) in [("nobody", "wrong"), ("nobody", "password"), ("", ""), ("db_viewer", "")] {
        assert_eq!(hashes(user, password, 401), 1, "{user} {password}");
    }
    for password in ["wrong", "passwore", "Password", "passwordpassword", &long] {
        assert_eq!(hashes("db_viewer", password, 401), 1, "{password}");
    }
    assert_eq!(hashes("db_viewer", "password", 200), 1);
    // It is remembered for a minute; the wrong ones are not.
    assert_eq!(hashes("db_viewer", "password", 200), 0);
    assert_eq!(hashes("db_viewer", "wrong", 401), 1);
}

#[test]
fn who_is_deleted_or_changed_is_so_at_once() {
    let server = TestServer::with_roles("7.22");
    let viewer = Some(("db_viewer", "password"));
    server.request(viewer, "GET", "/v1/modules", None).ok();
    let uid = server.uid_of("db_viewer");
    server.json("PUT", &format!("/v1/users/{uid}"), &json!({"role": "none"})).ok();
    server.request(viewer, "GET", "/v1/modules", None).is_refused(403, "insufficient_permissions");
    server.json("PUT", &format!("/v1/users/{uid}"), &json!({"role": "db_viewer", "password": "another"})).ok();
    server.request(viewer, "GET", "/v1/modules", None).is_refused(401, "unauthorized");
    let viewer = Some(("db_viewer", "another"));
    server.request(viewer, "GET", "/v1/modules", None).ok();
    server.delete(&format!("/v1/users/{uid}")).ok();
    server.request(viewer, "GET", "/v1/modules", None).is_refused(401, "unauthorized");
}

#[test]
fn what_is_too_large_or_no_name_is_refused() {
    let (old, new) = (TestServer::of("7.22"), TestServer::of("8.0"));
    let large = format!("{{\"module_name\":\"{}\"}}", "x".repeat(10 << 20)).into_bytes();
    for (server, method, path) in [
        (&new, "POST", "/v2/modules/user-defined"),
        (&new, "POST", "/v1/users"),
        (&new, "POST", "/v1/bdbs"),
        (&old, "PUT", "/v1/users/1"),
        (&old, "PUT", "/v1/cluster"),
    ] {
        let answer = server.request(Some(ADMIN), method, path, Some(("application/json", large.clone())));
        answer.is_refused(413, "request_too_large");
    }
    // As much in a bundle is not metadata.
    let bundle = BundleBuilder::good().set("description", "x".repeat(10 << 20));
    old.upload("/v2/modules", bundle.clone()).is_refused(422, "not_evaluated");
    new.upload("/v2/local/modules/user-defined/artifacts", bundle).is_refused(422, "not_evaluated");
    let many = BundleBuilder::good().set("commands", vec![0; 400_000]);
    old.upload("/v2/modules", many).is_refused(422, "not_evaluated");
    // The unpacker knows nothing of an empty name; any other is one to it.
    let unnamed = BundleBuilder::good().set("module_name", "");
    for path in ["/v1/modules", "/v2/modules"] {
        old.upload(path, unnamed.clone()).is_refused(400, "invalid_module");
    }
    new.upload("/v2/local/modules/user-defined/artifacts", unnamed).is_refused(406, "invalid_module");
    for server in [&old, &new] {
        assert_eq!(server.get("/v1/modules").ok().json(), json!([]));
        assert_eq!((server.files("blobs"), server.files("incoming")), (Vec::<String>::new(), Vec::<String>::new()));
    }
    // What is in a path is a name, and no path.
    for path in ["/v1/modules/..%2f..%2fetc%2fpasswd", "/v1/users/..%2f1", "/v1/nodes/%00"] {
        assert_eq!(old.get(path).status, 404, "{path}");
    }
    new.delete("/v2/local/modules/user-defined/artifacts/..%2f..%2fx/1").is_refused(404, "module_delete_failed");
}

/// Guessing gets slow, for a name and from an address; whoever is right is let in, and what was wrong before is forgotten.
#[test]
fn wrong_passwords_slow_the_next_down() {
    let server = TestServer::with_roles("7.22");
    let try_with = |password: &str| {
        let began = std::time::Instant::now();
        let answer = server.request(Some((ADMIN.0, password)), "GET", "/v1/modules", None);
        (answer.status, began.elapsed())
    };
    for _ in 0..7 {
        assert_eq!(try_with("wrong").0, 401);
    }
    let (status, took) = try_with("wrong");
    assert!(status == 401 && took >= std::time::Duration::from_millis(400), "{status} {took:?}");
    assert_eq!(try_with(ADMIN.1).0, 200);
    assert_eq!(try_with("wrong").0, 401);
}

/// Many at once are not all looked at before the first is known to be wrong; of many that are right, none is refused.
#[test]
fn many_passwords_at_once_are_not_all_tried() {
    let server = TestServer::with_roles("7.22");
    let at_once = |password: fn(usize) -> String| {
        let server = &server;
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let tries = (0..50).map(|number| {
                scope.spawn(move || {
                    let answer = server.request(Some((ADMIN.0, &password(number))), "GET", "/v1/modules", None);
                    if answer.status == 429 {
                        answer.is_refused(429, "too_many_tries");
                    }
                    answer.status
                })
            });
            tries.collect::<Vec<_>>().into_iter().map(|tried| tried.join().unwrap()).collect()
        });
        [200, 401, 429].map(|status| statuses.iter().filter(|other| **other == status).count())
    };
    assert_eq!(at_once(|_| ADMIN.1.to_owned()), [50, 0, 0]);
    let [right, wrong, refused] = at_once(|number| format!("wrong {number}"));
    assert!(right == 0 && (6..=15).contains(&wrong) && wrong + refused == 50, "{wrong} {refused}");
    // Who has shown a password lately does not wait behind them.
    assert_eq!(at_once(|_| ADMIN.1.to_owned()), [50, 0, 0]);
}
