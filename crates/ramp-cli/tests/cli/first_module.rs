//! `docs/first-module.md`: its blocks are run as they stand there, in an empty folder.
//!
//! What is in C is run with `cc` alone. The parts for another architecture are left out where the compiler for it is missing, and what is
//! in Rust needs a toolchain and is asked for:
//!
//! ```text
//! cargo test -p ramp-cli --test cli -- --ignored first_module
//! ```

use std::path::Path;
use std::process::{Command, Stdio};

use crate::shop::Shop;

const CROSS_C: &str = "aarch64-linux-gnu-gcc";

/// A block of the page: under which heading, of which language, what is in it.
struct Block {
    heading: String,
    language: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/first-module.md")).unwrap();
    let (mut heading, mut blocks, mut open): (_, Vec<Block>, Option<Block>) = (String::new(), Vec::new(), None);
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => {
                open = Some(Block { heading: heading.clone(), language: language.to_owned(), text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => block.text.extend([line, "\n"]),
            (None, None) => {
                if let Some(text) = line.strip_prefix("## ") {
                    text.clone_into(&mut heading);
                }
            }
        }
    }
    blocks
}

/// Runs the shell blocks under headings of which something is wanted, one after the other, as a shell does that they are copied into: each
/// begins in the folder in which the one before it ended.
fn run(shop: &Shop, wanted: impl Fn(&str) -> bool) -> usize {
    let bin = Path::new(env!("CARGO_BIN_EXE_ramp")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let (mut folder, mut ran) = (shop.path(""), 0);
    for Block { heading, text, .. } in
        blocks().into_iter().filter(|block| block.language == "sh" && wanted(&block.heading))
    {
        let mut shell = shop.command_of("sh");
        let ended = tempfile::NamedTempFile::new().unwrap();
        let script = format!("{text}\npwd > '{}'\n", ended.path().display());
        shell.args(["-euc", &script]).env("PATH", &path).current_dir(&folder).stdin(Stdio::null());
        let run = shop.run(shell);
        assert_eq!(run.status, 0, "{heading}\n{text}\n{run}");
        folder = std::fs::read_to_string(ended.path()).unwrap().trim_end().into();
        ran += 1;
    }
    ran
}

fn is_there(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

#[test]
fn in_c() {
    let shop = Shop::new();
    let cross = is_there(CROSS_C);
    let ran = run(&shop, |heading| heading.contains("in C") && (cross || !heading.contains("aarch64")));
    assert_eq!(ran, 4 + usize::from(cross));
    assert!(shop.path("hello.zip").exists() && shop.path("hello.aarch64.zip").exists() == cross, "{:?}", shop.tree(""));
    if !cross {
        println!("{CROSS_C} is missing: the part for aarch64 was left out");
    }
}

/// With everything that the page speaks of: both languages, both architectures.
#[test]
#[ignore = "wants aarch64-linux-gnu-gcc and Rust with its target aarch64-unknown-linux-gnu, or RAMP_AARCH64_RUSTC"]
fn first_module_whole() {
    assert!(is_there(CROSS_C), "{CROSS_C} is missing");
    let shop = Shop::new();
    // A compiler that has the standard library for both.
    let shop = match std::env::var("RAMP_AARCH64_RUSTC") {
        Ok(rustc) => shop.env("RUSTC", &rustc),
        Err(_) => shop,
    };
    // From top to bottom, in one folder.
    assert_eq!(run(&shop, |_| true), 10);
    for made in ["hello.zip", "hello.aarch64.zip", "hello-rust/hello.zip", "hello-rust/hello.aarch64.zip"] {
        assert!(shop.path(made).exists(), "{made}");
    }
}

/// All that a reader is to type is run, and all of `ramp` in it exists.
#[test]
fn every_block_is_run_by_one_of_these() {
    let blocks = blocks();
    for block in &blocks {
        let is_known = ["sh", "text", "yaml"].contains(&&*block.language);
        assert!(is_known, "{}: a block of {:?}", block.heading, block.language);
        let is_run = block.heading.contains("in C") || block.heading.contains("in Rust");
        assert!(block.language != "sh" || is_run, "{} is not run", block.heading);
    }
    assert!(blocks.iter().filter(|block| block.language == "sh").count() >= 10);
}
