//! `ramp inspect`.

use insta::assert_snapshot;
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::ElfBuilder;
use ramp_fixtures::elf::macho::{MachOBuilder, fat};

use crate::samples;
use crate::shop::Shop;

#[test]
fn a_bundle() {
    let shop = Shop::new().bundle("a.zip", &BundleBuilder::with_dependency());
    assert_snapshot!(shop.ramp(&["inspect", "a.zip"]));
    assert_snapshot!("a_bundle_as_json", shop.ramp(&["inspect", "a.zip", "--format", "json"]));
}

#[test]
fn a_bundle_that_is_wrong() {
    let shop = Shop::new().file("many.zip", samples::wrong_in_many_ways()).file("no.zip", "no zip");
    assert_snapshot!(shop.ramp(&["inspect", "many.zip"]));
    assert_snapshot!("no_bundle", shop.ramp(&["inspect", "no.zip"]));
    assert_snapshot!("no_bundle_as_json", shop.ramp(&["inspect", "no.zip", "--format", "json"]));
}

#[test]
fn a_module() {
    let symbols = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let module = ElfBuilder::module().need("libc.so.6", "GLIBC_2.34", &symbols).soname("testmodule.so").build();
    let shop = Shop::new().file("testmodule.so", module);
    assert_snapshot!(shop.ramp(&["inspect", "testmodule.so"]));
    assert_snapshot!("a_module_as_json", shop.ramp(&["inspect", "testmodule.so", "--format", "json"]));
}

#[test]
fn a_module_for_macs() {
    let shop = Shop::new().file("m.so", fat(&[MachOBuilder::arm64(), MachOBuilder::x86_64()]));
    assert_snapshot!(shop.ramp(&["inspect", "m.so"]));
    let json = shop.ramp(&["inspect", "m.so", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((json["kind"].as_str(), json["file"].as_str()), (Some("module"), Some("m.so")));
}

#[test]
fn what_is_neither() {
    let shop = Shop::new().file("notes.txt", "Remember the milk.\n").file("empty", "").directory("directory");
    for file in ["notes.txt", "empty", "directory", "missing"] {
        assert_snapshot!(format!("neither_{}", file.replace('.', "_")), shop.ramp(&["inspect", file]));
    }
}

#[test]
fn standard_input() {
    let shop = Shop::new().stdin(samples::good().build());
    let run = shop.ramp(&["inspect", "-", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((json["kind"].as_str(), json["file"].as_str()), (Some("bundle"), Some("<stdin>")));
}
