//! Bundles one or two steps away from a good one.

use ramp_fixtures::zip::{Entry, ZipBuilder};
use serde_json::{Value, json};

/// A bundle, and how it came to be.
pub(crate) struct Case {
    pub(crate) what: String,
    pub(crate) bytes: Vec<u8>,
}

const JSON: &str = "module.json";
const MODULE: &str = "m.so";

pub(crate) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |what: String, bytes: Vec<u8>| cases.push(Case { what, bytes });
    add("good".to_owned(), good().build());
    add("empty file".to_owned(), Vec::new());
    every_byte(&mut add);
    several_bytes(&mut add);
    entries(&mut add);
    headers(&mut add);
    framing(&mut add);
    texts(&mut add);
    values(&mut add);
    cases
}

type Add<'a> = &'a mut dyn FnMut(String, Vec<u8>);

fn metadata() -> Value {
    json!({"module_name": "m", "module_file": MODULE, "architecture": "x86_64", "version": 1})
}

/// As small as can be: every byte of it is changed in turn.
fn good() -> ZipBuilder {
    of(metadata().to_string().as_bytes())
}

fn of(json: &[u8]) -> ZipBuilder {
    ZipBuilder::new([Entry::stored(MODULE, b"module"), Entry::deflated(JSON, json)])
}

fn with(more: impl IntoIterator<Item = Entry>) -> ZipBuilder {
    let mut zip = good();
    zip.entries.extend(more);
    zip
}

fn every_byte(add: Add<'_>) {
    // One with all that the plain one lacks: a descriptor, an extra field, comments, a dependency.
    let mut rich = with([Entry::deflated("deps/d", b"d").both(|h| h.extra = vec![0x55, 0x54, 1, 0, 0])]);
    rich.entries[1] = rich.entries[1].clone().streamed();
    rich.entries[0].comment = b"c".to_vec();
    rich.comment = b"comment".to_vec();
    let zip64 = ZipBuilder { zip64: true, ..good() };
    for (name, bytes) in [("plain", good().build()), ("rich", rich.build()), ("ZIP64", zip64.build())] {
        for at in 0..bytes.len() {
            for (how, value) in [("^1", bytes[at] ^ 1), ("^8", bytes[at] ^ 8), ("^80", bytes[at] ^ 0x80), ("=ff", 0xff)]
            {
                let mut changed = bytes.clone();
                changed[at] = value;
                add(format!("{name}, byte {at} {how}"), changed);
            }
            add(format!("{name}, cut at {at}"), bytes[..at].to_vec());
            add(format!("{name}, from {at}"), bytes[at..].to_vec());
            add(format!("{name}, without byte {at}"), [&bytes[..at], &bytes[at + 1..]].concat());
            add(format!("{name}, byte more at {at}"), [&bytes[..at], &[0], &bytes[at..]].concat());
        }
    }
}

fn several_bytes(add: Add<'_>) {
    // The generator of Numerical Recipes: the cases are the same in every run.
    let mut state = 0x2545_F491_u32;
    let mut random = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    let bytes = with([Entry::deflated("deps/d", b"d")]).build();
    for round in 0..4000 {
        let mut changed = bytes.clone();
        for _ in 0..2 + random(3) {
            let (at, value) = (random(changed.len()), [0, 1, 2, 8, 0x50, 0x7f, 0xff, 0x80][random(8)]);
            changed[at] = value;
        }
        add(format!("several bytes, round {round}"), changed);
    }
}

