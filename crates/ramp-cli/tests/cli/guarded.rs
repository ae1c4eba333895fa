//! What reports are written over, which bundles are left out, whose policy file is obeyed: what a gate must not get wrong in silence.

use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::process::Stdio;

use crate::samples;
use crate::shop::{Run, Shop};

const MANIFEST: &str = "apiVersion: v1\nkind: List\n";

fn shop() -> Shop {
    Shop::new()
        .bundle("good.zip", &samples::good())
        .file("list", "good.zip\n")
        .file("ramp.yml", "display_name: Hello\n")
        .file("rec.yaml", MANIFEST)
        .directory("sub")
}

/// The run, with that file as standard input.
fn reading(shop: &Shop, file: &str, arguments: &[&str]) -> Run {
    let mut command = shop.command(arguments);
    command.stdin(Stdio::from(fs::File::open(shop.path(file)).unwrap()));
    shop.run(command)
}

#[test]
fn what_is_read_is_no_report_whatever_it_is_called() {
    let shop = shop();
    symlink("list", shop.path("link")).unwrap();
    fs::hard_link(shop.path("list"), shop.path("twin")).unwrap();
    let refused = |run: &Run, file: &str, content: &str| {
        assert_eq!(run.status, 2, "{run}");
        assert!(run.stderr.contains("is an input, and would be overwritten"), "{run}");
        assert_eq!(shop.read(file), content, "{run}");
    };
    for output in ["list", "./list", "sub/../list", "link", "twin"] {
        let run = shop.ramp(&["validate", "@list", "--output", &format!("json={output}")]);
        refused(&run, "list", "good.zip\n");
    }
    for output in ["list", "/dev/stdin", "twin"] {
        let run = reading(&shop, "list", &["validate", "@-", "--output", &format!("json={output}")]);
        refused(&run, "list", "good.zip\n");
    }
    let run = reading(&shop, "rec.yaml", &["validate", "good.zip", "--kubernetes", "-", "--output", "json=rec.yaml"]);
    refused(&run, "rec.yaml", MANIFEST);
    let run = shop.ramp(&["validate", "good.zip", "--location", "ramp.yml", "--output", "sarif=ramp.yml"]);
    refused(&run, "ramp.yml", "display_name: Hello\n");
}

#[test]
fn two_reports_are_not_one_file() {
    let shop = shop();
    symlink("sub", shop.path("other")).unwrap();
    symlink("there.json", shop.path("link.json")).unwrap();
    fs::write(shop.path("there.json"), "").unwrap();
    for (one, two) in [("a.json", "sub/../a.json"), ("sub/a.json", "other/a.json"), ("there.json", "link.json")] {
        let (one, two) = (format!("json={one}"), format!("sarif={two}"));
        let run = shop.ramp(&["validate", "good.zip", "--output", &one, "--output", &two]);
        assert!(run.status == 2 && run.stderr.contains("two reports would be written to"), "{one} {two}: {run}");
    }
}

#[test]
fn the_summary_of_a_job_is_added_to_no_other_file() {
    for (summary, more) in [("good.zip", &[][..]), ("sub", &[]), ("report.json", &["--output", "json=report.json"])] {
        let shop = shop().env("GITHUB_STEP_SUMMARY", summary);
        let before = fs::read(shop.path("good.zip")).unwrap();
        let run = shop.ramp(&[&["validate", "good.zip", "--format", "github"][..], more].concat());
        assert_eq!(run.status, 0, "{run}");
        assert_eq!(
            run.stderr,
            format!("warning: the summary of the job is not written: `{summary}` is not free for it\n"),
            "{run}"
        );
        assert_eq!(fs::read(shop.path("good.zip")).unwrap(), before);
    }
}

