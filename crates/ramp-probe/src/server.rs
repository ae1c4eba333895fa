//! A private server: started, watched, killed.

use std::ffi::OsString;
use std::io;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use ramp_core::module::ModuleFacts;
use rustix::process::Pid;

use crate::cause::LoadCause;
use crate::config;
use crate::error::{Asked, ProbeError};
use crate::helper;
use crate::home::{Home, Met};
use crate::log;
use crate::options::ProbeOptions;
use crate::resp::{Client, Reply, ReplyError};
use crate::wire::{Order, Told};

/// How long is waited for what a server wrote, once it is to end.
const LAST_WORDS: Duration = Duration::from_secs(15);

/// What is to be started, and until when it may run.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    executable: PathBuf,
    /// The program that starts it shut in, and watches over it.
    keeper: PathBuf,
    module: PathBuf,
    /// Where the module looks for libraries relative to itself.
    runpath: Option<&'a str>,
    executable_module: bool,
    options: &'a ProbeOptions,
    deadline: Instant,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(
        module: &Path,
        facts: &'a ModuleFacts,
        executable: PathBuf,
        options: &'a ProbeOptions,
    ) -> Result<Self, ProbeError> {
        use std::os::unix::fs::PermissionsExt as _;
        let fail = |source| ProbeError::Io { what: "read the module", source };
        let mode = module.metadata().map_err(fail)?.permissions().mode();
        let dynamic = facts.elf.as_ref().and_then(|elf| elf.dynamic.as_ref());
        let paths = dynamic.into_iter().flat_map(|dynamic| [&dynamic.rpath, &dynamic.runpath]);
        let now = Instant::now();
        Ok(Self {
            executable,
            keeper: helper::keeper(options)?,
            module: std::path::absolute(module).map_err(fail)?,
            runpath: paths.flatten().find(|path| path.contains("ORIGIN")).map(String::as_str),
            executable_module: mode & 0o111 != 0,
            options,
            // A limit that no clock can hold is none.
            deadline: now.checked_add(options.timeout).unwrap_or(now + Duration::from_secs(1 << 30)),
        })
    }

    /// The server's program.
    pub(crate) fn executable(&self) -> &Path {
        &self.executable
    }

    /// A server that loads the module, and the path under which it does.
    pub(crate) fn start(&self) -> Result<(Server<'_>, PathBuf), ProbeError> {
        let home = self.home()?;
        // Redis 6 and later refuse a file without the permission. A copy has it, but not the neighbours of the original.
        let path = if self.executable_module || self.runpath.is_some() {
            self.module.clone()
        } else {
            home.copy(&self.module).map_err(|source| ProbeError::Io { what: "copy the module", source })?
        };
        let server = Server::start(self, home, Some(&path))?;
        Ok((server, path))
    }

    fn home(&self) -> Result<Home, ProbeError> {
        let made = Home::new(&self.keeper, &self.options.environment);
        made.map_err(|source| ProbeError::Io { what: "make a temporary directory", source })
    }

    /// A server like it, without the module.
    pub(crate) fn start_bare(&self) -> Result<Server<'_>, ProbeError> {
        let home = self.home()?;
        Server::start(self, home, None)
    }
}

/// A server that runs. Dropped, it is killed with all that it has started, and its directory is removed.
#[derive(Debug)]
pub(crate) struct Server<'a> {
    plan: &'a Plan<'a>,
    client: Option<Client>,
    home: Home,
    unguarded: Option<Vec<String>>,
    pid: Option<Pid>,
    failed: Option<i32>,
    ended: Option<Ended>,
}

/// How it ended, where it did so by itself, and what it wrote.
#[derive(Debug, Clone)]
struct Ended {
    status: Option<ExitStatus>,
    log: String,
}

impl<'a> Server<'a> {
    fn start(plan: &'a Plan<'a>, mut home: Home, module: Option<&Path>) -> Result<Self, ProbeError> {
        let module = module.map(|path| (path, plan.options.arguments.as_slice()));
        let text = config::text(home.path(), &home.socket(), &plan.options.redis_args, module);
        let file = home
            .configure(&text)
            .map_err(|source| ProbeError::Io { what: "write the configuration of the redis-server", source })?;
        let order = Order {
            program: plan.keeper.clone().into(),
            server: plan.executable.clone().into(),
            arguments: vec![OsString::from(file)],
            seconds: plan.deadline.saturating_duration_since(Instant::now()).as_secs().saturating_add(1),
            max_log_bytes: plan.options.max_log_bytes,
        };
        home.kept
            .order(&order)
            .map_err(|source| ProbeError::ServerNotStarted { path: plan.executable.clone(), source })?;
        Ok(Self { plan, client: None, home, unguarded: None, pid: None, failed: None, ended: None })
    }