fn entries(add: Add<'_>) {
    let json = metadata().to_string();
    for name in [
        "deps/",
        "deps/a.tgz",
        "deps/a/b",
        "deps",
        "Deps/a",
        "deps/../a",
        "deps/a.so",
        "x.so",
        "x.SO",
        "x.so/",
        "dir/x.so",
        "dir/",
        "README",
        "",
        "/",
        "MODULE.JSON",
        "dir/module.json",
        "./module.json",
        "deps/module.json",
        "deps/\u{e4}",
        "deps\\a",
        "deps/a\0b",
        "a\0.so",
        "module.json\0x",
        "__MACOSX/m.so",
        ".so",
        "../x",
        "/etc/passwd",
    ] {
        for entry in [Entry::stored(name, b"x"), Entry::deflated(name, b"x"), Entry::directory(name)] {
            add(format!("with {name:?}, method {}", entry.local.method), with([entry.clone()]).build());
            let mut utf8 = good();
            utf8.entries.insert(0, entry.both(|h| h.flags |= 0x800));
            add(format!("with {name:?} first, in UTF-8"), utf8.build());
        }
    }
    add("module twice".to_owned(), with([Entry::stored(MODULE, b"other")]).build());
    add("module.json twice".to_owned(), with([Entry::stored(JSON, json.as_bytes())]).build());
    add("module.json twice, the last bad".to_owned(), with([Entry::stored(JSON, b"[]")]).build());
    add("module.json twice, the first bad".to_owned(), {
        let mut zip = good();
        zip.entries.insert(0, Entry::stored(JSON, b"{"));
        zip.build()
    });
    add("dependency twice".to_owned(), with([Entry::stored("deps/a", b"1"), Entry::stored("deps/a", b"2")]).build());
    add("no entries".to_owned(), ZipBuilder::new([]).build());
    for (what, kept) in [("no module", 1), ("no module.json", 0)] {
        add(what.to_owned(), ZipBuilder::new([good().entries[kept].clone()]).build());
    }
    for name in ["m.dylib", "M.SO", "m.so.1", "deps/m.so", "deps/m", "dir/m.so", "module.json", "\u{e9}.so"] {
        let mut metadata = metadata();
        metadata["module_file"] = json!(name);
        let text = Entry::stored(JSON, metadata.to_string().as_bytes());
        for (how, flags) in [("", 0), (" in UTF-8", 0x800)] {
            let module = Entry::stored(name, b"m").both(|h| h.flags |= flags);
            add(format!("module named {name}{how}"), ZipBuilder::new([module, text.clone()]).build());
        }
        add(format!("module named {name}, and there is another"), of(metadata.to_string().as_bytes()).build());
    }
}

/// Everything that the headers can say of an entry, in both, in one and in the other.
fn headers(add: Add<'_>) {
    type Change = Box<dyn Fn(&mut ramp_fixtures::zip::Header)>;
    let mut changes: Vec<(String, Change)> = Vec::new();
    for bit in 0..16 {
        changes.push((format!("flag {bit}"), Box::new(move |h| h.flags ^= 1 << bit)));
    }
    for method in [0, 1, 6, 8, 9, 10, 12, 14, 93, 95, 97, 98, 99, 255, 65535] {
        changes.push((format!("method {method}"), Box::new(move |h| h.method = method)));
    }
    for version in [0, 10, 20, 45, 46, 63, 64, 90, 255, 256, 65535] {
        changes.push((format!("version needed {version}"), Box::new(move |h| h.version_needed = version)));
    }
    for size in [0, 1, 5, 7, 1000, 0x7fff_ffff, 0xffff_fffe, 0xffff_ffff] {
        changes.push((format!("size {size}"), Box::new(move |h| h.size = size)));
        changes.push((format!("compressed size {size}"), Box::new(move |h| h.compressed_size = size)));
        changes.push((format!("CRC {size}"), Box::new(move |h| h.crc32 = size)));
    }
    for (date, time) in [(0, 0), (0xffff, 0xffff), (0x21, 0xffff)] {
        changes.push((format!("date {date}, time {time}"), Box::new(move |h| (h.date, h.time) = (date, time))));
    }
    for name in
        [&b"n.so"[..], b"M.SO", b"\x81.so", b"module.json", b"deps/n", b"\xff\xfe", b"m.so\0", b"m.so\0.so", b""]
    {
        changes.push((format!("name {name:?}"), Box::new(move |h| h.name = name.to_vec())));
    }
    for extra in [
        &b"\x01\x00\x00\x00"[..],
        b"\x01\x00\x08\x00\x06\0\0\0\0\0\0\0",
        b"\x01\x00\x08\x00\x06\0\0\0",
        b"\x01\x00",
        b"abc",
        b"\x75\x70\x09\x00\x01\0\0\0\0n.so",
        b"\x99\x99\xff\xff",
        b"\x01\x00\x10\x00\x06\0\0\0\0\0\0\0\x06\0\0\0\0\0\0\0",
    ] {
        changes.push((format!("extra {extra:?}"), Box::new(move |h| h.extra = extra.to_vec())));
        changes.push((
            format!("extra {extra:?} and full sizes"),
            Box::new(move |h| (h.extra, h.size, h.compressed_size) = (extra.to_vec(), u32::MAX, u32::MAX)),
        ));
    }
    let three = with([Entry::stored("deps/d", b"dependency")]);
    for (index, which) in ["module", "module.json", "dependency"].into_iter().enumerate() {
        for (what, change) in &changes {
            let mut zip = three.clone();
            zip.entries[index] = zip.entries[index].clone().both(change);
            add(format!("{which}: {what}"), zip.build());
            let mut zip = three.clone();
            change(&mut zip.entries[index].local);
            add(format!("{which}, local header only: {what}"), zip.build());
            let mut zip = three.clone();
            change(&mut zip.entries[index].central);
            add(format!("{which}, directory only: {what}"), zip.build());
        }
        let mut zip = three.clone();
        zip.entries[index] = zip.entries[index].clone().streamed();
        add(format!("{which}: streamed"), zip.build());
        for system in [0, 3, 10, 19, 255] {
            for attributes in [0, 0x10, 0o120_777 << 16, 0o040_755 << 16, u32::MAX] {
                let mut zip = three.clone();
                (zip.entries[index].system, zip.entries[index].external_attributes) = (system, attributes);
                add(format!("{which}: system {system}, attributes {attributes:x}"), zip.build());
            }
        }
        for by in [-100, -40, -1, 1, 4, 40, 100, 1 << 31] {
            let mut zip = three.clone();
            zip.entries[index].offset_by = by;
            add(format!("{which}: offset {by:+}"), zip.build());
        }
        for (disk, comment) in [(1, &b""[..]), (65535, b""), (0, b"PK\x01\x02"), (0, b"PK\x05\x06")] {
            let mut zip = three.clone();
            (zip.entries[index].disk, zip.entries[index].comment) = (disk, comment.to_vec());
            add(format!("{which}: disk {disk}, comment {comment:?}"), zip.build());
        }
        let mut zip = three.clone();
        zip.entries[index].listed = false;
        add(format!("{which}: not listed"), zip.build());
        let mut zip = three.clone();
        zip.entries[index].record_only = true;
        add(format!("{which}: listed only"), zip.build());
    }
}

