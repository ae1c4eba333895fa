//! `ramp pack`, as far as no server is needed.

use insta::assert_snapshot;
use ramp_core::{Policy, Target, validate};
use ramp_fixtures::bundle::sha256_hex;
use ramp_fixtures::elf::ElfBuilder;
use ramp_fixtures::elf::macho::MachOBuilder;
use serde_json::{Value, json};

use crate::shop::Shop;

const MANIFEST: &str = "\
display_name: Hello
author: Somebody
capabilities: [types, replica_of, types]
command_line_args: \"GREETING {os.getenv('GREETING', 'hi')}\"
min_redis_version: \"7.2\"
min_redis_pack_version: \"7.2\"
compatible_redis_version: \"7.4\"
exclude_commands: [hello.debug]
dependencies:
  words:
    local_path: words
";

pub(crate) fn discovery() -> Value {
    let command = |name: &str| json!({"command_name": name, "command_arity": 1, "flags": ["readonly"], "first_key": 0, "last_key": 0, "step": 0});
    json!({"module_name": "hello", "version": 10203, "commands": [command("hello.debug"), command("hello.greet")]})
}

fn shop() -> Shop {
    Shop::new()
        .file("hello.so", ElfBuilder::module().build())
        .file("ramp.yml", MANIFEST)
        .file("hello.json", discovery().to_string())
        .file("words/a.txt", "one two")
}

const PACK: [&str; 8] =
    ["pack", "hello.so", "-m", "ramp.yml", "--commands-from", "hello.json", "--operating-systems", "rhel9"];

/// The arguments of a good run, and more.
fn pack(shop: &Shop, more: &[&str]) -> crate::shop::Run {
    shop.ramp(&[&PACK[..], more].concat())
}

#[test]
fn what_is_packed_is_a_bundle() {
    let shop = shop();
    let run = pack(&shop, &["-o", "out.zip"]);
    assert_eq!((run.status, run.stdout.as_str()), (0, "out.zip\n"), "{}", run.stderr);
    let report =
        validate(std::fs::File::open(shop.path("out.zip")).unwrap(), &Target::default(), &Policy::strict()).unwrap();
    assert!(report.passed(), "{:#?}", report.findings());
    let metadata = Value::from(report.metadata().unwrap());
    assert_eq!(metadata["commands"].as_array().unwrap().len(), 1, "one of two is excluded");
    assert_eq!(metadata["capabilities"], json!(["types", "replica_of", "types"]), "as the manifest has them");
    assert_eq!(metadata["architecture"], "x86_64");
    assert_eq!(metadata["version"], 10203);
    assert_eq!(metadata["sha256"], sha256_hex(&std::fs::read(shop.path("hello.so")).unwrap()));
    assert_eq!(shop.tree(".").iter().filter(|name| name.ends_with(".zip")).count(), 1);
    assert_eq!(shop.ramp(&["unpack", "out.zip", "-C", "unpacked"]).status, 0);
    assert_eq!(shop.tree("unpacked"), ["deps/", "deps/words.tgz", "hello.json", "hello.so"]);
}

#[test]
fn packing_twice_gives_the_same_bytes_on_any_day() {
    let shop = shop();
    pack(&shop, &["-o", "one.zip"]);
    std::fs::write(shop.path("words/a.txt"), "one two").unwrap();
    pack(&shop, &["-o", "two.zip"]);
    let read = |name: &str| std::fs::read(shop.path(name)).unwrap();
    assert_eq!(read("one.zip"), read("two.zip"));
    let shop = shop.env("SOURCE_DATE_EPOCH", "1700000000");
    pack(&shop, &["-o", "dated.zip"]);
    assert_ne!(std::fs::read(shop.path("dated.zip")).unwrap(), std::fs::read(shop.path("one.zip")).unwrap());
}

#[test]
fn names_and_options_are_the_references() {
    let shop = shop();
    let template = "{module_name}.{os}-{architecture}.{semantic_version}.zip";
    let name = "hello.Linux-x86_64.1.2.3.zip";
    let run = pack(&shop, &["-o", template, "-P"]);
    assert_eq!((run.status, run.stdout.as_str()), (0, "hello.Linux-x86_64.1.2.3.zip\n"), "{}", run.stderr);
    assert!(!shop.path(name).exists(), "only the name was asked for");
    let run =
        pack(&shop, &["--output", template, "--packname-file", "name", "-n", "other", "-cr", "8.2", "-cc", "conf"]);
    assert_eq!((run.status, shop.read("name").as_str()), (0, "other.Linux-x86_64.1.2.3.zip"), "{}", run.stderr);
    let verbose =
        pack(&shop, &["-v", "-h", "https://example.com", "-C", "flash,types", "-cr=8.2", "-cc", "conf"]).stdout;
    let (metadata, printed) = verbose.strip_prefix("Module Metadata:\n").unwrap().rsplit_once("}\n").unwrap();
    let metadata: Value = serde_json::from_str(&format!("{metadata}}}")).unwrap();
    assert_eq!(printed, "module.zip\n");
    assert_eq!(metadata["homepage"], "https://example.com");
    assert_eq!(metadata["capabilities"], json!(["flash", "types"]));
    assert_eq!(metadata["compatible_redis_version"], "8.2");
    assert_eq!(metadata["config_command"], "conf");
}

