//! `ramp pack --embed-deps`: what goes into `deps/`, under which name, and what `ramp validate` says of it.
//!
//! Nodes of 8.0 and later look for a dependency by the last part of its `url`; the reference packs `<key>.tgz`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;

use ramp_fixtures::bundle::sha256_hex;
use ramp_fixtures::elf::ElfBuilder;
use serde_json::Value;

use crate::pack::discovery;
use crate::shop::{Run, Shop};

const URL: &str = "https://example.org/there/words.txt";

/// Downloaded already: a folder with `words.txt`, whose content is `words`, and `other.bin`, whose content is `other`.
/// To be archived: the folders `one` and `two`, of different content.
fn shop(manifest: &str) -> Shop {
    Shop::new()
        .file("hello.so", ElfBuilder::module().build())
        .file("hello.json", discovery().to_string())
        .file("ramp.yml", format!("min_redis_version: \"7.4\"\ncompatible_redis_version: \"7.4\"\n{manifest}"))
        .file("there/words.txt", "words")
        .file("there/other.bin", "other")
        .file("one/a.txt", "one")
        .file("two/a.txt", "two")
}

fn pack(shop: &Shop, more: &[&str]) -> Run {
    let all = ["pack", "hello.so", "-m", "ramp.yml", "--commands-from", "hello.json", "--operating-systems", "rhel9"];
    shop.ramp(&[&all[..], &["-o", "out.zip"], more].concat())
}

fn embed(manifest: &str) -> (Shop, Run) {
    let shop = shop(manifest);
    let run = pack(&shop, &["--embed-deps", "there"]);
    (shop, run)
}

/// A dependency that is downloaded, and has this content.
fn downloaded(key: &str, url: &str, content: &str) -> String {
    format!("  {key}: {{url: \"{url}\", sha256: {}}}\n", sha256_hex(content.as_bytes()))
}

fn manifest(dependencies: &[String]) -> String {
    format!("dependencies:\n{}", dependencies.concat())
}

/// What is in `deps/`.
fn files(shop: &Shop) -> BTreeMap<String, Vec<u8>> {
    let mut bundle = zip::ZipArchive::new(File::open(shop.path("out.zip")).unwrap()).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..bundle.len() {
        let mut entry = bundle.by_index(index).unwrap();
        if let Some(name) = entry.name().unwrap().strip_prefix("deps/").map(str::to_owned) {
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            files.insert(name, content);
        }
    }
    files
}

fn names(shop: &Shop) -> Vec<String> {
    files(shop).into_keys().collect()
}

fn metadata(shop: &Shop) -> Value {
    let run = shop.ramp(&["inspect", "out.zip", "--format", "json"]);
    serde_json::from_str::<Value>(&run.stdout).unwrap()["metadata"].take()
}

