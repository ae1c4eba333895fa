//! What looks.

use std::error::Error;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What is unpacked is opened, not read.
const UNPACK: &str = "
import sys
from RAMP.unpacker import unpack
with open(sys.argv[1], 'rb') as bundle:
    unpack(bundle)
";

/// What who stores a module does; only then are the CRCs checked.
const UNPACK_AND_READ: &str = "
import hashlib, sys
from RAMP.unpacker import unpack
with open(sys.argv[1], 'rb') as bundle:
    metadata, module, dependencies = unpack(bundle)
    assert hashlib.sha256(module.read()).hexdigest() == metadata['sha256']
    for name, dependency in dependencies.items():
        while dependency.read(1 << 20):
            pass
";

/// A command whose last argument is the bundle.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    command: Vec<OsString>,
}

/// The tools that are there, ours first.
pub(crate) fn present() -> Vec<Tool> {
    let tool = |name, command: &[&str]| Tool { name, command: command.iter().map(OsString::from).collect() };
    let mut tools = vec![tool("ramp validate", &[env!("CARGO_BIN_EXE_ramp"), "validate"])];
    if let Ok(python) = std::env::var("RAMP_REFERENCE_PYTHON") {
        tools.push(tool("ramp-packer, unpack(), nothing read", &[&python, "-c", UNPACK]));
        tools.push(tool("ramp-packer, unpack(), read and hashed", &[&python, "-c", UNPACK_AND_READ]));
    }
    if is_there("redisctl") {
        let inspect = ["redisctl", "enterprise", "module", "inspect"];
        tools.push(tool("redisctl enterprise module inspect", &inspect));
    }
    if is_there("unzip") && is_there("sha256sum") {
        let command = r#"unzip -tqq "$1" && sha256sum "$1""#;
        tools.push(tool("unzip -t, then sha256sum of the bundle", &["sh", "-c", command, "sh"]));
    }
    tools
}

fn is_there(program: &str) -> bool {
    let mut command = Command::new("sh");
    command.args(["-c", "command -v \"$1\"", "sh", program]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

impl Tool {
    fn command(&self, bundle: &Path) -> Command {
        let mut words = self.command.iter();
        let mut command = Command::new(words.next().map(OsString::as_os_str).unwrap_or_default());
        command.args(words).arg(bundle).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// How long it takes.
    pub(crate) fn time(&self, bundle: &Path) -> Result<Duration, Box<dyn Error>> {
        let mut command = self.command(bundle);
        let start = Instant::now();
        let status = command.status()?;
        let time = start.elapsed();
        if !status.success() {
            return Err(format!("{command:?}: {status}").into());
        }
        Ok(time)
    }

    /// How much memory it takes at most, in bytes; `None` where `/usr/bin/time` cannot say.
    pub(crate) fn peak(&self, bundle: &Path) -> io::Result<Option<u64>> {
        let plain = self.command(bundle);
        let mut command = Command::new("/usr/bin/time");
        command.args(["-f", "%M"]).arg(plain.get_program()).args(plain.get_args());
        let output = match command.stdin(Stdio::null()).stdout(Stdio::null()).output() {
            Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(None),
            output => output?,
        };
        let text = String::from_utf8_lossy(&output.stderr);
        let kib = text.lines().last().and_then(|line| line.trim().parse::<u64>().ok());
        Ok(kib.map(|kib| kib * 1024))
    }
}