#[test]
fn the_file_for_the_name_is_there_if_the_bundle_is() {
    let gone = r#"{"gone": {"local_path": "gone"}}"#;
    let file = ["--packname-file", "name", "-o", "out.zip"];
    for (status, more) in [
        (2, &["--dependencies", gone][..]),
        (2, &["-n", ""]),
        (2, &["-o", "nowhere/out.zip"]),
        (2, &["--packname-file", "nowhere/name"]),
    ] {
        let shop = shop();
        let run = pack(&shop, &[&file[..], more].concat());
        assert_eq!((run.status, run.stdout.as_str()), (status, ""), "{more:?}: {}", run.stderr);
        let is_new = |name: &String| name.starts_with(".ramp-") || ["name", "out.zip"].contains(&name.as_str());
        assert_eq!(shop.tree(".").into_iter().find(is_new), None, "{more:?}");
    }
    // Where only the name is asked for, it is all there is.
    let shop = shop();
    for (more, name, printed) in [
        (&["-P"][..], Some("out.zip"), ""),
        (&["-P", "--dependencies", gone], Some("out.zip"), ""),
        (&["-P", "--packname-file", ""], None, "out.zip\n"),
    ] {
        let _ = std::fs::remove_file(shop.path("name"));
        let run = pack(&shop, &[&file[..], more].concat());
        assert_eq!((run.status, run.stdout.as_str()), (0, printed), "{more:?}: {}", run.stderr);
        assert_eq!(std::fs::read_to_string(shop.path("name")).ok().as_deref(), name, "{more:?}");
        assert!(!shop.path("out.zip").exists());
    }
    // A file of an earlier run still names what that packed.
    std::fs::write(shop.path("name"), "earlier.zip").unwrap();
    assert_eq!(pack(&shop, &[&file[..], &["-n", ""]].concat()).status, 2);
    assert_eq!(shop.read("name"), "earlier.zip");
    assert_eq!(pack(&shop, &file).status, 0);
    assert_eq!(shop.read("name"), "out.zip");
}

#[test]
fn another_bundle_tells_the_commands_too() {
    let shop = shop();
    pack(&shop, &["-o", "old.zip"]);
    let run = shop.ramp(&["pack", "hello.so", "--commands-from", "old.zip", "-o", "new.zip"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let inspected = shop.ramp(&["inspect", "new.zip", "--format", "json"]).stdout;
    let inspected: Value = serde_json::from_str(&inspected).unwrap();
    assert_eq!(inspected["metadata"]["commands"][0]["command_name"], "hello.greet");
}

/// A bundle is a file, also one with the name by which other programs mean standard output.
#[test]
fn a_dash_is_the_name_of_a_file() {
    let shop = shop();
    let run = pack(&shop, &["-o", "-"]);
    assert_eq!((run.status, &*run.stdout), (0, "-\n"), "{run}");
    assert!(shop.path("-").is_file(), "{:?}", shop.tree(""));
}

#[test]
fn nothing_is_written_where_something_is_wrong() {
    let shop = shop()
        .file("text.so", "Remember the milk.\n")
        .file("mac.so", MachOBuilder::arm64().build())
        .file("broken.yml", "license: MIT (see: LICENSE)\nauthor: [me\n")
        .file("eval.yml", "command_line_args: \"{__import__('os').system('true')}\"\n");
    let from = ["--commands-from", "hello.json", "-o", "out.zip"];
    for (name, args) in [
        ("no module", &["missing.so"][..]),
        ("text", &["text.so", "-A", "x86_64", "--operating-systems", "rhel9"]),
        ("a module for Macs", &["mac.so", "--operating-systems", "rhel9"]),
        ("a broken manifest", &["hello.so", "-m", "broken.yml"]),
        ("another architecture", &["hello.so", "-A", "aarch64"]),
        ("an unknown field in the name", &["hello.so", "-o", "{module}.zip"]),
        ("no dependency", &["hello.so", "--dependencies", r#"{"gone": {"local_path": "gone"}}"#]),
        ("no directory", &["hello.so", "-o", "nowhere/out.zip"]),
    ] {
        let run = shop.ramp(&[&["pack"][..], args, &from[..if args.contains(&"-o") { 2 } else { 4 }]].concat());
        assert_snapshot!(format!("refused_{}", name.replace(' ', "_")), run);
        assert!(!shop.path("out.zip").exists(), "{name}");
        let left: Vec<_> = shop.tree(".").into_iter().filter(|file| file.contains(".ramp-")).collect();
        assert!(left.is_empty(), "{name}: {left:?}");
    }
    let run = shop.ramp(&["pack", "hello.so", "--probe", "none"]);
    assert_snapshot!("refused_nobody_asked", run);
    let run = shop.ramp(&["pack", "hello.so", "-m", "eval.yml"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("is not run"), "{}", run.stderr);
}

/// What `validate` says of the metadata, `pack` says while it can still be put right.
#[test]
fn what_a_template_left_is_told() {
    let shop = shop();
    let run = pack(&shop, &["-o", "out.zip", "-D", "for {{PRODUCT}}", "-n", "--author"]);
    assert_eq!((run.status, run.stdout.as_str()), (0, "out.zip\n"), "{}", run.stderr);
    for said in [
        "placeholder: `description` has the placeholder `{{PRODUCT}}`",
        "placeholder: `command_line_args` has the placeholder `{os.getenv('GREETING', 'hi')}`",
        "`-n` has taken `--author`, an option, for its value; was a variable empty?",
    ] {
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
    }
}
