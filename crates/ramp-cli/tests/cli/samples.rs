//! The bundles that the tests share.

use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::ElfBuilder;
use ramp_fixtures::zip::Entry;

/// Accepted, and nothing to say.
pub(crate) fn good() -> BundleBuilder {
    BundleBuilder::good()
}

/// Accepted, with warnings and notes.
pub(crate) fn worrying() -> BundleBuilder {
    BundleBuilder::good().set("semantic_version", "1.2.4").set("colour", "red").without("compatible_redis_version")
}

/// Refused by the unpacker.
pub(crate) fn refused() -> BundleBuilder {
    BundleBuilder::good().without("version")
}

/// Refused for what several groups of rules find, with long texts.
pub(crate) fn wrong_in_many_ways() -> Vec<u8> {
    let symbols = ["__isoc23_strtol", "__isoc23_sscanf", "arc4random", "pidfd_getpid", "strlcpy"];
    let module = ElfBuilder::module()
        .need("libc.so.6", "GLIBC_2.38", &symbols)
        .needed("libssl.so.1.1")
        .needed("libof_a_vendor_that_nobody_has_heard_of_and_that_has_a_very_long_name.so.42")
        .build();
    let bundle = BundleBuilder::of_module(module)
        .set("sha256", "0".repeat(64))
        .set("capabilities", serde_json::json!(["types", "types", "replicas", "failover_migrate"]))
        .set("min_redis_pack_version", "8.0")
        .set("operating_systems", serde_json::json!(["rhel8", "ubuntu22"]))
        .set("semantic_version", "1.2")
        .without("compatible_redis_version");
    let mut zip = bundle.zip();
    zip.entries.push(Entry::stored("deps/../../outside", b"climbs"));
    zip.entries.push(Entry::stored(format!("deps/{}.tgz", "a-very-long-name/".repeat(8)), b"long"));
    zip.build()
}

/// Text that steers terminals, in every place that a bundle can carry text to.
pub(crate) fn hostile() -> Vec<u8> {
    let steer = |name: &str| format!("{name}\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}\u{7f}");
    let symbol = steer("symbol");
    let module = ElfBuilder::module()
        .need(&steer("lib.so"), "GLIBC_2.99", &[symbol.as_str()])
        .need("libc.so.6", &steer("GLIBC_2.98"), &["other"])
        .needed(&steer("libneeded.so"))
        .soname(&steer("soname"))
        .runpath(&steer("/runpath"))
        .comment(&steer("compiler"))
        .build();
    let mut dependencies = serde_json::Map::new();
    dependencies.insert(steer("dependency"), serde_json::json!({"url": steer("https://x/a"), "sha256": steer("0")}));
    let bundle = BundleBuilder::of_module(module)
        .set("module_name", steer("name"))
        .set("semantic_version", steer("1.0"))
        .set("architecture", steer("x86_64"))
        .set("min_redis_version", steer("7"))
        .set("min_redis_pack_version", steer("7"))
        .set("capabilities", serde_json::json!([steer("types")]))
        .set("operating_systems", serde_json::json!([steer("rhel9")]))
        .set("dependencies", dependencies)
        .set(&steer("key"), steer("value"));
    let mut zip = bundle.zip();
    zip.entries.push(Entry::stored(steer("deps/entry"), b"x"));
    zip.entries.push(Entry::stored(steer("stranger"), b"x"));
    zip.comment = steer("comment").into_bytes();
    zip.build()
}
