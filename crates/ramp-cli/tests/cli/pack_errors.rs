//! What keeps `ramp pack` from packing: the words for it, and that nothing else comes of it.
//!
//! Every case is run without and with an output that is there already; see `untouched.rs`.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use ramp_fixtures::elf::ElfBuilder;

use crate::samples;
use crate::shop::Shop;
use crate::untouched::{Case, make_fifo, shop, tree, words};

fn module(name: &'static str, content: impl AsRef<[u8]> + 'static) -> Case {
    Case::new(name, &["module.so"]).with(move |shop| write(shop, "module.so", &content))
}

fn manifest(name: &'static str, content: impl AsRef<[u8]> + 'static) -> Case {
    Case::new(name, &["hello.so", "-m", "ramp.yml"]).with(move |shop| write(shop, "ramp.yml", &content))
}

/// A dependency that is made of the folder or file `data`.
fn dependency(name: &'static str, prepare: impl Fn(&Shop) + 'static) -> Case {
    Case::new(name, &["hello.so", "--dependencies", r#"{"data": {"local_path": "data"}}"#]).with(prepare)
}

/// A link in the folder of the dependency.
fn link(name: &'static str, target: &'static str) -> Case {
    dependency(name, move |shop| {
        fs::create_dir_all(shop.path("data/deep")).unwrap();
        symlink(target, shop.path("data/deep/link")).unwrap();
    })
}

fn output(name: &'static str, path: &str) -> Case {
    Case::new(name, &["hello.so", "-o", path])
}

fn write(shop: &Shop, name: &str, content: impl AsRef<[u8]>) {
    fs::write(shop.path(name), content).unwrap();
}

/// As long as no compression makes it shorter.
fn incompressible(bytes: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..bytes).map(|_| byte()).collect()
}

#[test]
fn modules() {
    let executable = ElfBuilder::module().file_type(2);
    let object = ElfBuilder::module().file_type(1);
    let mut truncated = ElfBuilder::module().build();
    truncated.truncate(200);
    let said = words(&[
        Case::new("missing", &["module.so"]),
        Case::new("missing folder", &["build/module.so"]),
        Case::new("a folder", &["words"]),
        Case::new("a pipe", &["module.so"]).with(|shop| make_fifo(&shop.path("module.so"))),
        Case::new("a device", &["/dev/zero"]),
        Case::new("unreadable", &["module.so"]).run_by_nobody().with(|shop| {
            write(shop, "module.so", ElfBuilder::module().build());
            fs::set_permissions(shop.path("module.so"), fs::Permissions::from_mode(0o0)).unwrap();
        }),
        module("empty", ""),
        module("text", "version https://git-lfs.github.com/spec/v1\n"),
        module("a script", "#!/bin/sh\nexit 0\n"),
        module("a zip", "PK\x03\x04 and so on"),
        module("bytes", incompressible(64)),
        module("the start of an ELF file", "\x7fELF"),
        module("half an ELF file", truncated).refused(),
        module("an executable", executable.build()).refused(),
        module("an object", object.build()).refused(),
        module("a library that is not a module", ElfBuilder::new().build()).refused(),
    ]);
    assert_snapshot!(said);
}

#[test]
fn manifests() {
    let said = words(&[
        Case::new("missing", &["hello.so", "-m", "ramp.yml"]),
        Case::new("a folder", &["hello.so", "-m", "words"]),
        manifest("empty", ""),
        manifest("no YAML", "author: me\nlicense: MIT (see: LICENSE)\n"),
        manifest("a list that does not end", "author: [me\n"),
        manifest("no text", b"author: \xff\n"),
        manifest("a module", ElfBuilder::module().build()),
        manifest("text", "Remember the milk.\n"),
        manifest("a list", "- author: me\n"),
        manifest("two documents", "author: me\n---\nauthor: you\n"),
        manifest("an alias for what contains it", "crdb: &a\n  b: {c: *a}\n"),
        manifest("an alias for what contains it, in a key", "crdb: &a\n  ? *a\n  : 1\n"),
        manifest("an alias for nothing", "author: *a\n"),
        manifest("too deep", format!("crdb: {}\n", "[".repeat(1000))),
        manifest("too large", format!("author: {}\n", "x".repeat(1 << 20))),
        manifest("endless", "author: me\n").before("exec </dev/zero").with_args(&["hello.so", "-m", "-"]),
        manifest("a tag of Python", "author: !!python/object/apply:os.system [true]\n"),
        manifest("a date", "author: 2026-01-01\n"),
        manifest("a placeholder", "author: {{NAME}}\n"),
        manifest("several values", "author: [a]\nemail: 2026-01-01\nos: 5\nlicense: MIT\n"),
        manifest("several dependencies", "dependencies: {x: {}, y: {local_pth: a}}\nos: Darwin\n"),
    ]);
    assert_snapshot!(said);
}

/// Types that the packer cannot work with; of others it warns.
#[test]
fn types() {
    let asked = [
        ("command_line_args", "command_line_args: [A, 1]\n"),
        ("run_command_line_args", "run_command_line_args: {A: 1}\n"),
        ("redis_args", "redis_args: maxmemory 1gb\n"),
        ("redis_args/maxmemory", "redis_args: {maxmemory: [1gb]}\n"),
    ];
    let packed = [
        ("architecture", "architecture: [x86_64]\n"),
        ("os", "os: 5\n"),
        ("author", "license: MIT\nauthor: [Me, You]\n"),
        ("capabilities", "capabilities: types\n"),
        ("bigstore_version_2_support", "bigstore_version_2_support: [yes]\n"),
        ("crdb", "crdb: 5\n"),
        ("commands", "commands: [get]\n"),
        ("module_file", "module_file: [a]\n"),
        ("exclude_commands", "exclude_commands: {a: b}\n"),
        ("overide_command", "overide_command: x\n"),
        ("add_command", "add_command: 5\n"),
        ("dependencies", "dependencies: words\n"),
        ("dependencies/0", "dependencies: [words]\n"),
        ("dependencies/data", "dependencies: {data: words}\n"),
        ("dependencies/data/local_path", "dependencies: {data: {local_path: [words]}}\n"),
        ("dependencies/data, without its file", "dependencies: {data: {url: http://example.org/x}}\n"),
        ("optional-dependencies", "optional-dependencies: 5\n"),
    ];
    let cases = asked.map(|(name, text)| manifest(name, text).asking()).into_iter();
    let said = words(&cases.chain(packed.map(|(name, text)| manifest(name, text))).collect::<Vec<_>>());
    assert_snapshot!(said);
}

/// Nine of nine of the one before, and so on: a billion words, were they written out.
#[test]
fn a_bomb_of_aliases_is_bounded_in_time_and_memory() {
    let bomb = |[open, close]: [&str; 2], key: fn(u32) -> String| {
        let nine = |of: &str| (0..9).map(|n| key(n) + of + ", ").collect::<String>();
        let level = |n: u32| format!("l{n}: &l{n} {open}{}{close}\n", nine(&format!("*l{}", n - 1)));
        format!("l0: &l0 {open}{}{close}\n{}", nine("lol"), (1..9).map(level).collect::<String>())
    };
    let lists = bomb(["[", "]"], |_| String::new());
    let mappings = bomb(["{", "}"], |n| format!("k{n}: "));
    let bounded = |name, text| manifest(name, text).before("ulimit -v 400000");
    let started = Instant::now();
    let said = words(&[
        bounded("in lists", lists),
        bounded("in mappings", mappings.clone()),
        bounded("in what is merged", format!("{mappings}<<: [*l8, *l7, *l8]\n")),
    ]);
    assert_snapshot!(said);
    assert!(started.elapsed() < Duration::from_secs(120), "{:?}", started.elapsed());
}

#[test]
fn dependencies() {
    let said = words(&[
        dependency("missing", |_| {}),
        dependency("no name", |_| {}).with_args(&[
            "hello.so",
            "--dependencies",
            r#"{"data": {"local_path": "words/.."}}"#,
        ]),
        dependency("a pipe", |shop| make_fifo(&shop.path("data"))),
        dependency("a pipe in the folder", |shop| {
            fs::create_dir(shop.path("data")).unwrap();
            make_fifo(&shop.path("data/pipe"));
        }),
        dependency("a file in the folder that cannot be read", |shop| {
            fs::create_dir(shop.path("data")).unwrap();
            write(shop, "data/secret", "secret");
            fs::set_permissions(shop.path("data/secret"), fs::Permissions::from_mode(0o0)).unwrap();
        })
        .run_by_nobody(),
        dependency("a folder that cannot be read", |shop| {
            fs::create_dir(shop.path("data")).unwrap();
            fs::set_permissions(shop.path("data"), fs::Permissions::from_mode(0o0)).unwrap();
        })
        .run_by_nobody(),
        link("a link out of the folder", "../../hello.json"),
        link("a link out of the folder, through one that is none", "../deep/../../hello.json"),
        link("a link to nothing, in the folder", "nothing"),
        link("a link to a folder that it is in", ".."),
        link("a link to everywhere", "/etc/passwd"),
        dependency("a link to nothing", |shop| symlink("nothing", shop.path("data")).unwrap()),
        dependency("a link to itself", |shop| symlink("data", shop.path("data")).unwrap()),
        embedded("embedded, missing", |_| {}),
        embedded("embedded, a folder", |shop| fs::create_dir(shop.path("words/data.tgz")).unwrap()),
        embedded("embedded, a pipe", |shop| make_fifo(&shop.path("words/data.tgz"))),
        embedded("embedded, another", |shop| write(shop, "words/data.tgz", "another")),
        embedded("embedded, unreadable", |shop| {
            write(shop, "words/data.tgz", "secret");
            fs::set_permissions(shop.path("words/data.tgz"), fs::Permissions::from_mode(0o0)).unwrap();
        })
        .run_by_nobody(),
        dependency("no place for its archive", |shop| write(shop, "data", "data")).before("TMPDIR=$TMPDIR/none"),
        dependency("no space for its archive", |shop| write(shop, "data", incompressible(100_000)))
            .before("trap '' XFSZ; ulimit -f 8"),
    ]);
    assert_snapshot!(said);
}

/// A dependency that is downloaded already.
fn embedded(name: &'static str, prepare: impl Fn(&Shop) + 'static) -> Case {
    let sha256 = "0".repeat(64);
    let json = format!(r#"{{"data": {{"url": "https://example.org/data.tgz", "sha256": "{sha256}"}}}}"#);
    Case::new(name, &["hello.so", "--dependencies", &json, "--embed-deps", "words"]).with(prepare)
}

/// A link that stays in its folder stands for what it points to.
#[test]
fn links_that_stay_in_their_folder() {
    for (link, target, status) in [("deep/link", "../words", 0), ("nothing", "./nothing", 2), ("itself", "itself", 2)] {
        let shop = shop();
        fs::create_dir_all(shop.path("data/deep")).unwrap();
        fs::write(shop.path("data/words"), "one two").unwrap();
        symlink(target, shop.path("data").join(link)).unwrap();
        let dependencies = r#"{"data": {"local_path": "data"}}"#;
        let run = shop.ramp(&["pack", "hello.so", "--commands-from", "hello.json", "--dependencies", dependencies]);
        assert_eq!(run.status, status, "{target}: {run}");
        assert!(status == 0 || run.stderr.contains(link), "{target}: {run}");
    }
}

const DEPENDENCY: [&str; 3] = ["hello.so", "--dependencies", r#"{"words": {"local_path": "words"}}"#];

#[test]
fn outputs() {
    let disk_full = "trap '' XFSZ; ulimit -f 8";
    let said = words(&[
        output("a folder that is missing", "missing/out.zip"),
        output("a file for a folder", "hello.json/out.zip"),
        output("a folder", "words"),
        output("a folder, with a slash", "words/"),
        output("a name that ends in nothing", "words/.."),
        output("no name", ""),
        output("a device", "/dev/full"),
        output("a pipe", "pipe").with(|shop| make_fifo(&shop.path("pipe"))),
        output("a folder that takes no files", "/proc/self/out.zip"),
        output("a folder that may not be written to", "words/out.zip").run_by_nobody(),
        output("the module itself", "hello.so"),
        output("the manifest", "./ramp.yml")
            .with_args(&["hello.so", "-m", "ramp.yml", "-o", "./ramp.yml"])
            .with(|shop| write(shop, "ramp.yml", "author: me\n")),
        output("the module, by a link", "link.so").with(|shop| symlink("hello.so", shop.path("link.so")).unwrap()),
        output("what tells the commands", "hello.json"),
        Case::new("a dependency", &[&DEPENDENCY[..], &["-o", "words/a.txt"]].concat()),
        Case::new(
            "a dependency that is a bundle",
            &["hello.so", "--dependencies", r#"{"d": {"local_path": "earlier.zip"}}"#, "-o", "earlier.zip"],
        )
        .with(|shop| write(shop, "earlier.zip", samples::good().build())),
        Case::new("the name over the module", &["hello.so", "--packname-file", "./hello.so"]),
        Case::new("the name over what tells the commands", &["hello.so", "--packname-file", "hello.json"]),
        Case::new("the name over a dependency", &[&DEPENDENCY[..], &["--packname-file", "words/a.txt"]].concat()),
        Case::new("the name over the bundle", &["hello.so", "--packname-file", "./out.zip"]),
        output("a long name", &"x".repeat(300)),
        Case::new("disk full", &["large.so"])
            .with(|shop| {
                let module = ElfBuilder::module().replace(".comment", incompressible(1 << 18)).build();
                write(shop, "large.so", module);
            })
            .before(disk_full),
        Case::new("a file for the name, and the disk full", &["large.so", "--packname-file", "name"])
            .with(|shop| {
                let module = ElfBuilder::module().replace(".comment", incompressible(1 << 18)).build();
                write(shop, "large.so", module);
            })
            .before(disk_full),
        Case::new("no folder for the file for the name", &["hello.so", "--packname-file", "missing/name"]),
    ]);
    assert_snapshot!(said);
}

/// A file without a name, where the file system knows such, leaves nothing behind.
#[test]
fn a_signal_while_the_bundle_is_written() {
    for signal in ["TERM", "KILL"] {
        let shop = shop().file("out.zip", "an earlier bundle");
        // Of a dependency all is read back, which takes its time.
        write(&shop, "words/large", incompressible(32 << 20));
        let before = tree(&shop.path(""));
        let given = [&["pack"], &DEPENDENCY[..], &["--commands-from", "hello.json", "-o", "out.zip"]].concat();
        let mut command = shop.command(&given);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let files = format!("/proc/{}/fd", child.id());
        let links =
            || fs::read_dir(&files).into_iter().flatten().flatten().filter_map(|fd| fs::read_link(fd.path()).ok());
        let root = shop.path("").canonicalize().unwrap();
        while !links().any(|file| file.parent() == Some(&*root) && !file.ends_with("hello.so")) {
            assert_eq!(child.try_wait().unwrap(), None, "it has ended before it was seen to write");
        }
        let is_named = links().any(|file| file.to_string_lossy().contains(".ramp-"));
        assert!(Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap().success());
        assert!(!child.wait().unwrap().success(), "it was killed too late");
        if is_named {
            return;
        }
        assert!(before == tree(&shop.path("")), "{signal}: {:?}", shop.tree("."));
    }
}

#[test]
fn what_tells_the_commands() {
    let from = |name, content: &'static str| {
        Case::new(name, &["hello.so", "--commands-from", "from.json"])
            .with(move |shop| write(shop, "from.json", content))
    };
    let said = words(&[
        Case::new("missing", &["hello.so", "--commands-from", "missing.json"]),
        Case::new("a folder", &["hello.so", "--commands-from", "words"]),
        from("no JSON", "name: hello\n"),
        from("something else", "{\"name\": \"hello\"}\n"),
        from("no zip", "PK\x03\x04 and so on"),
    ]);
    assert_snapshot!(said);
}
