//! What a module needs, by `readelf` and by `ramp inspect`.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What the loader must find before a module loads.
#[derive(Debug, PartialEq, Eq, Default)]
pub(crate) struct Needs {
    /// `DT_NEEDED`, in order.
    libraries: Vec<String>,
    soname: Option<String>,
    runpath: Option<String>,
    /// Library and version, such as `libc.so.6` and `GLIBC_2.29`.
    versions: BTreeSet<(String, String)>,
}

impl Needs {
    /// By binutils; `None` for what is not an ELF file.
    pub(crate) fn of_file(module: &Path) -> Option<Self> {
        let output = Command::new("readelf").env("LC_ALL", "C").args(["--wide", "-d", "-V"]).arg(module).output();
        let output = output.expect("`readelf` is installed, by the package binutils");
        if String::from_utf8_lossy(&output.stderr).contains("Not an ELF file") {
            return None;
        }
        let (mut needs, mut library, mut in_needs) = (Self::default(), String::new(), false);
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let bracketed = || line.split_once('[')?.1.strip_suffix(']').map(str::to_owned);
            let after = |label: &str| line.split_once(label)?.1.split_whitespace().next().map(str::to_owned);
            if line.contains("(NEEDED)") {
                needs.libraries.extend(bracketed());
            } else if line.contains("(SONAME)") {
                needs.soname = bracketed();
            } else if line.contains("(RUNPATH)") {
                needs.runpath = bracketed();
            } else if line.starts_with("Version ") {
                in_needs = line.starts_with("Version needs");
            } else if !in_needs {
            } else if let Some(file) = after("File: ") {
                library = file;
            } else if let Some(name) = after("Name: ") {
                needs.versions.insert((library.clone(), name));
            }
        }
        Some(needs)
    }

    /// By `ramp inspect`.
    pub(crate) fn of_facts(facts: &Value) -> Option<Self> {
        let elf = facts["elf"].as_object()?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let (dynamic, versions) = (&elf["dynamic"], elf["version_needs"].as_array()?);
        Some(Self {
            libraries: dynamic["needed"].as_array()?.iter().filter_map(text).collect(),
            soname: text(&dynamic["soname"]),
            runpath: text(&dynamic["runpath"]),
            versions: versions.iter().filter_map(|v| Some((text(&v["library"])?, text(&v["name"])?))).collect(),
        })
    }
}
