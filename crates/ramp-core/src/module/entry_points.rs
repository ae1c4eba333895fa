//! The functions of a module that Redis calls.

/// Called when the module is loaded; without it there is no module.
pub(super) const ON_LOAD: &str = "RedisModule_OnLoad";
/// Called before the module is unloaded, if it is there.
pub(super) const ON_UNLOAD: &str = "RedisModule_OnUnload";
