//! What the worst inputs cost that fit into 1 MiB: milliseconds, and the most memory at a time.
//!
//! `cargo bench -p ramp-core --bench hostile`. The goal is 200 ms and 64 MiB, the input included; what is beyond it is
//! marked. With `-- RECIPE…` it is what these files make (`ramp_fixtures::recipe`), as the fuzz target `cost` finds and keeps them.
#![allow(clippy::print_stdout, clippy::expect_used, reason = "figures are what it is for; a bench may fail")]

use std::fmt::Write as _;
use std::io::Cursor;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use ramp_core::{Policy, Target, validate};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::{ElfBuilder, HashStyle};
use ramp_fixtures::recipe;
use ramp_fixtures::synthetic::like_noise;
use ramp_fixtures::tgz::{Member, tgz};
use ramp_fixtures::zip::{Entry, ZipBuilder};
use serde_json::Value;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const MOST_BYTES: usize = 1 << 20;
const MOST_TIME: Duration = Duration::from_millis(200);
const MOST_MEMORY: usize = 64 << 20;
/// As docs/security.md promises it.
const MOST_REPORT: usize = 2 << 20;

fn main() {
    let target = Target::named("7.22").expect("a release");
    println!("{:<58} {:>9} {:>9} {:>9} {:>9}", "input", "bytes", "ms", "MiB", "report");
    let given: Vec<Case> = std::env::args().skip(1).filter(|given| !given.starts_with("--")).map(of_recipe).collect();
    for (name, make) in if given.is_empty() { cases() } else { given } {
        let input = make();
        assert!(input.len() < MOST_BYTES, "{name} has {} bytes", input.len());
        let (mut time, mut peak) = (Duration::MAX, 0);
        let (mut end, mut report) = ("", 0);
        for _ in 0..3 {
            MEMORY.reset_peak_usage();
            let start = Instant::now();
            let judged = validate(Cursor::new(&input), &target, &Policy::strict());
            time = time.min(start.elapsed());
            peak = MEMORY.peak_usage();
            end = if judged.is_ok() { "" } else { "(limit)" };
            report = judged.map_or(0, |report| serde_json::to_string(&report).map_or(0, |text| text.len()));
        }
        let is_over = time > MOST_TIME || peak > MOST_MEMORY || report > MOST_REPORT;
        let over = if is_over { " over" } else { "" };
        #[allow(clippy::cast_precision_loss, reason = "figures for people")]
        let mib = peak as f64 / f64::from(1 << 20);
        let ms = time.as_secs_f64() * 1e3;
        println!("{name:<58} {:>9} {ms:>9.1} {mib:>9.1} {report:>9}{over} {end}", input.len());
    }
}

type Case = (String, Box<dyn Fn() -> Vec<u8>>);

fn case(name: &str, make: impl Fn() -> Vec<u8> + 'static) -> Case {
    (name.to_owned(), Box::new(make))
}

fn of_recipe(path: String) -> Case {
    let recipe = std::fs::read(&path).expect("a recipe");
    (path, Box::new(move || recipe::bundle(&recipe)))
}

