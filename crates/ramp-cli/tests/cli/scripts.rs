//! `ramp pack` as the build scripts of module authors call it: what they pass, where they send what is said, what they read
//! afterwards. What works for them with the reference packer works here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use insta::assert_snapshot;
use ramp_fixtures::elf::ElfBuilder;
use serde_json::{Value, json};

use crate::shop::{Run, Shop};

const RAMP: &str = env!("CARGO_BIN_EXE_ramp");
const USUAL: [&str; 8] = ["--operating-systems", "rhel9", "-r", "7.2", "-R", "7.2", "-cr", "7.4"];

/// What a module with many commands would say: more than any buffer holds.
fn discovery() -> Value {
    let command = |number: usize| json!({"command_name": format!("hello.{number}"), "command_arity": 1, "flags": ["readonly"], "first_key": 0, "last_key": 0, "step": 0});
    json!({"module_name": "hello", "version": 10203, "commands": (0..500).map(command).collect::<Vec<_>>()})
}

fn shop() -> Shop {
    Shop::new().file("hello.so", ElfBuilder::module().build()).file("hello.json", discovery().to_string())
}

fn pack(shop: &Shop, module: &str, more: &[&str]) -> Run {
    shop.ramp(&[&["pack", module, "--commands-from", "hello.json"], &USUAL[..], more].concat())
}

/// As arguments of a call that asks the module, if it comes to that.
fn asking(shop: &Shop, more: &[&str]) -> Run {
    shop.ramp(&[&["pack", "hello.so"], &USUAL[..], more].concat())
}

fn metadata(shop: &Shop, bundle: &str) -> Value {
    let inspected = shop.ramp(&["inspect", bundle, "--format", "json"]).stdout;
    serde_json::from_str::<Value>(&inspected).unwrap()["metadata"].take()
}

/// A build leaves the module with its debug information beside the stripped one, and packs both.
#[test]
fn a_module_of_any_name_is_packed_under_one_that_ends_in_so() {
    for (name, packed) in [
        ("hello.so.debug", "hello.so"),
        ("hello.so.1.2", "hello.so"),
        ("lib.so.so.1", "lib.so.so"),
        ("hello.module", "hello.module.so"),
        ("hello", "hello.so"),
        ("module.json", "module.json.so"),
        (".so.1", ".so.1.so"),
        ("HELLO.SO", "HELLO.SO.so"),
    ] {
        let shop = shop().file(name, ElfBuilder::module().build());
        let run = pack(&shop, name, &["-o", "out.zip"]);
        assert_eq!((run.status, run.stdout.as_str()), (0, "out.zip\n"), "{name}: {}", run.stderr);
        let said = format!("warning: the module `{name}` is packed as `{packed}`: ");
        assert!(run.stderr.starts_with(&said), "{name}: {}", run.stderr);
        assert_eq!(metadata(&shop, "out.zip")["module_file"], packed);
        assert_eq!(shop.ramp(&["validate", "out.zip"]).status, 0, "{name}");
        assert_eq!(shop.ramp(&["unpack", "out.zip", "-C", "unpacked"]).status, 0, "{name}");
        assert!(shop.path("unpacked").join(packed).is_file(), "{name}");
    }
    // What the manifest calls it, no less.
    let shop = shop().file("ramp.yml", "module_file: other.so.2\n");
    let run = pack(&shop, "hello.so", &["-m", "ramp.yml"]);
    assert!(
        run.status == 0 && run.stderr.starts_with("warning: the module `other.so.2` is packed as `other.so`"),
        "{run}"
    );
    let run = pack(&shop, "hello.so", &[]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "a name that is right is no news");
}

