//! curl, as the documentation calls it, on both generations and both catalogues. Skipped where it is not installed; what
//! wants a `redis-server` on the path is run by `--ignored`.

use std::process::Command;
use std::sync::Arc;

use ramp_fixtures::redis::RedisServer;
use ramp_server::{Transport, open_store};

use crate::support::{ADMIN, BundleBuilder, TestServer};

fn curl(arguments: &[&str]) -> Option<(u16, String)> {
    let user = format!("{}:{}", ADMIN.0, ADMIN.1);
    let output = Command::new("curl")
        .args(["-s", "--max-time", "60", "--noproxy", "*", "-w", "\n%{http_code}", "-u", &user])
        .args(arguments)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).unwrap();
    let (body, status) = text.rsplit_once('\n').unwrap();
    assert!(output.status.success(), "{text} {}", String::from_utf8_lossy(&output.stderr));
    Some((status.parse().unwrap(), body.to_owned()))
}

/// A server with TLS, whose catalogue is there.
fn server(release: &str, store: &str) -> TestServer {
    let directory = Arc::new(ramp_fixtures::directory::tempdir().unwrap());
    TestServer::start(directory, release, |config| {
        config.transport = Transport::SelfMade;
        config.store = Some(open_store(store, &config.data_dir).unwrap());
    })
}

/// A bundle that is large enough for curl to wait for "100 Continue", as the field of a form.
fn field(server: &TestServer) -> String {
    let bundle = server.directory.path().join("x.zip");
    let module = ramp_fixtures::synthetic::module(3 << 20);
    std::fs::write(&bundle, BundleBuilder::of_module(module).build()).unwrap();
    format!("module=@{}", bundle.display())
}

fn until_7_22(store: &str) {
    let server = server("7.22", store);
    let url = |path: &str| format!("https://{}{path}", server.address);
    let field = field(&server);
    let Some((status, body)) = curl(&["-k", "-X", "POST", "-F", &field, &url("/v2/modules")]) else {
        eprintln!("skipped: there is no curl");
        return;
    };
    assert_eq!(status, 200, "{body}");
    let uid = serde_json::from_str::<serde_json::Value>(&body).unwrap()["uid"].as_str().unwrap().to_owned();
    // The certificate is made for this address, so it can be checked.
    let certificate = server.directory.path().join("certificate.pem");
    let certificate = certificate.to_str().unwrap();
    let (status, body) = curl(&["--cacert", certificate, &url("/v1/modules")]).unwrap();
    assert!(status == 200 && body.contains(&uid), "{status} {body}");
    let (status, body) = curl(&["-k", "-F", &field, &url("/v1/modules")]).unwrap();
    assert!(status == 400 && body.contains("module_exists"), "{status} {body}");
    let (status, body) = curl(&["-k", "-F", "file=x", &url("/v1/modules")]).unwrap();
    assert!(status == 400 && body.contains("no_module"), "{status} {body}");
    let (status, _) = curl(&["-k", "-X", "DELETE", &url(&format!("/v1/modules/{uid}"))]).unwrap();
    assert_eq!(status, 200);
    let (status, body) = curl(&["-k", &url("/v1/modules")]).unwrap();
    assert_eq!((status, body.as_str()), (200, "[]"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let key = std::fs::metadata(server.directory.path().join("key.pem")).unwrap();
        assert_eq!(key.permissions().mode() & 0o077, 0);
    }
}

fn since_8_2(store: &str) {
    const OBJECTS: &str = "/v2/modules/user-defined";
    const ARTIFACTS: &str = "/v2/local/modules/user-defined/artifacts";

    let server = server("8.2", store);
    let url = |path: &str| format!("https://{}{path}", server.address);
    let field = field(&server);
    let object = r#"{"module_name": "testmodule", "version": 10203, "semantic_version": "1.2.3", "display_name": "test",
        "commands": [], "command_line_args": "", "capabilities": [], "min_redis_version": "7.2"}"#;
    let json = ["-k", "-H", "Content-Type: application/json"];
    let Some((status, body)) = curl(&[&json[..], &["-d", object, &url(OBJECTS)]].concat()) else {
        eprintln!("skipped: there is no curl");
        return;
    };
    assert!(status == 403 && body.contains("modules_upload_disabled"), "{status} {body}");
    let allow = ["-X", "PUT", "-d", r#"{"allow_modules_upload": true}"#, &url("/v1/cluster")];
    assert_eq!(curl(&[&json[..], &allow].concat()).unwrap().0, 200);
    let (status, body) = curl(&[&json[..], &["-d", object, &url(OBJECTS)]].concat()).unwrap();
    assert_eq!(status, 200, "{body}");
    let uid = serde_json::from_str::<serde_json::Value>(&body).unwrap()["uid"].as_str().unwrap().to_owned();
    let (status, body) = curl(&["-k", "-F", &field, &url(ARTIFACTS)]).unwrap();
    assert_eq!(status, 200, "{body}");
    let (status, body) = curl(&["-k", &url(ARTIFACTS)]).unwrap();
    assert!(status == 200 && body.contains("10203"), "{status} {body}");
    let (status, _) = curl(&["-k", "-F", &field, &url("/v2/modules")]).unwrap();
    assert_eq!(status, 405);
    let artifact = url(&format!("{ARTIFACTS}/testmodule/10203"));
    assert_eq!(curl(&["-k", "-X", "DELETE", &artifact]).unwrap().0, 200);
    assert_eq!(curl(&["-k", "-X", "DELETE", &url(&format!("{OBJECTS}/{uid}"))]).unwrap().0, 200);
    let (status, body) = curl(&["-k", &url(OBJECTS)]).unwrap();
    assert_eq!((status, body.as_str()), (200, "[]"));
}

#[test]
fn curl_uploads_lists_and_deletes_over_tls() {
    until_7_22("sqlite");
}

#[test]
fn curl_makes_an_object_and_uploads_its_artifact() {
    since_8_2("sqlite");
}

#[test]
#[ignore = "wants redis-server"]
fn curl_does_the_same_with_a_catalogue_in_redis() {
    let redis = RedisServer::start().unwrap();
    until_7_22(&redis.url());
    // Another release plays another cluster.
    let redis = RedisServer::start().unwrap();
    since_8_2(&redis.url());
}

#[test]
fn curl_sends_chunks() {
    let server = TestServer::of("7.22");
    let bundle = server.directory.path().join("x.zip");
    std::fs::write(&bundle, BundleBuilder::good().build()).unwrap();
    let form = format!("module=@{}", bundle.display());
    let chunked = ["-H", "Transfer-Encoding: chunked", "-F", &form, &server.url("/v2/modules")];
    if let Some((status, body)) = curl(&chunked) {
        assert_eq!(status, 200, "{body}");
    }
}
