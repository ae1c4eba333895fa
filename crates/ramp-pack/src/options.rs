//! What the command line says about the metadata.

use ramp_core::metadata::Value;

/// The options that set metadata, by the names of `module.json`. What is `None` or empty was not given.
///
/// ```
/// use ramp_pack::{Options, comma_separated};
///
/// let options = Options {
///     module_name: Some("hello".into()),
///     capabilities: comma_separated("types, flash,types"),
///     ..Options::default()
/// };
/// assert_eq!(options.capabilities, ["types", "flash"]);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Options {
    /// `-d`, `--display-name`
    pub display_name: Option<String>,
    /// `-b`, `--capability-name`
    pub capability_name: Option<String>,
    /// `-n`, `--module-name`; wins over what the module says.
    pub module_name: Option<String>,
    /// `--module-version` (new); wins over what the module says.
    pub module_version: Option<i64>,
    /// `-a`, `--author`
    pub author: Option<String>,
    /// `-e`, `--email`
    pub email: Option<String>,
    /// `-A`, `--architecture`; must be the module's.
    pub architecture: Option<String>,
    /// `-D`, `--description`
    pub description: Option<String>,
    /// `-h`, `--homepage`
    pub homepage: Option<String>,
    /// `-l`, `--license`
    pub license: Option<String>,
    /// `-c`, `--cmdargs`
    pub command_line_args: Option<String>,
    /// `--runcmdargs`
    pub run_command_line_args: Option<String>,
    /// `-r`, `--redis-min-version`
    pub min_redis_version: Option<String>,
    /// `-R`, `--redis-pack-min-version`
    pub min_redis_pack_version: Option<String>,
    /// `-cr`, `--redis-compatible-version`
    pub compatible_redis_version: Option<String>,
    /// `--bigstore-version-2-support`
    pub bigstore_version_2_support: Option<bool>,
    /// `-cc`, `--config-command`
    pub config_command: Option<String>,
    /// `-O`, `--os`
    pub os: Option<String>,
    /// `--operating-systems` (new)
    pub operating_systems: Vec<String>,
    /// `-C`, `--capabilities`
    pub capabilities: Vec<String>,
    /// `-E`, `--exclude-commands`
    pub exclude_commands: Vec<String>,
    /// `--overide-command`, one value each time
    pub overide_command: Vec<Value>,
    /// `--add-command`, one value each time
    pub add_command: Vec<Value>,
    /// `--dependencies`, one value each time
    pub dependencies: Vec<Value>,
    /// `--optional-dependencies`, one value each time
    pub optional_dependencies: Vec<Value>,
    /// `--redis-args`
    pub redis_args: Option<Value>,
}

impl Options {
    /// The options of one string each, under their names in `module.json`.
    pub(super) fn texts(&self) -> [(&'static str, Option<&str>); 13] {
        [
            ("display_name", self.display_name.as_deref()),
            ("capability_name", self.capability_name.as_deref()),
            ("module_name", self.module_name.as_deref()),
            ("author", self.author.as_deref()),
            ("email", self.email.as_deref()),
            ("description", self.description.as_deref()),
            ("homepage", self.homepage.as_deref()),
            ("license", self.license.as_deref()),
            ("command_line_args", self.command_line_args.as_deref()),
            ("min_redis_version", self.min_redis_version.as_deref()),
            ("min_redis_pack_version", self.min_redis_pack_version.as_deref()),
            ("compatible_redis_version", self.compatible_redis_version.as_deref()),
            ("config_command", self.config_command.as_deref()),
        ]
    }
}

/// The items of a list with commas, in order, each once, without white space around them; empty ones are left out.
///
/// ```
/// assert_eq!(ramp_pack::comma_separated("b, a,,b"), ["b", "a"]);
/// ```
pub fn comma_separated(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        if !items.iter().any(|other| other == item) {
            items.push(item.to_owned());
        }
    }
    items
}
