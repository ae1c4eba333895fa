//! Builds the module in `testdata/hello` with the C compiler, packs it into a bundle, and runs `ramp validate` on it.
//!
//! `cargo run --profile demo -p ramp-demo` leaves the bundle in `target/demo/` to go on with; further arguments go to
//! `ramp validate`: `cargo run --profile demo -p ramp-demo -- --format json`.

#![allow(clippy::print_stdout)] // it shows the command it runs

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use ramp_core::Digest256;
use ramp_pack::{BundleParts, ModulePart, WriteOptions, write_bundle};
use serde_json::Value;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    // As the command does, for `--probe`.
    ramp_cli::become_host_if_asked();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let directory = target.join("demo");
    std::fs::create_dir_all(&directory)?;

    let module = directory.join("hello.so");
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let status = Command::new(&compiler)
        .args(["-shared", "-fPIC", "-O2", "-fvisibility=hidden", "-o"])
        .arg(&module)
        .arg(root.join("testdata/hello/hello.c"))
        .status()
        .map_err(|err| format!("cannot run the C compiler `{compiler}`: {err}"))?;
    if !status.success() {
        return Err(format!("`{compiler}` could not build testdata/hello/hello.c").into());
    }

    let bytes = std::fs::read(&module)?;
    let mut metadata: Value = serde_json::from_slice(&std::fs::read(root.join("testdata/hello/module.json"))?)?;
    metadata["sha256"] = Digest256::of(&bytes).to_string().into();
    metadata["architecture"] = std::env::consts::ARCH.into();
    let parts = BundleParts {
        module_file: "hello.so",
        module: ModulePart::Bytes(&bytes),
        metadata: &serde_json::to_vec_pretty(&metadata)?,
        dependencies: Vec::new(),
    };
    let path = directory.join("hello.zip");
    write_bundle(File::create(&path)?, parts, &WriteOptions::default())?;

    let shown = path.strip_prefix(std::env::current_dir()?).unwrap_or(&path).to_owned();
    let rest: Vec<String> = std::env::args().skip(1).collect();
    let target_given = rest.iter().any(|arg| arg.starts_with("--target"));
    let mut args = vec!["ramp".to_owned(), "validate".to_owned(), shown.display().to_string()];
    if !target_given {
        args.extend(["--target".to_owned(), "7.22".to_owned()]);
    }
    args.extend(rest);
    println!("$ {}\n", args.join(" "));
    Ok(ramp_cli::run(args))
}
