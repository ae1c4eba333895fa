//! Packs a module without a file: `cargo run -p ramp-pack --example pack_in_memory`.
//!
//! The module and what it says of itself are in memory, and so is the bundle that comes of them. It is judged before it is
//! anybody's; its name and its SHA-256 are printed.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use std::error::Error;
use std::io::Cursor;

use ramp_core::module::{CommandSpec, Discovery, ModuleLimits, inspect};
use ramp_core::{Digest256, Policy, Target, validate};
use ramp_fixtures::elf::ElfBuilder;
use ramp_pack::manifest::Manifest;
use ramp_pack::{
    BundleParts, Inputs, ModuleInput, Options, WriteOptions, assemble, comma_separated, json, name, write_bundle,
};

const MANIFEST: &[u8] = b"\
display_name: Hello
description: Says hello
license: MIT
capabilities: [types, replica_of]
compatible_redis_version: \"8.0\"
min_redis_version: \"8.0\"
min_redis_pack_version: \"8.0\"
";

fn main() -> Result<(), Box<dyn Error>> {
    let module = ElfBuilder::module().build();
    // What `ramp-probe` learns by loading the module.
    let discovery = Discovery {
        module_name: "hello".to_owned(),
        version: 10203,
        commands: vec![CommandSpec {
            command_name: "hello.world".to_owned(),
            command_arity: 1,
            flags: vec!["readonly".to_owned()],
            first_key: 0,
            last_key: 0,
            step: 0,
        }],
    };
    let (name, bundle) = pack(&module, &discovery)?;

    let report = validate(Cursor::new(&bundle), &Target::named("8.0")?, &Policy::strict())?;
    for finding in report.findings() {
        println!("{}: {}: {}", finding.level, finding.rule, finding.message);
    }
    if let Some(refusal) = report.refusal() {
        return Err(format!("{}: {}", refusal.error_code, refusal.description).into());
    }
    println!("{}  {name}", Digest256::of(&bundle));
    Ok(())
}

/// The name of a bundle, and its bytes.
fn pack(module: &[u8], discovery: &Discovery) -> Result<(String, Vec<u8>), Box<dyn Error>> {
    let manifest = Manifest::read(MANIFEST)?;
    for warning in &manifest.warnings {
        println!("the manifest, {warning}");
    }
    let mut options = Options::default();
    options.set("author", "Somebody")?;
    options.set("operating_systems", comma_separated("rhel9, ubuntu22"))?;

    let facts = inspect(module, &ModuleLimits::default());
    let input = ModuleInput::new("hello.so", Digest256::of(module).to_string(), &facts);
    let assembled = assemble(&Inputs::new(&input, &manifest, &options, discovery))?;
    for warning in &assembled.warnings {
        println!("{}: {warning}", warning.level());
    }

    let metadata = json::to_string(&assembled.metadata);
    let parts = BundleParts {
        module_file: "hello.so",
        module: module.into(),
        metadata: metadata.as_bytes(),
        dependencies: Vec::new(),
    };
    let mut bundle = Cursor::new(Vec::new());
    write_bundle(&mut bundle, parts, &WriteOptions::default())?;
    let name = name::format_name("{module_name}.{os}-{architecture}.{semantic_version}.zip", &assembled.metadata)?;
    Ok((name, bundle.into_inner()))
}