/// What stands around the entries.
fn framing(add: Add<'_>) {
    let zip = good();
    let whole = zip.build();
    let end = whole[whole.len() - 22..].to_vec();
    for prefix in [&b"x"[..], b"PK\x03\x04", b"PK\x05\x06", &end, &whole] {
        for offsets_know_prefix in [false, true] {
            let zip = ZipBuilder { prefix: prefix.to_vec(), offsets_know_prefix, ..zip.clone() };
            add(format!("prefix of {} bytes, known {offsets_know_prefix}", prefix.len()), zip.build());
        }
    }
    let long = vec![0; 70_000];
    for more in [&b"x"[..], b"PK\x05\x06", &end, &whole, &[0; 22], &[0; 21], &long[..65_535], &long] {
        add(format!("suffix of {} bytes", more.len()), ZipBuilder { suffix: more.to_vec(), ..zip.clone() }.build());
        add(format!("gap of {} bytes", more.len()), ZipBuilder { gap: more.to_vec(), ..zip.clone() }.build());
        add(format!("comment of {} bytes", more.len()), ZipBuilder { comment: more.to_vec(), ..zip.clone() }.build());
    }
    for zip64 in [false, true] {
        for by in [-2, -1, 0, 1, 2, 100] {
            add(format!("ZIP64 {zip64}, count {by:+}"), ZipBuilder { zip64, count_by: by, ..zip.clone() }.build());
            let moved = ZipBuilder { zip64, directory_offset_by: by.into(), ..zip.clone() };
            add(format!("ZIP64 {zip64}, directory offset {by:+}"), moved.build());
            let counted = ZipBuilder { zip64, zip64_count_by: by.into(), ..zip.clone() };
            add(format!("ZIP64 {zip64}, its count {by:+}"), counted.build());
        }
        for disk in [1, 65535] {
            add(format!("ZIP64 {zip64}, disk {disk}"), ZipBuilder { zip64, disk, ..zip.clone() }.build());
        }
    }
}

