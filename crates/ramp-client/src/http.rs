//! Requests and their answers, bounded in time and memory.

use std::io::{self, Read};
use std::net::SocketAddr;
use std::thread::sleep;

use serde_json::Value;
use ureq::http::{Method, Request, Response, header};
use ureq::tls::TlsConfig;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body, RequestExt as _, SendBody};

use crate::answer::Answer;
use crate::error::ClientError;
use crate::failure::Failure;
use crate::form::Form;
use crate::limits::ClientLimits;
use crate::resolve::Fixed;
use crate::url::ClusterUrl;

/// One who can be asked: the cluster as a whole, or a node of it.
#[derive(Debug)]
pub(crate) struct Peer {
    agent: Agent,
    base: String,
    /// Who asks; nobody does where it does not matter.
    authorization: Option<String>,
    limits: ClientLimits,
    /// How it is called in messages.
    at: String,
}

impl Peer {
    /// Who answers at the address; with `addresses`, a node that has those and the same certificate.
    pub(crate) fn new(
        url: &ClusterUrl,
        node: Option<(String, Vec<SocketAddr>)>,
        tls: TlsConfig,
        authorization: Option<&str>,
        limits: &ClientLimits,
    ) -> Self {
        let (at, addresses) = match node {
            Some((at, addresses)) => (at, Some(addresses)),
            None => (url.to_string(), None),
        };
        let config = Agent::config_builder()
            .tls_config(tls)
            // By a proxy a node could not be told from another.
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A connection that was kept may be closed already, which is found out only when a request is sent on it.
            .max_idle_connections(0)
            .max_idle_connections_per_host(0)
            .timeout_connect(Some(limits.connect))
            .timeout_resolve(Some(limits.connect))
            .user_agent(concat!("ramp/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: Agent::with_parts(config, DefaultConnector::default(), Fixed(addresses)),
            base: url.to_string(),
            authorization: authorization.map(str::to_owned),
            limits: limits.clone(),
            at,
        }
    }

    /// The same, called otherwise in messages.
    pub(crate) fn called(mut self, at: String) -> Self {
        self.at = at;
        self
    }

    /// How it is called in messages.
    pub(crate) fn at(&self) -> &str {
        &self.at
    }

    /// Asks; again, where the connection failed or the cluster is busy.
    pub(crate) fn get(&self, path: &str) -> Result<Answer, ClientError> {
        self.again_and_again(|| self.bare(&Method::GET, path))
    }

    /// Deletes. To delete what is gone does no harm, so it is asked again too.
    pub(crate) fn delete(&self, path: &str) -> Result<Answer, ClientError> {
        self.again_and_again(|| self.bare(&Method::DELETE, path))
    }

    /// Sends JSON, once.
    pub(crate) fn post_json(&self, path: &str, body: &Value) -> Result<Answer, ClientError> {
        let body = body.to_string();
        let limits = &self.limits;
        let request = self.request(&Method::POST, path).header(header::CONTENT_TYPE, "application/json");
        self.run(&Method::POST, path, || {
            let request = request.body(body.as_str())?;
            request.with_agent(&self.agent).configure().timeout_global(Some(limits.answer)).run()
        })
    }

    /// Sends a form with a file, once. `sent` is told how much of the body has gone.
    pub(crate) fn post_form(
        &self,
        path: &str,
        form: &Form,
        file: impl Read,
        sent: &mut dyn FnMut(u64),
    ) -> Result<Answer, ClientError> {
        let mut failed = None;
        let mut body = Watched { body: form.body(file), sent: 0, tell: sent, failed: &mut failed };
        let limits = &self.limits;
        let request = self
            .request(&Method::POST, path)
            .header(header::CONTENT_TYPE, form.content_type())
            .header(header::CONTENT_LENGTH, form.content_length())
            // Whoever may not upload is told so before the bundle is sent.
            .header(header::EXPECT, "100-continue");
        let answer = self.run(&Method::POST, path, || {
            let request = request.body(SendBody::from_reader(&mut body))?;
            request
                .with_agent(&self.agent)
                .configure()
                .timeout_per_write(Some(limits.stall))
                .timeout_recv_response(Some(limits.install))
                .timeout_recv_body(Some(limits.answer))
                .run()
        });
        match failed {
            // The file, and not the connection.
            Some(source) => Err(ClientError::Bundle { source }),
            None => answer,
        }
    }

    fn bare(&self, method: &Method, path: &str) -> Result<Answer, ClientError> {
        let request = self.request(method, path);
        self.run(method, path, || {
            let request = request.body(())?;
            request.with_agent(&self.agent).configure().timeout_global(Some(self.limits.answer)).run()
        })
    }

    fn request(&self, method: &Method, path: &str) -> ureq::http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::ACCEPT, "application/json");
        match &self.authorization {
            Some(authorization) => request.header(header::AUTHORIZATION, authorization),
            None => request,
        }
    }

    fn run(
        &self,
        method: &Method,
        path: &str,
        send: impl FnOnce() -> Result<Response<Body>, ureq::Error>,
    ) -> Result<Answer, ClientError> {
        let request = format!("{method} {path}");
        let failed = |err| self.failure(&request, err);
        let mut response = send().map_err(failed)?;
        let most = self.limits.max_answer_bytes;
        let location = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
        let body = response.body_mut().with_config().limit(most).read_to_vec().map_err(|err| match err {
            ureq::Error::BodyExceedsLimit(_) => {
                ClientError::TooLarge { request: request.clone(), at: self.at.clone(), most }
            }
            err => self.failure(&request, err),
        })?;
        Ok(Answer { status: response.status().as_u16(), at: self.at.clone(), request, location, body })
    }

    fn again_and_again(&self, ask: impl Fn() -> Result<Answer, ClientError>) -> Result<Answer, ClientError> {
        let mut pause = self.limits.backoff;
        for _ in 0..self.limits.retries {
            match ask() {
                Err(ClientError::Interrupted { .. } | ClientError::NotReached { .. }) => {}
                Ok(answer) if matches!(answer.status, 429 | 502 | 503 | 504) => {}
                answer => return answer,
            }
            sleep(pause);
            pause = pause.saturating_mul(2);
        }
        ask()
    }

    fn failure(&self, request: &str, err: ureq::Error) -> ClientError {
        let (request, at) = (request.to_owned(), self.at.clone());
        match Failure::from(err) {
            Failure::NotReached(source) => ClientError::NotReached { at, source },
            Failure::NotTrusted(what) => ClientError::NotTrusted { at, what },
            Failure::NoTls(what) => ClientError::NoTls { at, what },
            Failure::TimedOut => ClientError::TimedOut { request, at },
            Failure::Interrupted(source) => ClientError::Interrupted { request, at, source },
        }
    }
}

/// A body that tells how much of it has gone, and keeps the error of its file.
struct Watched<'a, R> {
    body: R,
    sent: u64,
    tell: &'a mut dyn FnMut(u64),
    failed: &'a mut Option<io::Error>,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.body.read(buffer) {
            Ok(read) => {
                self.sent = self.sent.saturating_add(read as u64);
                (self.tell)(self.sent);
                Ok(read)
            }
            Err(err) if err.kind() == io::ErrorKind::Interrupted => Err(err),
            Err(err) => {
                let kind = err.kind();
                *self.failed = Some(err);
                Err(kind.into())
            }
        }
    }
}
