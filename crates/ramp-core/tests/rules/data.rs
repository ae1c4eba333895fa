//! The values of findings as data: declared, complete, and those of the message.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use ramp_core::module::{ChainBreak, CrossCheck, LimitKind, ModuleDefect, RelocationFault, TableKind, TextKind};
use ramp_core::{Data, Datum, Finding, Policy, Target, rules};
use ramp_fixtures::zip::Entry;
use serde_json::json;

use crate::cases::{CASES, found, good, report, set, zip};
use crate::files::FILE_CASES;
use crate::kubernetes::MANIFEST_CASES;

/// What is found in the bad bundles of all cases, by whatever rule.
static FINDINGS: LazyLock<Vec<Finding>> = LazyLock::new(|| {
    let strict = Policy::strict();
    let of_bundles = CASES.iter().flat_map(|case| case.report(&strict).findings().to_vec());
    let of_manifests = MANIFEST_CASES.iter().flat_map(|case| case.report(&strict).findings);
    let of_files = FILE_CASES.iter().flat_map(|case| case.report(&strict).findings);
    of_bundles.chain(of_manifests).chain(of_files).collect()
});

/// Rules whose values are those of a [`ModuleDefect`].
const OF_DEFECTS: [&str; 4] = ["module-damaged", "module-odd", "module-tables-disagree", "module-truncated"];

/// The values that a message does not repeat, by rule, and why.
const UNSAID: [(&str, &[&str], &str); 5] = [
    ("archive-descriptor-unsigned", &["found"], "the message has brackets and commas between the bytes"),
    ("load-glibc", &["count", "library"], "the message names some of the symbols, and the version implies the library"),
    ("load-openssl", &["count", "library"], "as for glibc"),
    ("load-point-release", &["count", "library"], "as for glibc"),
    ("load-runtime", &["count", "library"], "as for glibc"),
];

/// Numbers that are the same in every message of a rule, and what they are.
const CONSTANTS: [(&str, &[&str], &str); 10] = [
    ("archive-descriptor-unsigned", &["50", "07", "08"], "the bytes of the signature"),
    ("archive-hidden-signature", &["03", "04"], "the bytes of the signature"),
    ("archive-name-long", &["255", "256"], "how long the name of a file can be, and how deep"),
    ("archive-version-needed", &["4.5", "4", "5"], "the version of ZIP64"),
    ("archive-zip64-extensible", &["44"], "the size of a record without extensible data"),
    ("bundle-not-a-zip", &["22", "64"], "the size of an end record, and in how many KiB it is looked for"),
    ("dependency-archive-name-unsafe", &["256"], "how many components a path can have"),
    ("json-large-integer", &["53"], "the power of two up to which a double has every integer"),
    ("module-json-unreadable", &["4300"], "how many digits Python converts"),
    ("wrong-form", &["64"], "how many digits a SHA-256 has"),
];

/// Keys of what stands in the help, where it says what to do.
const IN_HELP: [&str; 2] = ["package", "suggestion"];

fn declared(rule: &str) -> BTreeSet<&'static str> {
    rules::find(rule).unwrap().data.iter().map(|(key, _)| *key).collect()
}

fn texts(datum: &Datum) -> Vec<String> {
    match datum {
        Datum::List(texts) => texts.clone(),
        Datum::Text(text) => vec![text.clone()],
        Datum::Number(number) => vec![number.to_string()],
        Datum::Negative(number) => vec![number.to_string()],
        other => panic!("{other:?}"),
    }
}

/// Whether words have a value: a number as a word of its own, a text as it is or escaped.
fn says(words: &str, datum: &Datum) -> bool {
    let said = |text: &str| {
        let only = text.chars().next().filter(|c| c.len_utf8() == text.len());
        let code = only.map(|c| format!("U+{:04X}", u32::from(c)));
        let forms = [Some(text.to_owned()), Some(text.escape_debug().to_string()), code];
        forms.iter().flatten().any(|form| words.contains(form))
    };
    match datum {
        Datum::Number(number) => {
            let forms = [number.to_string(), format!("{number:#x}")];
            words.split(|c: char| !c.is_alphanumeric()).any(|word| forms.iter().any(|form| form == word))
        }
        other => texts(other).iter().all(|text| said(text)),
    }
}

#[test]
fn a_finding_has_no_key_that_its_rule_does_not_declare() {
    for finding in FINDINGS.iter() {
        let declared = declared(&finding.rule);
        for key in finding.data.keys() {
            assert!(declared.contains(&**key), "{}: {key}: {}", finding.rule, finding.message);
        }
    }
}