/// The text of `module.json`.
fn texts(add: Add<'_>) {
    let good = metadata().to_string();
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf32: Vec<u8> = good.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
    let deep = |depth: usize| good.replacen('{', &format!("{{\"d\":{}{},", "[".repeat(depth), "]".repeat(depth)), 1);
    let texts: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("BOM", [b"\xef\xbb\xbf", good.as_bytes()].concat()),
        ("UTF-16", utf16.clone()),
        ("UTF-16 with a BOM", [b"\xff\xfe".to_vec(), utf16].concat()),
        ("UTF-32", utf32),
        (
            "Latin-1",
            good.replace("\"m\"", "\"\u{1}\"").into_bytes().iter().map(|b| if *b == 1 { 0xe9 } else { *b }).collect(),
        ),
        ("blanks around", format!(" \t\r\n{good}\n ").into_bytes()),
        ("form feed around", format!("\x0c{good}").into_bytes()),
        ("NUL behind", format!("{good}\0").into_bytes()),
        ("comma behind the last", good.replace('}', ",}").into_bytes()),
        ("more behind", format!("{good}{{}}").into_bytes()),
        ("single quotes", good.replace('"', "'").into_bytes()),
        ("comment", format!("/* c */{good}").into_bytes()),
        ("control character", good.replace("\"m\"", "\"m\n\"").into_bytes()),
        ("lone surrogate", good.replace("\"m\"", "\"\\ud800\"").into_bytes()),
        ("escapes", good.replace("\"m\"", "\"\\u006d\\/\\b\"").into_bytes()),
        ("bad escape", good.replace("\"m\"", "\"\\x6d\"").into_bytes()),
        ("key twice", good.replacen('{', "{\"version\":\"x\",", 1).into_bytes()),
        ("key twice, the last bad", good.replace('}', ",\"version\":\"x\"}").into_bytes()),
        ("array", b"[]".to_vec()),
        ("string", b"\"module_file\"".to_vec()),
        ("number", b"1".to_vec()),
        ("null", b"null".to_vec()),
        ("empty object", b"{}".to_vec()),
        ("depth 100", deep(100).into_bytes()),
        ("depth 100,000", deep(100_000).into_bytes()),
    ];
    for (what, text) in texts {
        add(format!("module.json: {what}"), of(&text).build());
    }
    for raw in [
        "NaN",
        "Infinity",
        "-Infinity",
        "nan",
        "1e400",
        "-1e400",
        "1e308",
        "01",
        "-0",
        "-",
        "+1",
        "1.",
        ".5",
        "1e5",
        "1E+2",
        "0x10",
        "1_000",
        "0.0",
        "0.4",
        "-0.0",
        "10203.5",
        "123456789012345678901234567890",
        "True",
        "TRUE",
        "tru",
    ] {
        let text = good.replace("\"version\":1", &format!("\"version\":{raw}"));
        assert_ne!(text, good);
        add(format!("version written {raw}"), of(text.as_bytes()).build());
    }
    let digits = format!("\"version\":{}", "9".repeat(4301));
    add("version of 4301 digits".to_owned(), of(good.replace("\"version\":1", &digits).as_bytes()).build());
}

/// Every kind of value under every key that the unpacker looks at.
fn values(add: Add<'_>) {
    let values = json!([
        null, true, false, 0, 1, -1, 0.0, 0.5, 2.5, "", " ", "0", "1", " 10203 ", "10_203", "1__0", "_1", "1.5", "1e3", "-1", "+1",
        "inf", "-Infinity", "nan", "8.4.0", "x86_64", "aarch64", "arm64", "X86_64", "x86_64 ", "m.so", "module.json", "m",
        "\u{661}\u{662}", "\u{ff11}", "\u{b2}", "1\u{a0}", "ubuntu22", [], {}, [1], ["x86_64"], {"a": 1}, {"ubuntu22": 1},
        ["ubuntu22"], ["ubuntu22.04", "rhel9"], ["22ubuntu"], ["ubuntu"], ["22"], ["bionic"], [""], [null], [1], [["ubuntu22"]],
        ["_1"], ["\u{e9}1"], ["a\u{661}"], ["-a-1-"], ["rhel 9.4.2.1"], [{}], ["ubuntu22", 5], ["arch"], [true],
    ]);
    let keys = [
        "module_name",
        "module_file",
        "architecture",
        "version",
        "os_list",
        "operating_systems",
        "sha256",
        "dependencies",
        "commands",
        "capabilities",
        "min_redis_pack_version",
        "semantic_version",
    ];
    for key in keys {
        for value in values.as_array().unwrap() {
            let mut changed = metadata();
            changed[key] = value.clone();
            add(format!("{key}: {value}"), of(changed.to_string().as_bytes()).build());
        }
        let mut changed = metadata();
        changed.as_object_mut().unwrap().remove(key);
        add(format!("without {key}"), of(changed.to_string().as_bytes()).build());
    }
    // Two things wrong: the first that the unpacker comes to is the one it tells.
    let wrong = [
        ("module_name", json!("")),
        ("module_file", json!("n.so")),
        ("architecture", json!("ppc")),
        ("version", json!("x")),
        ("version", json!(0)),
        ("os_list", json!(["x"])),
        ("operating_systems", json!(["y"])),
    ];
    for (first, value) in &wrong {
        for (second, other) in &wrong {
            let mut changed = metadata();
            changed[first] = value.clone();
            changed[second] = other.clone();
            let mut zip = of(changed.to_string().as_bytes());
            add(format!("{first}: {value}, {second}: {other}"), zip.build());
            zip.entries.push(Entry::stored("stray", b""));
            add(format!("{first}: {value}, {second}: {other}, stray file"), zip.build());
        }
    }
}
