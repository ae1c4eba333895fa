//! Requests that no ordinary client sends.

use serde_json::json;

use crate::support::{BundleBuilder, TestServer, form};

#[test]
fn every_refusal_is_an_object() {
    let (old, new) = (TestServer::of("7.22"), TestServer::of("8.0"));
    for (server, method, path, status, code) in [
        (&old, "GET", "/v1/modules/", 404, "module_not_exist"),
        (&old, "DELETE", "/v1/modules/", 404, "module_delete_failed"),
        (&old, "DELETE", "/v2/modules/", 404, "module_delete_failed"),
        (&old, "GET", "/v1/actions/", 404, "action_not_exist"),
        (&old, "GET", "/v1/nodes/", 404, "node_not_exist"),
        (&old, "GET", "/v1/users/", 404, "user_not_exist"),
        (&old, "PUT", "/v1/users/", 404, "user_not_exist"),
        (&old, "DELETE", "/v1/users/", 406, "user_not_exist"),
        (&old, "GET", "/v1/bdbs/", 404, "db_not_exist"),
        (&old, "DELETE", "/v1/bdbs/", 404, "db_not_exist"),
        (&old, "POST", "/v1/modules/", 405, "method_not_allowed"),
        (&old, "GET", "/", 404, "not_found"),
        (&new, "GET", "/v2/modules/user-defined/", 404, "module_not_exist"),
        (&new, "DELETE", "/v2/modules/user-defined/", 404, "module_delete_failed"),
        (&new, "DELETE", "/v2/local/modules/user-defined/artifacts/m/", 404, "module_delete_failed"),
        (&new, "DELETE", "/v2/local/modules/user-defined/artifacts/%ff/", 404, "module_delete_failed"),
    ] {
        let headers = if method == "PUT" { "Content-Length: 2\r\n\r\n{}" } else { "" };
        for segment in ["%ff", "x%f0%9fy", "%00"] {
            let answer = server.raw(method, &format!("{path}{segment}"), headers);
            answer.is_refused(status, code);
        }
    }
    // A name that has the sign for bad bytes is not meant by bad bytes.
    let object = json!({
        "module_name": "\u{fffd}", "version": 1, "semantic_version": "0.0.1", "display_name": "x", "commands": [],
        "command_line_args": "", "capabilities": [], "min_redis_version": "7.2",
    });
    new.json("POST", "/v2/modules/user-defined", &object).ok();
    new.upload("/v2/local/modules/user-defined/artifacts", BundleBuilder::good().set("module_name", "\u{fffd}")).ok();
    let artifact = |name: &str| format!("/v2/local/modules/user-defined/artifacts/{name}/10203");
    let version = new.get("/v2/local/modules/user-defined/artifacts").ok().json()[0]["version"].clone();
    assert_eq!(version, 10203);
    new.raw("DELETE", &artifact("%ff"), "").is_refused(404, "module_delete_failed");
    new.raw("DELETE", &artifact("%EF%BF%BD"), "").ok();
}

/// What has been taken can be deleted, however it is called; and what could not is not taken.
#[test]
fn every_artifact_can_be_named_by_a_path() {
    const ARTIFACTS: &str = "/v2/local/modules/user-defined/artifacts";
    let server = TestServer::of("8.0");
    let long = "m".repeat(32 << 10);
    for (name, segment) in [
        (json!(".."), "%2E%2E"),
        (json!("."), "%2E"),
        (json!("a/b"), "a%2Fb"),
        (json!("?#"), "%3F%23"),
        (json!(5), "5"),
        (json!(true), "True"),
        (json!(["a"]), "%5B%27a%27%5D"),
        (json!(long), long.as_str()),
    ] {
        server.upload(ARTIFACTS, BundleBuilder::good().set("module_name", name.clone())).ok();
        assert_eq!(server.get(ARTIFACTS).ok().json().as_array().unwrap().len(), 1, "{segment}");
        server.raw("DELETE", &format!("{ARTIFACTS}/{segment}/10203"), "").ok();
        assert_eq!(server.get(ARTIFACTS).ok().json(), json!([]), "{segment}");
    }
    for name in ["m".repeat(66_000), "m".repeat((32 << 10) + 1), "ä".repeat(8 << 10)] {
        let answer = server.upload(ARTIFACTS, BundleBuilder::good().set("module_name", name));
        answer.is_refused(406, "invalid_module");
        assert!(
            answer.json()["description"].as_str().unwrap().contains("this server takes up to 32768 bytes"),
            "{answer:?}"
        );
    }
    assert_eq!(server.get(ARTIFACTS).ok().json(), json!([]));
}

