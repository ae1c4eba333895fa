//! Help: each command's fits a screen, begins with examples, and those do what they say.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use crate::init::with_module;
use crate::shop::Shop;

/// Lines and columns of a screen that is not small.
const SCREEN: (usize, usize) = (50, 100);

/// All commands, and those in them, by their words; the command itself has none.
fn commands(shop: &Shop) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    let mut at = 0;
    while let Some(words) = all.get(at).cloned() {
        let page = shop.ramp(&with("help", &words, &[])).stdout;
        let listed = page.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        let names = listed.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
        all.extend(names.map(|name| [words.clone(), vec![name.to_owned()]].concat()));
        at += 1;
    }
    all
}

fn with<'a>(first: &'a str, words: &'a [String], last: &[&'a str]) -> Vec<&'a str> {
    let first = (!first.is_empty()).then_some(first);
    first.into_iter().chain(words.iter().map(String::as_str)).chain(last.iter().copied()).collect()
}

#[test]
fn all_fits_a_screen_and_begins_with_examples() {
    let shop = Shop::new().env("COLUMNS", &SCREEN.1.to_string());
    let commands = commands(&shop);
    assert!(commands.iter().any(|words| words == &["target", "list"]) && commands.len() > 15, "{commands:?}");
    for words in commands {
        let run = shop.ramp(&with("help", &words, &[]));
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{words:?}");
        let page = run.stdout;
        let widest = page.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(page.lines().count() <= SCREEN.0, "{words:?}: {} lines\n{page}", page.lines().count());
        assert!(widest <= SCREEN.1, "{words:?}: {widest} columns\n{page}");
        let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text:?} in\n{page}"));
        assert!(place("\nExamples:\n  ") < place("\nUsage: ramp"), "{page}");
        // `-h` of `pack` is that of ramp-packer.
        if words != ["pack"] {
            assert_eq!(shop.ramp(&with("", &words, &["-h"])).stdout, page, "{words:?}");
        }
        // All of it, and the manual, have all of that.
        let whole = shop.ramp(&with("", &words, &["--help"])).stdout;
        let manual = shop.ramp(&with("man", &words, &[])).stdout.replace('\\', "");
        let begins = |line: &&str| line.trim_start().starts_with('-') || line.starts_with("  ramp ");
        for line in page.lines().filter(begins) {
            let words: Vec<&str> = line.trim_start().split("  ").next().unwrap().split(['<', '[']).collect();
            let option = words[0].trim().trim_end_matches("...");
            assert!(whole.contains(option), "{option}: {whole}");
            let last = option.split(", ").last().unwrap();
            assert!(manual.contains(last), "{last}: {manual}");
        }
    }
}

/// What is not there to be asked about is told, with what may have been meant.
#[test]
fn of_no_command() {
    let shop = Shop::new();
    for asks in ["help", "man"] {
        let run = shop.ramp(&[asks, "target", "lists"]);
        let told = "error: `ramp target lists` is not a command\nhelp: Did you mean `ramp target list`?\n";
        assert_eq!((run.status, run.stderr.as_str()), (2, told));
        let run = shop.ramp(&[asks, "nothing-like-it"]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run}");
        assert!(run.stderr.ends_with("help: `ramp help` lists the commands.\n"), "{run}");
    }
}

/// The page of a command says whose it is, and what its options take.
#[test]
fn pages_of_the_manual() {
    let page = Shop::new().ramp(&["man", "fix"]).stdout.replace("\\f", "").replace('\\', "");
    assert!(page.contains(".TH ramp-fix 1  \"ramp [VERSION]\""), "{page}");
    let synopsis = page.lines().skip_while(|line| *line != ".SH SYNOPSIS").nth(1).unwrap();
    assert!(synopsis.starts_with("Bramp fixR [B-o|--outputR INEWR] [B--forceR]"), "{synopsis}");
    assert!(synopsis.contains("[B--targetR IRELEASE|FILER]...") && synopsis.ends_with("IBUNDLER"), "{synopsis}");
}

/// Where people look at it, `man` shows it; where there is none, or it cannot, it is printed as it is.
#[cfg(target_os = "linux")]
#[test]
fn the_manual_on_a_terminal() {
    use std::os::unix::fs::PermissionsExt as _;
    if Path::new("/usr/bin/script").exists() {
        let ramp = env!("CARGO_BIN_EXE_ramp");
        let told = |name: &str, man: &str| {
            let shop = Shop::new().file(name, man);
            std::fs::set_permissions(shop.path(name), std::fs::Permissions::from_mode(0o755)).unwrap();
            let mut shell = shop.command_of("/usr/bin/script");
            // No other `man` is found.
            shell
                .args(["-qec", &format!("{ramp} man fix"), "/dev/null"])
                .env("PATH", shop.path(""))
                .stdin(Stdio::null());
            shop.run(shell).stdout
        };
        let shown = told("man", "#!/bin/sh\necho \"by man $*: $(/bin/grep -c SYNOPSIS)\"\n");
        assert!(shown.contains("by man -l -: 1") && !shown.contains(".SH"), "{shown}");
        for name in ["man", "another"] {
            assert!(told(name, "#!/bin/sh\nexit 2\n").contains(".SH SYNOPSIS"), "{name}");
        }
    }
}

