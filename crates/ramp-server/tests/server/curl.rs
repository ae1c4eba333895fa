//! curl, as the documentation calls it. Skipped where it is not installed.

use std::process::Command;
use std::sync::Arc;

use ramp_server::Transport;

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

#[test]
fn curl_uploads_lists_and_deletes_over_tls() {
    let directory = Arc::new(tempfile::tempdir().unwrap());
    let server = TestServer::start(directory, "7.22", |config| config.transport = Transport::SelfMade);
    let url = |path: &str| format!("https://{}{path}", server.address);
    let bundle = server.directory.path().join("x.zip");
    // Large enough for curl to wait for "100 Continue".
    let module = ramp_fixtures::synthetic::module(3 << 20);
    std::fs::write(&bundle, BundleBuilder::of_module(module).build()).unwrap();
    let form = format!("module=@{}", bundle.display());
    let Some((status, body)) = curl(&["-k", "-X", "POST", "-F", &form, &url("/v2/modules")]) else {
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
    let (status, body) = curl(&["-k", "-F", &form, &url("/v1/modules")]).unwrap();
    assert!(status == 400 && body.contains("module_exists"), "{status} {body}");
    let (status, body) = curl(&["-k", "-F", "file=x", &url("/v1/modules")]).unwrap();
    assert!(status == 400 && body.contains("no_module"), "{status} {body}");
    let (status, _) = curl(&["-k", "-X", "DELETE", &url(&format!("/v1/modules/{uid}"))]).unwrap();
    assert_eq!(status, 200);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let key = std::fs::metadata(server.directory.path().join("key.pem")).unwrap();
        assert_eq!(key.permissions().mode() & 0o077, 0);
    }
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
