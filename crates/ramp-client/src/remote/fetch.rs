//! A request, and where it leads.

use std::sync::Arc;

use ramp_core::address::Reach;
use ramp_core::url::shown;
use ureq::http::{Response, header};
use ureq::tls::TlsConfig;
use ureq::unversioned::transport::{Connector as _, DefaultConnector};
use ureq::{Agent, Body};
use url::Url;

use super::error::RemoteError;
use super::headers::is_ambiguous;
use super::limits::RemoteLimits;
use super::reach::{Looking, Reached};
use super::url::{RemoteUrl, clean, is_http, told};
use super::watch::{Watch, Watching};
use crate::failure::Failure;

/// A server, and what is asked of it.
#[derive(Debug)]
pub(super) struct Place {
    url: Url,
    /// For this server alone: a connection that was made under other rules is not used.
    agent: Agent,
    reached: Arc<Reached>,
    authorization: Option<String>,
    pub(super) watch: Arc<Watch>,
    /// Who led here.
    led_by: Option<String>,
}

/// The bytes that are asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) first: u64,
    pub(super) last: u64,
    /// Only of the file that has this tag.
    pub(super) of: Option<&'a str>,
}

/// How to ask.
#[derive(Debug, Clone)]
pub(super) struct Fetch {
    pub(super) tls: TlsConfig,
    pub(super) limits: RemoteLimits,
}

impl Fetch {
    /// The place that somebody typed.
    pub(super) fn place(&self, typed: &RemoteUrl) -> Place {
        self.at(typed.url.clone(), Reach::Machine, typed.authorization.clone())
    }

    fn at(&self, url: Url, least: Reach, authorization: Option<String>) -> Place {
        let limits = &self.limits;
        let config = Agent::config_builder()
            .tls_config(self.tls.clone())
            // A proxy would look names up itself, and connect to what it likes.
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(1)
            .max_idle_connections_per_host(1)
            .timeout_resolve(Some(limits.connect))
            .timeout_connect(Some(limits.connect))
            .timeout_send_request(Some(limits.answer))
            .timeout_recv_response(Some(limits.answer))
            .timeout_per_read(Some(limits.stall.max(limits.answer)))
            .user_agent(concat!("ramp/", env!("CARGO_PKG_VERSION")))
            .build();
        let reached = Reached::at_least(least);
        let watch = Watch::new(limits.connect + limits.answer + limits.stall);
        let connector = DefaultConnector::default().chain(Watching(Arc::clone(&watch)));
        let agent = Agent::with_parts(config, connector, Looking(Arc::clone(&reached)));
        Place { url, agent, reached, authorization, watch, led_by: None }
    }

    /// Asks, and follows where that leads; `place` is then where the answer came from.
    pub(super) fn get(&self, place: &mut Place, wanted: Wanted<'_>) -> Result<Response<Body>, RemoteError> {
        let first = place.told();
        for _ in 0..=self.limits.redirects {
            let response = place.ask(wanted)?;
            let status = response.status().as_u16();
            if is_ambiguous(response.headers(), &header::LOCATION) {
                let what = "with two headers `location` that differ".to_owned();
                return Err(RemoteError::Contradiction { at: place.told(), what });
            }
            let location = response.headers().get(header::LOCATION).map(|to| String::from_utf8_lossy(to.as_bytes()));
            match (status, location) {
                (301 | 302 | 303 | 307 | 308, Some(to)) => *place = self.next(place, &to)?,
                (200 | 206 | 416, _) => return Ok(response),
                _ => return Err(RemoteError::Status { at: place.told(), status }),
            }
        }
        Err(RemoteError::TooManyRedirects { at: first, most: self.limits.redirects })
    }

    /// Where a redirect leads.
    fn next(&self, from: &Place, to: &str) -> Result<Place, RemoteError> {
        let refused = |to: String, what| RemoteError::Redirect { at: from.told(), to, what };
        let mut url = from.url.join(to).map_err(|_| refused(shown(to), "which is not a URL"))?;
        if !is_http(&url) {
            return Err(refused(shown(to), "which is neither `https://` nor `http://`"));
        }
        clean(&mut url);
        if from.url.scheme() == "https" && url.scheme() == "http" {
            return Err(refused(told(&url), "where anybody on the way can change it"));
        }
        // A name and a password are for whom they were typed, and not for where that one leads.
        let authorization = from.authorization.clone().filter(|_| url.origin() == from.url.origin());
        Ok(Place { led_by: Some(from.told()), ..self.at(url, from.reached.found(), authorization) })
    }
}

impl Place {
    /// How the place is called in messages.
    pub(super) fn told(&self) -> String {
        told(&self.url)
    }

