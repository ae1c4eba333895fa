//! Who may do what.

use serde_json::json;

use crate::support::{ADMIN, BundleBuilder, TestServer, form};

#[test]
fn nobody_gets_in_without_a_password() {
    let server = TestServer::of("7.22");
    for user in [None, Some((ADMIN.0, "wrong")), Some(("nobody", ADMIN.1)), Some(("", "")), Some((ADMIN.0, ""))] {
        for (method, path) in
            [("GET", "/v1/modules"), ("GET", "/v1/cluster"), ("GET", "/nowhere"), ("DELETE", "/v2/modules/1")]
        {
            let answer = server.request(user, method, path, None);
            answer.is_refused(401, "unauthorized");
            assert!(answer.headers["www-authenticate"].to_str().unwrap().starts_with("Basic realm="));
        }
        let upload = server.request(user, "POST", "/v2/modules", Some(form(&BundleBuilder::good().build())));
        upload.is_refused(401, "unauthorized");
    }
    assert_eq!(server.get("/v1/modules").ok().json(), json!([]));
}

#[test]
fn roles_may_what_the_documentation_says() {
    // Role, whether it sees modules, cluster, nodes and actions.
    let table = [
        ("cluster_member", true),
        ("cluster_viewer", true),
        ("db_member", true),
        ("db_viewer", true),
        ("user_manager", true),
        ("none", false),
    ];
    let (old, new) = (TestServer::with_roles("7.22"), TestServer::with_roles("8.0"));
    for (role, sees) in table {
        let user = Some((role, "password"));
        for path in ["/v1/modules", "/v1/cluster", "/v1/nodes", "/v1/cluster/module-capabilities", "/v1/actions"] {
            let answer = old.request(user, "GET", path, None);
            assert_eq!(answer.status, if sees { 200 } else { 403 }, "{role} {path}: {answer:?}");
        }
        let bundle = || Some(form(&BundleBuilder::good().build()));
        let json = |text: &str| Some(("application/json", text.as_bytes().to_vec()));
        let forbidden = [
            (&old, "POST", "/v1/modules", bundle()),
            (&old, "POST", "/v2/modules", bundle()),
            (&old, "DELETE", "/v1/modules/1", None),
            (&old, "DELETE", "/v2/modules/1", None),
            (&old, "PUT", "/v1/cluster", json("{}")),
            (&new, "POST", "/v2/modules/user-defined", json("{}")),
            (&new, "DELETE", "/v2/modules/user-defined/1", None),
            (&new, "POST", "/v2/local/modules/user-defined/artifacts", bundle()),
            (&new, "DELETE", "/v2/local/modules/user-defined/artifacts/m/1", None),
        ];
        for (server, method, path, body) in forbidden {
            server.request(user, method, path, body).is_refused(403, "insufficient_permissions");
        }
    }
}

#[test]
fn an_unknown_name_takes_as_long_as_a_wrong_password() {
    let server = TestServer::of("7.22");
    let time = |user: (&str, &str)| {
        let began = std::time::Instant::now();
        server.request(Some(user), "GET", "/v1/modules", None).is_refused(401, "unauthorized");
        began.elapsed()
    };
    // The fastest of several: what the machine does beside it only makes them slower.
    let fastest = |user: (&str, &str)| (0..5).map(|_| time(user)).min().unwrap();
    let (unknown, wrong) = (fastest(("nobody", "wrong")), fastest((ADMIN.0, "wrong")));
    assert!(unknown > wrong / 4 && wrong > unknown / 4, "{unknown:?} {wrong:?}");
}