/// A link to a folder is gone through as shells do; of what is not there, and of what a link leads to, is told.
#[test]
fn no_bundle_is_left_out_in_silence() {
    let shop = Shop::new().bundle("dist/good.zip", &samples::good()).bundle("out/bad.zip", &samples::refused());
    symlink("../out", shop.path("dist/latest")).unwrap();
    for pattern in ["dist/*/*.zip", "dist/l*/bad.zip", "dist/latest/*.zip"] {
        let run = shop.ramp(&["validate", pattern]);
        assert!(run.status == 1 && run.stdout.contains("dist/latest/bad.zip"), "{pattern}: {run}");
    }
    // As shells do, too; who follows links here may go in circles.
    assert_eq!(shop.ramp(&["validate", "dist/**/*.zip"]).status, 0);
    symlink("nowhere", shop.path("dist/broken.zip")).unwrap();
    symlink(".", shop.path("dist/self")).unwrap();
    for arguments in [&["dist"][..], &["dist", "--recursive"], &["dist/*.zip"], &["dist/**/*.zip"], &["*/broken.zip"]] {
        let run = shop.ramp(&[&["validate"][..], arguments].concat());
        assert!(run.status == 2 && run.stdout.contains("not evaluated  dist/broken.zip"), "{arguments:?}: {run}");
    }
}

#[test]
fn patterns_are_those_of_shells() {
    let shop = Shop::new()
        .bundle("a.zip", &samples::good())
        .bundle("d[1]/c.zip", &samples::good())
        .bundle("up/b.zip", &samples::good());
    symlink("..", shop.path("up/again")).unwrap();
    let told = |pattern: &str| {
        let run = shop.ramp(&["validate", pattern, "--format", "jsonl"]);
        let lines = run.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        lines.map(|line| format!("{} {}", line["bundle"].as_str().unwrap(), line["passed"])).collect::<Vec<_>>()
    };
    assert_eq!(told("{a,nope}.zip"), ["a.zip true", "nope.zip false"]);
    assert_eq!(told("{a,up/b}.zip"), ["a.zip true", "up/b.zip true"]);
    assert_eq!(told("d[1]/*.zip"), ["d[1]/c.zip true"]);
    assert_eq!(told("u*/again/*.zip"), ["up/again/a.zip true"]);
    assert_eq!(told("*.zip"), ["a.zip true"]);
    assert_eq!(told("./**/*.zip"), ["./a.zip true", "./d[1]/c.zip true", "./up/b.zip true"]);
}

#[test]
fn what_is_printed_goes_into_nothing_that_is_read_or_written() {
    let shop = shop();
    let before = fs::read(shop.path("good.zip")).unwrap();
    let printing = |file: &str, arguments: &[&str]| {
        let stdout = fs::File::options().append(true).create(true).open(shop.path(file)).unwrap();
        let mut command = shop.command(arguments);
        command.stdin(Stdio::null()).stdout(stdout).stderr(Stdio::null()).status().unwrap().code()
    };
    assert_eq!(printing("good.zip", &["validate", "good.zip"]), Some(2));
    assert_eq!(fs::read(shop.path("good.zip")).unwrap(), before);
    for output in ["json=out.txt", "json=/dev/stdout"] {
        assert_eq!(printing("out.txt", &["validate", "good.zip", "--output", output]), Some(2), "{output}");
    }
    assert_eq!(printing("out.txt", &["validate", "good.zip"]), Some(0));
}

/// What the user lets others do is the user's matter.
#[test]
fn files_are_as_private_as_all_others() {
    use std::os::unix::fs::PermissionsExt as _;

    let shop = shop();
    for (mask, mode) in [("077", 0o600), ("022", 0o644), ("002", 0o664)] {
        let line = format!("umask {mask}; exec {} validate good.zip --output json=um.json", env!("CARGO_BIN_EXE_ramp"));
        let mut command = shop.command_of("sh");
        assert!(
            shop.run({
                command.args(["-c", &line]);
                command
            })
            .status
                == 0
        );
        let found = fs::metadata(shop.path("um.json")).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{mask}");
        fs::remove_file(shop.path("um.json")).unwrap();
    }
}

