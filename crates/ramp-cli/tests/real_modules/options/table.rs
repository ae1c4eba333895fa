//! A sensible value for every option, and for every key of the manifest.

/// An option of the reference.
pub(crate) struct Row {
    /// The name of its parameter.
    pub(crate) name: &'static str,
    /// Its value; `None` for a flag.
    pub(crate) value: Option<&'static str>,
    /// A manifest that sets the same to another value; empty if there is no such key.
    pub(crate) manifest: &'static str,
}

const fn row(name: &'static str, value: &'static str, manifest: &'static str) -> Row {
    Row { name, value: Some(value), manifest }
}

const fn flag(name: &'static str, manifest: &'static str) -> Row {
    Row { name, value: None, manifest }
}

/// The architecture that the modules are built for.
pub(crate) const ARCHITECTURE: &str = std::env::consts::ARCH;

const DEPENDENCY: &str = r#"{"data": {"url": "http://example.com/data.tgz", "sha256": "00"}}"#;
const OVERRIDE: &str = r#"{"command_name": "sample.set", "command_arity": 7, "flags": [], "x": {"y": null}}"#;

pub(crate) const OPTIONS: &[Row] = &[
    row("manifest", "ramp.yml", ""),
    row("display_name", "Näme of it", "display_name: 5\n"),
    row("capability_name", "Cap", "capability_name: other\n"),
    row("module_name", "named", "module_name: other\n"),
    row("author", "A. Uthor", "author: B. Uthor\n"),
    row("email", "a@example.com", "email: b@example.com\n"),
    row("architecture", ARCHITECTURE, "architecture: sparc\n"),
    row("description", "what \"it\" does", "description: >\n  two\n  lines\n"),
    row("homepage", "http://example.com/", "homepage: http://example.org/\n"),
    row("license", "MIT", "license: null\n"),
    row("command_line_args", "A 1", "command_line_args: B 2\n"),
    row("run_command_line_args", "C 3", "run_command_line_args: D 4\n"),
    row("min_redis_version", "7.2", "min_redis_version: 6.0\n"),
    row("min_redis_pack_version", "7.4", "min_redis_pack_version: \"6.2\"\n"),
    row("compatible_redis_version", "8.0", "compatible_redis_version: 7.2\n"),
    flag("bigstore_version_2_support", "bigstore_version_2_support: no\n"),
    row("config_command", "sample.config", "config_command: OTHER.CONFIG\n"),
    row("os", "Linux", "os: Darwin\n"),
    row("capabilities", "types,crdb,types", "capabilities: [flash, types]\n"),
    row("exclude_commands", "sample.set,nothing", "exclude_commands: [SAMPLE.GET, sample.ping]\n"),
    row("overide_command", OVERRIDE, "overide_command:\n  - {command_name: SAMPLE.GET, first_key: 2}\n"),
    row("add_command", r#"{"command_name": "NEW", "x": 1.5}"#, "add_command:\n  - {command_name: OLD, step: 3}\n"),
    row("dependencies", DEPENDENCY, "dependencies: {lib: {url: \"http://x\", sha256: ff}}\n"),
    row("optional_dependencies", DEPENDENCY, "optional-dependencies:\n  - {name: o, url: \"http://x\", sha256: ff}\n"),
    row("output", "{module_name}.{os}-{architecture}.{semantic_version}.zip", ""),
    flag("print_filename_only", ""),
    row("packname_file", "name.txt", ""),
    flag("verbose", ""),
    flag("debug", ""),
    row("redis_args", r#"{"maxmemory": "100mb"}"#, "redis_args: {databases: \"4\"}\n"),
];

/// Manifests for the keys that no option sets.
pub(crate) const OTHER_KEYS: &[(&str, &str)] = &[
    ("module_file", "module_file: other.so\n"),
    ("version", "version: 5\n"),
    ("semantic_version", "semantic_version: 9.9.9\n"),
    ("sha256", "sha256: \"00\"\n"),
    ("speedb_git_sha", "speedb_git_sha: abc\n"),
    ("commands", "commands:\n  - {command_name: none}\n"),
    ("ramp_format_version", "ramp_format_version: 2\n"),
    ("crdb", "crdb: {a: {b: [1, 2.50]}}\n"),
    ("operating_systems", "operating_systems: [rhel8, rhel9]\n"),
];

/// The options whose values the reference cannot read, whatever they are, and the keys that say the same.
pub(crate) const UNREADABLE: [(&str, &str, &str); 2] = [
    ("dependencies", "--dependencies", "dependencies"),
    ("optional_dependencies", "--optional-dependencies", "optional-dependencies"),
];