/// All that is said goes into one file, the status is ignored, and the file for the name tells what was packed.
#[cfg(unix)]
#[test]
fn everything_in_one_log_and_a_file_for_the_name() {
    let script = r#"
        set -e
        mkdir -p artifacts/snapshots
        for module in hello.so hello.so.debug; do
            bundle="$PWD/artifacts/snapshots/$module.zip"
            "$RAMP" pack -m ramp.yml $RAMP_ARGS -n "$NAME" --verbose --debug --packname-file name.txt -o "$bundle" \
                "$module" >log.txt 2>&1 || true
            [ -e "$bundle" ] || { cat log.txt >&2; exit 1; }
            [ "$(cat name.txt)" = "$bundle" ] || exit 3
            cp log.txt "$module.log"
        done
        cd artifacts/snapshots
        for bundle in *.zip; do
            sha256sum "$bundle" >"$bundle.sha256"
            sha256sum -c "$bundle.sha256"
        done
    "#;
    let shop = shop()
        .file("hello.so.debug", ElfBuilder::module().build())
        .file("ramp.yml", "redis_ref: unstable\nmin_redis_version: \"7.2\"\ncommand_line_args: \"\"\n")
        .env("RAMP", RAMP)
        .env("RAMP_ARGS", "--commands-from hello.json")
        .env("NAME", "search");
    let mut command = shop.command_of("sh");
    command.args(["-c", script]).stdin(Stdio::null());
    let run = shop.run(command);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    for module in ["hello.so", "hello.so.debug"] {
        assert!(shop.path(&format!("artifacts/snapshots/{module}.zip.sha256")).is_file());
        let log = shop.read(&format!("{module}.log"));
        let (before, rest) = log.split_once("Module Metadata:\n").unwrap();
        let (written, after) = rest.split_once("\n}\n").unwrap();
        let written: Value = serde_json::from_str(&format!("{written}\n}}")).expect("nothing comes into it");
        assert_eq!((&written["module_name"], written["commands"].as_array().unwrap().len()), (&json!("search"), 500));
        assert!(before.contains("warning: line 1 column 1: `redis_ref` is not a key of a manifest"), "{before}");
        assert!(after.ends_with(&format!("/{module}.zip\n")), "{after}");
        assert!(log.lines().all(|line| !line.starts_with("error:")), "{after}");
    }
}