#[test]
fn each_declared_key_is_seen() {
    let mut seen: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for finding in FINDINGS.iter() {
        seen.entry(&finding.rule).or_default().extend(finding.data.keys().map(|key| &**key));
    }
    let (others, tables) = defects().into_iter().partition::<Vec<_>, _>(is_of_damage);
    let keys = |defects: &[ModuleDefect]| -> Vec<String> {
        defects.iter().flat_map(|defect| defect.data().into_keys()).map(|key| key.to_string()).collect()
    };
    let odd: Vec<ModuleDefect> = others.iter().filter(|defect| !defect.matters_to_loader()).cloned().collect();
    let (others, tables, odd) = (keys(&others), keys(&tables), keys(&odd));
    for rule in OF_DEFECTS {
        let keys = match rule {
            "module-tables-disagree" => &tables,
            "module-odd" => &odd,
            _ => &others,
        };
        seen.insert(rule, keys.iter().map(String::as_str).collect());
    }
    let mut missing = String::new();
    for rule in rules::all() {
        let seen = seen.remove(rule.id).unwrap_or_default();
        for key in declared(rule.id).difference(&seen) {
            writeln!(missing, "{}: {key}", rule.id).unwrap();
        }
    }
    assert!(missing.is_empty(), "keys that no case has:\n{missing}");
}

#[test]
fn a_value_is_the_one_that_the_message_has() {
    let mut unsaid = String::new();
    for finding in FINDINGS.iter() {
        let exempt = |key: &str| UNSAID.iter().any(|(rule, keys, _)| *rule == finding.rule && keys.contains(&key));
        for (key, value) in finding.data.iter().filter(|(key, _)| !exempt(key)) {
            // What follows from something else has no help of its own.
            if IN_HELP.contains(&&**key) && finding.follows.is_some() {
                continue;
            }
            let words = if IN_HELP.contains(&&**key) { &finding.help } else { &finding.message };
            if !says(words, value) {
                writeln!(unsaid, "{}: {key} {value:?}: {words}", finding.rule).unwrap();
            }
        }
    }
    for defect in defects() {
        for (key, value) in defect.data() {
            if !says(&defect.to_string(), &value) {
                writeln!(unsaid, "{key} {value:?}: {defect}").unwrap();
            }
        }
    }
    assert!(unsaid.is_empty(), "\n{unsaid}");
}

/// The other way round: a number in a message, but for what the location says too, is data.
#[test]
fn a_number_of_a_message_is_data() {
    let mut missing = String::new();
    for finding in FINDINGS.iter() {
        let place = finding.location.as_ref().map(ToString::to_string);
        let known: Vec<String> = finding.data.values().flat_map(texts).chain(place).collect();
        let constants = CONSTANTS.iter().filter(|(rule, ..)| *rule == finding.rule).flat_map(|(_, words, _)| *words);
        let constants: Vec<&str> = constants.copied().collect();
        let message = finding.message.replace("CRC-32", "CRC");
        for word in message.split(|c: char| !c.is_alphanumeric()) {
            let is_number = word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_digit());
            if is_number && !constants.contains(&word) && !known.iter().any(|known| known.contains(word)) {
                writeln!(missing, "{}: {word}: {}", finding.rule, finding.message).unwrap();
            }
        }
    }
    assert!(missing.is_empty(), "\n{missing}");
}

/// The table in the documentation of [`Finding::data`] has every key, and no other.
#[test]
fn the_vocabulary_is_written_down() {
    let source = include_str!("../../src/finding.rs");
    let lines = source.lines().map(str::trim).skip_while(|line| *line != "/// |---|---|").skip(1);
    let keys = lines.take_while(|line| *line != "///").filter_map(|line| line.split('|').nth(1));
    let written: BTreeSet<&str> = keys.flat_map(|keys| keys.split('`').skip(1).step_by(2)).collect();
    let used: BTreeSet<&str> = rules::all().flat_map(|rule| rule.data).map(|(key, _)| *key).collect();
    assert_eq!(written, used);
}

#[test]
fn each_rule_declares_a_key_once_and_in_order() {
    for rule in rules::all() {
        assert!(rule.data.is_sorted_by(|one, other| one.0 < other.0), "{}: {:?}", rule.id, rule.data);
        for (key, what) in rule.data {
            assert!(!what.is_empty() && !what.ends_with('.'), "{}: {key}", rule.id);
        }
    }
}