/// The rules by which a cluster of 8.0 refuses or warns of the bundle.
fn judged(shop: &Shop) -> Vec<String> {
    let target = ["--target", "8.0", "--os", "rhel9", "--arch", "x86_64", "--endpoint", "user-defined"];
    let run = shop.ramp(&[&["validate", "out.zip", "--format", "json"][..], &target].concat());
    let result: Value = serde_json::from_str(&run.stdout).unwrap();
    let result = &result["results"][0];
    assert_eq!(run.status == 0, result["answer"]["accepted"] == true && result["passed"] == true, "{}", run.stderr);
    let findings = result["findings"].as_array().unwrap().iter().filter(|finding| finding["level"] != "note");
    findings.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_downloaded_is_put_in() {
    let one = downloaded("one", URL, "words");
    // The key is of no account, and two of one file, at whatever place, are no contradiction.
    for dependencies in [
        vec![one.clone()],
        vec![one.clone(), downloaded("two", URL, "words")],
        vec![one.clone(), downloaded("two", "http://elsewhere.example/mirror/words.txt", "words")],
        vec![one, "  three: {local_path: one}\n".to_owned()],
    ] {
        let (shop, run) = embed(&manifest(&dependencies));
        assert_eq!((run.status, run.stdout.as_str()), (0, "out.zip\n"), "{}", run.stderr);
        let mut files = files(&shop);
        assert_eq!(files.remove("words.txt").as_deref(), Some(&b"words"[..]));
        let rest: Vec<_> = files.into_keys().collect();
        assert_eq!(rest, if dependencies[dependencies.len() - 1].contains("three") { &["three.tgz"][..] } else { &[] });
        assert_eq!(judged(&shop), [""; 0], "{dependencies:?}");
    }
}

#[test]
fn what_is_not_the_download_that_was_meant_is_not_put_in() {
    let elsewhere = "http://elsewhere.example/mirror/words.txt";
    let same_name =
        "the dependencies `one` and `two` are not the same file, and nodes look for both as `deps/words.txt`";
    let made_here = |key: &str| format!("  {key}: {{local_path: {key}, url: \"{URL}\"}}\n");
    for (dependencies, why) in [
        (vec![downloaded("one", URL, "other")], "is not the dependency `one`"),
        (vec![downloaded("one", URL, "words"), downloaded("two", URL, "other")], same_name),
        (vec![downloaded("one", URL, "words"), downloaded("two", elsewhere, "other")], same_name),
        (vec![made_here("one"), made_here("two")], same_name),
        (vec![made_here("one"), downloaded("two", elsewhere, "words")], same_name),
        (vec![downloaded("one", "https://example.org/there/missing.tgz", "words")], "missing.tgz"),
        (vec![downloaded("one", "https://example.org/there/", "words")], "does not end in a file name"),
        (
            vec!["  one: {local_path: one, url: \"https://example.org/there/?words.txt\"}\n".to_owned()],
            "does not end in a file name",
        ),
        (vec![downloaded("one", "https://example.org/there/..", "words")], "is a directory"),
    ] {
        let (shop, run) = embed(&manifest(&dependencies));
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{why}: {}", run.stderr);
        assert!(run.stderr.contains(why), "{why}: {}", run.stderr);
        assert!(!shop.path("out.zip").exists());
    }
}

#[test]
fn what_is_made_of_a_local_path_is_packed_as_nodes_look_for_it() {
    let manifest = "dependencies:\n  one: {local_path: one, url: \"https://example.org/one.linux.tgz\"}\n";
    // As the reference packs it, a node looks for it in vain.
    let shop = shop(manifest);
    assert_eq!(pack(&shop, &[]).status, 0);
    let as_there = files(&shop).remove("one.tgz").unwrap();
    assert_eq!(judged(&shop), ["dependency-missing", "dependency-name"]);

    let run = pack(&shop, &["--embed-deps", "there"]);
    assert_eq!((run.status, run.stdout.as_str()), (0, "out.zip\n"), "{}", run.stderr);
    let files = files(&shop);
    assert_eq!(files.keys().collect::<Vec<_>>(), ["one.linux.tgz"]);
    assert_eq!(files["one.linux.tgz"], as_there);
    let dependency = &metadata(&shop)["dependencies"]["one"];
    assert_eq!(dependency["sha256"], sha256_hex(&as_there));
    assert_eq!(dependency.as_object().unwrap().len(), 2, "{dependency}: `url` and `sha256`");
    assert_eq!(judged(&shop), [""; 0]);
}

#[test]
fn a_local_path_comes_before_a_download() {
    // `words.txt` is there, but it is not what `local_path` says; nor is the digest of the manifest.
    let manifest = format!("dependencies:\n  one: {{local_path: one, url: \"{URL}\", sha256: \"00\"}}\n");
    let (shop, run) = embed(&manifest);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let files = files(&shop);
    assert_eq!(files.keys().collect::<Vec<_>>(), ["words.txt"]);
    assert_ne!(files["words.txt"], b"words");
    assert_eq!(metadata(&shop)["dependencies"]["one"]["sha256"], sha256_hex(&files["words.txt"]));
    assert_eq!(judged(&shop), [""; 0]);
}

#[test]
fn two_of_one_local_path_and_url_are_one_file() {
    let manifest = "dependencies:\n  one: {local_path: one, url: \"http://a/x.tgz\"}\n  two: {local_path: one, url: \"http://b/x.tgz\"}\n";
    let (shop, run) = embed(manifest);
    assert_eq!((run.status, names(&shop)), (0, vec!["x.tgz".to_owned()]), "{}", run.stderr);
    assert_eq!(judged(&shop), [""; 0]);
}

#[test]
fn a_query_is_no_part_of_a_name() {
    let query = "https://example.org/there/words.txt?x=1&y=/a.b#z";
    for (dependency, name) in [
        (downloaded("one", query, "words"), "words.txt"),
        (format!("  one: {{local_path: one, url: \"{query}\"}}\n"), "words.txt"),
        (downloaded("one", "https://example.org/other.bin?x=1", "other"), "other.bin"),
    ] {
        let (shop, run) = embed(&manifest(&[dependency]));
        assert_eq!((run.status, names(&shop)), (0, vec![name.to_owned()]), "{}", run.stderr);
        let warning = format!(
            "warning: the `url` of the dependency `one` has a query or a fragment; its file is packed as `{name}`"
        );
        assert!(run.stderr.contains(&warning), "{}", run.stderr);
        let url = metadata(&shop)["dependencies"]["one"]["url"].take();
        assert!(url.as_str().unwrap().contains("?x=1"), "the URL itself stays: {url}");
        assert_eq!(judged(&shop), [""; 0]);
    }
}

#[test]
fn a_name_that_bundles_cannot_hold_is_refused() {
    for (url, status, why) in [
        // It would be a second module.
        ("https://example.org/libwords.so", 1, "invalid-number-of-files"),
        ("https://example.org/w%C3%B6rds.tgz", 0, ""),
        ("https://example.org/w\u{f6}rds.tgz", 2, "cannot be a name in a bundle"),
        ("https://example.org/con.tgz", 2, "cannot be a name in a bundle"),
    ] {
        let (shop, run) = embed(&format!("dependencies:\n  one: {{local_path: one, url: \"{url}\"}}\n"));
        assert_eq!(run.status, status, "{url}: {}", run.stderr);
        assert!(run.stderr.contains(why), "{url}: {}", run.stderr);
        assert_eq!(shop.path("out.zip").exists(), status == 0, "{url}");
    }
}