/// Lines stand whole where both streams are one file, whatever command says them: what goes to standard error goes through what
/// flushes standard output first, and nothing holds back what goes there.
#[test]
fn nothing_writes_to_standard_error_past_what_was_said() {
    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { sources(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    for path in found.iter().filter(|path| !path.ends_with("src/tell.rs")) {
        let text = fs::read_to_string(path).unwrap();
        for past in ["stderr().lock()", "anstream::stderr", "eprint", "BufWriter::new(io::stdout", "stdout().lock()"] {
            assert!(!text.contains(past), "{} has `{past}`", path.display());
        }
    }
}

/// A manifest names what the build has made by a variable, in each of the ways of Python.
#[test]
fn variables_in_a_manifest_are_looked_up() {
    for expression in [
        "os.getenv('PLUGIN')",
        "os.getenv(\\\"PLUGIN\\\", 'x')",
        "os.environ['PLUGIN']",
        "os.environ.get('PLUGIN')",
        "os.environ.get('NONE', 'plugin.bin')",
    ] {
        let manifest = format!(
            "dependencies:\n  plugin:\n    local_path: \"{{{expression}}}\"\n    url: http://example.com/plugin.tgz\n"
        );
        let shop = shop().file("plugin.bin", "plugin").file("ramp.yml", manifest).env("PLUGIN", "plugin.bin");
        let run = pack(&shop, "hello.so", &["-m", "ramp.yml", "-o", "out.zip"]);
        assert_eq!(run.status, 0, "{expression}: {run}");
        assert_eq!(shop.ramp(&["unpack", "out.zip", "-C", "unpacked"]).status, 0, "{expression}");
        assert!(shop.path("unpacked/deps/plugin.tgz").is_file(), "{expression}");
    }
}

/// What a variable left empty, a word that was guessed, a brace that was meant as itself.
#[test]
fn slips_are_named_once() {
    let shop = shop()
        .file("empty.yml", "dependencies:\n  a:\n    url: http://example.com/a.tgz\n    sha256:\n")
        .file("number.yml", "min_redis_version: 4.0\n");
    let cases: [(&str, &[&str]); 14] = [
        ("an empty name", &["-n", ""]),
        ("an empty name, unquoted", &["-n", "--verbose", "--commands-from", "hello.json"]),
        ("an empty name before the output", &["-n", "-o", "out.zip"]),
        ("an empty output", &["-o", ""]),
        ("an empty architecture", &["-A="]),
        ("another word for an option", &["--print-only"]),
        ("half of an option", &["--name", "hello"]),
        ("a list in the name", &["-o", "{operating_systems}.zip", "--commands-from", "hello.json"]),
        ("an item that is not there", &["-o", "{operating_systems[1]}.zip", "--commands-from", "hello.json"]),
        ("braces in the arguments", &["-c", "JSON {\"a\":1}"]),
        ("braces in the other arguments", &["--runcmdargs", "JSON {\"a\":1}"]),
        ("half an escape", &["-c", "\\x4"]),
        ("a variable that is not set", &["-c", "{os.environ.get('NO_SUCH_VARIABLE')}"]),
        ("an empty digest", &["-m", "empty.yml", "--commands-from", "hello.json"]),
    ];
    let mut said: Vec<String> = Vec::new();
    for (name, more) in cases {
        let run = asking(&shop, more);
        said.push(format!("-- {name}: {}\n{}", run.status, run.stderr));
    }
    let usual = ["--operating-systems", "rhel9", "-R", "7.2", "-cr", "7.4", "--commands-from", "hello.json"];
    let run = shop.ramp(&[&["pack", "hello.so", "-m", "number.yml"], &usual[..]].concat());
    said.push(format!("-- a version without quotes: {}\n{}", run.status, run.stderr));
    let run = shop.ramp(&["pack", "-o", "hello.so"]);
    said.push(format!("-- an output that was to come before the module: {}\n{}", run.status, run.stderr));
    assert_snapshot!(said.join("\n"));
}

/// With the escapes of Python undone, and what `--runcmdargs` says in place of the arguments of databases.
#[test]
fn arguments_are_packed_as_they_are_written() {
    let shop = shop();
    let run = pack(&shop, "hello.so", &["-c", r#"\"x\" C:\\tmp {{a}}"#, "-o", "out.zip"]);
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(metadata(&shop, "out.zip")["command_line_args"], r#"\"x\" C:\\tmp {{a}}"#, "as the reference writes it");
}

/// Whoever asks for help gets it, or is told where it is.
#[test]
fn every_way_to_ask_for_help() {
    let shop = Shop::new();
    for arguments in
        [&["help"][..], &["help", "pack"], &["pack", "--help"], &["man", "pack"], &["help", "target", "list"]]
    {
        let run = shop.ramp(arguments);
        assert!(run.status == 0 && !run.stdout.is_empty() && run.stderr.is_empty(), "{arguments:?}: {run}");
    }
    let help = shop.ramp(&["--help"]).stdout;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands = commands.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    for command in commands {
        assert_eq!(shop.ramp(&["man", command]).status, 0, "{command} has no page");
    }
    let said: Vec<String> =
        [&["help", "packs"][..], &["pack", "-h"], &["pack", "-h", "hello.so"], &["pack", "hello.so", "-h"]]
            .map(|arguments| shop.ramp(arguments).stderr)
            .into();
    assert_snapshot!(said.join("\n"));
}

/// What cannot be asked on this machine can be packed: the ways are named.
#[test]
fn a_module_that_cannot_be_asked_here() {
    let other = if cfg!(target_arch = "aarch64") {
        ElfBuilder::module()
    } else {
        ElfBuilder::module().machine(183, true, true)
    };
    let shop = Shop::new().file("hello.so", other.build());
    let elsewhere = asking(&shop, &[]);
    assert_eq!(elsewhere.status, 2, "{elsewhere}");
    let no_server = asking(&shop, &["--redis-server", "missing"]);
    for word in ["ramp probe --format json", "--commands-from", "--probe none"] {
        assert!(elsewhere.stderr.contains(word) && no_server.stderr.contains(word), "{word}: {elsewhere} {no_server}");
    }
    assert!(
        no_server.stderr.contains("--probe builtin") && !elsewhere.stderr.contains("--probe builtin"),
        "{no_server}"
    );
}
