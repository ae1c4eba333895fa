//! Writes the inputs that fuzzing starts from: one folder for each target.
//!
//! ```text
//! cargo run -p ramp-fixtures --example fuzz_seeds -- .
//! ```

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::read::DeflateEncoder;
use flate2::write;
use ramp_fixtures::bundle::{BundleBuilder, MODULE_FILE};
use ramp_fixtures::elf::{ElfBuilder, HashStyle, Stack};
use ramp_fixtures::recipe::{self, FIELDS, Kind};
use ramp_fixtures::synthetic;
use ramp_fixtures::tgz::{self, GNU, Member, TarBuilder, TgzBuilder};
use ramp_fixtures::zip::{Entry, ZipBuilder};

type Seeds = Vec<(String, Vec<u8>)>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = std::env::args_os().nth(1).ok_or("say where the repository is, in which the corpora are to be")?;
    for (target, seeds) in [
        ("fuzz/corpus/bundle", bundles()),
        ("fuzz/corpus/module", modules()),
        ("fuzz/corpus/metadata", metadata()?),
        ("fuzz/corpus/cost", recipes()),
        ("fuzz/corpus/repair", repairs()),
        ("fuzz/corpus/remote", remotes()),
        ("fuzz/corpus/manifest", manifests()?),
        ("fuzz/corpus/dependency_archive", dependency_archives()),
        ("crates/ramp-inflate/fuzz/corpus/inflate", streams()?),
    ] {
        let folder = Path::new(&root).join(target);
        fs::create_dir_all(&folder)?;
        for (name, seed) in seeds {
            fs::write(folder.join(format!("seed-{name}")), seed)?;
        }
    }
    Ok(())
}

fn named<const N: usize>(seeds: [(&str, Vec<u8>); N]) -> Seeds {
    seeds.into_iter().map(|(name, seed)| (name.to_owned(), seed)).collect()
}

fn bundles() -> Seeds {
    let good = BundleBuilder::good();
    let (module, metadata) = (&good.module, good.metadata_text());
    let entries = [Entry::deflated(MODULE_FILE, module), Entry::deflated("module.json", &metadata)];
    let streamed = ZipBuilder::new(entries.clone().map(Entry::streamed));
    let stored = [Entry::stored(MODULE_FILE, module), Entry::stored("module.json", &metadata)];
    let with_folder = entries.into_iter().chain([Entry::directory("deps/"), Entry::stored("deps/a.tgz", b"a")]);
    named([
        ("good", good.build()),
        ("dependency", BundleBuilder::with_dependency().build()),
        ("streamed", streamed.build()),
        ("stored", ZipBuilder::new(stored).build()),
        ("folder", ZipBuilder::new(with_folder).build()),
        ("aarch64", BundleBuilder::of_module(ElfBuilder::module().aarch64().build()).build()),
    ])
}

fn modules() -> Seeds {
    let module = ElfBuilder::module;
    let versions = module().need("libc.so.6", "GLIBC_2.34", &["pthread_create"]).definition("VERS_1");
    named([
        ("x86_64", module().build()),
        ("aarch64", module().aarch64().build()),
        ("i386", module().i386().build()),
        ("arm", module().arm().build()),
        ("s390x", module().s390x().build()),
        ("versions", versions.build()),
        ("gnu-hash", module().hash(HashStyle::Gnu).build()),
        ("sysv-hash", module().hash(HashStyle::Sysv).build()),
        ("no-sections", module().without_section_headers().build()),
        ("notes", module().build_id(b"0123456789").isa_needed(4).comment("GCC").build()),
        ("stack", module().stack(Stack::Executable).text_relocations().relr().build()),
        ("paths", module().needed("libgomp.so.1").rpath("$ORIGIN").runpath("/opt").soname("a.so").build()),
        ("debug", module().debug_companion().build()),
    ])
}

fn metadata() -> Result<Seeds, std::io::Error> {
    let mut seeds = named([
        ("good", BundleBuilder::good().metadata_text()),
        ("dependency", BundleBuilder::with_dependency().metadata_text()),
    ]);
    seeds.push(("hello".to_owned(), fs::read(testdata("hello/module.json"))?));
    Ok(seeds)
}

