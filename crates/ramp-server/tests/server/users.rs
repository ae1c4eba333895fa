//! `/v1/users`.

use std::sync::Arc;

use ramp_core::Target;
use ramp_server::{Config, Server, Transport, open_store};
use serde_json::{Value, json};

use crate::support::{ADMIN, Answer, TestServer};

fn make(server: &TestServer, user: &Value) -> Answer {
    server.json("POST", "/v1/users", user)
}

#[test]
fn a_user_is_made_shown_changed_and_deleted() {
    let server = TestServer::of("7.22");
    let asked = json!({
        "email": "new@x", "password": "my-password", "name": "Pat Doe", "role": "db_viewer", "email_alerts": false,
        "auth_method": "regular",
    });
    let mut user = make(&server, &asked).ok().json();
    let uid = user["uid"].as_u64().unwrap();
    let date = user["password_issue_date"].as_str().unwrap().to_owned();
    assert!(date.len() == 20 && date.ends_with('Z'), "{date}");
    let expected = json!({
        "uid": uid, "email": "new@x", "name": "Pat Doe", "role": "db_viewer", "auth_method": "regular",
        "email_alerts": false, "password_issue_date": date, "status": "active",
    });
    assert_eq!(user, expected);
    let path = format!("/v1/users/{uid}");
    assert_eq!(server.get(&path).ok().json(), user);
    let users = server.get("/v1/users").ok().json();
    assert_eq!(users.as_array().unwrap().len(), 2);
    assert_eq!((&users[0]["email"], &users[0]["role"], &users[1]), (&json!(ADMIN.0), &json!("admin"), &user));
    assert!(!users.to_string().contains("argon2") && !users.to_string().contains("my-password"));
    server.request(Some(("new@x", "my-password")), "GET", "/v1/modules", None).ok();
    user["role"] = json!("cluster_member");
    user["name"] = json!("Jane Poe");
    let changed = server.json("PUT", &path, &json!({"role": "cluster_member", "name": "Jane Poe"})).ok().json();
    assert_eq!(changed, user);
    assert_eq!(server.json("PUT", &path, &json!({"email": "newer@x"})).ok().json()["email"], "newer@x");
    server.request(Some(("newer@x", "my-password")), "GET", "/v1/modules", None).ok();
    server.request(Some(("new@x", "my-password")), "GET", "/v1/modules", None).is_refused(401, "unauthorized");
    assert_eq!(server.delete(&path).ok().text, "");
    server.get(&path).is_refused(404, "user_not_exist");
    server.request(Some(("newer@x", "my-password")), "GET", "/v1/modules", None).is_refused(401, "unauthorized");
}

#[test]
fn users_that_cannot_be_are_refused() {
    let server = TestServer::of("7.22");
    let good = json!({"email": "new@x", "password": "p", "role": "none", "name": "New"});
    let with = |field: &str, value: Value| {
        let mut user = good.clone();
        user[field] = value;
        user
    };
    for field in ["email", "password", "role"] {
        let mut user = good.clone();
        user.as_object_mut().unwrap().remove(field);
        make(&server, &user).is_refused(400, "invalid_schema");
    }
    for (field, value) in [
        ("email", json!("")),
        ("email", json!("a:b")),
        ("email", json!("a\n@x")),
        ("email", json!("ä@x")),
        ("email", json!(7)),
        ("email", json!("x".repeat(300))),
        ("name", json!("<b>")),
        ("name", json!("Ä")),
        ("name", json!(null)),
        ("password", json!("")),
        ("password", json!("x".repeat(2000))),
        ("password", json!(["x"])),
        ("role", json!("root")),
        ("role", json!(1)),
        ("role_uids", json!([1])),
        ("email_alerts", json!("true")),
        ("auth_method", json!("external")),
        ("bdbs_email_alerts", json!(["1"])),
    ] {
        make(&server, &with(field, value.clone())).is_refused(400, "invalid_schema");
        server.json("PUT", "/v1/users/1", &json!({field: value})).is_refused(400, "invalid_schema");
    }
    for body in ["", "[]", "{", "null", "\"x\""] {
        let body = Some(("application/json", body.as_bytes().to_vec()));
        server.request(Some(ADMIN), "POST", "/v1/users", body).is_refused(400, "invalid_schema");
    }
    assert_eq!(server.get("/v1/users").ok().json().as_array().unwrap().len(), 1);
    make(&server, &good).ok();
    make(&server, &with("name", json!("Another"))).is_refused(409, "email_already_exists");
    make(&server, &with("email", json!("another@x"))).is_refused(409, "name_already_exists");
    let other = make(&server, &json!({"email": "other@x", "password": "p", "role": "none"})).ok().json();
    let path = format!("/v1/users/{}", other["uid"]);
    server.json("PUT", &path, &json!({"email": "new@x"})).is_refused(406, "email_already_exists");
    server.json("PUT", &path, &json!({"name": "New"})).is_refused(406, "name_already_exists");
    server.json("PUT", &path, &json!({"password": "p"})).is_refused(400, "new_password_same_as_current");
    for uid in ["99", "0", "-1", "x", "4294967296"] {
        let path = format!("/v1/users/{uid}");
        server.get(&path).is_refused(404, "user_not_exist");
        server.json("PUT", &path, &json!({"name": "x"})).is_refused(404, "user_not_exist");
        server.delete(&path).is_refused(406, "user_not_exist");
    }
}

