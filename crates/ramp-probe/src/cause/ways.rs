//! Ways out where a module is for another architecture.

use std::path::PathBuf;

/// To ask it where it runs, or by an emulator that is on this machine.
pub(super) fn on_another_machine(architecture: &str) -> String {
    let elsewhere = "Probe it where it runs.";
    match emulator(architecture) {
        // An emulator does not look for programs on PATH.
        Some(command) => format!(
            "{elsewhere} With a `ramp` that is built for {architecture} it runs here, too: `{command} /path/to/ramp probe MODULE`, though \
             not shut in."
        ),
        None => elsewhere.to_owned(),
    }
}

/// QEMU's emulator for programs of that architecture, with the folder of their libraries, where Debian's cross compiler has them.
fn emulator(architecture: &str) -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let names = [format!("qemu-{architecture}"), format!("qemu-{architecture}-static")];
    let is_there = |name: &&String| std::env::split_paths(&path).any(|folder| folder.join(name.as_str()).is_file());
    let name = names.iter().find(is_there)?;
    let libraries = PathBuf::from(format!("/usr/{architecture}-linux-gnu"));
    Some(if libraries.is_dir() { format!("{name} -L {}", libraries.display()) } else { name.clone() })
}
