//! The rules by which something is said of a manifest, besides those of `ramp-core`.

use ramp_core::Level::{self, Error, Note, Warning};

/// A rule of `ramp check`, with the parts of one of `ramp-core` that have a meaning here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemarkRule {
    /// Its id, as findings have it.
    pub id: &'static str,
    /// The levels that its findings have, the gravest first: which, depends on the value.
    pub levels: &'static [Level],
    /// What it says, in a few words.
    pub title: &'static str,
    /// What it says, in sentences.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do.
    pub help: &'static str,
    /// An example of what it is said of.
    pub example: &'static str,
}

/// The rules that are not rules of `ramp-core`.
pub const REMARKS: &[RemarkRule] = &[
    RemarkRule {
        id: "manifest-unreadable",
        levels: &[Error],
        title: "a manifest cannot be read",
        what: "It is not YAML, or not a mapping of keys to values, so that nothing else in it was checked.",
        why: "Nothing can be packed with it.",
        help: "Correct the place that the message names; text with `: ` or ` #` in it belongs in quotes.",
        example: "`author: [me`",
    },
    RemarkRule {
        id: "value-unreadable",
        levels: &[Error],
        title: "the value of a key cannot be read",
        what: "YAML makes something of it that `module.json` has no word for: a date, a value with a tag, a list as a key.",
        why: "JSON, which `module.json` is, has nothing that it could become.",
        help: "Write it in quotes, where text is meant.",
        example: "`description: 2026-01-01`",
    },
    RemarkRule {
        id: "key-unknown",
        levels: &[Warning],
        title: "a key is not one of a manifest",
        what: "The packer does not know the key, and ignores it. Where another was probably meant, that is named.",
        why: "What is written there has no effect.",
        help: "Write the key that is meant: `ramp explain manifest` lists them; or leave it out.",
        example: "`min_rlec_version: \"7.2\"`, an old name of `min_redis_pack_version`.",
    },
    RemarkRule {
        id: "key-twice",
        levels: &[Warning],
        title: "a key appears twice",
        what: "A key appears twice or more; the last value counts.",
        why: "Which of the two is meant, only who wrote it knows.",
        help: "Keep one.",
        example: "`author: a` on one line, and `author: b` on another.",
    },
    RemarkRule {
        id: "key-type",
        levels: &[Error, Warning],
        title: "a value is of a type other than the key's",
        what: "A list where text belongs, or the other way round, cannot be packed; a number where text belongs is packed as it is, and \
               `ramp validate` fails for it.",
        why: "Readers of `module.json` fail, or show nonsense, where the type is another.",
        help: "Write the value in the key's type; a number or `no` that is meant as text, in quotes.",
        example: "`capabilities: types`; `license: no`",
    },
    RemarkRule {
        id: "key-not-used",
        levels: &[Note, Warning],
        title: "the module itself says what the key is",
        what: "The module itself says this; the manifest is not asked.",
        why: "The metadata has to say what the module does, or databases with it fail.",
        help: "Leave it out.",
        example: "`version: 2`",
    },
    RemarkRule {
        id: "version-default",
        levels: &[Warning, Note],
        title: "a version is not set, and is a default",
        what: "A version that decides where the module can be used is not set, and is a default.",
        why: "With the default the module may be usable with fewer databases than it works with, or with more.",
        help: "Set it, to what the module was tried with.",
        example: "A manifest without `compatible_redis_version`: the module is usable with databases of 7.4 only.",
    },
    RemarkRule {
        id: "metadata-not-made",
        levels: &[Error],
        title: "a value cannot be worked with",
        what: "A value cannot be worked with: a dependency without its digest, a name that is a path.",
        why: "Clusters download and compare what it is about, and files are named by it.",
        help: "Write what the message asks for.",
        example: "`dependencies: {a: {url: \"https://example.com/a.tgz\"}}`, without `sha256`.",
    },
    RemarkRule {
        id: "command-unused",
        levels: &[Warning, Note],
        title: "a command is not changed as the manifest says",
        what: "A command that is overridden, added or excluded does not come out as the manifest says it.",
        why: "The proxy treats the command otherwise than is meant.",
        help: "Write the command's name as the module registers it, letter case and all, and in one of the lists only.",
        example: "`exclude_commands: [a.b]` and `overide_command: [{command_name: a.b}]`",
    },
    RemarkRule {
        id: "architecture-spelling",
        levels: &[Note],
        title: "the architecture is written otherwise than clusters do",
        what: "The architecture is written otherwise than clusters do; it is packed as they do.",
        why: "Clusters know each architecture by one name.",
        help: "Write `x86_64` or `aarch64`, or leave it out.",
        example: "`architecture: amd64`",
    },
    RemarkRule {
        id: "module-file-name",
        levels: &[Warning],
        title: "`module_file` does not end in `.so`",
        what: "`module_file` is not the name of a module; it is packed under one that ends in `.so`.",
        why: "The cluster's unpacker takes only what ends in `.so` for a module.",
        help: "Write a name that ends in `.so`, or leave it out.",
        example: "`module_file: hello.module`",
    },
    RemarkRule {
        id: "os-name",
        levels: &[Warning],
        title: "`os` is not a kind of system",
        what: "`os` names a distribution, or a system on which no module runs, and not a kind of system.",
        why: "Clusters compare `operating_systems` with their nodes, and not `os`.",
        help: "Write `Linux`, or leave it out; `operating_systems` names distributions.",
        example: "`os: ubuntu`",
    },
    RemarkRule {
        id: "local-path-unused",
        levels: &[Warning],
        title: "the `local_path` of an optional dependency is not packed",
        what: "An optional dependency has a `local_path`, which is not packed.",
        why: "Nodes look for no optional dependency in a bundle.",
        help: "Move the dependency to `dependencies`; or leave `local_path` out, and give `url` and `sha256`.",
        example: "`optional-dependencies: {a: {local_path: build/a}}`",
    },
    RemarkRule {
        id: "local-path-missing",
        levels: &[Warning],
        title: "what a `local_path` names does not exist",
        what: "What a `local_path` names is not there, here and now.",
        why: "Packing fails where it is still missing then.",
        help: "Have it made before the module is packed; a relative path starts from where `ramp` runs.",
        example: "`dependencies: {a: {local_path: build/a}}` before the build.",
    },
    RemarkRule {
        id: "expression",
        levels: &[Error],
        title: "text in braces cannot be looked up",
        what: "Text in braces is neither a variable of the environment nor a brace.",
        why: "`ramp-packer` runs what is in braces as Python; here it is only looked up.",
        help: "Write a brace twice where it is meant as itself: `{{` and `}}`.",
        example: "`command_line_args: \"{open('x')}\"`",
    },
    RemarkRule {
        id: "variable-not-set",
        levels: &[Warning],
        title: "a variable of the environment is not set",
        what: "A variable of the environment is not set, here and now.",
        why: "Packing fails where it is still not set then.",
        help: "Set it where the module is packed, or give the expression a default.",
        example: "`local_path: \"{os.environ['BUILD']}\"`",
    },
    RemarkRule {
        id: "metadata-not-judged",
        levels: &[Error],
        title: "the metadata could not be judged",
        what: "The metadata could not be judged.",
        why: "What is wrong with it is not known.",
        help: "See the message.",
        example: "Metadata that is longer than any bundle may have.",
    },
];

impl RemarkRule {
    /// What the group of these rules is called, among those of `ramp-core`.
    pub const GROUP: &'static str = "manifest";
    /// What the group is about.
    pub const GROUP_TITLE: &'static str = "what packing would say of a manifest: `ramp check`";

    /// The rule of that id.
    ///
    /// ```
    /// use ramp_pack::check::RemarkRule;
    ///
    /// assert_eq!(RemarkRule::find("key-twice").unwrap().title, "a key appears twice");
    /// assert_eq!(RemarkRule::find("wrong-form"), None);
    /// ```
    pub fn find(id: &str) -> Option<&'static Self> {
        REMARKS.iter().find(|rule| rule.id == id)
    }
}
