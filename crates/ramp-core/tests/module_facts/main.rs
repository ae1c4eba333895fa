//! What `module::inspect` says of modules good, bad, and hostile.
#![allow(clippy::expect_used, clippy::print_stdout, clippy::unwrap_used)]

mod compiled;
mod facts;
mod hostile;
mod loader_view;
mod readelf;

use ramp_core::module::{ElfFacts, ModuleFacts, ModuleLimits, inspect};
use ramp_fixtures::elf::ElfBuilder;

fn read(bytes: &[u8]) -> ModuleFacts {
    inspect(bytes, &ModuleLimits::default())
}

/// The facts of a module that must be read without a defect.
fn elf(builder: &ElfBuilder) -> ElfFacts {
    let facts = read(&builder.build());
    assert_eq!(facts.defects, []);
    facts.elf.expect("an ELF module")
}
