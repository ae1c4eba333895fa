//! Bundles made to crash, stall or deceive: each ends in a report or in a typed error, soon.

use std::io::Cursor;
use std::time::{Duration, Instant};

use ramp_core::Limits;
use ramp_core::bundle::Ending;
use ramp_core::facts::gather;
use ramp_core::{Error, Level, Limit, Policy, Report, Target, judge, validate};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::ElfBuilder;
use ramp_fixtures::zip::{Entry, ZipBuilder};
use serde_json::{Map, Value, json};

use crate::cases::{cluster, good, module, rule_of, set, with_deps, zip, zip_of};

/// Debug builds on a busy machine are slow; what grows with the square of its length takes minutes there.
const PATIENCE: Duration = Duration::from_secs(20);

/// Judges by both policies, within reasonable time; gives the strict report.
fn judged(bundle: &[u8]) -> Result<Report, Error> {
    let start = Instant::now();
    let (strict, reference) = (Policy::strict(), Policy::reference());
    let target = cluster("7.22");
    let report = validate(Cursor::new(bundle), &target, &strict);
    match (&report, validate(Cursor::new(bundle), &target, &reference)) {
        (Ok(strict), Ok(reference)) => {
            assert_eq!(strict.findings().len(), reference.findings().len());
            assert_eq!(reference.answer(), strict.answer(), "a policy changes the answer");
            assert!(reference.passed() || !strict.passed(), "only the lenient policy fails");
        }
        (Err(_), Err(_)) => {}
        (one, other) => panic!("one policy could evaluate what the other could not: {one:?}, {other:?}"),
    }
    assert!(start.elapsed() < PATIENCE, "{} bytes took {:?}", bundle.len(), start.elapsed());
    report
}

fn rules_of(bundle: impl Into<Vec<u8>>) -> Vec<&'static str> {
    let report = judged(&bundle.into()).expect("a bundle that can be evaluated");
    for finding in report.findings() {
        assert!(!finding.message.chars().any(char::is_control), "{finding:?}");
        assert!(finding.message.len() < 8_000, "{} bytes of message", finding.message.len());
    }
    report.findings().iter().map(rule_of).collect()
}

#[track_caller]
fn trips(rule: &str, bundle: impl Into<Vec<u8>>) {
    let found = rules_of(bundle);
    assert!(found.contains(&rule), "{rule} is not among {found:?}");
}

#[test]
fn cut_off_at_every_byte() {
    let bundle = good().build();
    for size in 0..bundle.len() {
        let report = judged(&bundle[..size]).unwrap();
        assert_eq!(report.findings()[0].rule, "bundle-not-a-zip", "cut off at {size}");
        assert!(!report.answer().accepted());
    }
}

#[test]
fn every_bit_flipped() {
    let mut bundle = good().build();
    let target = Target::default();
    let mut unseen = Vec::new();
    for at in 0..bundle.len() {
        for bit in 0..8 {
            bundle[at] ^= 1 << bit;
            // A typed error is as good an end as a report: the bit may turn a size into gigabytes.
            if let Ok(facts) = gather(Cursor::new(&bundle), &Limits::default()) {
                let policy = if bit % 2 == 0 { Policy::strict() } else { Policy::reference() };
                if judge(&facts, &target, &policy).findings().is_empty() {
                    unseen.push((at, bit));
                }
            }
            bundle[at] ^= 1 << bit;
        }
    }
    // Made-by versions, internal attributes, permission bits and the like: nothing that anybody acts on.
    assert!(unseen.len() < 250, "{} flipped bits go unseen: {unseen:?}", unseen.len());
}

#[test]
fn a_module_cut_off_at_every_byte() {
    let built = ElfBuilder::module().assemble();
    let dynamic = built.place(".dynamic");
    let elf_needs = |size: usize| size < dynamic.offset + dynamic.size;
    let elf = built.bytes;
    for size in 0..elf.len() {
        let bundle = good().module(elf[..size].to_vec()).build();
        let facts = gather(Cursor::new(&bundle), &Limits::default()).unwrap();
        let report = judge(&facts, &Target::default(), &Policy::strict());
        // The loader does not miss the section headers, which come last.
        let level = report.findings().iter().map(|finding| finding.level).max();
        let least = if elf_needs(size) { Level::Error } else { Level::Warning };
        assert!(level >= Some(least), "cut off at {size}");
    }
}

/// The entry with a size of 2^63 in ZIP64 fields.
fn huge(entry: Entry) -> Entry {
    entry.both(|header| {
        header.size = u32::MAX;
        header.extra = [&[1, 0, 8, 0][..], &(1_u64 << 63).to_le_bytes()].concat();
    })
}

