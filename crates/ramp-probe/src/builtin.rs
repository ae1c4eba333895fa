//! The built-in host, as whoever starts it sees it: a process that is given a request, and tells what comes of it.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use ramp_core::module::ModuleFacts;
use rustix::process::{Pid, Signal, kill_process_group};

use crate::cause::LoadCause;
use crate::environment::environment;
use crate::error::{Asked, ProbeError};
use crate::helper;
use crate::log::{self, Log};
use crate::options::ProbeOptions;
use crate::played::PlayedVersion;
use crate::readable;
use crate::registration::Registration;
use crate::wire::{ARGUMENT, Event, Request};

/// All that a host may tell: a registration of 100,000 commands takes a fifth.
const MOST: u64 = 128 << 20;

/// Asks the module, showing it a version.
pub(crate) fn ask(
    mut host: Host,
    module: &Path,
    facts: &ModuleFacts,
    options: &ProbeOptions,
    version: PlayedVersion,
    deadline: Instant,
) -> Result<Answer, ProbeError> {
    let module = std::path::absolute(module).map_err(|source| ProbeError::Io { what: "find the module", source })?;
    let request = Request {
        readable: readable::places(&module, facts),
        module,
        arguments: options.arguments.clone(),
        redis_version: version,
        seconds: deadline.saturating_duration_since(Instant::now()).as_secs().saturating_add(1),
    };
    host.request(&request)?;
    host.listen(version, options.timeout, deadline)
}

/// What a module registered, and what of the sandbox this system does not have.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) registration: Registration,
    pub(crate) unguarded: Vec<String>,
}

/// A host that runs, and waits for its request. Dropped, it is killed with all that it might have started.
pub(crate) struct Host {
    child: Child,
    log: Log,
}

impl Host {
    pub(crate) fn start(options: &ProbeOptions) -> Result<Self, ProbeError> {
        let program = helper::program(options)?;
        let pipe = |source| ProbeError::Io { what: "make a pipe for the host's log", source };
        let (log, writer) = Log::new(options.max_log_bytes).map_err(pipe)?;
        let child = Command::new(&program)
            .arg(ARGUMENT)
            .current_dir("/")
            .env_clear()
            .envs(environment(&options.environment))
            .env("HOME", "/nonexistent")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(writer)
            .process_group(0)
            .spawn()
            .map_err(|err| ProbeError::NoHost { why: format!("`{}` does not start: {err}", program.display()) })?;
        Ok(Self { child, log })
    }

    fn request(&mut self, request: &Request) -> Result<(), ProbeError> {
        let fail = |source| ProbeError::Io { what: "ask the built-in host", source };
        let text = serde_json::to_vec(request).map_err(|err| fail(err.into()))?;
        let stdin = self.child.stdin.take();
        // One that has ended already says why by its status.
        match stdin.map_or(Ok(()), |mut stdin| stdin.write_all(&text)) {
            Err(err) if err.kind() != io::ErrorKind::BrokenPipe => Err(fail(err)),
            _ => Ok(()),
        }
    }

    fn listen(mut self, version: PlayedVersion, timeout: Duration, deadline: Instant) -> Result<Answer, ProbeError> {
        let by = Asked::Builtin(version);
        let Some(stdout) = self.child.stdout.take() else {
            return Err(ProbeError::NoHost { why: "it has no output".to_owned() });
        };
        let events = read(stdout).map_err(|source| ProbeError::Io { what: "listen to the built-in host", source })?;
        let (mut unguarded, mut missing, mut began) = (Vec::new(), Vec::new(), false);
        loop {
            let event = match events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(event) => event,
                Err(RecvTimeoutError::Timeout) => {
                    return Err(ProbeError::TimedOut { by, after: timeout, log: self.excerpt(false) });
                }
                Err(RecvTimeoutError::Disconnected) => return Err(self.ended(by, missing, began, timeout, deadline)),
            };
            let cause = match event {
                Ok(Event::Unguarded(what)) => {
                    (unguarded, began) = (what, true);
                    continue;
                }
                Ok(Event::Missing(name)) => {
                    missing.push(name);
                    continue;
                }
                Ok(Event::Loading | Event::Initializing) => continue,
                Ok(Event::Loaded(registration)) => return Ok(Answer { registration: *registration, unguarded }),
                Ok(Event::NoSandbox(why)) => return Err(ProbeError::NoHost { why }),
                Ok(Event::Unfit(what)) => return Err(ProbeError::Protocol { by, what, log: self.excerpt(true) }),
                Err(what) => return Err(ProbeError::Protocol { by, what, log: self.excerpt(false) }),
                Ok(Event::NotLoaded(words)) => LoadCause::of_loader(&words),
                Ok(Event::NoOnLoad) => LoadCause::NoOnLoad { alike: Vec::new() },
                Ok(Event::Refused) => {
                    // Ended first, so that all it wrote is there.
                    self.stop();
                    LoadCause::of_refusal(&self.log.text(true))
                }
            };
            return Err(ProbeError::LoadFailed { cause, log: self.excerpt(true) });
        }
    }

    /// It closed its output, and told no outcome.
    fn ended(
        &mut self,
        by: Asked,
        missing: Vec<String>,
        began: bool,
        timeout: Duration,
        deadline: Instant,
    ) -> ProbeError {
        let status = match self.wait(deadline) {
            Ok(Some(status)) => status,
            Ok(None) => return ProbeError::TimedOut { by, after: timeout, log: self.excerpt(false) },
            Err(source) => return ProbeError::Io { what: "wait for the built-in host", source },
        };
        let log = self.excerpt(true);
        match status.signal() {
            Some(signal) => ProbeError::Crashed { by, missing, signal, log },
            None if began => ProbeError::ServerFailed { by, status, log },
            None => ProbeError::NoHost { why: format!("it ended ({status}) before it began: {log}") },
        }
    }

    fn wait(&mut self, deadline: Instant) -> io::Result<Option<ExitStatus>> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status));
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn excerpt(&self, ended: bool) -> String {
        log::excerpt(&self.log.text(ended))
    }

    fn stop(&mut self) {
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // Nobody has waited for it yet, or it is gone with all its group: its number is its own.
            if matches!(self.child.try_wait(), Ok(None)) {
                let _ = kill_process_group(group, Signal::KILL);
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Reads events on a thread of its own, which is not joined: whoever has escaped may hold the pipe open for ever.
fn read(stdout: ChildStdout) -> io::Result<Receiver<Result<Event, String>>> {
    let (sender, receiver) = mpsc::sync_channel(64);
    let mut lines = BufReader::new(stdout.take(MOST));
    thread::Builder::new().name("host".into()).spawn(move || {
        let mut line = Vec::new();
        loop {
            line.clear();
            let told = match lines.read_until(b'\n', &mut line) {
                Ok(0) => break,
                Ok(_) if line.last() != Some(&b'\n') => Err("it ends in the middle, or is too long".to_owned()),
                Ok(_) => serde_json::from_slice(&line).map_err(|err| err.to_string()),
                Err(err) => Err(err.to_string()),
            };
            let is_last = told.is_err();
            if sender.send(told).is_err() || is_last {
                break;
            }
        }
    })?;
    Ok(receiver)
}
