//! The functions that a module is lent.
//!
//! Each takes and gives what `redismodule.h` says. What a module passes is trusted as a server trusts it: a pointer that is wrong ends
//! this process, and that is told.

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::LazyLock;

use super::shared::{registry, tell};
use crate::played;
use crate::wire::Event;

mod calls;
mod configs;
mod context;
mod form;
mod memory;
mod registering;
mod server;
mod strings;
mod stubs;

pub(super) use context::Context;

/// What is called at load and answered with 0: nothing depends on it while no command runs.
const SILENT: [&str; 15] = [
    "FreeServerInfo",
    "FreeThreadSafeContext",
    "FreeModuleUser",
    "GetSharedAPI",
    "RegisterClusterMessageReceiver",
    "RegisterDefragCallbacks",
    "RegisterDefragFunc",
    "RegisterDefragFunc2",
    "RegisterInfoFunc",
    "SetClusterFlags",
    "SetModuleOptions",
    "SetModuleUserACL",
    "SubscribeToKeyspaceEvents",
    "UnregisterCommandFilter",
    "AutoMemory",
];

/// By name, the addresses.
static FUNCTIONS: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    let silent = SILENT.map(|name| (name, stubs::silent as *const c_void));
    let all = [
        memory::functions(),
        strings::functions(),
        registering::functions(),
        configs::functions(),
        calls::functions(),
        server::functions(),
        silent.to_vec(),
    ];
    all.into_iter().flatten().map(|(name, function)| (name, function.expose_provenance())).collect()
});

/// A context for the module, by which it finds all others.
pub(super) fn context() -> *mut Context {
    context::begin(find);
    context::lend()
}

/// The function of that name, if the version that is played has it.
fn find(name: &str) -> Option<*const c_void> {
    let version = registry().version;
    let Some(place) = played::index(name).filter(|_| version.has(name)) else {
        missing(name);
        return None;
    };
    let bare = played::name_at(place)?;
    Some(FUNCTIONS.get(bare).map_or_else(|| stubs::at(place), |at| std::ptr::with_exposed_provenance(*at)))
}

/// Notes a function that the version lacks. A header knows some 400.
fn missing(name: &str) {
    const MOST: usize = 1000;
    let mut registry = registry();
    if registry.missing.len() < MOST && !registry.missing.iter().any(|known| known == name) {
        registry.missing.push(name.to_owned());
        drop(registry);
        tell(&Event::Missing(name.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lent_has_names_of_the_module_api() {
        for name in FUNCTIONS.keys() {
            assert!(played::index(&format!("RedisModule_{name}")).is_some(), "{name}");
        }
    }
}