#[test]
fn claimed_sizes_are_not_believed() {
    for index in [0, 1] {
        trips("content-size", zip(|zip| zip.entries[index] = huge(zip.entries[index].clone())));
    }
    let bundle = with_deps(&["a"]);
    trips("content-size", zip_of(&bundle, |zip| zip.entries[2] = huge(zip.entries[2].clone())));
    // What reaches into the directory belongs to two records, and is not read.
    trips(
        "archive-overlap",
        zip_of(&bundle, |zip| {
            zip.entries[2] = zip.entries[2].clone().both(|header| header.compressed_size = u32::MAX - 1);
        }),
    );
}

#[test]
fn metadata_is_bounded() {
    for open in ["[", "{\"a\":"] {
        trips("module-json-unreadable", good().metadata_bytes(open.repeat(100_000)));
    }
    for byte in [0, b' '] {
        let bundle = good().metadata_bytes(vec![byte; 100 << 20]).build();
        let error = validate(Cursor::new(bundle), &Target::default(), &Policy::strict()).unwrap_err();
        assert!(matches!(error, Error::LimitExceeded { limit: Limit::MetadataBytes, .. }), "{error:?}");
    }
    let values = format!("[{}0]", "0,".repeat(1_500_000));
    let error = judged(&good().metadata_bytes(values).build()).unwrap_err();
    assert!(matches!(error, Error::LimitExceeded { limit: Limit::MetadataValues, .. }), "{error:?}");
}

#[test]
fn long_lists_take_no_longer_than_their_length() {
    let numbered =
        |count: usize, name: &str| -> Vec<Value> { (0..count).map(|i| format!("{name}{i}").into()).collect() };
    trips("capability-unknown", set("capabilities", numbered(10_000, "capability_of_a_kind_")));
    trips("capability-twice", set("capabilities", vec!["types"; 90_000]));
    trips("capability-unknown", set("capabilities", json!(["x".repeat(3 << 20)])));
    trips("operating-system-unknown", set("operating_systems", numbered(10_000, "linux")));
    trips("unknown-key", good().metadata_bytes(keys(10_000)));
    trips("os-not-supported", set("operating_systems", json!([format!("linux{}", "9".repeat(3 << 20))])));
    trips("operating-systems-differ", set("os_list", numbered(20_000, "linux")));
    trips("command-flag-unknown", set("commands", json!([{"command_name": "a.b", "flags": numbered(20_000, "flag")}])));
    trips("dependency-file-shared", set("dependencies", addresses(10_000, |i| format!("https://h{i}/a.tgz"))));
    trips("dependency-digests-differ", set("dependencies", digests(10_000)));
    for field in ["semantic_version", "min_redis_version", "compatible_redis_version", "sha256"] {
        trips("wrong-form", set(field, "1.".repeat(1 << 19)));
    }
    // Signs of placeholders that close, and have nothing to say.
    let signs = format!("{})s", "%(".repeat(98));
    trips("wrong-form", set("dependencies", addresses(1, |_| format!("https://h/{}", signs.repeat(15_000)))));
    trips("wrong-form", set("dependencies", addresses(1, |_| format!("https://h:{}/a", "9".repeat(1 << 20)))));
}

/// Dependencies at addresses.
fn addresses(count: usize, url: impl Fn(usize) -> String) -> Value {
    let member = |i: usize| (format!("d{i}"), json!({"url": url(i)}));
    (0..count).map(member).collect::<Map<_, _>>().into()
}

/// Dependencies at one address, each with another digest.
fn digests(count: usize) -> Value {
    let member = |i: usize| (format!("d{i}"), json!({"url": "https://h/a.tgz", "sha256": format!("{i:064}")}));
    (0..count).map(member).collect::<Map<_, _>>().into()
}