#[test]
fn there_is_always_an_admin() {
    let server = TestServer::of("7.22");
    let path = format!("/v1/users/{}", server.uid_of(ADMIN.0));
    server.json("PUT", &path, &json!({"role": "none"})).is_refused(406, "change_last_admin_role_not_allowed");
    server.delete(&path).is_refused(406, "change_last_admin_role_not_allowed");
    make(&server, &json!({"email": "other@x", "password": "p", "role": "admin"})).ok();
    server.json("PUT", &path, &json!({"role": "db_viewer"})).ok();
    server.get("/v1/users").is_refused(403, "insufficient_permissions");
    let other = Some(("other@x", "p"));
    let last = format!("/v1/users/{}", 2);
    server.request(other, "DELETE", &last, None).is_refused(406, "change_last_admin_role_not_allowed");
}

#[test]
fn everybody_may_change_their_own_name_and_password() {
    let server = TestServer::with_roles("7.22");
    for role in ["none", "db_viewer", "cluster_member"] {
        let path = format!("/v1/users/{}", server.uid_of(role));
        let change = |password: &str, body: Value| {
            let body = Some(("application/json", body.to_string().into_bytes()));
            server.request(Some((role, password)), "PUT", &path, body)
        };
        change("password", json!({"name": format!("I am {role}"), "password": "another"})).ok();
        change("password", json!({"name": "Me"})).is_refused(401, "unauthorized");
        for more in [json!({"role": "admin"}), json!({"email": "me@x"}), json!({"name": "Me", "role": role})] {
            change("another", more).is_refused(403, "insufficient_permissions");
        }
    }
}

#[test]
fn passwords_must_be_complex_where_that_is_set() {
    let server = TestServer::of("7.22");
    assert_eq!(server.get("/v1/cluster").ok().json()["password_complexity"], false);
    let user = |email: &str, password: &str| json!({"email": email, "password": password, "role": "none"});
    make(&server, &user("simple@x", "p")).ok();
    server.json("PUT", "/v1/cluster", &json!({"password_complexity": 1})).is_refused(400, "invalid_schema");
    let set = server.json("PUT", "/v1/cluster", &json!({"password_complexity": true})).ok().json();
    assert_eq!(set["password_complexity"], true);
    make(&server, &user("new@x", "password")).is_refused(400, "password_not_complex");
    make(&server, &user("new@x", "A1!new@x.")).is_refused(400, "password_not_complex");
    make(&server, &user("new@x", "Passw0rd!")).ok();
    let path = format!("/v1/users/{}", server.uid_of("simple@x"));
    server.json("PUT", &path, &json!({"password": "password"})).is_refused(400, "password_not_complex");
    server
        .json("PUT", &path, &json!({"email": "passw0rd", "password": "Passw0rd!"}))
        .is_refused(400, "password_not_complex");
    server.json("PUT", &path, &json!({"password": "Passw0rd!"})).ok();
}

#[test]
fn a_role_is_there_since_its_release() {
    for (release, status) in [("7.4", 400), ("7.8", 200)] {
        let server = TestServer::of(release);
        let user = json!({"email": "m@x", "password": "p", "role": "user_manager"});
        assert_eq!(make(&server, &user).status, status, "{release}");
    }
}

/// What is refused of a start with this first admin, on a data directory that is not there, and with a catalogue that has nobody in it.
fn refused(name: &str, password: Option<&str>) -> String {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let [data, other] = ["data", "other"].map(|name| directory.path().join(name));
    let mut config = Config::new(Target::named("7.22").unwrap(), &data);
    config.listen = "127.0.0.1:0".parse().unwrap();
    config.transport = Transport::Plain;
    (config.admin_user, config.admin_password) = (name.to_owned(), password.map(str::to_owned));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let told = runtime.block_on(Server::start(&config)).unwrap_err().to_string();
    assert!(!data.exists(), "{told}");
    std::fs::create_dir(&other).unwrap();
    let store = open_store("sqlite", &other).unwrap();
    config.store = Some(Arc::clone(&store));
    assert_eq!(runtime.block_on(Server::start(&config)).unwrap_err().to_string(), told);
    assert!(!store.has_users().unwrap() && !data.join("first-password").exists(), "{told}");
    told
}

#[test]
fn a_first_admin_who_could_not_sign_in_keeps_the_server_from_starting() {
    for (name, shown, what) in [
        ("a:b", "a:b", "has a colon or a space"),
        ("a b", "a b", "has a colon or a space"),
        ("", "", "is empty"),
        ("a\u{7}\n", "a\\u{7}\\n", "has control characters"),
        ("\u{e4}", "\u{e4}", "is not ASCII"),
    ] {
        for password in [None, Some("secret")] {
            assert_eq!(refused(name, password), format!("the name `{shown}` of the first admin {what}"));
        }
    }
    let told = refused(&"a".repeat(257), None);
    assert!(told.starts_with("the name `aaa") && told.ends_with("` of the first admin is too long"), "{told}");
    assert!(told.len() < 200, "{told}");
    let long = "p".repeat(1025);
    for (password, what) in [(long.as_str(), "1025 bytes"), ("", "0 bytes")] {
        let wanted = format!("the password of the first admin has {what}, and must have 1 to 1024");
        assert_eq!(refused("admin", Some(password)), wanted);
    }
}

/// The longest that there may be; and where there are users, what is given for the first makes nobody.
#[test]
fn a_first_admin_who_can_sign_in_is_made() {
    let (name, password) = ("a".repeat(256), "p".repeat(1024));
    let directory = Arc::new(ramp_fixtures::directory::tempdir().unwrap());
    let server = TestServer::start(directory, "7.22", |config| {
        (config.admin_user, config.admin_password) = (name.clone(), Some(password.clone()));
    });
    server.request(Some((&name, &password)), "GET", "/v1/cluster", None).ok();
    let directory = server.end();
    let server = TestServer::start(directory, "7.22", |config| config.admin_user = "a:b".to_owned());
    server.request(Some((&name, &password)), "GET", "/v1/cluster", None).ok();
}