fn cases() -> Vec<Case> {
    let good = BundleBuilder::good;
    let of_module = |elf: ElfBuilder| BundleBuilder::of_module(elf.build()).build();
    vec![
        case("a good bundle", move || good().build()),
        case("noise", || like_noise(MOST_BYTES - 1, 0)),
        case("end records", || b"PK\x05\x06".repeat(MOST_BYTES / 4 - 1)),
        case("a module of 900 MiB of zeros", move || good().module(zeros_behind_elf(900 << 20)).build()),
        case("a module of 63 MiB of zeros", move || good().module(zeros_behind_elf(63 << 20)).build()),
        case("a module of 40 MiB of zeros", move || good().module(zeros_behind_elf(40 << 20)).build()),
        case("a dependency of 900 MiB of zeros", move || with_dependency(&vec![0; 900 << 20])),
        case("a dependency of 60 MiB of zeros", move || with_dependency(&vec![0; 60 << 20])),
        case("a .tgz of 200 MiB of zeros", || with_dependency(&tgz([Member::file("data", &vec![0; 200 << 20])]))),
        case("a .tgz of 60,000 files", || {
            with_dependency(&tgz((0..60_000).map(|n| Member::file(format!("data/{n}"), b""))))
        }),
        case("a .tgz of 84,000 files whose names begin alike", || {
            let front = "n".repeat(77);
            let name = |n: usize| format!("data/{front}{:06}", n * 7 % 999_983);
            with_dependency(&tgz((0..84_000).map(|n| Member::file(name(n), b""))))
        }),
        case("20 .tgz of 30 MiB of zeros", || twenty(&tgz([Member::file("data", &vec![0; 30 << 20])]))),
        case("module.json of 3 MiB of spaces", move || good().metadata_bytes(vec![b' '; 3 << 20]).build()),
        case("module.json of 900 MiB of spaces", move || good().metadata_bytes(vec![b' '; 900 << 20]).build()),
        case("module.json of a million numbers", move || {
            good().metadata_bytes(format!("[{}0]", "0,".repeat(999_999))).build()
        }),
        case("module.json of 5 MiB of objects", move || {
            good().metadata_bytes(format!("[{}0]", "{\"a\":{}},".repeat(580_000))).build()
        }),
        case("module.json of 100,000 brackets", move || good().metadata_bytes("[".repeat(100_000)).build()),
        case("95,000 operating systems", move || {
            good().set("operating_systems", vec!["Linux-ubuntu18.04-x86_64"; 95_000]).build()
        }),
        case("95,000 unknown operating systems", move || {
            good().set("operating_systems", vec!["plan9"; 95_000]).build()
        }),
        case("95,000 operating systems, each another", move || {
            good().set("operating_systems", (0..95_000).map(|n| format!("os{n}")).collect::<Vec<_>>()).build()
        }),
        case("a version of 4 million digits", move || {
            let text = format!("{{\"module_name\":\"m\",\"version\":{}}}", "9".repeat(4_000_000));
            good().metadata_bytes(text).build()
        }),
        case("45,000 dependencies of both kinds", move || {
            let all: serde_json::Map<String, Value> =
                (0..45_000).map(|n| (n.to_string(), serde_json::json!({}))).collect();
            good().set("dependencies", all.clone()).set("optional-dependencies", all).build()
        }),
        case("an address of 16 KiB of @:", move || {
            let address = format!("https://{}/x", "@:".repeat(8 << 10));
            good().set("dependencies", serde_json::json!({"x": {"url": address, "sha256": "0"}})).build()
        }),
        case("250 keys of 15,000 bytes", move || {
            let mut bundle = good();
            bundle.metadata.extend((0..250).map(|n| (format!("{n}{}", "k".repeat(15_000)), Value::from("{{X}}"))));
            bundle.build()
        }),
        case("a description of 4 MB", move || good().set("description", "${X} ".repeat(800_000)).build()),
        case("an address of 4 MB, full of signs that close", move || {
            let signs = format!("{})s", "%(".repeat(98));
            let address = format!("https://h/{}", signs.repeat(20_000));
            good().set("dependencies", serde_json::json!({"x": {"url": address, "sha256": "0"}})).build()
        }),
        case("a homepage of 4 MB of {{", move || good().set("homepage", "{{".repeat(2_000_000)).build()),
        case("an address of 4 MB of _", move || {
            let address = format!("https://h/{}", "_".repeat(4_000_000));
            good().set("dependencies", serde_json::json!({"x": {"url": address, "sha256": "0"}})).build()
        }),
        case("an email address of 4 MB", move || good().set("email", "\"a@b\" ".repeat(500_000)).build()),
        case("40,000 dependencies with long odd keys", move || {
            let key = |n: usize| format!("FT.migratefailover_%d_{n}");
            let all: serde_json::Map<String, Value> = (0..40_000).map(|n| (key(n), serde_json::json!({}))).collect();
            good().set("optional-dependencies", all).build()
        }),
        case("32,000 dependencies with an address each", move || {
            let one = |n: usize| serde_json::json!({"url": format!("https://{n}deps/d7589.tgz"), "sha256": "0"});
            let all: serde_json::Map<String, Value> = (0..32_000).map(|n| (format!("d{n}"), one(n))).collect();
            good().set("dependencies", all).build()
        }),
        case("65,000 dependencies with unseen characters", move || {
            let key = |n: usize| format!("1s\u{4}\0\0m\0\0\0dt1{n}");
            let all: serde_json::Map<String, Value> = (0..65_000).map(|n| (key(n), serde_json::json!({}))).collect();
            good().set("optional-dependencies", all).build()
        }),
        case("90,000 unknown keys with a control character", move || {
            let mut bundle = good();
            bundle.metadata.extend((0..90_000).map(|n| (format!("FT.migratefailover{n}\u{1}"), Value::Null)));
            bundle.build()
        }),
        case("90,000 systems of several words", move || {
            let name = |n: usize| format!("enterprise-linux-red-hat-server-{n}");
            good().set("operating_systems", (0..90_000).map(name).collect::<Vec<_>>()).build()
        }),
        case("module.json of 50,000 unknown keys", move || many_keys(50_000)),
        case("100,000 capabilities", move || good().set("capabilities", vec!["types_"; 100_000]).build()),
        case("20,000 commands", move || good().set("commands", commands(20_000)).build()),
        case("9,000 stored files", move || many_files(9_000)),
        case("20,000 records of one stream of 32 MiB", || shared(32 << 20, 20_000)),
        case("20,000 exports", move || {
            of_module((0..20_000).fold(ElfBuilder::module(), |elf, number| elf.export(&format!("s{number}"))))
        }),
        case("400,000 undefined symbols of short names", || {
            let table = ElfBuilder::module().hash(HashStyle::Sysv);
            BundleBuilder::of_module((0..400_000).fold(table, |elf, _| elf.undefined("n")).build()).build()
        }),
        case("4,000 versions of a library with a long name", || {
            let names = (0..4_000).fold(ElfBuilder::module(), |elf, _| elf.need(&"l".repeat(4_000), "V_1", &["s"]));
            BundleBuilder::of_module(names.build()).build()
        }),
        case("40,000 symbols of one name", move || of_module(symbols(40_000))),
        case("a table of a million version records", || {
            let record = [1, 0, 0xff, 0xff, 1, 0, 0, 0, 16, 0, 0, 0, 16, 0, 0, 0];
            let table = record.repeat(58_000);
            BundleBuilder::of_module(ElfBuilder::module().replace(".gnu.version_r", table).build()).build()
        }),
    ]
}