#[test]
fn a_pattern_is_no_longer_than_anybody_writes() {
    let long = "?".repeat(300_000);
    let shop = Shop::new().bundle("good.zip", &samples::good()).file("list", format!("good.zip\n{long}\n"));
    let run = shop.ramp(&["validate", "@list"]);
    assert!(run.status == 2 && run.stdout.starts_with("passed  good.zip\n"), "{}", run.status);
    for (pattern, why) in [
        (long.get(..20_000).unwrap(), "it has more than 1000 bytes"),
        ("", "it is empty"),
        ("../a.zip", "no path from the folder of this file has the part `..`"),
        (".//a.zip", "it begins with `/`, and paths start from the folder of this file"),
        ("a/./b.zip", "no path from the folder of this file has the part `.`"),
        ("a.zip/", "no path from the folder of this file has the part ``"),
        ("/a.zip", "it begins with `/`, and paths start from the folder of this file"),
    ] {
        let file = format!("[[allow]]\nrule = \"load\"\nreason = \"x\"\nbundle = \"{pattern}\"\n");
        let shop = Shop::new().bundle("good.zip", &samples::good()).file("ramp.toml", file);
        let run = shop.ramp(&["validate", "good.zip"]);
        assert!(run.status == 2 && run.stderr.contains(&format!("the pattern is wrong: {why}\n")), "{run}");
    }
}

/// Anybody may put a file into `/tmp`.
#[test]
fn the_policy_file_of_another_user_is_not_obeyed() {
    let shop = shop().file("ramp.toml", "fail-on = \"never\"\n").bundle("sub/bad.zip", &samples::refused());
    // Whoever has no right to give files away has nothing to test here.
    if chown(shop.path("ramp.toml"), Some(65_534), None).is_err() {
        return;
    }
    let run = shop.ramp_in("sub", &["validate", "bad.zip"]);
    assert!(run.status == 2 && run.stderr.contains("ramp.toml` belongs to another user\n"), "{run}");
    assert_eq!(shop.ramp_in("sub", &["validate", "bad.zip", "--isolated"]).status, 1);
    assert_eq!(shop.ramp_in("sub", &["validate", "bad.zip", "--config", "../ramp.toml"]).status, 0);
    // Who is in the folder sees it; a checkout is all of one user, who need not be that of the container.
    assert_eq!(shop.ramp(&["validate", "good.zip"]).status, 0);
    chown(shop.path("sub"), Some(65_534), None).unwrap();
    assert_eq!(shop.ramp_in("sub", &["validate", "bad.zip"]).status, 0);
}

/// Whoever checks a project out has not written its file: reports that it asks for stay below its folder.
#[test]
#[cfg(unix)]
fn a_policy_file_writes_below_its_folder() {
    let shop = Shop::new().bundle("project/good.zip", &samples::good()).file("mine", "mine").directory("mine.d");
    symlink("../mine", shop.path("project/link.json")).unwrap();
    symlink("../mine.d", shop.path("project/folder")).unwrap();
    symlink("../none", shop.path("project/dangling.json")).unwrap();
    fs::create_dir(shop.path("project/reports")).unwrap();
    let run = |output: &str, more: &[&str]| {
        fs::write(shop.path("project/ramp.toml"), format!("output = [\"sarif=a.sarif\", \"json={output}\"]\n"))
            .unwrap();
        let mut command = shop.command(&[&["validate", "good.zip"], more].concat());
        command.current_dir(shop.path("project"));
        shop.run(command)
    };
    let absolute = shop.path("mine").display().to_string();
    for output in ["../mine", "reports/../../mine", &absolute, "link.json", "folder/new.json", "dangling.json"] {
        let refused = run(output, &[]);
        assert!(
            refused.status == 2 && refused.stderr.contains("is not below the folder of this file"),
            "{output}: {refused}"
        );
        assert!(refused.stderr.contains("line 1 column 28"), "{refused}");
        // On the command line it is the user who asks.
        assert_eq!(run(output, &["--output", "json=own.json"]).status, 0, "{output}");
    }
    assert_eq!(shop.read("mine"), "mine");
    assert_eq!(shop.tree("mine.d"), [""; 0]);
    assert!(!shop.path("none").exists() && !shop.path("project/a.sarif").exists());
    for output in ["b.json", "reports/c.json", "./d.json"] {
        let run = run(output, &[]);
        assert_eq!(run.status, 0, "{run}");
        assert!(shop.path("project").join(output).exists());
    }
}