#[test]
fn values_are_as_they_stand_there_and_bounded() {
    let values = |bundle: Vec<u8>, rule: &str| -> Data {
        let report = report(&bundle, &Target::default(), &Policy::strict());
        report.findings().iter().find(|finding| finding.rule == rule).unwrap().data.clone()
    };
    let long = "\u{202e}ä".repeat(50_000);
    let data = values(set("semantic_version", long.clone()).build(), "wrong-form");
    let front: String = long.chars().take(2000).collect();
    assert_eq!(data["found"], Datum::Text(format!("{front}…")));
    let crowd = zip(|zip| zip.entries.extend((0..1000).map(|i| Entry::stored(format!("stranger{i:03}"), b""))));
    let Datum::List(entries) = &values(crowd.build(), "invalid-number-of-files")["entries"] else { panic!() };
    assert_eq!((entries.len(), entries[180].as_str()), (182, "stranger180"));
    assert_eq!(entries.last().map(String::as_str), Some("…"));
    for (version, found) in [
        (json!("1.2.3"), Datum::Text("1.2.3".to_owned())),
        (json!([1]), Datum::Text("[1]".to_owned())),
        (json!("7x"), Datum::Text("7x".to_owned())),
    ] {
        assert_eq!(values(set("version", version).build(), "module-version-not-integer")["found"], found);
    }
    assert_eq!(values(set("version", 0).build(), "module-version-missing")["found"], Datum::Number(0));
    let negative = good().metadata_bytes(*br#"{"module_file": -1}"#);
    assert_eq!(values(negative.build(), "module-file-missing")["claimed"], Datum::Negative(-1));
}

/// One of each rule, so that a change is seen.
#[test]
fn data_of_rules() {
    let mut page = String::new();
    for rule in rules::all().filter(|rule| !rule.data.is_empty()) {
        let (name, findings) = found(rule.id, &Policy::strict()).swap_remove(0);
        writeln!(page, "{}: {name}", rule.id).unwrap();
        for (key, value) in &findings[0].data {
            writeln!(page, "  {key}: {}", serde_json::to_string(value).unwrap()).unwrap();
        }
    }
    insta::assert_snapshot!(page);
}

fn is_of_damage(defect: &ModuleDefect) -> bool {
    !matches!(defect, ModuleDefect::SectionsDisagree { .. })
}

/// A defect of each kind.
fn defects() -> Vec<ModuleDefect> {
    use ModuleDefect as Is;
    vec![
        Is::TruncatedHeader { needed: 64, size: 40 },
        Is::UnknownIdentification { offset: 4, value: 9 },
        Is::EntrySize { table: TableKind::Symbols, claimed: 23, expected: 24 },
        Is::HeaderField { field: "e_version".into(), claimed: 7, expected: 1 },
        Is::EntrySize { table: TableKind::SectionHeaders, claimed: 63, expected: 64 },
        Is::TablePastEnd { table: TableKind::SectionHeaders, offset: 1000, needed: 50, available: 49 },
        Is::TablePastEnd { table: TableKind::Hash, offset: 1000, needed: 50, available: 49 },
        Is::SegmentPastEnd { index: 2, segment: "PT_LOAD".into(), offset: 1000, size: 500, past_end: 17 },
        Is::SectionPastEnd { index: 3, offset: 1000, size: 500, past_end: 17 },
        Is::SegmentMisaligned { index: 2, offset: 1000, address: 2001, align: 4096 },
        Is::SegmentsOverlap { index: 2, address: 2001 },
        Is::SegmentsShareAPage { index: 2, address: 2001 },
        Is::SegmentsUnordered { index: 2, address: 2001 },
        Is::SegmentShrinks { index: 2, file: 500, memory: 499 },
        Is::SegmentWithoutRights { index: 2 },
        Is::CodeProtected { address: 2001 },
        Is::HeadersElsewhere { address: 2001 },
        Is::DynamicEmpty,
        Is::DynamicValue { tag: "DT_RELAENT".into(), claimed: 8, expected: 24 },
        Is::DynamicLacks { tag: "DT_RELA".into(), lacks: "DT_RELASZ".into() },
        Is::NotCode { tag: "DT_INIT".into(), address: 2001 },
        Is::RelocationBroken { table: TableKind::Relocations, index: 7, reason: RelocationFault::Outside, found: 3 },
        Is::LimitReached { what: LimitKind::SectionHeaders, limit: 4_096 },
        Is::SegmentRepeated { segment: "PT_DYNAMIC".into() },
        Is::DynamicPastEnd { address: 2001 },
        Is::UnmappedAddress { tag: "DT_STRTAB".into(), address: 2001 },
        Is::HashMissing,
        Is::HashTablesDisagree { sysv: 7, gnu: 8 },
        Is::StringOutOfTable { text: TextKind::Symbol, offset: 1000, table_size: 500 },
        Is::VersionChainBroken { table: TableKind::VersionNeeds, offset: 16, reason: ChainBreak::Overlap },
        Is::VersionCountDisagrees { table: TableKind::VersionNeeds, claimed: 2, found: 3 },
        Is::VersionHashWrong { name: "GLIBC_2.17".to_owned(), claimed: 0, computed: 0x0696_9197 },
        Is::VersionIndexTwice { index: 2, name: "V1".to_owned() },
        Is::SectionsDisagree { what: CrossCheck::Symbols, loader: Some(552), section: None },
        Is::SectionsDisagree { what: CrossCheck::Symbols, loader: None, section: Some(553) },
        Is::NoteBroken { offset: 1000 },
        Is::LoadCommandBroken { offset: 1000 },
        Is::SliceBroken { index: 1, offset: 1000, size: 500 },
        Is::LimitReached { what: LimitKind::Symbols, limit: 65_536 },
    ]
}
