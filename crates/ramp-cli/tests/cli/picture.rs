//! The picture in the README: what the command prints of a bundle that is refused, in its colours.

use anstyle::{Color, RgbColor};
use anstyle_svg::{Palette, Term};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::ElfBuilder;
use serde_json::json;

use crate::shop::Shop;

/// Colours that can be read on the background: of the first eight each is that bright.
const COLOURS: Palette = Palette([
    RgbColor(72, 79, 88),
    RgbColor(255, 123, 114),
    RgbColor(63, 185, 80),
    RgbColor(227, 179, 65),
    RgbColor(88, 166, 255),
    RgbColor(188, 140, 255),
    RgbColor(86, 211, 219),
    RgbColor(230, 237, 243),
    RgbColor(110, 118, 129),
    RgbColor(255, 161, 152),
    RgbColor(86, 211, 100),
    RgbColor(240, 200, 110),
    RgbColor(121, 192, 255),
    RgbColor(210, 168, 255),
    RgbColor(150, 230, 235),
    RgbColor(255, 255, 255),
]);
const TEXT: RgbColor = RgbColor(230, 237, 243);
const BACKGROUND: RgbColor = RgbColor(13, 17, 23);

const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/refused.svg");

#[test]
fn the_picture_of_the_readme_is_what_is_printed() {
    let module = ElfBuilder::module().need("libc.so.6", "GLIBC_2.38", &["__isoc23_strtol"]).build();
    let bundle = BundleBuilder::of_module(module)
        .set("module_name", "mymodule")
        .set("version", "8.4.0")
        .set("semantic_version", "8.4.0")
        .set("operating_systems", json!(["rhel9"]))
        .set("capabilities", json!(["types", "replica-of"]));
    let shop = Shop::new().bundle("mymodule.zip", &bundle).env("COLUMNS", "88");
    let run = shop.ramp(&["validate", "mymodule.zip", "--target", "7.22", "--color", "always"]);
    assert_eq!(run.status, 1, "{run}");
    let command = "\u{1b}[1m$ ramp validate mymodule.zip --target 7.22\u{1b}[0m\n";
    let picture = Term::new().palette(COLOURS).fg_color(Color::Rgb(TEXT)).bg_color(Color::Rgb(BACKGROUND));
    let picture = picture.render_svg(&format!("{command}{}", run.stdout));
    if std::env::var_os("RAMP_UPDATE_DOCS").is_some() {
        std::fs::write(PICTURE, &picture).unwrap();
    }
    let shown = std::fs::read_to_string(PICTURE).unwrap_or_default();
    assert!(shown == picture, "docs/refused.svg is stale; RAMP_UPDATE_DOCS=1 draws it anew\n{run}");
}