/// What a bundle makes long comes into its report once, and cut, whatever it is made of.
#[test]
fn reports_have_a_bound() {
    const BOUND: usize = 2 << 20;
    let length = |bundle: BundleBuilder| {
        let report = judged(&bundle.build()).unwrap();
        assert!(!report.findings().is_empty());
        serde_json::to_string(&report).unwrap().len()
    };
    let keys = |count: usize, len: usize| {
        let mut bundle = good().set("sha256", "0".repeat(64));
        bundle.metadata.extend((0..count).map(|i| (format!("{i}{}", "k".repeat(len)), json!({"{{X}}": ["{{X}}"]}))));
        bundle
    };
    for (what, bundle) in [
        ("long keys", keys(250, 15_000)),
        ("many keys", keys(30_000, 1)),
        ("a long text", set("description", "${X}".repeat(3 << 18))),
        ("control characters", set("description", "\u{1}".repeat(1 << 19))),
        ("texts of control characters", set("crdb", json!(vec!["\u{1}".repeat(2_000); 300]))),
        ("keys of control characters", {
            let mut bundle = good();
            bundle.metadata.extend((0..900).map(|i| (format!("{}{i}", "\u{1}".repeat(700)), Value::Null)));
            bundle
        }),
        ("a long name of a file", set("module_file", "x".repeat(3 << 20))),
        ("many long commands", set("commands", json!(vec![json!({"command_name": "x y".repeat(5_000)}); 250]))),
        ("a symbol of control characters", module(&ElfBuilder::module().undefined(&"\u{1}".repeat(60_000)))),
        ("a long library", {
            let library = "l".repeat(60_000);
            let versions = (0..2_000).map(|i| format!("V_{i}"));
            module(&versions.fold(ElfBuilder::module(), |elf, version| elf.need(&library, &version, &["s"])))
        }),
        ("names of symbols", module(&(0..40_000).fold(ElfBuilder::module(), |elf, i| elf.undefined(&format!("s{i}"))))),
    ] {
        let length = length(bundle);
        assert!(length < BOUND, "{what}: {length} bytes");
    }
}

/// Reports are read by programs that give up long before Python does.
#[test]
fn what_nests_deep_is_cut_in_the_report() {
    for levels in [60, 300, 980] {
        let deep = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let text = good().metadata_text();
        let text = String::from_utf8(text).unwrap().replacen('{', &format!("{{\"deep\": {deep},"), 1);
        let report = judged(&good().metadata_bytes(text).build()).unwrap();
        let json = serde_json::to_string(&report).unwrap();
        let back: Report = serde_json::from_str(&json).expect("128 levels are enough");
        assert_eq!(serde_json::to_string(&back).unwrap(), json);
        assert!(json.contains(&format!("{}\"…\"]", "[".repeat(59))), "{levels}");
        assert!(report.findings().iter().any(|finding| finding.rule == "json-deep"), "{levels}");
        assert_eq!(report.metadata().unwrap().depth(), levels + 1, "what is sent to a cluster is whole");
    }
}

/// Good metadata with many more keys.
fn keys(count: usize) -> Vec<u8> {
    let mut bundle = good();
    bundle.metadata.extend((0..count).map(|i| (format!("min_redis_verison{i}"), Value::Null)));
    bundle.metadata_text()
}

#[test]
fn many_dependencies() {
    let mut bundle = good();
    let listed: Map<String, Value> =
        (0..10_000).map(|i| (format!("d{i}"), json!({"url": "https://x/y.tgz"}))).collect();
    bundle.dependencies = (0..10_000).map(|i| (format!("deps/e{i}.tgz"), Vec::new())).collect();
    trips("dependency-unlisted", bundle.set("dependencies", listed));
}

#[test]
fn as_many_entries_as_can_be_counted() {
    let entries = |count: usize| {
        zip(|zip| zip.entries.extend((0..count - 2).map(|i| Entry::stored(format!("deps/{i:05}"), b""))))
    };
    let judge = |bundle: ZipBuilder| validate(Cursor::new(bundle.build()), &Target::default(), &Policy::strict());
    let start = Instant::now();
    assert!(judge(entries(65_535)).unwrap().findings().len() >= 50);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    let error = judge(entries(65_536)).unwrap_err();
    assert!(matches!(error, Error::LimitExceeded { limit: Limit::Entries, .. }), "{error:?}");
}

#[test]
fn entries_that_share_one_big_stream() {
    let big = Entry::deflated("deps/a", &vec![0; 32 << 20]);
    let again = Entry { record_only: true, ..big.clone() };
    let bundle = zip(|zip| {
        zip.entries.push(big);
        zip.entries.extend(std::iter::repeat_n(again, 20_000));
    });
    let found = rules_of(bundle);
    assert!(found.contains(&"archive-overlap") && found.contains(&"archive-name-twice"));
}

