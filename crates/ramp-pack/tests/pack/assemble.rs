//! Metadata, made of a manifest, options and what a module says of itself.

use std::fmt::Write as _;

use ramp_core::Level;
use ramp_core::metadata::Value;
use ramp_core::metadata::fields::fields;
use ramp_core::module::Architecture;
use ramp_core::module::{CommandSpec, Discovery};
use ramp_pack::manifest::Manifest;
use ramp_pack::{AssembleError, Assembled, Inputs, ModuleInput, OptionError, Options, assemble, json, launch, name};

use crate::testdata;

pub(crate) fn command(name: &str) -> CommandSpec {
    CommandSpec {
        command_name: name.to_owned(),
        command_arity: -2,
        flags: vec!["write".to_owned(), "denyoom".to_owned()],
        first_key: 1,
        last_key: 1,
        step: 1,
    }
}

fn discovery(commands: &[&str]) -> Discovery {
    Discovery {
        module_name: "search".to_owned(),
        version: 20803,
        commands: commands.iter().map(|name| command(name)).collect(),
    }
}

fn module() -> ModuleInput {
    ModuleInput {
        file_name: "search.so".to_owned(),
        sha256: "00".repeat(32),
        architecture: Some(Architecture::X86_64),
        os: Some(ModuleInput::LINUX),
    }
}

fn try_assembled(manifest: &str, options: &Options, commands: &[&str]) -> Result<Assembled, AssembleError> {
    let manifest = if manifest.is_empty() { Manifest::default() } else { Manifest::read(manifest.as_bytes()).unwrap() };
    let (module, discovery, systems) = (module(), discovery(commands), ["ubuntu22".to_owned()]);
    let mut inputs = Inputs::new(&module, &manifest, options, &discovery);
    (inputs.git_sha, inputs.operating_systems) = (Some("0123abcd"), &systems);
    assemble(&inputs)
}

fn assembled(manifest: &str, options: &Options, commands: &[&str]) -> Assembled {
    try_assembled(manifest, options, commands).unwrap()
}

fn value(text: &str) -> Value {
    ramp_core::metadata::json::read(text.as_bytes()).unwrap().root
}

/// The options that set these fields.
pub(crate) fn options<'a>(fields: impl IntoIterator<Item = (&'a str, Value)>) -> Options {
    let mut options = Options::default();
    for (field, value) in fields {
        options.set(field, value).unwrap();
    }
    options
}

/// The metadata as it is written, then the warnings and the dependencies.
fn shown(assembled: &Assembled) -> String {
    let mut out = json::to_string(&assembled.metadata);
    for warning in &assembled.warnings {
        write!(out, "\n{}: {warning}", warning.level()).unwrap();
    }
    for dependency in &assembled.dependencies {
        write!(out, "\n+ {} from {}", dependency.name, dependency.local_path).unwrap();
    }
    out
}

/// The metadata and the name of the bundle, as the reference would write them of an empty module.
pub(crate) fn shown_plainly(
    manifest: &str,
    options: &Options,
    discovery: &Discovery,
    template: &str,
) -> Result<(String, String), String> {
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let module = ModuleInput { sha256: empty.to_owned(), ..module() };
    let manifest = Manifest::read(manifest.as_bytes()).map_err(|error| error.to_string())?;
    let (mut inputs, systems) = (Inputs::new(&module, &manifest, options, discovery), ["ubuntu22".to_owned()]);
    inputs.operating_systems = &systems;
    let assembled = assemble(&inputs).map_err(|error| error.to_string())?;
    let name = name::format_name(template, &assembled.metadata).map_err(|error| error.to_string())?;
    Ok((json::to_string(&assembled.metadata), name))
}

fn warnings(assembled: &Assembled) -> Vec<String> {
    let grave = assembled.warnings.iter().filter(|warning| !warning.to_string().contains("is not set"));
    grave.map(ToString::to_string).collect()
}

fn file(name: &str) -> String {
    std::fs::read_to_string(testdata("manifests").join(name)).unwrap()
}

#[test]
fn defaults() {
    insta::assert_snapshot!(shown(&assembled("", &Options::default(), &["FT.SEARCH"])));
}

#[test]
fn a_manifest_with_commands_of_all_sorts() {
    let commands = ["FT.SEARCH", "FT.CREATE", "FT.SUGADD", "ft.aggregate", "_FT.CONFIG"];
    insta::assert_snapshot!(shown(&assembled(&file("search.yml"), &Options::default(), &commands)));
}

#[test]
fn dependencies_in_both_forms() {
    let mut assembled = assembled(&file("gears.yml"), &Options::default(), &[]);
    assert!(assembled.set_dependency_sha256("gears_v8", "beef"));
    assert!(!assembled.set_dependency_sha256("extra", "beef"));
    insta::assert_snapshot!(shown(&assembled));
}

