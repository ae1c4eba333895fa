//! What `module::inspect` says of modules good, bad, and hostile.
#![allow(clippy::expect_used, clippy::print_stdout, clippy::unwrap_used)]

mod compiled;
mod facts;
mod hostile;
mod loader_view;
mod readelf;

use ramp_core::module::{ElfFacts, ModuleFacts, ModuleLimits, inspect};
use ramp_fixtures::elf::ElfBuilder;

/// The facts of a module, which must come back from their JSON as they are.
fn read(bytes: &[u8]) -> ModuleFacts {
    let facts = inspect(bytes, &ModuleLimits::default());
    let json = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<ModuleFacts>(&json).unwrap(), facts);
    facts
}

/// The facts of a module that must be read without a defect.
fn elf(builder: &ElfBuilder) -> ElfFacts {
    let facts = read(&builder.build());
    assert_eq!(facts.defects, []);
    facts.elf.expect("an ELF module")
}
