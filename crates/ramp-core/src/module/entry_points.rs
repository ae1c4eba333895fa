//! The functions of a module that Redis calls.

/// Called when the module is loaded; without it there is no module.
pub(super) const ON_LOAD: &str = "RedisModule_OnLoad";
/// What the names of functions end in, or have in them, that were meant to be it: for another server, or as C++ writes names.
pub(super) const LIKE_ON_LOAD: &str = "module_onload";
/// Called before the module is unloaded, if it is there.
pub(super) const ON_UNLOAD: &str = "RedisModule_OnUnload";
