//! Markdown, and the summary of a job of GitHub Actions.

use insta::assert_snapshot;
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::ElfBuilder;

use crate::formats::{all_kinds, run_on_three, three};
use crate::kubernetes;
use crate::samples;
use crate::shop::{Run, Shop};

/// What GitHub takes in a comment, in characters.
const COMMENT: usize = 65_536;

fn of_targets(more: &[&str]) -> Run {
    let shop = Shop::new()
        .bundle("good.zip", &samples::good())
        .bundle("new.zip", &samples::worrying().set("min_redis_pack_version", "7.8"))
        .file("many.zip", samples::wrong_in_many_ways());
    let bundles = ["validate", "good.zip", "new.zip", "many.zip", "missing.zip", "--format", "markdown"];
    shop.ramp(&[&bundles[..], &["--target", "7.4", "--target", "8.2"], more].concat())
}

#[test]
fn markdown() {
    assert_snapshot!(run_on_three("markdown"));
    assert_snapshot!("markdown_of_manifests", kubernetes::wrong(&["--format", "markdown"]));
}

#[test]
fn a_table_of_targets_and_each_finding_once() {
    assert_snapshot!(of_targets(&[]));
}

/// What may follow from another finding is folded into it.
#[test]
fn what_follows_is_shown_on_demand() {
    let mut module = ElfBuilder::module().build();
    module.truncate(500);
    let shop = Shop::new().bundle("cut.zip", &BundleBuilder::good().module(module));
    let run = |more: &[&str]| shop.ramp(&[&["validate", "cut.zip", "--format", "markdown"], more].concat()).stdout;
    let findings = |text: &str| text.lines().filter(|line| line.starts_with("- **")).count();
    assert!(findings(&run(&["--all"])) > findings(&run(&[])), "{}", run(&["--all"]));
    assert!(run(&[]).contains(" that may follow"), "{}", run(&[]));
}

/// Nothing that a bundle says is more than text.
#[test]
fn text_stays_text() {
    let name = "x|y`z <b>@who #12 org/repo#12 [x](https://e.example) $a$ ![i](//e) <!-- -->";
    let bundle = BundleBuilder::good()
        .set("module_name", name)
        .set("semantic_version", name)
        .set("min_redis_pack_version", name)
        .set(name, 1)
        .set("capabilities", serde_json::json!([name]));
    let shop = Shop::new().bundle("a|b`c`@who#12.zip", &bundle).file("hostile.zip", samples::hostile());
    assert_snapshot!(shop.ramp(&["validate", "a|b`c`@who#12.zip", "--format", "markdown", "--all", "--target", "8.2"]));
    let hostile = shop.ramp(&["validate", "hostile.zip", "--format", "markdown", "--all"]).stdout;
    for line in hostile.lines() {
        let starts = ["### ", "#### ", "| ", "|---", "- ", "  ", "answer: ", "gate: ", "found: "]
            .iter()
            .any(|start| line.starts_with(start));
        assert!(line.is_empty() || starts, "{line}");
        assert!(!line.contains("@w") && !line.contains('<'), "{line}");
    }
}

/// It says how much it leaves out, and what does not pass comes first.
#[test]
fn a_comment_takes_so_much() {
    let mut shop = Shop::new();
    let mut names = Vec::new();
    for index in 0..1500 {
        let name = format!("a-good-bundle-with-a-long-name-{index}.zip");
        shop = shop.bundle(&name, &samples::good());
        names.push(name);
    }
    for index in 0..40 {
        let name = format!("z{index}.zip");
        shop = shop.file(&name, samples::wrong_in_many_ways());
        names.push(name);
    }
    let arguments: Vec<&str> = names.iter().map(String::as_str).collect();
    let run = shop.ramp(&[&["validate", "--format", "markdown", "--target", "7.22"], &arguments[..]].concat());
    assert!(run.stdout.len() <= COMMENT && run.stdout.len() > COMMENT / 2, "{} bytes", run.stdout.len());
    let rows = run.stdout.lines().filter(|line| line.starts_with("| `")).count();
    assert!(run.stdout.contains(&format!("\nand {} more bundles\n", 1540 - rows)), "{rows}");
    let last = run.stdout.lines().last().unwrap();
    assert!(last.starts_with("and ") && last.ends_with(" more findings"), "{last}");
    assert!(run.stdout.lines().nth(4).unwrap().starts_with("| `z0.zip` |"), "{}", &run.stdout[..400]);
}

#[test]
fn a_summary_of_the_job() {
    let shop = three().file("summary.md", "what an earlier command wrote\n");
    let summary = shop.path("summary.md");
    let shop = shop.env("GITHUB_STEP_SUMMARY", summary.to_str().unwrap());
    let run = shop.ramp(&["validate", "good.zip", "--format", "github"]);
    let markdown = shop.ramp(&["validate", "good.zip", "--format", "markdown"]);
    assert_eq!(shop.read("summary.md"), format!("what an earlier command wrote\n\n{}", markdown.stdout));
    assert_eq!((run.status, run.stdout.lines().count()), (0, 1), "{run}");
    assert_snapshot!(shop.read("summary.md"));
    // Beside other reports too, and not beside those alone.
    let before = shop.read("summary.md");
    shop.ramp(&["validate", "good.zip", "--format", "json"]);
    assert_eq!(shop.read("summary.md"), before);
    shop.ramp(&["validate", "refused.zip", "missing.zip", "--output", "sarif=a.sarif", "--output", "github"]);
    assert!(shop.read("summary.md").strip_prefix(&before).unwrap().contains("refused.zip"));
}

/// The work is done all the same.
#[test]
fn a_summary_that_cannot_be_written() {
    let shop = three().env("GITHUB_STEP_SUMMARY", "missing/summary.md");
    assert_snapshot!(shop.ramp(&["validate", "refused.zip", "--format", "github"]));
    let shop = three().env("GITHUB_STEP_SUMMARY", "");
    assert_eq!(shop.ramp(&["validate", "good.zip", "--format", "github"]).stderr, "");
}

/// The runner takes so much of a step, and nothing of a file with more.
#[test]
fn a_summary_that_is_nearly_full() {
    for there in [(1 << 20) - 100, 1 << 20, 2 << 20] {
        let shop = three().file("summary.md", "x".repeat(there));
        let summary = shop.path("summary.md");
        let shop = shop.env("GITHUB_STEP_SUMMARY", summary.to_str().unwrap());
        let run = shop.ramp(&["validate", "refused.zip", "--format", "github"]);
        assert!(run.status == 1 && run.stderr.contains("leaves no room"), "{run}");
        assert_eq!(shop.read("summary.md").len(), there);
    }
}

#[test]
fn all_kinds_of_bundles_are_in_the_table() {
    let (shop, names) = all_kinds();
    let run = shop.ramp(&[&["validate", "--format", "markdown"], &names[..]].concat());
    let rows = run.stdout.lines().filter(|line| line.starts_with("| `"));
    assert_eq!(rows.count(), names.len());
}
