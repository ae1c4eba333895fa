//! Files of another format: modules, compressed files, parts of zips.

use super::described::{Described, bytes, quoted};
use crate::given::Given;
use crate::given::commands::{file, last, unpacked, word};
use crate::given::formats;

/// What the name of something that comes out of a compressed file ends in.
const ZIP: &str = ".zip";
const MODULE: &str = ".so";

pub(super) fn describe(given: &Given, name: Option<&str>) -> Option<Described> {
    let path = file(name);
    Some(match given {
        Given::Empty => Described::new(
            "the file is empty",
            "Look at what wrote it: a build or a download that failed leaves such a file.",
        ),
        Given::Elf { architecture, shared: true } => Described::new(
            format!("this is the module itself, not a bundle: an ELF shared object for {architecture}"),
            format!(
                "Pack it first: `ramp pack {path} -m ramp.yml` writes the bundle and prints its name. Without a manifest, \
                 leave out `-m`."
            ),
        )
        .with("found", architecture.to_string()),
        Given::Elf { architecture, .. } => Described::new(
            format!("this is a program or an object file (ELF) for {architecture}, not a bundle"),
            "Link the module with `-shared`, and pack it with `ramp pack`.",
        )
        .with("found", architecture.to_string()),
        Given::MachO => Described::new(
            "this is a library for macOS (Mach-O), not a bundle",
            "Build the module on Linux, or in a Linux container, and pack it with `ramp pack`.",
        ),
        Given::Pe => Described::new(
            "this is a library or program for Windows, not a bundle",
            "Build the module on Linux, or in a Linux container, and pack it with `ramp pack`.",
        ),
        Given::Format(format) => return of_format(format, &path, name),
        Given::Gzip { holds } => of_gzip(holds, &path, name),
        Given::CutOff { has, entry, claimed } => cut_off(*has, entry.as_deref(), *claimed),
        Given::Part => Described::new(
            "this is one part of a zip that was split",
            format!(
                "Put the parts together: `zip -s 0 {path} --out whole.zip`, in the folder that has them all; the part to name \
                 is the one that ends in `.zip`."
            ),
        ),
        Given::Base64 => Described::new(
            "this is a zip encoded as Base64",
            format!("Decode it: `base64 -d {path} > {}`.", unpacked(name, ZIP)),
        ),
        Given::Script => {
            Described::new("this is a script, not a bundle", "Give the zip that the build or `ramp pack` writes.")
        }
        Given::Metadata { module_file } => {
            let module = module_file.as_deref().map(last).and_then(word);
            let module = module.as_deref().unwrap_or("MODULE.so");
            Described::new(
                "this is `module.json`, the metadata of a bundle, without the bundle",
                format!("Give the zip that holds it and the module; `ramp pack {module} -m ramp.yml` makes one."),
            )
        }
        Given::Manifest => Described::new(
            "this is a manifest, from which a bundle is packed, not a bundle",
            format!("Pack first: `ramp pack MODULE.so -m {path}` writes the bundle and prints its name."),
        ),
        Given::Kubernetes => Described::new(
            "this is a Kubernetes manifest, not a bundle",
            format!("Check it with the bundles that it names: `ramp validate --kubernetes {path} BUNDLE.zip`."),
        ),
        _ => return None,
    })
}

fn of_format(format: &str, path: &str, name: Option<&str>) -> Option<Described> {
    let row = formats::named(format)?;
    let help = match (&row.unpack, &row.list) {
        (Some(command), _) => {
            format!("Take the zip out, if there is one in it: `{command} {path} > {}`.", unpacked(name, ZIP))
        }
        (_, Some(command)) => {
            format!("Take the module out (`{command} {path}`), and pack it with `ramp pack`: a bundle is a zip.")
        }
        _ => "Give the zip that `ramp pack` writes.".to_owned(),
    };
    Some(Described::new(format!("this is {}, not a bundle", row.what), help).with("found", row.what.as_str()))
}

fn of_gzip(holds: &Given, path: &str, name: Option<&str>) -> Described {
    let taken_out = |ending| format!("`gunzip -c {path} > {}`", unpacked(name, ending));
    let (what, help) = match holds {
        Given::Bundle => ("a zip compressed with gzip", format!("Take the zip out: {}.", taken_out(ZIP))),
        Given::Format(format) if format == "tar" => (
            "a tar archive compressed with gzip",
            format!("Take the module out (`tar -xzf {path}`), and pack it with `ramp pack`: a bundle is a zip."),
        ),
        Given::Elf { .. } => (
            "a module compressed with gzip",
            format!("Take the module out ({}), and pack it with `ramp pack`.", taken_out(MODULE)),
        ),
        _ => ("a file compressed with gzip", format!("Take the zip out, if there is one in it: {}.", taken_out(ZIP))),
    };
    Described::new(format!("this is {what}, not a bundle"), help).with("found", what)
}

fn cut_off(has: u64, entry: Option<&str>, claimed: Option<u64>) -> Described {
    let ends = format!("the zip is cut off: it ends after {}", bytes(has));
    let described = |what| {
        let help = "Copy or download it again, and compare its size and checksum with the original's.";
        Described::new(what, help).with("size", has)
    };
    match (entry, claimed) {
        (Some(entry), Some(claimed)) => {
            let what = format!("{ends}, but {} would reach to {claimed}", quoted(entry));
            described(what).with("entry", entry).with("claimed", claimed)
        }
        (Some(entry), None) => described(format!("{ends}, in or after {}", quoted(entry))).with("entry", entry),
        // Nothing says what is missing: its end may be there, and damaged.
        (None, _) => described(format!("{ends}, without the record that ends a zip")),
    }
}
