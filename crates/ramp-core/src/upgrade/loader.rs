//! What is different of what the module asks of the loader, and how large it is.

use std::collections::BTreeSet;

use super::build::Build;
use super::change::{Area, Change};
use super::compared::{self, Named, bare, number};
use crate::metadata::Value;
use crate::module::{ElfFacts, ExecStack};

pub(super) fn changes(old: &Build, new: &Build) -> Vec<Change> {
    let (before, after) = (elf(old), elf(new));
    let mut changes = compared::changes(Area::Loader, &libraries(before), &libraries(after));
    changes.extend(compared::changes(Area::Loader, &asked(before), &asked(after)));
    changes.extend(compared::changes(Area::Size, &sizes(old), &sizes(new)));
    changes
}

fn elf(build: &Build) -> Option<&ElfFacts> {
    build.module.as_ref()?.elf.as_ref()
}

fn libraries(elf: Option<&ElfFacts>) -> Named {
    bare(elf.into_iter().flat_map(ElfFacts::needed).map(String::as_str))
}

/// The highest version of each namespace, the processor, and where libraries are looked for.
fn asked(elf: Option<&ElfFacts>) -> Named {
    let mut asked = Named::new();
    let Some(elf) = elf else { return asked };
    let namespaces: BTreeSet<&str> = elf.version_needs.iter().map(|need| need.namespace.as_str()).collect();
    for namespace in namespaces {
        if let Some(need) = elf.max_version(namespace) {
            asked.insert(namespace.to_owned(), need.name.as_str().into());
        }
    }
    let mut add = |name: &str, value: Value| asked.insert(name.to_owned(), value);
    add("e_machine", elf.machine.to_string().into());
    if let Some(level) = elf.x86_isa_needed.and_then(|level| serde_json::to_value(level).ok()) {
        add("x86 level", level.into());
    }
    let dynamic = elf.dynamic.as_ref();
    if let Some(path) = dynamic.and_then(|dynamic| dynamic.runpath.as_ref().or(dynamic.rpath.as_ref())) {
        add("runpath", path.as_str().into());
    }
    if elf.exec_stack == ExecStack::Yes {
        add("executable stack", true.into());
    }
    if dynamic.is_some_and(|dynamic| dynamic.has_relr) {
        add("DT_RELR", true.into());
    }
    if elf.static_tls {
        add("static TLS", number(elf.tls_size));
    }
    asked
}

fn sizes(build: &Build) -> Named {
    let module = build.module.as_ref();
    let sizes = [
        ("bundle", Some(build.bundle_size)),
        ("module", module.map(|module| module.size)),
        ("memory", elf(build).map(|elf| elf.memory_size)),
    ];
    sizes.into_iter().filter_map(|(name, size)| Some((name.to_owned(), number(size?)))).collect()
}