/// A folder as whoever types the examples has it.
fn folder() -> Shop {
    let shop = with_module("hello/hello.c");
    std::fs::rename(shop.path("hello.so"), shop.path("mymodule.so")).unwrap();
    let run = shop.ramp(&["init", "mymodule.so", "--target", "7.4,7.22,8.2"]);
    assert_eq!(run.status, 0, "{run}");
    let pack = ["pack", "mymodule.so", "-m", "ramp.yml", "-o", "mymodule.zip"];
    assert_eq!(shop.ramp(&pack).status, 0);
    let before = ["pack", "mymodule.so", "-m", "ramp.yml", "--module-version", "10000", "-o", "released.zip"];
    assert_eq!(shop.ramp(&before).status, 0);
    let probed = shop.ramp(&["probe", "mymodule.so", "--format", "json"]).stdout;
    let bundle = std::fs::read(shop.path("mymodule.zip")).unwrap();
    shop.file("probe.json", probed).file("dist/mymodule.zip", bundle)
}

/// One like it, that may be changed.
fn another(folder: &Shop) -> Shop {
    let names = folder.tree("").into_iter().filter(|name| !name.ends_with('/'));
    names.fold(Shop::new(), |shop, name| shop.file(&name, std::fs::read(folder.path(&name)).unwrap()))
}

#[test]
fn the_examples_do_what_they_say() {
    let shop = Shop::new().env("COLUMNS", "100");
    let mut lines: Vec<String> = Vec::new();
    for words in commands(&shop) {
        let page = shop.ramp(&with("help", &words, &[])).stdout;
        let examples = page.lines().skip_while(|line| *line != "Examples:").skip(1).take_while(|line| !line.is_empty());
        let typed = examples.map(|line| line.trim_start().split("  ").next().unwrap().to_owned());
        lines.extend(typed.filter(|line| !lines.contains(line)).collect::<Vec<_>>());
    }
    assert!(lines.len() > 30, "{lines:?}");
    let path = Path::new(env!("CARGO_BIN_EXE_ramp")).parent().unwrap();
    let path = format!("{}:/usr/bin:/bin", path.display());
    let folder = folder();
    for line in lines {
        let shop = another(&folder);
        // What shows it, or takes it in, is another program.
        let typed = line.split(" | ").next().unwrap();
        let mut shell = shop.command_of("bash");
        shell.env("PATH", &path).stdin(Stdio::null());
        if typed.starts_with("ramp serve") {
            let port = if typed.contains("--listen") { "" } else { " --listen 127.0.0.1:0" };
            shell.args(["-c", &format!("exec {typed}{port}")]).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = shell.spawn().unwrap();
            let mut said = String::new();
            BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
            child.kill().unwrap();
            let ended = child.wait_with_output().unwrap();
            assert!(said.contains("://127.0.0.1:"), "{line}: {}", String::from_utf8_lossy(&ended.stderr));
            continue;
        }
        if typed.starts_with("ramp init") {
            std::fs::remove_file(shop.path("ramp.yml")).unwrap();
        }
        #[cfg(all(feature = "serve", unix))]
        if typed.starts_with("ramp store") || typed.starts_with("ramp user") {
            let data = shop.path("ramp-data");
            let (mut child, _) = crate::process::serve(&data, |it| it.arg("--plain-http").stderr(Stdio::null()));
            child.kill().unwrap();
            child.wait().unwrap();
            if typed.starts_with("ramp store restore") {
                assert_eq!(shop.ramp(&["store", "backup", "backups/monday"]).status, 0);
            }
            std::fs::write(shop.path("secret.txt"), "secret\n").unwrap();
            shell.env("RAMP_NEW_PASSWORD", if typed.contains('<') { "" } else { "typed" });
        }
        shell.args(["-c", typed]);
        let run = shop.run(shell);
        if typed.contains("cluster.example") {
            // There is no such cluster; that is all that is wrong.
            assert!(run.status == 2 && !run.stderr.contains("--help"), "{line}: {run}");
        } else {
            assert_eq!(run.status, 0, "{line}: {run}");
        }
    }
}