/// A text and a number that are written alike are one module: nothing is replaced, and the list says by what it is known.
#[test]
fn names_that_are_not_text_are_known_by_their_text() {
    let server = TestServer::of("7.22");
    let of = |name: serde_json::Value| BundleBuilder::good().set("module_name", name);
    server.upload("/v2/modules", of(json!(5))).ok();
    server.upload("/v2/modules", of(json!("5"))).is_refused(400, "module_exists");
    server.upload("/v2/modules", of(json!(true))).ok();
    server.upload("/v2/modules", of(json!("true"))).ok();
    let list = server.get("/v1/modules").ok().json();
    let mut names: Vec<&str> = list.as_array().unwrap().iter().map(|m| m["module_name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["5", "True", "true"]);
}

#[test]
fn a_list_is_no_deeper_than_readers_go() {
    let server = TestServer::of("7.22");
    let deep = (0..300).fold(json!({}), |inside, _| json!({ "a": inside }));
    server.upload("/v2/modules", BundleBuilder::good().set("crdb", deep)).ok();
    let text = server.get("/v1/modules").ok().text;
    assert!(text.matches('{').count() < 70 && text.contains('…'), "{text}");
}

#[test]
fn a_query_is_taken_as_it_is() {
    let server = TestServer::of("8.2");
    let set = |query: &str, headers: &str| {
        let body = "{\"allow_modules_upload\":true}";
        let headers = format!("{headers}Content-Length: {}\r\n\r\n{body}", body.len());
        server.raw("PUT", &format!("/v1/cluster{query}"), &headers)
    };
    for query in ["?dry_run", "?dry_run=%ff", "?dry_run=1&dry_run=2", "?%ff=%ff&dry_run=", "?=&&dry_run"] {
        assert_eq!(set(query, "").ok().json()["allow_modules_upload"], true, "{query}");
        assert_eq!(server.get("/v1/cluster").ok().json()["allow_modules_upload"], false, "{query}");
    }
    set("?dry_ru%6", "").ok();
    assert_eq!(server.get("/v1/cluster").ok().json()["allow_modules_upload"], true);
}

#[test]
fn targets_that_are_no_paths_are_not_found() {
    let server = TestServer::of("7.22");
    for (method, target) in [("OPTIONS", "*"), ("CONNECT", "x:443")] {
        let answer = server.raw(method, target, "");
        assert!([404, 405].contains(&answer.refusal().0), "{method} {target}: {answer:?}");
    }
    // Of a whole URL the path counts.
    assert_eq!(server.raw("GET", "http://x/v1/modules", "").ok().json(), json!([]));
}

/// Nothing decodes them, so what would be judged is not what was sent.
#[test]
fn encoded_bodies_are_refused() {
    let server = TestServer::of("7.22");
    for encoding in ["gzip", "br", "identity, gzip", "identity\r\nContent-Encoding: gzip", ""] {
        for path in ["/v2/modules", "/ramp/v1/validate", "/v1/users"] {
            let answer =
                server.raw("POST", path, &format!("Content-Encoding: {encoding}\r\nContent-Length: 0\r\n\r\n"));
            answer.is_refused(415, "unsupported_media_type");
        }
    }
    let answer = server.raw("POST", "/v2/modules", "Content-Encoding: Identity\r\nContent-Length: 0\r\n\r\n");
    answer.is_refused(400, "no_module");
}

#[test]
fn pages_of_other_sites_change_nothing() {
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    let module = format!("/v2/modules/{}", server.only_module());
    let (kind, bytes) = form(b"PK");
    let body = format!(
        "Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{}",
        bytes.len(),
        String::from_utf8(bytes.clone()).unwrap()
    );
    let empty = "Content-Length: 2\r\n\r\n{}";
    let changes = [
        ("DELETE", module.as_str(), "\r\n"),
        ("POST", "/v1/modules", &body),
        ("POST", "/v2/modules", &body),
        ("POST", "/ramp/v1/validate", &body),
        ("POST", "/v1/bdbs", empty),
        ("DELETE", "/v1/bdbs/1", "\r\n"),
        ("POST", "/v1/users", empty),
        ("PUT", "/v1/users/1", empty),
        ("DELETE", "/v1/users/1", "\r\n"),
        ("PUT", "/v1/cluster", empty),
    ];
    for (method, path, rest) in changes {
        for site in ["cross-site", "same-site", "Cross-Site", "", "same-origin\r\nSec-Fetch-Site: cross-site"] {
            let answer = server.raw(method, path, &format!("Sec-Fetch-Site: {site}\r\n{rest}"));
            answer.is_refused(403, "cross_site_request");
        }
        // The host of these requests is `x`.
        for origin in ["https://y", "https://x:8443", "https://x.y", "null", "", "x", "https://x\r\nOrigin: https://y"]
        {
            let answer = server.raw(method, path, &format!("Origin: {origin}\r\n{rest}"));
            answer.is_refused(403, "cross_site_request");
        }
    }
    // Asking is answered: what is answered, no page of another site can read.
    server.raw("GET", "/v1/modules", "Sec-Fetch-Site: cross-site\r\n").ok();
    for (method, path, rest) in changes.iter().rev() {
        for from in ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none", "Origin: https://x", "Origin: http://X"] {
            let answer = server.raw(method, path, &format!("{from}\r\n{rest}"));
            assert!(!answer.text.contains("cross_site_request"), "{method} {path}: {answer:?}");
        }
    }
    assert_eq!(server.get("/v1/modules").ok().json(), json!([]));
}

/// A name that is another's, and leads here: to a browser its pages are of the same site. It says that it is one only where it trusts the
/// connection.
#[test]
fn on_loopback_only_names_of_this_server_are_answered() {
    let server = TestServer::of("7.22");
    let ask = |target: &str, headers: &str| server.raw("GET", target, headers);
    for from in ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none", "Origin: http://evil.example", "Accept: */*"] {
        for path in ["/", "/v1/modules", "/healthz"] {
            ask(&format!("http://evil.example{path}"), &format!("{from}\r\n")).is_refused(421, "host_unknown");
        }
        for host in ["localhost", "LOCALHOST.:1", "a.localhost", "127.0.0.1", "[::1]:9443", "10.0.0.1", "x", "X:80"] {
            let answer = ask(&format!("http://{host}/v1/modules"), &format!("{from}\r\n"));
            assert_eq!(answer.status, 200, "{host}: {answer:?}");
        }
        for host in ["localhost.evil.example", "notlocalhost", "x.evil.example", "evil.example@localhost"] {
            ask(&format!("http://{host}/v1/modules"), &format!("{from}\r\n")).is_refused(421, "host_unknown");
        }
    }
    // As a header, and beside one that is right; `Host: x` is there already.
    for host in ["evil.example:9443", "[::1].evil.example", "evil.example@localhost", ""] {
        let of_browser = format!("Host: {host}\r\nSec-Fetch-Site: none\r\n");
        for headers in [format!("Host: {host}\r\n"), of_browser] {
            ask("/v1/modules", &headers).is_refused(421, "host_unknown");
        }
    }
    assert_eq!(ask("/v1/modules", "Host: [::1]:9443\r\n").status, 200);
}

