//! The policy file: what it says, where it is looked for, what is wrong with it.

use insta::assert_snapshot;
use ramp_fixtures::elf::ElfBuilder;
use serde_json::{Value, json};

use crate::pack::discovery;
use crate::samples;
use crate::shop::{Run, Shop, published_schema};

const FILE: &str = r#"# What we ship to.
target = ["7.4", "8.2"]
nodes = ["rhel9/x86_64"]
policy = "reference"
fail-on = "warning"
output = ["json=report.json"]

[rules]
metadata = "warn"
compatible-redis-version-missing = "allow"

[[allow]]
rule = "unknown-key"
bundle = "worrying*.zip"
reason = "a key of our own tools"
until = 2027-03-31

[set]
required = ["rhel9/x86_64"]
"#;

fn shop(file: &str) -> Shop {
    Shop::new()
        .file("ramp.toml", file)
        .bundle("good.zip", &samples::good())
        .bundle("worrying.zip", &samples::worrying())
        .directory("sub")
        .env("SOURCE_DATE_EPOCH", "1796083200")
}

fn results(run: &Run) -> Vec<Value> {
    serde_json::from_str::<Value>(&run.stdout).unwrap()["results"].as_array().unwrap().clone()
}

/// The findings of the first result, with what suppresses each.
fn findings(run: &Run) -> Vec<(String, String, Value)> {
    let first = &results(run)[0];
    let all = first["findings"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    all.map(|finding| (text(&finding["rule"]), text(&finding["level"]), finding["suppressed"].clone())).collect()
}

#[test]
fn what_is_in_force_and_where_it_comes_from() {
    let shop = shop(FILE);
    assert_snapshot!("show", shop.ramp(&["config", "show"]));
    let shown: Value = serde_json::from_str(&shop.ramp(&["config", "show", "--format", "json"]).stdout).unwrap();
    let of = |key: &str| &shown["values"][key];
    assert_eq!(of("fail-on"), &json!({"value": "warning", "from": {"file": "ramp.toml", "line": 5}}));
    assert_eq!(of("format"), &json!({"value": "human", "from": "default"}));
    assert_snapshot!("show_nothing", shop.ramp(&["config", "show", "--isolated"]));
}

#[test]
fn it_judges() {
    let shop = shop(FILE);
    assert_snapshot!("human", shop.ramp(&["validate", "good.zip", "worrying.zip"]));
    let report: Value = serde_json::from_str(&shop.read("report.json")).unwrap();
    assert_eq!(report["results"].as_array().unwrap().len(), 4, "two bundles for two targets");
    assert_eq!(report["results"][0]["target"]["operating_systems"], json!(["rhel9"]));
    let run = shop.ramp(&["validate", "worrying.zip", "--format", "json", "--target", "7.22"]);
    let until = json!({"reason": "a key of our own tools", "until": "2027-03-31"});
    let expected = [("unknown-key", "warning", until), ("semantic-version-mismatch", "warning", Value::Null)];
    let expected = expected.map(|(rule, level, known)| (rule.to_owned(), level.to_owned(), known));
    assert_eq!(findings(&run), expected);
}

#[test]
fn options_win() {
    let shop = shop(FILE);
    let run = |more: &[&str]| shop.ramp(&[&["validate", "worrying.zip", "--format", "json"][..], more].concat());
    let first = |more: &[&str], key: &str| results(&run(more))[0][key].clone();
    assert_eq!(first(&["--target", "7.22"], "target")["cluster_version"], "7.22");
    assert_eq!(first(&["--target", "7.22", "--os", "rhel8"], "target")["operating_systems"], json!(["rhel8"]));
    assert_eq!(first(&["--policy", "strict"], "policy"), "strict");
    assert_eq!(first(&["--fail-on", "never"], "passed"), true);
    let levels = findings(&run(&["-D", "semantic-version-mismatch"]));
    assert!(levels.iter().any(|(rule, level, _)| rule == "semantic-version-mismatch" && level == "error"));
    // Who names reports means those.
    let shop = self::shop(FILE);
    shop.ramp(&["validate", "good.zip", "--output", "jsonl=other.json"]);
    assert!(shop.path("other.json").exists() && !shop.path("report.json").exists());
}

#[test]
fn where_it_is_looked_for() {
    let shop = shop(FILE).file("other.toml", "policy = \"reference\"\n");
    let policy = |arguments: &[&str], folder: &str| {
        let mut command = shop.command(&[&["validate", "--format", "json"][..], arguments].concat());
        command.current_dir(shop.path(folder));
        results(&shop.run(command))[0]["fail_on"].clone()
    };
    assert_eq!(policy(&["good.zip"], "."), "warning");
    assert_eq!(policy(&["../good.zip"], "sub"), "warning", "upwards");
    assert_eq!(policy(&["good.zip", "--isolated"], "."), "error");
    assert_eq!(policy(&["good.zip", "--config", "other.toml"], "."), "error");
    // Its own paths start from its own folder, wherever the command runs.
    let file = FILE.replace("\"7.4\"", "\"targets/prod.json\"");
    let shop = self::shop(&file).directory("targets").file("targets/prod.json", r#"{"cluster_version": "7.8.2-34"}"#);
    let mut command = shop.command(&["validate", "../good.zip", "--format", "json"]);
    command.current_dir(shop.path("sub"));
    assert_eq!(results(&shop.run(command))[0]["target"]["cluster_version"], "7.8.2-34");
    assert!(shop.path("report.json").exists());
}

#[test]
fn entries_that_speak_of_nothing_or_have_run_out() {
    let entry = |more: &str| format!("[[allow]]\nrule = \"unknown-key\"\nreason = \"known\"\n{more}");
    let said = |file: &str, bundle: &str| -> Vec<String> {
        let run = shop(file).ramp(&["validate", bundle, "--format", "json"]);
        let all = results(&run);
        let of_file = all.iter().filter(|result| result["kind"] == "configuration");
        let findings = of_file.flat_map(|result| result["findings"].as_array().unwrap().clone());
        findings
            .map(|finding| format!("{} {}", finding["rule"].as_str().unwrap(), finding["location"]["line"]))
            .collect()
    };
    let nothing: [String; 0] = [];
    assert_eq!(said(&entry(""), "worrying.zip"), nothing);
    assert_eq!(said(&entry(""), "good.zip"), ["suppression-unused 2"]);
    // None of its bundles is looked at.
    assert_eq!(said(&entry("bundle = \"worrying.zip\"\n"), "good.zip"), nothing);
    // 2026-12-01 is the day.
    assert_eq!(said(&entry("until = 2026-12-01\n"), "worrying.zip"), nothing);
    assert_eq!(said(&entry("until = \"2026-11-30\"\n"), "worrying.zip"), ["suppression-expired 2"]);
    let run = shop(&entry("until = 2026-11-30\n")).ramp(&["validate", "worrying.zip", "--format", "json"]);
    assert_eq!(findings(&run)[0], ("unknown-key".to_owned(), "warning".to_owned(), Value::Null), "it counts again");
    // A pattern with a slash is of the path from the folder of the file.
    for (pattern, is_for) in
        [("./worrying.zip", true), ("*/worrying.zip", false), ("**/worr*.zip", true), ("w[o-p]*", true)]
    {
        let run =
            shop(&entry(&format!("bundle = \"{pattern}\"\n"))).ramp(&["validate", "worrying.zip", "--format", "json"]);
        assert_eq!(findings(&run)[0].2.is_object(), is_for, "{pattern}");
    }
}

#[test]
fn what_is_wrong_with_it() {
    let wrong = [
        "taget = \"7.4\"\n",
        "target = 7.4\n",
        "\n\nfail-on = \"eror\"\n",
        "nodes = [\"rhel9/x86_64\", \"windows\"]\n",
        "endpoint = \"v3\"\n",
        "output = [\"report.sarif\"]\n",
        "output = [\"json=a\", \"sraif=report.sarif\"]\n",
        "[rules]\nmetadata = \"warn\"\nload-glib = \"allow\"\n",
        "[rules]\nmodule-json-missing = \"allow\"\n",
        "[rules]\nmetadata = \"silent\"\n",
        "[[allow]]\nrule = \"load-glibc\"\n",
        "[[allow]]\nrule = \"load-glibc\"\nreason = \" \"\n",
        "[[allow]]\nrule = \"unpack\"\nreason = \"x\"\n",
        "[[allow]]\nrule = \"load-glibc\"\nreason = \"x\"\nuntil = \"soon\"\n",
        "[[allow]]\nrule = \"load-glibc\"\nreason = \"x\"\nutnil = 2027-01-01\n",
        "[[allow]]\nrule = \"load-glibc\"\nreason = \"x\"\nbundle = \"a[\"\n",
        "[set]\nrequired = \"rhel9/x86_64\"\n",
        "[pack]\nmanifets = \"ramp.yml\"\n",
        "[pack]\nprobe = \"maybe\"\n",
        "[pack]\nredis-version = \"3.2\"\n",
        "target = \"7.4\"\ntarget = \"8.2\"\n",
        "target = \"7.4\n",
    ];
    let told: Vec<String> =
        wrong.iter().map(|file| format!("{file}{}", shop(file).ramp(&["validate", "good.zip"]))).collect();
    assert_snapshot!(told.join("\n"));
    let bytes = Shop::new().file("ramp.toml", b"\xff").bundle("good.zip", &samples::good());
    assert_snapshot!("not_text", bytes.ramp(&["validate", "good.zip"]));
    let missing = Shop::new().bundle("good.zip", &samples::good());
    assert_snapshot!("not_there", missing.ramp(&["validate", "good.zip", "--config", "ramp.toml"]));
}

#[test]
fn its_schema_is_published_and_takes_what_is_taken() {
    let schema = published_schema("config");
    let taken = json!({
        "target": ["7.4"], "nodes": ["rhel9"], "fail-on": "note", "policy": "strict", "endpoint": "v2", "format": "sarif",
        "rules": {"metadata": "deny"}, "allow": [{"rule": "x", "reason": "y", "until": "2027-01-01", "bundle": "*.zip"}],
        "output": ["sarif=x"], "set": {"required": ["rhel9/x86_64"]}, "pack": {"manifest": "ramp.yml", "probe": "builtin"},
    });
    assert!(schema.is_valid(&taken));
    for wrong in [
        json!({"taget": "7.4"}),
        json!({"fail-on": "eror"}),
        json!({"allow": [{"rule": "x"}]}),
        json!({"rules": {"x": 1}}),
    ] {
        assert!(!schema.is_valid(&wrong), "{wrong}");
    }
}

/// However a bundle is named, it is the same; and a policy file that cannot be read is not passed over.
#[cfg(unix)]
#[test]
fn files_are_what_they_are() {
    let allowed =
        "fail-on = \"warning\"\n\n[[allow]]\nrule = \"metadata\"\nbundle = \"sub/b.zip\"\nreason = \"known\"\n";
    let shop = Shop::new().directory("sub").file("ramp.toml", allowed).bundle("sub/b.zip", &samples::worrying());
    let whole = shop.path("sub/b.zip").display().to_string();
    for name in ["sub/b.zip", "./sub/b.zip", "sub/../sub/b.zip", whole.as_str()] {
        let run = shop.ramp(&["validate", name]);
        assert_eq!(run.status, 0, "{run}");
    }
    let dangling = Shop::new().bundle("good.zip", &samples::good());
    std::os::unix::fs::symlink("nowhere", dangling.path("ramp.toml")).unwrap();
    assert_eq!(dangling.ramp(&["validate", "good.zip"]).status, 2);
    assert_eq!(dangling.ramp(&["validate", "good.zip", "--isolated"]).status, 0);
    let folder = Shop::new().bundle("good.zip", &samples::good()).directory("ramp.toml");
    assert_eq!(folder.ramp(&["validate", "good.zip"]).status, 2);
}

/// What is in the wrong place is told where it belongs.
#[test]
fn keys_in_the_wrong_place() {
    let told = |file: &str| {
        let run =
            Shop::new().file("ramp.toml", file).bundle("good.zip", &samples::good()).ramp(&["validate", "good.zip"]);
        assert_eq!(run.status, 2, "{file}: {run}");
        run.stderr
    };
    let files = [
        "[allow]\nrule = \"metadata\"\nreason = \"x\"\n",
        "[rules]\ntarget = \"7.22\"\n",
        "[set]\nnodes = [\"rhel9\"]\n",
        "manifest = \"ramp.yml\"\n",
        "[[allow]]\nrule = [\"a\"]\nreason = \"x\"\n",
        "[[allow]]\nwhy = \"x\"\n",
        "target = \"7.5\"\n",
        "target = [\"7.4\", \"no-such.json\"]\n",
        "nodes = \"nowhere/x86_64\"\n",
        // A slip for a key at hand comes before the key that there is elsewhere.
        "[[allow]]\nrules = \"load-glibc\"\n",
        "[set]\npack = true\n",
        "[pack.set]\nrequired = \"rhel9\"\n",
        "[rules.allow]\nrule = \"metadata\"\n",
    ];
    assert_snapshot!(files.map(told).join("\n"));
    // A group that is called as a key is has a level.
    let shop = Shop::new().file("ramp.toml", "[rules]\ntarget = \"deny\"\n").bundle("good.zip", &samples::good());
    assert_eq!(shop.ramp(&["validate", "good.zip"]).status, 0);
}

/// The file of whoever has a folder further up has no say in a repository.
#[test]
fn it_is_looked_for_as_far_as_the_root_of_the_repository() {
    let shop = shop("fail-on = \"note\"\n").directory("repository/.git").directory("repository/sub");
    let fail_on = |folder: &str, bundle: &str| {
        let run = shop.ramp_in(folder, &["validate", bundle, "--format", "json"]);
        results(&run)[0]["fail_on"].clone()
    };
    assert_eq!(fail_on("repository/sub", "../../good.zip"), "error");
    assert_eq!(fail_on("sub", "../good.zip"), "note");
    // Where it is further up, people are told.
    let told = shop.ramp_in("sub", &["validate", "../good.zip"]).stdout;
    let (first, _) = told.split_once('\n').unwrap();
    assert!(first.starts_with("by the policy file ") && first.ends_with("/ramp.toml"), "{told}");
    assert!(!shop.ramp(&["validate", "good.zip"]).stdout.contains("policy file"));
    let shop = shop.file("repository/ramp.toml", "fail-on = \"warning\"\n");
    let run = shop.ramp_in("repository/sub", &["validate", "../../good.zip", "--format", "json"]);
    assert_eq!(results(&run)[0]["fail_on"], "warning");
}

#[test]
fn what_it_says_of_sets_is_not_passed_over_in_silence() {
    let shop = shop("[set]\nrequired = \"rhel9/x86_64\"\n");
    let told = "note: the policy file's `[set]` does not count here: `--set` judges the bundles together\n";
    assert_eq!(shop.ramp(&["validate", "good.zip", "worrying.zip"]).stderr, told);
    for arguments in [&["validate", "good.zip"][..], &["validate", "--set", "good.zip", "worrying.zip"]] {
        assert_eq!(shop.ramp(arguments).stderr, "", "{arguments:?}");
    }
}

#[test]
fn its_nodes_have_no_numbers() {
    let shop = shop("target = \"8.0\"\nnodes = [\"rhel8/x86_64\", \"amzn2/x86_64\"]\n");
    let run = shop.ramp(&["validate", "good.zip", "--format", "json"]);
    let found = results(&run)[0]["findings"].clone();
    let has = |begin: &str| found.as_array().unwrap().iter().any(|f| f["message"].as_str().unwrap().starts_with(begin));
    assert!(has("a node runs amzn2; "), "{found:#}");
    assert!(!found.to_string().contains("node 2"), "{found:#}");
}

#[test]
fn each_key_is_explained() {
    let shop = shop("");
    assert_snapshot!("explained", shop.ramp(&["explain", "config"]));
    for key in ["allow.until", "until", "pack.probe", "target", "rules"] {
        let run = shop.ramp(&["explain", "config", key]);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{key}");
    }
    let run = shop.ramp(&["explain", "config", "untill"]);
    assert_eq!(
        run.stderr,
        "error: `untill` is not a key of `ramp.toml`\nhelp: Run `ramp explain config`, which lists the keys.\n"
    );
    assert_snapshot!("explained_one", shop.ramp(&["explain", "config", "output"]));
}

/// What the policy file says is usual; a manifest speaks of one module.
#[test]
fn a_manifest_says_for_which_systems_before_it() {
    let shop = Shop::new()
        .file("hello.so", ElfBuilder::module().build())
        .file("hello.json", discovery().to_string())
        .file("says.yml", "operating_systems: [rhel9]\n")
        .file("says_not.yml", "display_name: Hello\n")
        .file("ramp.toml", "[pack]\noperating-systems = [\"ubuntu20\", \"ubuntu22\"]\n");
    let systems = |more: &[&str]| {
        let usual = ["pack", "hello.so", "--commands-from", "hello.json", "-o", "out.zip"];
        let run = shop.ramp(&[&usual[..], more].concat());
        assert_eq!(run.status, 0, "{run}");
        let shown = shop.ramp(&["inspect", "out.zip", "--format", "json"]);
        serde_json::from_str::<Value>(&shown.stdout).unwrap()["metadata"]["operating_systems"].clone()
    };
    assert_eq!(systems(&["-m", "says.yml"]), json!(["rhel9"]));
    assert_eq!(systems(&["-m", "says_not.yml"]), json!(["ubuntu20", "ubuntu22"]));
    assert_eq!(systems(&[]), json!(["ubuntu20", "ubuntu22"]));
    assert_eq!(systems(&["-m", "says.yml", "--operating-systems", "rhel8"]), json!(["rhel8"]));
}

/// What is of another form than it should be is told in the words of TOML.
#[test]
fn values_of_another_form() {
    let files = [
        "set = true\n",
        "[[set]]\nrequired = \"rhel9\"\n",
        "allow = true\n",
        "allow = [1]\n",
        "rules = 3\n",
        "[rules]\nload = 3\n",
        "[rules]\nset = true\n",
        "[rules]\nload.x = \"deny\"\n",
        "policy = 3\n",
        "fail-on = 1\n",
        "[pack]\nstrict = \"yes\"\n",
        "[pack]\nprobe = true\n",
        "[pack]\nmanifest = [\"ramp.yml\"]\n",
        "[[allow]]\nrule = \"load\"\nreason = \"x\"\nuntil = 5\n",
        "nodes = 3.5\n",
        "nodes = [3]\n",
        "target = [[\"7.4\"]]\n",
        "[target]\nx = 1\n",
        "format = 2027-03-31\n",
    ];
    let told = files.map(|file| {
        let run = shop(file).ramp(&["validate", "good.zip"]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{file}: {run}");
        let line = run.stderr.lines().next().unwrap().to_owned();
        assert!(!line.contains("struct ") && !line.contains("wanted"), "{line}");
        format!("{file}{line}\n")
    });
    assert_snapshot!(told.join("\n"));
}