fn zeros_behind_elf(len: usize) -> Vec<u8> {
    let mut module = ElfBuilder::module().build();
    module.resize(len, 0);
    module
}

fn with_dependency(content: &[u8]) -> Vec<u8> {
    let mut bundle = BundleBuilder::with_dependency();
    bundle.dependencies = vec![("deps/data.tgz".to_owned(), content.to_vec())];
    bundle.build()
}

/// Twenty dependencies with this content.
fn twenty(content: &[u8]) -> Vec<u8> {
    let mut bundle = BundleBuilder::with_dependency();
    bundle.dependencies = (0..20).map(|number| (format!("deps/data{number}.tgz"), content.to_vec())).collect();
    bundle.build()
}

fn many_keys(count: usize) -> Vec<u8> {
    let mut bundle = BundleBuilder::good();
    bundle.metadata.extend((0..count).map(|number| (format!("min_redis_verison{number}"), Value::Null)));
    bundle.build()
}

fn commands(count: usize) -> Vec<Value> {
    (0..count).map(|number| serde_json::json!({"command_name": format!("c{number}"), "flags": ["readonly"]})).collect()
}

fn many_files(count: usize) -> Vec<u8> {
    let mut zip = BundleBuilder::good().zip();
    zip.entries.extend((0..count).map(|number| Entry::stored(format!("deps/{number:05}"), b"")));
    zip.build()
}

fn shared(len: usize, count: usize) -> Vec<u8> {
    let big = Entry::deflated("d", &vec![0; len]);
    let again = Entry { record_only: true, ..big.clone() };
    ZipBuilder::new(std::iter::once(big).chain(std::iter::repeat_n(again, count))).build()
}

/// Undefined symbols that all have the same long name.
fn symbols(count: usize) -> ElfBuilder {
    let mut name = String::new();
    for number in 0..2_000 {
        // Writing to a string cannot fail.
        let _ = write!(name, "{number:04}");
    }
    (0..count).fold(ElfBuilder::module().hash(HashStyle::Sysv), |elf, _| elf.undefined("n")).undefined(&name)
}