/// Headers in each other's extra fields: what they hold would be a thousand times the file.
#[test]
fn local_headers_inside_each_other() {
    const COUNT: u16 = 2_000;
    let header = Entry::stored("deps/a", b"").both(|header| header.extra = vec![0; 60_000]);
    let one = ZipBuilder::new([header.clone()]).build()[..30].to_vec();
    let bundle = zip(|zip| {
        zip.gap = [one.repeat(COUNT.into()), vec![0; 70_000]].concat();
        let empty = Entry::stored("deps/0", b"");
        let behind = i64::try_from(30 + empty.local.name.len()).unwrap();
        let records = (1..=COUNT).map(|i| {
            let mut entry = Entry { record_only: true, offset_by: behind + 30 * i64::from(i - 1), ..header.clone() };
            entry.central.name = format!("deps/{i}").into_bytes();
            entry.central.extra.clear();
            entry
        });
        zip.entries.push(empty);
        zip.entries.extend(records);
    });
    let judged = judged(&bundle.build()).map(|report| report.passed());
    assert!(matches!(judged, Err(Error::LimitExceeded { limit: Limit::LocalHeaderBytes, .. })), "{judged:?}");
}

#[test]
fn names_and_modes_that_deceive() {
    trips("invalid-number-of-files", zip(|zip| zip.entries.push(Entry::directory("x.so/"))));
    trips("invalid-number-of-files", zip(|zip| zip.entries.push(Entry::stored("y.so", b""))));
    trips("archive-special-file", zip(|zip| zip.entries[0].external_attributes = 0o120_777 << 16));
    for (rule, name) in [
        ("archive-name-unsafe", "../../etc/passwd"),
        ("archive-name-unsafe", "/etc/passwd"),
        ("archive-name-reserved", "c:\\x"),
        ("archive-name-characters", "deps/\u{202e}gzt"),
        ("archive-name-characters", "deps/a\nb"),
        ("archive-name-characters", "deps/a\u{1b}[31m"),
    ] {
        let utf8 = Entry::stored(name, b"").both(|header| header.flags |= 0x800);
        trips(rule, zip(|zip| zip.entries.push(utf8)));
    }
    trips("archive-encrypted", zip(|zip| zip.entries[1] = zip.entries[1].clone().both(|header| header.flags |= 1)));
    let inner = good().build();
    trips("archive-comment-not-text", zip(|zip| zip.comment = inner[..inner.len() - 22].to_vec()));
    // The reference looks for the end record from the back: a whole zip in the comment is the one that it reads.
    trips("archive-prefix", zip(|zip| zip.comment = inner));
}

#[test]
fn words_that_are_no_numbers() {
    let text = String::from_utf8(good().metadata_text()).unwrap();
    for word in ["NaN", "Infinity", "-Infinity", "1e999"] {
        trips(
            "json-non-finite",
            good().metadata_bytes(text.replace("\"command_arity\": 2", &format!("\"command_arity\": {word}"))),
        );
    }
}

#[test]
fn control_characters_stay_out_of_messages() {
    let evil = "\u{1b}[2J\r\n\u{202e}";
    for key in ["module_name", "module_file", "architecture", "min_redis_pack_version", "git_sha", "sha256", evil] {
        rules_of(set(key, evil));
    }
    rules_of(set("operating_systems", json!([evil, "rhel9\u{1b}1"])));
    rules_of(set("capabilities", json!([evil, evil])));
    rules_of(set("dependencies", json!({evil: {"url": format!("https://x/{evil}"), "sha256": 1}, "x": evil})));
    rules_of(set("commands", json!([{"command_name": evil}])));
    rules_of(
        good().module(ElfBuilder::module().needed(evil).need(evil, evil, &[evil]).undefined("RedisModule_\n").build()),
    );
}

#[test]
fn a_zip_of_nothing() {
    trips("module-json-missing", ZipBuilder::new([]));
}

/// Many entries may not inflate to what one may not; how much others inflate changes nothing for the module.
#[test]
fn many_small_bombs_are_one() {
    let mut limits = Limits::default();
    (limits.bundle.inflation.max_ratio, limits.bundle.inflation.ratio_free_bytes) = (30, 30_000);
    let mut bundle = with_deps(&["a", "b", "c"]);
    for dependency in &mut bundle.dependencies {
        dependency.1 = vec![0; 20_000];
    }
    let archive = gather(Cursor::new(bundle.build()), &limits).unwrap().archive.unwrap();
    let bombs: Vec<&str> = archive
        .contents
        .iter()
        .zip(&archive.directory.entries)
        .filter(|(content, _)| content.as_ref().is_some_and(|content| content.ending == Ending::Bomb))
        .map(|(_, entry)| entry.name.as_str())
        .collect();
    assert_eq!(bombs, ["deps/b.tgz", "deps/c.tgz"]);
}
