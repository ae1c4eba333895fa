//! A private server: started, watched, killed.

use std::io;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use ramp_core::module::ModuleFacts;
use rustix::process::{Pid, Signal, kill_process_group};

use crate::cause::LoadCause;
use crate::config;
use crate::environment::environment;
use crate::error::{Asked, ProbeError};
use crate::helper;
use crate::home::Home;
use crate::log::{self, Log};
use crate::options::ProbeOptions;
use crate::resp::{Client, Reply, ReplyError};
use crate::wire::{FENCE, NOT_STARTED, NOT_STARTED_STATUS, UNFENCED};

/// When whoever holds its standard input is gone: removes the directory, then kills its process group, itself included.
const WATCHDOG: &str = r#"read -r _; rm -rf -- "$1"; kill -KILL 0"#;

/// What is to be started, and until when it may run.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    executable: PathBuf,
    /// The program that starts it shut in.
    fence: Option<PathBuf>,
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
            fence: helper::program(options).ok(),
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

    /// What starts a server that lives there: shut in, where there is a program for that.
    fn command(&self, home: &Path) -> Command {
        match &self.fence {
            Some(fence) => {
                let mut command = Command::new(fence);
                command.arg(FENCE).arg(home).arg(&self.executable);
                command
            }
            None => Command::new(&self.executable),
        }
    }

    /// A server that loads the module, and the path under which it does.
    pub(crate) fn start(&self) -> Result<(Server<'_>, PathBuf), ProbeError> {
        let home = Home::new().map_err(|source| ProbeError::Io { what: "make a temporary directory", source })?;
        // Redis 6 and later refuse a file without the permission. A copy has it, but not the neighbours of the original.
        let path = if self.executable_module || self.runpath.is_some() {
            self.module.clone()
        } else {
            home.copy(&self.module).map_err(|source| ProbeError::Io { what: "copy the module", source })?
        };
        let server = Server::start(self, home, Some(&path))?;
        Ok((server, path))
    }

    /// A server like it, without the module.
    pub(crate) fn start_bare(&self) -> Result<Server<'_>, ProbeError> {
        let home = Home::new().map_err(|source| ProbeError::Io { what: "make a temporary directory", source })?;
        Server::start(self, home, None)
    }
}

/// A server that runs. Dropped, it is killed with all that it has started, and its directory is removed.
#[derive(Debug)]
pub(crate) struct Server<'a> {
    plan: &'a Plan<'a>,
    child: Child,
    watchdog: Option<Child>,
    log: Log,
    client: Option<Client>,
    // Last, so that it goes when all that use it are dead.
    home: Home,
}

impl<'a> Server<'a> {
    fn start(plan: &'a Plan<'a>, home: Home, module: Option<&Path>) -> Result<Self, ProbeError> {
        let pipe = |source| ProbeError::Io { what: "make a pipe for the server's log", source };
        let module = module.map(|path| (path, plan.options.arguments.as_slice()));
        let text = config::text(home.path(), &home.socket(), &plan.options.redis_args, module);
        let file = home
            .configure(&text)
            .map_err(|source| ProbeError::Io { what: "write the configuration of the redis-server", source })?;
        let (log, writer) = Log::new(plan.options.max_log_bytes).map_err(pipe)?;
        let child = plan
            .command(home.path())
            .arg(file)
            .current_dir(home.path())
            .env_clear()
            .envs(environment(&plan.options.environment))
            .env("HOME", home.path())
            .env("TMPDIR", home.path())
            .stdin(Stdio::null())
            .stdout(writer.try_clone().map_err(pipe)?)
            .stderr(writer)
            .process_group(0)
            .spawn()
            .map_err(|source| ProbeError::ServerNotStarted { path: plan.executable.clone(), source })?;
        let watchdog = group(&child).and_then(|group| watchdog(group, home.path()));
        Ok(Self { plan, child, watchdog, log, client: None, home })
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
    pub(crate) fn protocol(&self, what: impl Into<String>) -> ProbeError {
        ProbeError::Protocol { by: Asked::RedisServer, what: what.into(), log: self.last_words() }
    }

    fn connect(&mut self) -> Result<UnixStream, ProbeError> {
        let mut pause = Duration::from_micros(500);
        loop {
            if let Ok(stream) = UnixStream::connect(self.home.socket()) {
                return Ok(stream);
            }
            self.check()?;
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(5));
        }
    }

    /// Whether it still runs, and may.
    fn check(&mut self) -> Result<(), ProbeError> {
        let wait = |source| ProbeError::Io { what: "wait for the redis-server", source };
        match self.child.try_wait().map_err(wait)? {
            Some(status) => Err(self.ended(status)),
            None if Instant::now() >= self.plan.deadline => Err(self.timed_out()),
            None => Ok(()),
        }
    }

    /// The connection was closed: the server is about to end, unless something is very wrong.
    fn closed(&mut self) -> ProbeError {
        loop {
            if let Err(err) = self.check() {
                return err;
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// What of the fence this system does not have.
    pub(crate) fn unguarded(&self) -> Vec<String> {
        if self.plan.fence.is_none() {
            return vec!["a program that shuts in the redis-server: see `become_host_if_asked`".to_owned()];
        }
        self.log.text(false).lines().filter_map(|line| line.strip_prefix(UNFENCED)).map(str::to_owned).collect()
    }

    fn ended(&self, status: ExitStatus) -> ProbeError {
        let text = self.log.text(true);
        let failed = text.lines().find_map(|line| line.strip_prefix(NOT_STARTED)?.parse().ok());
        if let Some(number) = failed.filter(|_| status.code() == Some(NOT_STARTED_STATUS)) {
            let source = io::Error::from_raw_os_error(number);
            return ProbeError::ServerNotStarted { path: self.plan.executable.clone(), source };
        }
        let log = self.shown(&text);
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

    fn timed_out(&self) -> ProbeError {
        ProbeError::TimedOut { by: Asked::RedisServer, after: self.plan.options.timeout, log: self.last_words() }
    }

    /// Ends it, so that all that it wrote is there to be read.
    fn last_words(&self) -> String {
        self.kill();
        self.shown(&self.log.text(true))
    }

    /// The watchdog is in the group, and nobody has waited for it, so the group's number is still the group's.
    fn kill(&self) {
        if let Some(group) = group(&self.child) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    /// The lines to show; a copy of the module goes by the name of the original.
    fn shown(&self, text: &str) -> String {
        let copy = self.home.path().join(self.plan.module.file_name().unwrap_or_default());
        let text = text.replace(&*copy.to_string_lossy(), &self.plan.module.to_string_lossy());
        let lines = text.lines().filter(|line| !line.starts_with(UNFENCED));
        log::excerpt(&lines.collect::<Vec<_>>().join("\n"))
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        self.kill();
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(watchdog) = &mut self.watchdog {
            let _ = watchdog.kill();
            let _ = watchdog.wait();
        }
    }
}

/// The process group that a server leads.
fn group(child: &Child) -> Option<Pid> {
    Pid::from_raw(i32::try_from(child.id()).ok()?)
}

/// Joins the group, to end it should this process be killed. Where there is no shell, there is none.
fn watchdog(group: Pid, home: &Path) -> Option<Child> {
    let command = Command::new("/bin/sh")
        .args(["-c", WATCHDOG, "ramp-probe"])
        .arg(home)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(group.as_raw_nonzero().get())
        .spawn();
    command.map_err(|_: io::Error| ()).ok()
}
