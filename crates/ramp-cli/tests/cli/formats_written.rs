//! Reports of all kinds, written for the validators of others: `.ci/formats`.

use std::fs;
use std::path::PathBuf;

use ramp_fixtures::bundle::BundleBuilder;

use crate::formats::{FORMATS, all_kinds};
use crate::kubernetes;
use crate::shop::Shop;

/// Names that no form may take for anything but names.
const ODD: [&str; 5] = [
    "a|b`c`@who#12.zip",
    "x\\|@who <img src=x>.zip",
    "[x](https:%2F%2Fe.example) & $a$ ![i](e)#1.zip",
    "a;b]c,d:e%0A\n##vso[task.complete result=Failed]::error::x.zip",
    "\u{1b}[31m\u{202e}\u{fffe}]]>&lt;.zip",
];

/// With all that a bundle can say in it, too.
fn odd() -> Shop {
    ODD.iter().fold(Shop::new(), |shop, name| {
        let name_inside = name.trim_end_matches(".zip");
        let bundle = BundleBuilder::good()
            .set("module_name", name_inside)
            .set("min_redis_pack_version", name_inside)
            .set("capabilities", serde_json::json!([name_inside]))
            .set(name_inside, 1);
        shop.bundle(name, &bundle)
    })
}

/// Nothing where the variable does not name a directory.
#[test]
fn reports_for_the_validators_of_others() {
    let Some(directory) = std::env::var_os("RAMP_REPORTS").map(PathBuf::from) else { return };
    let (kinds, names) = all_kinds();
    let odd = odd();
    let absolute: Vec<String> = names.iter().map(|name| kinds.path(name).display().to_string()).collect();
    let absolute: Vec<&str> = absolute.iter().map(String::as_str).collect();
    for format in FORMATS {
        let write = |name: &str, text: &str| {
            let directory = directory.join(format);
            fs::create_dir_all(&directory).unwrap();
            fs::write(directory.join(format!("{name}.{format}")), text).unwrap();
        };
        // As it is: `Shop` has other words for directories and the version.
        let of = |shop: &Shop, names: &[&str], more: &[&str]| {
            let run = shop.command(&[&["validate", "--format", format], names, more].concat()).output().unwrap();
            String::from_utf8(run.stdout).unwrap()
        };
        write("good", &of(&kinds, &["good.zip"], &[]));
        write("kinds", &of(&kinds, &names, &[]));
        write("targets", &of(&kinds, &names, &["--target", "7.4", "--target", "8.2", "--all"]));
        write("lenient", &of(&kinds, &names, &["--policy", "reference", "--fail-on", "never"]));
        write("strict", &of(&kinds, &names, &["--fail-on", "note"]));
        write("location", &of(&kinds, &names, &["--location", "build/ramp.yml"]));
        // Of another directory than that in which the command runs.
        write("absolute", &of(&Shop::new(), &absolute, &[]));
        write("odd", &of(&odd, &ODD, &["--all"]));
        write("odd-targets", &of(&odd, &ODD, &["--target", "7.4", "--target", "7.22"]));
        write("manifests", &kubernetes::wrong(&["--format", format]).stdout);
        write("manifests-location", &kubernetes::wrong(&["--format", format, "--location", "ramp.yml"]).stdout);
        write("absolute-below", &of(&kinds, &absolute, &[]));
    }
}
