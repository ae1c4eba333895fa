//! Ways out where a module cannot be loaded here.

use std::path::Path;

/// What is done with what a module says elsewhere.
const TAKEN_ALONG: &str = "`ramp probe --format json` prints there what `ramp pack --commands-from` reads here; or do not ask it: \
                           `--probe none --module-name NAME --module-version NUMBER`.";

/// To ask it on another machine, of which a sentence tells.
pub(super) fn elsewhere(where_to: &str) -> String {
    format!("{where_to} {TAKEN_ALONG}")
}

/// The same, or by an emulator that is on this machine.
pub(super) fn on_another_machine(architecture: &str) -> String {
    let elsewhere = elsewhere("Probe it where it runs.");
    match emulator(architecture) {
        Some(command) => format!(
            "{elsewhere} With a `ramp` that is built for {architecture} it runs here, too: `{command} ramp probe --format json`, though not \
             shut in."
        ),
        None => elsewhere,
    }
}

/// QEMU's emulator for programs of that architecture, with the folder of their libraries, where Debian's cross compiler has them.
fn emulator(architecture: &str) -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let names = [format!("qemu-{architecture}"), format!("qemu-{architecture}-static")];
    let is_there = |name: &&String| std::env::split_paths(&path).any(|folder| folder.join(name.as_str()).is_file());
    let name = names.iter().find(is_there)?;
    let libraries = format!("/usr/{architecture}-linux-gnu");
    Some(if Path::new(&libraries).is_dir() { format!("{name} -L {libraries}") } else { name.clone() })
}
