//! Links the unwinder of GCC into the command, where the compiler has it at hand.
//!
//! It would be a shared library else (`libgcc_s`), which small containers do not have, and loading it costs every start
//! 0.2 ms in a virtual machine: it asks the processor what it is, which traps there.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC_LINKER");
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    // The linker of another target may have another library, or none.
    let here = variable("HOST") == variable("TARGET");
    if here && variable("CARGO_CFG_TARGET_OS") == "linux" && variable("CARGO_CFG_TARGET_ENV") == "gnu" && is_there() {
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

/// Whether the linker knows where the library is: it gives the bare name back else.
fn is_there() -> bool {
    let linker = std::env::var_os("RUSTC_LINKER").unwrap_or_else(|| "cc".into());
    let asked = Command::new(linker).arg("-print-file-name=libgcc_eh.a").output();
    asked.is_ok_and(|answer| Path::new(String::from_utf8_lossy(&answer.stdout).trim()).is_absolute())
}
