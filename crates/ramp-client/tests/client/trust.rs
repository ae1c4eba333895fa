//! Certificates that clusters make for themselves.

use ramp_client::{ClientError, Trust};
use ramp_core::Target;
use ramp_server::Transport;

use crate::support::{ADMIN, BundleBuilder, TestServer, client, upload};

fn server(release: &str) -> TestServer {
    TestServer::start(crate::support::open(Target::named(release).unwrap()), |config| {
        config.transport = Transport::SelfMade;
    })
}

#[test]
fn a_self_made_certificate_is_trusted_where_it_was_given() {
    for release in ["7.22", "8.2"] {
        let server = server(release);
        let url = server.url();
        let err = client(&url, ADMIN, Trust::System).survey().unwrap_err();
        assert!(matches!(err, ClientError::NotTrusted { .. }), "{err:?}");
        let trust = Trust::File(server.directory.path().join("certificate.pem"));
        upload(&client(&url, ADMIN, trust.clone()), &BundleBuilder::good()).unwrap();
        // The certificate is for 127.0.0.1 and localhost, and not for whoever else has this address.
        let other = url.replace("127.0.0.1", "127.0.0.1.nip.invalid");
        assert!(matches!(client(&other, ADMIN, trust).survey(), Err(ClientError::NotReached { .. })));
        let next = BundleBuilder::good().set("version", 10204);
        upload(&client(&url, ADMIN, Trust::Anybody), &next).unwrap();
    }
}

#[test]
fn another_servers_certificate_is_not_trusted() {
    let (one, other) = (server("7.22"), server("7.22"));
    let trust = Trust::File(other.directory.path().join("certificate.pem"));
    let err = client(&one.url(), ADMIN, trust).survey().unwrap_err();
    assert!(matches!(err, ClientError::NotTrusted { .. }), "{err:?}");
}

#[test]
fn what_speaks_no_tls_is_told() {
    let server = TestServer::of("7.22");
    let err = client(&server.url().replace("http:", "https:"), ADMIN, Trust::Anybody).survey().unwrap_err();
    assert!(matches!(err, ClientError::NoTls { .. }), "{err:?}");
}