/// An option is there once or several times, and each is an object of dependencies by name.
#[test]
fn dependencies_of_options() {
    for field in ["dependencies", "optional-dependencies"] {
        let member = |name: &str| format!(r#""{name}": {{"url": "u", "sha256": "s"}}"#);
        for (given, names) in [
            (vec![format!("{{{}, {}}}", member("x"), member("y"))], &["x", "y"][..]),
            (
                vec![format!("{{{}}}", member("x")), format!("{{{}, {}}}", member("y"), member("name"))],
                &["name", "x", "y"],
            ),
            (vec![r#"{"name": "x", "url": "u", "sha256": "s"}"#.to_owned()], &["x"]),
            (vec!["{}".to_owned()], &[]),
        ] {
            let given: Vec<Value> = given.iter().map(|text| value(text)).collect();
            let assembled = assembled("", &options([(field, given.into())]), &[]);
            let found = assembled.metadata.get(field).and_then(Value::as_object);
            let found: Vec<&str> = found.into_iter().flat_map(|found| found.iter().map(|(name, _)| name)).collect();
            assert_eq!(found, names, "{field}");
        }
    }
}

#[test]
fn options_win_over_the_manifest_and_the_module() {
    let mut options = options([
        ("module_name", "named".into()),
        ("display_name", "".into()),
        ("compatible_redis_version", "8.0".into()),
        ("capabilities", vec!["flash", "types"].into()),
        ("exclude_commands", vec!["B"].into()),
        ("add_command", vec![value(r#"{"command_name": "C"}"#)].into()),
        ("operating_systems", vec!["rhel9"].into()),
        ("bigstore_version_2_support", true.into()),
        ("run_command_line_args", "RUN".into()),
        ("dependencies", vec![value(r#"{"one": {"url": "u", "sha256": "s"}}"#)].into()),
    ]);
    options.module_version = Some(10_203);
    let manifest = "display_name: d\nmodule_name: other\nversion: 1\ncapabilities: [ipv6]\nexclude_commands: [A]\n\
                    operating_systems: [rhel8]\nrun_command_line_args: x\n";
    insta::assert_snapshot!(shown(&assembled(manifest, &options, &["A", "B"])));
}

#[test]
fn overrides_match_one_command_in_its_letter_case() {
    let of = |manifest: &str| warnings(&assembled(manifest, &Options::default(), &["A.x", "B", "B", "c"]));
    let overriding = |name: &str| of(&format!("overide_command: [{{command_name: {name}}}]\n"));
    assert_eq!(overriding("A.x"), Vec::<String>::new());
    assert_eq!(
        overriding("a.X"),
        ["`overide_command` for `a.X`: the module has no such command; letter case counts; did you mean `A.x`?"]
    );
    assert_eq!(overriding("q"), ["`overide_command` for `q`: the module has no such command"]);
    assert_eq!(overriding("B"), ["`overide_command` for `B`: 2 commands have that name"]);
    assert_eq!(
        of("exclude_commands: [c]\noveride_command: [{command_name: c}, {}]\nadd_command: [{command_name: A.x}]\n"),
        [
            "`overide_command` for `c`: the command is excluded",
            "item 2 of `overide_command` has no `command_name`, and is ignored",
            "`add_command` adds `A.x`, which is there already",
        ]
    );
    assert_eq!(
        of("exclude_commands: [C, a.x, A.x]\n"),
        ["`exclude_commands` has `C`, but the module has no such command; letter case counts; did you mean `c`?"]
    );
}

#[test]
fn claims_about_the_module_are_held_against_it() {
    let of = |manifest: &str, architecture: Option<&str>, os: Option<&str>| {
        let given = [("architecture", architecture), ("os", os)];
        let given = given.into_iter().filter_map(|(field, text)| Some((field, text?.into())));
        try_assembled(manifest, &options(given), &[])
            .map(|assembled| {
                let field = |key| assembled.metadata.get(key).unwrap().as_str().unwrap().to_owned();
                (field("architecture"), field("os"), warnings(&assembled))
            })
            .map_err(|error| error.to_string())
    };
    let fine = |os: &str, warnings: &[&str]| {
        Ok(("x86_64".to_owned(), os.to_owned(), warnings.iter().map(|text| (*text).to_owned()).collect()))
    };
    assert_eq!(of("architecture: x86_64\nos: Linux\n", None, None), fine("Linux", &[]));
    assert_eq!(
        of("architecture: amd64\n", None, None),
        fine("Linux", &["the architecture `amd64` is written as `x86_64`, which clusters know"])
    );
    assert_eq!(
        of("architecture: arm64\n", None, None),
        Err("the manifest says that the architecture is `arm64`, but the module is for x86_64".to_owned())
    );
    assert_eq!(of("architecture: arm64\n", Some("x86_64"), None), fine("Linux", &[]));
    assert_eq!(
        of("", None, Some("Darwin")),
        Err("the command line says that the operating system is `Darwin`, but the module is for Linux".to_owned())
    );
    assert_eq!(of("os: rhel8\n", None, None).unwrap().2.len(), 1);
}

#[test]
fn what_cannot_be_packed() {
    let of = |manifest: &str| match try_assembled(manifest, &Options::default(), &[]) {
        Ok(_) => "packed".to_owned(),
        Err(error) => error.to_string(),
    };
    let mut out = String::new();
    for manifest in [
        "dependencies: {a: b}\n",
        "dependencies: {a: {url: u}}\n",
        "dependencies: {a: {sha256: s}}\n",
        "dependencies: {a: {url: , sha256: s}}\n",
        "dependencies: {a: {url: u, sha256: \"\"}}\n",
        "dependencies: [{url: u, sha256: s}]\n",
        "dependencies: {../../evil: {local_path: x}}\n",
        "dependencies: {a: {local_path: 5}}\n",
        "optional-dependencies: {a: {url: u}}\n",
        "module_file: ../x.so\n",
    ] {
        writeln!(out, "{}\n    {}", manifest.trim(), of(manifest)).unwrap();
    }
    insta::assert_snapshot!(out);
    for manifest in ["dependencies:\n", "exclude_commands:\noveride_command:\nadd_command:\n"] {
        assert_eq!(of(manifest), "packed", "{manifest}");
    }
    let mut negative = Options::default();
    negative.module_version = Some(-1);
    assert_eq!(try_assembled("", &negative, &[]), Err(AssembleError::NegativeVersion { version: -1 }));
}

#[test]
fn the_module_is_launched_as_the_manifest_says() {
    let manifest = Manifest::read(file("gears.yml").as_bytes()).unwrap();
    let launch = launch(&manifest, &Options::default()).unwrap();
    assert_eq!(launch.module_args, "{os.getenv('EXAMPLE_PLUGIN_PATH')}");
    let args: Vec<_> = launch.redis_args.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(args, ["port=0", "save=", "appendonly=no"]);
}

#[test]
fn arguments_that_are_no_strings_are_written_as_python_writes_them() {
    for (manifest, expected) in [
        ("command_line_args: 5\n", "5"),
        ("command_line_args: 1.50\nrun_command_line_args: \"\"\n", "1.5"),
        ("command_line_args: 5\nrun_command_line_args: yes\n", "True"),
        ("command_line_args: A\nrun_command_line_args: 0\n", "A"),
        ("command_line_args:\n", ""),
    ] {
        let manifest = Manifest::read(manifest.as_bytes()).unwrap();
        assert_eq!(launch(&manifest, &Options::default()).unwrap().module_args, expected);
    }
}

#[test]
fn levels_tell_what_hurts_from_what_is_worth_knowing() {
    let levels: Vec<_> =
        assembled("", &Options::default(), &[]).warnings.iter().map(ramp_pack::PackWarning::level).collect();
    assert_eq!(levels, [Level::Warning, Level::Note, Level::Note]);
}

#[test]
fn metadata_names_the_bundle() {
    let assembled = assembled("", &Options::default(), &[]);
    let template = "search-oss.{os}-{architecture}.{semantic_version}.{version}.zip";
    let name = name::format_name(template, &assembled.metadata).unwrap();
    assert_eq!(name, "search-oss.Linux-x86_64.2.8.3.20803.zip");
}

#[test]
fn what_nests_deeper_than_json_may_is_not_packed() {
    let nested = |depth: usize| value(&format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
    let with = |depth| options([("add_command", vec![nested(depth), value(r#"{"command_name": "A"}"#)].into())]);
    assert!(try_assembled("", &with(900), &[]).is_ok());
    assert!(matches!(try_assembled("", &with(993), &[]), Err(AssembleError::TooDeep)));
}

#[test]
fn options_are_what_the_table_says() {
    for field in fields() {
        let mut options = Options::default();
        let given = field.default.clone().unwrap_or_else(|| "text".into());
        let set = options.set(&field.name, given.clone());
        match &field.option {
            None => assert!(matches!(set, Err(OptionError::NoOption { .. })), "{}", field.name),
            Some(_) if given == Value::Array(Vec::new()) => assert_eq!(options.get(&field.name), None),
            Some(_) if field.name == "operating_systems" => assert!(set.is_err()),
            Some(_) => assert_eq!((set, options.get(&field.name)), (Ok(()), Some(&given))),
        }
        assert!(options.set(&field.name, Value::Null).is_err() || field.name == "redis_args", "{}", field.name);
    }
}
