//! A manual page on a terminal: as `man` shows it, where there is one.

use std::io::{IsTerminal as _, Write as _, stdout};
use std::process::{Command, Stdio};

/// Whether the page was shown; it is not where standard output is no terminal, or no `man` can.
pub(super) fn shown(page: &str) -> bool {
    stdout().is_terminal() && by_man(page)
}

fn by_man(page: &str) -> bool {
    let mut man = Command::new("man");
    // One that cannot read a page from standard input says so, and is not to be heard.
    let Ok(mut child) = man.args(["-l", "-"]).stdin(Stdio::piped()).stderr(Stdio::null()).spawn() else {
        return false;
    };
    stay();
    if let Some(mut to) = child.stdin.take() {
        // Who has read enough closes it.
        let _ = to.write_all(page.as_bytes());
    }
    child.wait().is_ok_and(|status| status.success())
}

/// Ctrl-C is for who pages: without this command, nobody would put the terminal back.
fn stay() {
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, std::sync::Arc::default());
}
