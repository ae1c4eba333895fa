//! Unpack: the rules.

use crate::cure::Repair;
use crate::endpoint::Part;
use crate::finding::Rule;
use crate::rules::declare::unpack as rule;

pub(crate) const RULES: &[&Rule] = &[
    &NOT_A_ZIP,
    &NUMBER_OF_FILES,
    &JSON_MISSING,
    &JSON_UNREADABLE,
    &JSON_NOT_AN_OBJECT,
    &MODULE_FILE_MISSING,
    &MODULE_FILE_UNREADABLE,
    &KEY_MISSING,
    &NAME_MISSING,
    &ARCHITECTURE,
    &VERSION_MISSING,
    &VERSION_NOT_INTEGER,
    &VERSION_TOO_LARGE,
    &OS_LIST_INVALID,
    &OS_LIST_NOT_A_LIST,
    &ENTRY_UNREADABLE,
];

pub(super) static NOT_A_ZIP: Rule = Rule {
    what: "The file has no end of central directory record, or its central directory cannot be read. Where its content \
           shows what it is instead, the message says so: the bare module, `module.json`, a manifest, a web page, a \
           Git LFS pointer, another kind of archive.",
    why: "The unpacker answers `Failed to extract bundle` and looks at nothing else.",
    help: "Upload the whole zip that the packer wrote: compare its size and checksum with the original's.",
    example: "`ramp validate hello.so`; a download that was cut off.",
    data: &[
        (
            "claimed",
            "as claimed: the size of the central directory in bytes, the number of disks, or the least size of the zip \
             in bytes",
        ),
        ("detail", "what the document that was given in place of a bundle says"),
        ("entry", "the name of the entry that cannot be read, or inside which the zip is cut off"),
        ("found", "what was given in place of a bundle: a format, or the architecture of a bare module"),
        ("id", "the identifier of the extra field that is cut off"),
        ("needs", "the version of the zip format that the entry needs"),
        ("size", "the size in bytes of a file that is too short, or of the one that a Git LFS pointer stands for"),
    ],
    ..rule("bundle-not-a-zip", None, "the bundle is not a zip that can be opened")
};
pub(super) static NUMBER_OF_FILES: Rule = Rule {
    what: "A bundle holds one module, `module.json`, and files under `deps/`. Here are two entries that end in `.so`, \
           or an entry that is none of these. A `.so` counts as a module wherever it is, even under `deps/`.",
    why: "The unpacker refuses the bundle before it reads anything.",
    help: "Leave out what does not belong: licences, debug files, directory entries. Put libraries that the module needs \
           into a `.tgz` under `deps/`.",
    example: "`zip -r bundle.zip .` over a folder with a `README.md`; `deps/libhelper.so`.",
    data: &[
        ("entries", "the modules, where there is more than one; else the entries that do not belong"),
        ("found", "what the zip is instead: the folder in it, the name of its metadata, its purpose"),
    ],
    ..rule(
        "invalid-number-of-files",
        Some("invalid_number_of_files"),
        "the bundle holds files that do not belong in it",
    )
};
pub(super) static JSON_MISSING: Rule = Rule {
    what: "The bundle has no entry named `module.json`. It must be at the top level, spelled exactly like this.",
    why: "Without it, the unpacker knows nothing about the module.",
    help: "Pack with `ramp pack`, or add `module.json` at the top level of the zip.",
    example: "`mymodule/module.json`, made by zipping the folder instead of its content.",
    data: &[(
        "found",
        "an entry of that name that is not at the top level; the module, where the zip holds nothing \
                       else",
    )],
    ..rule("module-json-missing", None, "there is no `module.json`")
};
pub(super) static JSON_UNREADABLE: Rule = Rule {
    what: "`module.json` cannot be opened, is damaged, or is not the JSON that Python's `json.load` reads.",
    why: "The unpacker answers `Failed to read module.json`, or fails with an exception.",
    help: "Correct the place that the message names, or pack the bundle again.",
    example: "A trailing comma; a file in Latin-1.",
    data: &[
        ("column", "the column in characters, from 1"),
        ("found", "what is there: a different name in the local header, a different encoding, or how many digits"),
        ("line", "the line of the document, from 1"),
        ("method", "the compression method that cannot be read"),
        ("position", "the character of the document that is wrong, or the byte that is not text, from 0"),
    ],
    ..rule("module-json-unreadable", None, "`module.json` cannot be read")
};
pub(super) static JSON_NOT_AN_OBJECT: Rule = Rule {
    what: "`module.json` is JSON, but its top-level value is not an object.",
    why: "The unpacker looks its fields up by name.",
    help: "Write one object: `{\"module_name\": …}`.",
    example: "`[{\"module_name\": \"m\"}]`",
    data: &[("found", "its JSON type")],
    ..rule("module-json-not-an-object", None, "`module.json` is not an object")
};
pub(super) static MODULE_FILE_MISSING: Rule = Rule {
    repair: Repair::Value,
    what: "`module_file` is missing, or is not exactly the name of an entry of the bundle. It is missing where all fields are one \
           level too far down, in an object inside `module.json`.",
    why: "The unpacker opens the entry of that name; it does not look for the module in any other way.",
    help: "Set `module_file` to the name of the module's entry.",
    example: "`\"module_file\": \"Mymodule.so\"` and an entry `mymodule.so`.",
    data: &[
        ("claimed", "what `module_file` is"),
        ("found", "the key of the object that all fields are in"),
        ("has", "the modules in the bundle, three at most"),
    ],
    ..rule("module-file-missing", None, "`module_file` names no entry")
};
pub(super) static MODULE_FILE_UNREADABLE: Rule = Rule {
    what: "The entry of the module cannot be opened: its local header is missing or names another file, or the entry \
           is encrypted, or compressed with an unknown method.",
    why: "The unpacker opens the module before it looks at the metadata.",
    help: "Pack the bundle again, stored or deflated, without a password.",
    example: "`zip -e bundle.zip …`",
    data: &[
        ("found", "the name in its local header, where it differs"),
        ("method", "the compression method that cannot be read"),
    ],
    ..rule("module-file-unreadable", None, "the module cannot be opened")
};
pub(super) static KEY_MISSING: Rule = Rule {
    what: "`module.json` lacks `module_name`, `architecture` or `version`.",
    why: "The unpacker looks them up without a default and fails with a `KeyError`.",
    help: "Add the field; `ramp pack` writes all of them.",
    example: "A `module.json` written by hand without `architecture`.",
    ..rule("metadata-key-missing", None, "a field that the unpacker needs is missing")
};
pub(super) static NAME_MISSING: Rule = Rule {
    part: Part::Object,
    what: "`module_name` is empty, null, zero or false.",
    why: "Modules are known by their name and version.",
    help: "Set `module_name` to the name that the module registers.",
    example: "`\"module_name\": \"\"`",
    data: &[("found", "what `module_name` is")],
    ..rule("module-name-missing", Some("module_name_missing"), "the module has no name")
};
pub(super) static ARCHITECTURE: Rule = Rule {
    repair: Repair::Value,
    what: "`architecture` is neither `x86_64` nor `aarch64`, spelled exactly like this.",
    why: "The unpacker knows only these two. To it, `amd64`, `arm64` and `X86_64` are something else.",
    help: "Write `x86_64` or `aarch64`, as `uname -m` prints it on Linux.",
    example: "`\"architecture\": \"arm64\"`, what macOS and Docker call aarch64.",
    data: &[("found", "what `architecture` is"), ("suggestion", "what to write")],
    ..rule(
        "module-architecture-not-supported",
        Some("module_architecture_not_supported"),
        "the architecture is not one that Redis Enterprise runs on",
    )
};
pub(super) static VERSION_MISSING: Rule = Rule {
    part: Part::Object,
    what: "`version` is empty, null, zero or false.",
    why: "Modules are known by their name and version; zero counts as missing.",
    help: "Set `version` to major × 10000 + minor × 100 + patch: 10203 for 1.2.3.",
    example: "`\"version\": 0`",
    data: &[("found", "what `version` is")],
    ..rule("module-version-missing", Some("module_version_missing"), "the module has no version")
};
pub(super) static VERSION_NOT_INTEGER: Rule = Rule {
    repair: Repair::Value,
    part: Part::Object,
    what: "`version` cannot be read as a number.",
    why: "The unpacker converts it with `int(float(version))`.",
    help: "Write major × 10000 + minor × 100 + patch: 10203 for 1.2.3. Three parts with dots belong in \
           `semantic_version`.",
    example: "`\"version\": \"8.4.0\"`",
    data: &[("found", "what `version` is"), ("suggestion", "the number that was probably meant")],
    ..rule("module-version-not-integer", Some("module_version_not_integer"), "the version is not a number")
};
pub(super) static VERSION_TOO_LARGE: Rule = Rule {
    part: Part::Object,
    what: "`version` is infinite, or an integer larger than a double can hold.",
    why: "The unpacker's conversion fails with an `OverflowError`.",
    help: "Write major × 10000 + minor × 100 + patch: 10203 for 1.2.3.",
    example: "`\"version\": Infinity`",
    data: &[("found", "what `version` is")],
    ..rule("module-version-too-large", None, "the version is too large")
};
pub(super) static OS_LIST_INVALID: Rule = Rule {
    repair: Repair::Value,
    what: "An entry of `operating_systems` or `os_list` lacks letters or digits; or one of the two is a string, not a list.",
    why: "The unpacker splits each entry into a name and a version. It goes through a string letter by letter.",
    help: "Write the family and the major version: `rhel9`, `ubuntu22`, `amzn2023`. Code names such as `bionic` have \
           no version.",
    example: "`\"operating_systems\": [\"bionic\"]`",
    data: &[
        ("found", "the entry of the list; what is there in place of one"),
        ("suggestion", "what was probably meant: the name, or the list"),
    ],
    ..rule("module-os-list-invalid", Some("module_os_list_invalid"), "an operating system cannot be read")
};
pub(super) static OS_LIST_NOT_A_LIST: Rule = Rule {
    what: "`operating_systems` or `os_list` is null, a number or a boolean.",
    why: "The unpacker goes through it entry by entry and fails with a `TypeError`.",
    help: "Write a list: `[\"rhel9\"]`; or leave the field out.",
    example: "`\"operating_systems\": null`",
    data: &[("found", "what the field is")],
    ..rule("module-os-list-not-a-list", None, "the operating systems are not a list")
};
pub(super) static ENTRY_UNREADABLE: Rule = Rule {
    what: "An entry under `deps/`, or another `.so`, cannot be opened.",
    why: "The unpacker opens every entry, whether or not it is used.",
    help: "Pack the bundle again, stored or deflated, without a password.",
    example: "An encrypted `deps/data.tgz`.",
    data: &[
        ("found", "the name in its local header, where it differs"),
        ("method", "the compression method that cannot be read"),
    ],
    ..rule("entry-unreadable", None, "an entry cannot be opened")
};