    /// Whether a redirect led here.
    pub(super) const fn is_led_to(&self) -> bool {
        self.led_by.is_some()
    }

    /// The error of something that was asked here.
    pub(super) fn failed(&self, failure: impl Into<Failure>) -> RemoteError {
        RemoteError::of(failure.into(), &self.told(), self.url.host_str().unwrap_or_default())
    }

    fn ask(&self, wanted: Wanted<'_>) -> Result<Response<Body>, RemoteError> {
        let Wanted { first, last, of } = wanted;
        self.watch.begin();
        let mut request = self
            .agent
            .get(self.url.as_str())
            .header(header::ACCEPT, "*/*")
            // The bytes as they are there: a range of anything else is of no use.
            .header(header::ACCEPT_ENCODING, "identity")
            .header(header::RANGE, format!("bytes={first}-{last}"));
        if let Some(tag) = of {
            request = request.header(header::IF_RANGE, tag);
        }
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        request.call().map_err(|err| match &self.led_by {
            Some(at) if self.reached.is_refused() => RemoteError::Nearer { at: at.clone(), to: self.told() },
            _ => self.failed(err),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::Duration;

    use super::*;
    use crate::trust::Trust;

    fn fetch() -> Fetch {
        let limits = RemoteLimits { connect: Duration::from_millis(500), ..RemoteLimits::default() };
        Fetch { tls: Trust::Anybody.config().unwrap(), limits }
    }

    /// What comes of a redirect by a server that is reached from there.
    fn led(from: Reach, to: &str) -> RemoteError {
        let fetch = fetch();
        let typed = RemoteUrl::parse("http://files.example.com/a.zip?secret").unwrap();
        let place = fetch.place(&typed);
        place.reached.note(from);
        let next = fetch.next(&place, to).unwrap();
        next.ask(Wanted { first: 0, last: 0, of: None }).unwrap_err()
    }

    #[test]
    fn a_redirect_leads_no_nearer_than_who_sends_one_there() {
        // Whoever is connected to waits, and does not answer.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        for (from, host) in [
            (Reach::Public, "127.0.0.1"),
            (Reach::Public, "localhost"),
            (Reach::Public, "[::ffff:127.0.0.1]"),
            (Reach::Public, "0x7f.1"),
            (Reach::Public, "10.0.0.1"),
            (Reach::Public, "169.254.169.254"),
            (Reach::Network, "127.0.0.1"),
            (Reach::Network, "169.254.169.254"),
        ] {
            let err = led(from, &format!("http://{host}:{port}/x?secret"));
            assert!(matches!(err, RemoteError::Nearer { .. }), "{host}: {err:?}");
            assert!(!format!("{err:?}").contains("secret"), "{err:?}");
            assert!(listener.accept().is_err(), "{host} was connected to");
        }
        // The way back is open, and so is that along.
        drop(listener);
        for (from, host) in [(Reach::Machine, "127.0.0.1"), (Reach::Machine, "localhost")] {
            let err = led(from, &format!("http://{host}:{port}/x"));
            assert!(matches!(err, RemoteError::NotReached { .. }), "{host}: {err:?}");
        }
    }

    #[test]
    fn how_near_one_may_come_is_kept_over_several_redirects() {
        let fetch = fetch();
        let first = fetch.place(&RemoteUrl::parse("http://files.example.com/").unwrap());
        first.reached.note(Reach::Public);
        let second = fetch.next(&first, "http://8.8.8.8/").unwrap();
        let third = fetch.next(&second, "http://127.0.0.1:1/").unwrap();
        assert!(matches!(third.ask(Wanted { first: 0, last: 0, of: None }), Err(RemoteError::Nearer { .. })));
    }

    #[test]
    fn a_password_goes_no_further_than_its_origin() {
        let fetch = fetch();
        let place = fetch.place(&RemoteUrl::parse("https://me:secret@a.example/x/y").unwrap());
        for (to, goes) in [
            ("z", true),
            ("https://a.example:443/z", true),
            ("https://a.example:8443/z", false),
            ("https://b.example/z", false),
            ("https://me:secret@b.example/z", false),
            ("//a.example.evil/z", false),
        ] {
            assert_eq!(fetch.next(&place, to).unwrap().authorization.is_some(), goes, "{to}");
        }
        // Nor does it come back.
        let other = fetch.next(&place, "https://b.example/z").unwrap();
        assert_eq!(fetch.next(&other, "https://a.example/x/y").unwrap().authorization, None);
        let err = fetch.next(&place, "http://a.example/x/y").unwrap_err();
        assert!(matches!(err, RemoteError::Redirect { .. }), "{err:?}");
    }
}
