//! What a module says of itself when a server loads it.

use serde::{Deserialize, Serialize};

/// Name, version and commands of a module, as a server that has loaded it reports them.
///
/// ```
/// use ramp_core::module::Discovery;
///
/// let json = r#"{"module_name": "hello", "version": 10203, "commands": [{"command_name": "hello.greet",
///     "command_arity": 1, "flags": ["readonly", "fast"], "first_key": 0, "last_key": 0, "step": 0}]}"#;
/// let discovery: Discovery = serde_json::from_str(json).unwrap();
/// assert_eq!(discovery.commands[0].command_arity, 1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Discovery {
    /// The name under which the module registers itself.
    pub module_name: String,
    /// Its version as a number: major × 10000 + minor × 100 + patch.
    pub version: i64,
    /// Its commands, in the order in which they are to be written.
    pub commands: Vec<CommandSpec>,
}

/// What came of asking the module itself what it registers: see [`BundleFacts::asked`](crate::facts::BundleFacts::asked).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProbeOutcome {
    /// It was loaded, and registered this.
    Registered(Discovery),
    /// It was not loaded, wherever it is tried: it refuses, or it ends or hangs whatever loads it.
    Failed {
        /// What happened, as a clause such as `the module crashed the built-in host`.
        why: String,
        /// What to do, where that is known.
        help: Option<String>,
    },
    /// It could not be tried on this machine, which says nothing of the module.
    NotPossible {
        /// Why, as a clause such as `it is for aarch64, and what is to load it is for x86_64`.
        why: String,
        /// What to do, where that is known.
        help: Option<String>,
    },
}

/// A command, in the form that `module.json` gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommandSpec {
    /// Its name, in the letter case of its registration.
    pub command_name: String,
    /// Number of arguments, the name included; negative for at least that many.
    pub command_arity: i64,
    /// Flags, as `COMMAND` reports them.
    pub flags: Vec<String>,
    /// Position of the first key; 0 for none.
    pub first_key: i64,
    /// Position of the last key; negative counts from the end.
    pub last_key: i64,
    /// Distance between keys.
    pub step: i64,
}
