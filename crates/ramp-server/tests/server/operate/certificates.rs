//! Certificates: made for names, and read again.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ramp_server::Transport;

use super::server;
use crate::support::TestServer;

/// Whether curl trusts a server by a certificate, under a name; `None` where there is no curl.
fn trusts(server: &TestServer, name: &str, certificate: &Path) -> Option<bool> {
    let port = server.address.port();
    let asked = Command::new("curl")
        .args(["--silent", "--show-error", "--max-time", "20", "--noproxy", "*", "--output", "/dev/null"])
        .args(["--fail", "--resolve", &format!("{name}:{port}:127.0.0.1"), "--cacert"])
        .arg(certificate)
        .arg(format!("https://{name}:{port}/healthz"))
        .output();
    let output = asked.ok()?;
    let said = String::from_utf8_lossy(&output.stderr);
    // 60: the certificate is not one that is trusted, or not for that name. Whatever else fails is not what is asked about.
    assert!(output.status.success() || output.status.code() == Some(60), "{said}");
    Some(output.status.success())
}

#[test]
fn a_certificate_is_made_for_the_names_that_are_wanted() {
    let directory = Arc::new(ramp_fixtures::directory::tempdir().unwrap());
    let certificate = directory.path().join("certificate.pem");
    let with = |names: &'static [&'static str]| {
        TestServer::start(Arc::clone(&directory), "7.22", move |config| {
            config.transport = Transport::SelfMade;
            config.tls_names = names.iter().map(|&name| name.to_owned()).collect();
        })
    };
    let read = || std::fs::read_to_string(&certificate).unwrap();
    let key = || std::fs::read_to_string(directory.path().join("key.pem")).unwrap();
    let server = with(&[]);
    let Some(is_for_it) = trusts(&server, "ramp.test", &certificate) else {
        eprintln!("skipped: there is no curl");
        return;
    };
    assert!(!is_for_it && trusts(&server, "localhost", &certificate).unwrap());
    drop(server);
    let (first, first_key) = (read(), key());
    // The name is one of this server's, too, so it answers under it.
    let server = with(&["ramp.test", "192.0.2.9"]);
    assert!(trusts(&server, "ramp.test", &certificate).unwrap() && trusts(&server, "localhost", &certificate).unwrap());
    drop(server);
    let second = read();
    assert_ne!(second, first);
    assert_eq!(std::fs::read_to_string(directory.path().join("certificate.pem.old")).unwrap(), first);
    // Whoever trusts the key goes on trusting it.
    assert_eq!(key(), first_key);
    // One that is for all of them stays.
    for names in [&["192.0.2.9"][..], &[]] {
        drop(with(names));
        assert_eq!(read(), second);
    }
    // What it was for, it is for.
    let server = with(&["other.test"]);
    for name in ["other.test", "localhost"] {
        assert!(trusts(&server, name, &certificate).unwrap(), "{name}");
    }
    drop(server);
    let server = with(&["ramp.test"]);
    assert!(trusts(&server, "ramp.test", &certificate).unwrap());
    assert_eq!(key(), first_key);
}

#[test]
fn a_certificate_is_read_again_when_it_changes() {
    let files = ramp_fixtures::directory::tempdir().unwrap();
    let at = |name: &str| files.path().join(name);
    for name in ["one", "two"] {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(at(&format!("{name}.pem")), made.cert.pem()).unwrap();
        std::fs::write(at(&format!("{name}.key")), made.signing_key.serialize_pem()).unwrap();
    }
    let use_ = |name: &str| {
        std::fs::copy(at(&format!("{name}.pem")), at("now.pem")).unwrap();
        std::fs::copy(at(&format!("{name}.key")), at("now.key")).unwrap();
    };
    use_("one");
    let server = server(|config| {
        config.transport = Transport::Files { certificate: at("now.pem"), key: at("now.key") };
        config.limits.certificate_interval = Duration::from_millis(20);
    });
    let Some(is_first) = trusts(&server, "localhost", &at("one.pem")) else {
        eprintln!("skipped: there is no curl");
        return;
    };
    assert!(is_first && !trusts(&server, "localhost", &at("two.pem")).unwrap());
    // What cannot be used changes nothing.
    std::fs::write(at("now.pem"), "half of a certi").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    assert!(trusts(&server, "localhost", &at("one.pem")).unwrap());
    use_("two");
    let patience = Instant::now() + Duration::from_secs(20);
    while !trusts(&server, "localhost", &at("two.pem")).unwrap() {
        assert!(Instant::now() < patience, "the certificate was not read again");
    }
    assert!(!trusts(&server, "localhost", &at("one.pem")).unwrap());
}
