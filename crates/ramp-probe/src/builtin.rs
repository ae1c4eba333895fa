//! The built-in host, as whoever starts it sees it: a process that is given a request, and tells what comes of it.

use std::io::{self, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::{Duration, Instant};

use ramp_core::module::ModuleFacts;
use rustix::process::{Pid, Signal, kill_process_group};

use crate::cause::LoadCause;
use crate::environment::environment;
use crate::error::{Asked, ProbeError};
use crate::events;
use crate::helper;
use crate::log::{self, Log};
use crate::options::ProbeOptions;
use crate::played::PlayedVersion;
use crate::readable;
use crate::sense;
use crate::wire::{ARGUMENT, Event, Request};
use ramp_core::module::{RegisteredCommand, Registration};

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
        readable: readable::places(&module, facts).into_iter().map(Into::into).collect(),
        module: module.into(),
        arguments: options.arguments.clone(),
        redis_version: version,
        seconds: deadline.saturating_duration_since(Instant::now()).as_secs().saturating_add(1),
    };
    host.request(&request)?;
    host.listen(version, options, deadline)
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
        let program = helper::host(options)?;
        let pipe = |source| ProbeError::Io { what: "make a pipe for the host's log", source };
        let (log, writer) = Log::new(options.max_log_bytes).map_err(pipe)?;
        let child = Command::new(&program)
            .args([ARGUMENT, &std::process::id().to_string()])
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

    fn listen(
        mut self,
        version: PlayedVersion,
        options: &ProbeOptions,
        deadline: Instant,
    ) -> Result<Answer, ProbeError> {
        let (by, timeout) = (Asked::Builtin(version), options.timeout);
        let Some(stdout) = self.child.stdout.take() else {
            return Err(ProbeError::NoHost { why: "it has no output".to_owned() });
        };
        let events =
            events::read(stdout).map_err(|source| ProbeError::Io { what: "listen to the built-in host", source })?;
        let mut heard = Heard::default();
        loop {
            let event = match events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(Ok(event)) => event,
                Ok(Err(what)) => return Err(ProbeError::Protocol { by, what, log: self.excerpt(false) }),
                Err(RecvTimeoutError::Timeout) => {
                    return Err(ProbeError::TimedOut { by, after: timeout, log: self.excerpt(false) });
                }
                // What it told counts where it went on to its end.
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.wait(by, timeout, deadline)?;
                    return match heard.registration.take() {
                        Some(registration) if status.success() => self.sensible(by, heard.answer(registration)),
                        Some(_) => Err(self.ended(by, status, Vec::new(), true)),
                        None => Err(self.ended(by, status, heard.missing, heard.unguarded.is_some())),
                    };
                }
            };
            if heard.registration.is_some() {
                let what = "something is told after all was told".to_owned();
                return Err(ProbeError::Protocol { by, what, log: self.excerpt(false) });
            }
            let cause = match event {
                Event::Unguarded(what) => {
                    // The first comes before the module, and a module can write others.
                    if heard.unguarded.is_none() {
                        options.tell_unguarded(&what);
                        heard.unguarded = Some(what);
                    }
                    continue;
                }
                Event::Missing(name) => {
                    heard.missing.push(name);
                    continue;
                }
                Event::Commands(more) => {
                    heard.commands.extend(more);
                    continue;
                }
                Event::Loaded(registration) => {
                    heard.registration = Some(*registration);
                    continue;
                }
                Event::Loading | Event::Initializing => continue,
                // Later, it is not the host that says so.
                Event::NoSandbox(why) if heard.unguarded.is_none() => return Err(ProbeError::NoHost { why }),
                Event::NoSandbox(_) => {
                    let what = "it has a sandbox, and tells that there is none".to_owned();
                    return Err(ProbeError::Protocol { by, what, log: self.excerpt(true) });
                }
                Event::Unfit(what) => {
                    return Err(ProbeError::Protocol { by, what, log: self.excerpt(true) });
                }
                Event::NotLoaded(words) => LoadCause::of_loader(&words),
                Event::NoOnLoad => LoadCause::NoOnLoad { alike: Vec::new() },
                Event::Refused => {
                    // Ended first, so that all it wrote is there.
                    self.stop();
                    LoadCause::of_refusal(&self.log.text(true))
                }
            };
            return Err(ProbeError::LoadFailed { cause, log: self.excerpt(true) });
        }
    }

    fn sensible(&self, by: Asked, answer: Answer) -> Result<Answer, ProbeError> {
        let registration = &answer.registration;
        match sense::oddity(&registration.module_name, registration.version) {
            Some(what) => Err(ProbeError::Protocol { by, what, log: self.excerpt(true) }),
            None => Ok(answer),
        }
    }

    /// It has closed its output: how it ended.
    fn ended(&mut self, by: Asked, status: ExitStatus, missing: Vec<String>, began: bool) -> ProbeError {
        let log = self.excerpt(true);
        match status.signal() {
            Some(signal) => ProbeError::Crashed { by, missing, signal, log },
            None if began => ProbeError::ServerFailed { by, status, log },
            None => ProbeError::NoHost { why: format!("it ended ({status}) before it began: {log}") },
        }
    }

    fn wait(&mut self, by: Asked, timeout: Duration, deadline: Instant) -> Result<ExitStatus, ProbeError> {
        let fail = |source| ProbeError::Io { what: "wait for the built-in host", source };
        loop {
            if let Some(status) = self.child.try_wait().map_err(fail)? {
                return Ok(status);
            }
            if Instant::now() >= deadline {
                return Err(ProbeError::TimedOut { by, after: timeout, log: self.excerpt(false) });
            }
            thread::sleep(Duration::from_micros(200));
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

/// What was told so far.
#[derive(Debug, Default)]
struct Heard {
    unguarded: Option<Vec<String>>,
    missing: Vec<String>,
    commands: Vec<RegisteredCommand>,
    registration: Option<Registration>,
}

impl Heard {
    /// All of it, with the outcome.
    fn answer(self, mut registration: Registration) -> Answer {
        registration.commands = self.commands;
        Answer { registration, unguarded: self.unguarded.unwrap_or_default() }
    }
}