/// What is no HTTP never comes to an endpoint: the layer below answers with a status alone, and ends the connection.
#[test]
fn what_is_no_http_has_no_object() {
    use std::io::{Read as _, Write as _};
    let server = TestServer::of("7.22");
    let many = "X: y\r\n".repeat(200);
    let long = "y".repeat(200_000);
    for (head, status) in [
        (b"GET /v1/modules HTTP/1.1\r\nContent-Length: x\r\n".as_slice(), 400),
        (b"GET /v1/modules HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n", 400),
        (b"GET /v1/modules HTTP/1.1\r\nContent-Length: 18446744073709551616\r\n", 400),
        // What the layer below counts with has no room for it.
        (b"GET /v1/modules HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n", 431),
        (b"GET /v1/modules HTTP/1.1\r\nno header\r\n", 400),
        (b"GET /v1/\xff HTTP/1.1\r\nAccept: everything\r\n", 400),
        (b"GET /v1/modules HTTP/3.7\r\nAccept: everything\r\n", 400),
        (format!("GET /v1/modules HTTP/1.1\r\n{many}").as_bytes(), 431),
        (format!("GET /v1/modules HTTP/1.1\r\nX: {long}\r\n").as_bytes(), 431),
        (format!("GET /{long} HTTP/1.1\r\n").as_bytes(), 431),
        (format!("GET /{} HTTP/1.1\r\n", "y".repeat(65_600)).as_bytes(), 414),
    ] {
        let mut stream = std::net::TcpStream::connect(server.address).unwrap();
        let _ = stream.write_all(&[head, b"Host: x\r\n\r\n"].concat());
        let mut answer = Vec::new();
        // What was not read may break the connection after the answer.
        let _ = stream.read_to_end(&mut answer);
        let (what, answer) =
            (String::from_utf8_lossy(head.get(..40).unwrap_or(head)), String::from_utf8_lossy(&answer));
        // A path of that length is too long, or makes the head so, as it happens to arrive.
        let status = if status == 414 && answer.starts_with("HTTP/1.1 431 ") { 431 } else { status };
        let is_right = answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.ends_with("\r\n\r\n");
        assert!(is_right, "{what}: {answer}");
    }
    // A header less, or two bytes, and it is one of the endpoint's.
    let upload = "Content-Type: multipart/form-data; boundary=x\r\nExpect: 100-continue\r\n";
    let long = format!("Content-Length: 18446744073709551613\r\n{upload}");
    server.raw("POST", "/v2/modules", &long).is_refused(413, "request_too_large");
    assert_eq!(server.raw("GET", "/v1/modules", &"X: y\r\n".repeat(90)).status, 200);
    for path in ["/v1/%ff", "/v1/\u{e4}"] {
        server.raw("GET", path, "").is_refused(404, "not_found");
    }
}