    /// Asks; errors are replies too.
    pub(crate) fn ask<'w>(&mut self, words: impl IntoIterator<Item = &'w [u8]>) -> Result<Reply, ProbeError> {
        if self.client.is_none() {
            self.client = Some(Client::new(self.connect()?, self.plan.deadline));
        }
        let Some(client) = &mut self.client else { return Err(self.timed_out()) };
        client.command(words).map_err(|err| match err {
            ReplyError::TimedOut => self.timed_out(),
            ReplyError::Malformed(what) => self.protocol(what),
            ReplyError::Closed => self.closed(),
        })
    }

    /// An answer that makes no sense.
    pub(crate) fn protocol(&mut self, what: impl Into<String>) -> ProbeError {
        ProbeError::Protocol { by: Asked::RedisServer, what: what.into(), log: self.last_words() }
    }

    fn connect(&mut self) -> Result<UnixStream, ProbeError> {
        let mut pause = Duration::from_micros(500);
        loop {
            match self.pid.map_or(Met::Nobody, |pid| self.home.connect(pid)) {
                Met::Server(stream) => return Ok(stream),
                Met::Another => return Err(self.protocol("what lies in place of its socket leads to somebody else")),
                Met::Nobody => {}
            }
            self.check(pause)?;
            pause = (pause * 2).min(Duration::from_millis(5));
        }
    }

    /// Whether it still runs, and may, after a while.
    fn check(&mut self, pause: Duration) -> Result<(), ProbeError> {
        let until = Instant::now() + pause;
        let gone = |source| ProbeError::Io { what: "hear of the redis-server", source };
        while self.ended.is_none() {
            let Some(told) = self.home.kept.told(until).map_err(gone)? else { break };
            self.note(told);
        }
        match self.ended.clone() {
            Some(ended) => Err(self.failed(ended)),
            None if Instant::now() >= self.plan.deadline => Err(self.timed_out()),
            None => Ok(()),
        }
    }

    fn note(&mut self, told: Told) {
        match told {
            // The first word counts: nobody takes it back.
            Told::Unguarded(what) => {
                if self.unguarded.is_none() {
                    self.plan.options.tell_unguarded(&what);
                    self.unguarded = Some(what);
                }
            }
            Told::Started(pid) => self.pid = Pid::from_raw(pid),
            Told::NotStarted(number) => self.failed = Some(number),
            Told::Ended { status, log } => {
                self.ended = Some(Ended { status: status.map(ExitStatus::from_raw), log });
            }
            Told::Folder(_) | Told::NoFolder(_) => {}
        }
    }

    /// The connection was closed: the server is about to end, unless something is very wrong.
    fn closed(&mut self) -> ProbeError {
        loop {
            if let Err(err) = self.check(Duration::from_millis(2)) {
                return err;
            }
        }
    }

    /// What of the fence this system does not have.
    pub(crate) fn unguarded(&mut self) -> Vec<String> {
        self.unguarded.take().unwrap_or_default()
    }

    /// It ended by itself, before it was asked all.
    fn failed(&self, ended: Ended) -> ProbeError {
        let text = ended.log;
        if let Some(number) = self.failed {
            let source = io::Error::from_raw_os_error(number);
            return ProbeError::ServerNotStarted { path: self.plan.executable.clone(), source };
        }
        let log = self.shown(&text);
        let Some(status) = ended.status else {
            return ProbeError::TimedOut { by: Asked::RedisServer, after: self.plan.options.timeout, log };
        };
        if let Some(signal) = status.signal() {
            // Of an abort under load, the server's own report of it crashes now and then: the first signal is the module's.
            return ProbeError::Crashed {
                by: Asked::RedisServer,
                missing: Vec::new(),
                signal: log::crash_signal(&text).unwrap_or(signal),
                log,
            };
        }
        match LoadCause::of_log(&text) {
            Some(LoadCause::NoExecutePermission { .. }) => {
                let runpath = self.plan.runpath.map(str::to_owned);
                ProbeError::LoadFailed { cause: LoadCause::NoExecutePermission { runpath }, log }
            }
            Some(cause) => ProbeError::LoadFailed { cause, log },
            None => ProbeError::ServerFailed { by: Asked::RedisServer, status, log },
        }
    }

    fn timed_out(&mut self) -> ProbeError {
        ProbeError::TimedOut { by: Asked::RedisServer, after: self.plan.options.timeout, log: self.last_words() }
    }

    /// Ends it, so that all that it wrote is there to be read.
    fn last_words(&mut self) -> String {
        self.home.kept.end();
        let until = Instant::now() + LAST_WORDS;
        while self.ended.is_none() {
            let Ok(Some(told)) = self.home.kept.told(until) else { break };
            self.note(told);
        }
        self.ended.as_ref().map(|ended| self.shown(&ended.log)).unwrap_or_default()
    }

    /// The lines to show; a copy of the module goes by the name of the original.
    fn shown(&self, text: &str) -> String {
        let copy = self.home.path().join(self.plan.module.file_name().unwrap_or_default());
        let text = text.replace(&*copy.to_string_lossy(), &self.plan.module.to_string_lossy());
        log::excerpt(&text)
    }
}