/// A recipe for each thing there may be much of, and some for two.
fn recipes() -> Seeds {
    let mut seeds = Seeds::new();
    let mut add = |name: String, pieces: &[Vec<u8>]| seeds.push((name, pieces.join(&recipe::END)));
    let pieces = Kind::ALL.map(|kind| kind.piece(12, 0, "a#"));
    for (number, piece) in pieces.iter().enumerate() {
        add(format!("kind-{number}"), std::slice::from_ref(piece));
        add(format!("two-{number}"), &[piece.clone(), pieces[(number + 1) % pieces.len()].clone()]);
    }
    for (number, field) in (0..).zip(FIELDS) {
        for kind in [Kind::Texts, Kind::Keys, Kind::Text, Kind::Number] {
            add(format!("{field}-{kind:?}"), &[kind.piece(10, number, "1#")]);
        }
    }
    let values = [
        (0, "\"Linux-ubuntu18.04-x86_64\""),
        (2, "\"types\""),
        (3, r#"{"command_name":"c#","flags":["write"],"first_key":1,"last_key":1,"step":1}"#),
        (4, r#"{"a":{"b":[1,2,{}]}}"#),
    ];
    for (field, value) in values {
        add(format!("values-{field}"), &[Kind::Values.piece(12, field, value)]);
    }
    let addresses = ["@:@:@:", "a#.example.com/x.tgz", "%61%62#", "[::1]:#/", "user:secret@host/#?#"];
    for (number, address) in addresses.into_iter().enumerate() {
        add(format!("address-{number}"), &[Kind::Addresses.piece(12, 0, address)]);
    }
    seeds
}

/// What there is something to be repaired in: behind a byte that says what else the file has, a recipe.
fn repairs() -> Seeds {
    let values = [
        ("version", r#""1.2.3""#),
        ("version", "10203.0"),
        ("semantic_version", r#""banana""#),
        ("operating_systems", r#"["RHEL9","rhel9","rocky9","ubuntu22.04","debian12","bionic"]"#),
        ("operating_systems", r#""ubuntu22 jammy""#),
        ("os_list", r#"["jammy","ubuntu22"]"#),
        ("capabilities", r#"["types","types","flash"]"#),
        ("capabilities", r#""types, replica_of""#),
        ("architecture", r#""amd64""#),
        ("sha256", r#""aa""#),
        ("sha256", "null"),
        ("git_sha", r#""b'0a1b2c3'""#),
        ("min_redis_version", "7.2"),
        ("min_redis_pack_version", r#""7.4.2-54""#),
        ("module_file", r#""TestModule.so""#),
        ("module_name", "5"),
        ("platforms", r#"{"RHEL9/amd64":{},"rhel9/x86_64":{},"rocky8/x86_64":{"sha256":"x"}}"#),
        ("exclude_commands", r#"["a","b","a"]"#),
        (
            "commands",
            r#"[{"command_name":"a.b","command_arity":"2","flags":["write"],"first_key":1,"last_key":1,"step":-0}]"#,
        ),
    ];
    let number = |field: &str| FIELDS.iter().position(|known| *known == field).and_then(|at| u8::try_from(at).ok());
    let value = |field: &str, value: &str| Kind::Value.piece(0, number(field).unwrap_or_default(), value);
    let seed = |dress: u8, pieces: &[Vec<u8>]| [&[dress][..], &pieces.join(&recipe::END)].concat();
    let each = values.iter().enumerate().map(|(at, (field, text))| {
        let dress = u8::try_from(at % 8).unwrap_or_default();
        (format!("{at}-{field}"), seed(dress, &[value(field, text)]))
    });
    let archive = Kind::ArchiveFiles.piece(0, 0, "a");
    let dependency = value("dependencies", r#"{"x":{"url":"https://example.com/x.tgz","sha256":"aa"}}"#);
    let all: Vec<_> = values.iter().map(|(field, text)| value(field, text)).collect();
    each.chain([("dependency".to_owned(), seed(0, &[archive, dependency])), ("all".to_owned(), seed(7, &all))])
        .collect()
}

/// Two files of a server, how one is read, and a few answers of each kind, honest ones between them.
fn remotes() -> Seeds {
    let seed = |length: u8, kind: u8| {
        let scene = [length, 0, 9, 3, 1, 2, 0, 9, 0, 24, 3, 9];
        let answers = [[0; 4], [kind, 0, 1, 2], [kind, 3, 4, 5], [0; 4], [kind, 128, 129, 130]];
        (format!("{length}-{kind}"), [&scene[..], answers.as_flattened()].concat())
    };
    [5, 9].into_iter().flat_map(|length| (0..32).map(move |kind| seed(length, kind))).collect()
}

fn manifests() -> Result<Seeds, std::io::Error> {
    let mut seeds = Seeds::new();
    for folder in ["manifests", "real-modules"] {
        for entry in fs::read_dir(testdata(folder))? {
            let entry = entry?;
            seeds.push((format!("{folder}-{}", entry.file_name().display()), fs::read(entry.path())?));
        }
    }
    Ok(seeds)
}

/// The first byte says what the rest is: a gzip file, a tar, or a tar whose checksums are still to be put right.
fn dependency_archives() -> Seeds {
    const GZIP: u8 = 0;
    const TAR: u8 = 2;
    let marked = |how: u8, rest: Vec<u8>| [&[how][..], &rest].concat();
    let gzip = |change: fn(&mut TgzBuilder)| {
        marked(GZIP, TgzBuilder::of(TarBuilder::new(tgz::members()).build()).with(change).build())
    };
    let tar = |members: Vec<Member>| marked(TAR, TarBuilder::new(members).build());
    let file = || Member::file("data/x", b"abc");
    let long_link = Member { type_flag: b'K', ..Member::long_name("to/".repeat(40)) };
    let kinds = b"0123457DMSV".iter().map(|kind| Member::new([b'k', *kind], *kind, b"")).collect();
    named([
        ("good", marked(GZIP, tgz::good())),
        ("header-fields", gzip(|gzip| (gzip.flags, gzip.fields) = (0x1C, b"\x03\0abcname\0comment\0".to_vec()))),
        ("second-member", gzip(|gzip| gzip.suffix = tgz::good())),
        ("filled-up", gzip(|gzip| gzip.suffix = vec![0; 100])),
        ("members", tar(tgz::members())),
        ("pax", tar(vec![Member::pax(&[("path", "größe"), ("size", "3"), ("mtime", "1.25")]), file()])),
        ("pax-global", tar(vec![Member::pax(&[("comment", "x")]).with(|pax| pax.type_flag = b'g'), file()])),
        ("pax-sparse", tar(vec![Member::pax(&[("GNU.sparse.size", "9"), ("GNU.sparse.name", "y")]), file()])),
        ("gnu-long-name", tar(vec![Member::long_name("long/".repeat(40) + "name"), file()])),
        ("gnu-long-link", tar(vec![long_link, Member::link("data/x", "to")])),
        ("gnu-times", tar(vec![file().with(|file| (file.magic, file.prefix) = (GNU, b"14704300000".to_vec()))])),
        ("prefix", tar(vec![file().with(|file| file.prefix = b"front/of".to_vec())])),
        ("base-256", tar(vec![file().with(|file| file.size = [&[0x80][..], &[0; 10], &[3]].concat())])),
        ("kinds", tar(kinds)),
        (
            "names",
            tar(["./", "a/../b", "/etc/x", "a\\b", "c", "./c", "c/d"].map(|name| Member::file(name, b"")).into()),
        ),
    ])
}

fn testdata(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(name)
}

/// Streams of DEFLATE, behind two bytes that say into how much room they are decompressed at a time.
fn streams() -> Result<Seeds, std::io::Error> {
    let module = ElfBuilder::module().build();
    // Longer than what is read at a time, compressed as well: none longer than the longest seed is tried.
    let long = synthetic::module(24_000);
    let mut seeds = Vec::new();
    for (name, text, level) in [
        ("stored", &module[..100], 0),
        ("fixed", &module[..40], 6),
        ("dynamic", &module[..], 6),
        ("zeros", &[0; 5000], 9),
        ("long", &long, 6),
        ("long-stored", &long[..6000], 0),
    ] {
        let mut seed = vec![0, 4];
        DeflateEncoder::new(text, Compression::new(level)).read_to_end(&mut seed)?;
        seeds.push((name.to_owned(), seed));
    }
    let mut blocks = write::DeflateEncoder::new(vec![0, 4], Compression::default());
    for piece in long[..9000].chunks(1500) {
        blocks.write_all(piece)?;
        blocks.flush()?;
    }
    seeds.push(("blocks".to_owned(), blocks.finish()?));
    Ok(seeds)
}
