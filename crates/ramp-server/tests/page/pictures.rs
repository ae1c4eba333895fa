//! The pictures of the page in `docs/`: `RAMP_UPDATE_DOCS=1` takes them anew.

use std::path::{Path, PathBuf};

use thirtyfour::By;

use crate::browser::browse_on;
use crate::support::BundleBuilder;

/// How wide they are, in pixels; as high as what is on them.
const WIDTH: u32 = 760;
/// Higher than the page, so that all of it is on the screen.
const HIGHEST: u32 = 1600;
/// Largest size, in bytes: they are in the repository.
const LARGEST: usize = 150_000;

const NAMES: [&str; 2] = ["page-report.png", "page-modules.png"];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn module(name: &str, display_name: &str) -> BundleBuilder {
    BundleBuilder::good().set("module_name", name).set("display_name", display_name).set("author", "Example Ltd")
}

/// What is shown is the look of the page, which fonts and browsers make different: not the same bytes, but a picture.
#[test]
fn the_pictures_are_there_and_shown() {
    let page = std::fs::read_to_string(docs().join("serve.md")).unwrap();
    for name in NAMES {
        let bytes = std::fs::read(docs().join(name)).unwrap_or_default();
        assert!(bytes.starts_with(b"\x89PNG\r\n") && bytes.len() < LARGEST, "{name}: {} bytes", bytes.len());
        let width = u32::from_be_bytes(bytes[16..20].try_into().unwrap());
        assert_eq!(width, WIDTH, "{name}");
        let shown = page.lines().find(|line| line.ends_with(&format!("]({name})"))).unwrap_or_default();
        assert!(
            shown.starts_with("![") && shown.len() > name.len() + 40,
            "{name} is shown, and said in words: {shown:?}"
        );
    }
}

#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn take_the_pictures() {
    for name in NAMES {
        browse_on("7.22", Some((WIDTH, HIGHEST)), &["--hide-scrollbars"], async |page| {
            page.sign_in_as_admin().await;
            if name == NAMES[0] {
                let wrong = module("mymodule", "My module").set("version", "8.4.0").set("semantic_version", "8.4.0");
                page.choose("mymodule.zip", &wrong.build()).await;
                page.until_said("status", "mymodule.zip would be refused").await;
            } else {
                for (module_name, display_name, version) in
                    [("mymodule", "My module", 10203), ("mymodule", "My module", 10300), ("geoshapes", "Shapes", 20004)]
                {
                    let semantic = format!("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
                    let bundle = module(module_name, display_name).set("version", version);
                    let file = format!("{module_name}-{semantic}.zip");
                    page.choose(&file, &bundle.set("semantic_version", semantic).build()).await;
                    page.until_said("status", &format!("{file} would be accepted")).await;
                    page.click("upload").await;
                    page.until_said("status", &format!("Uploaded {file}.")).await;
                }
                page.until("document.querySelectorAll('#modules tbody tr').length === 3").await;
            }
            // As it is first seen, and no outline of what was used last.
            page.run("document.activeElement.blur(); scrollTo(0, 0)").await;
            let picture = page.driver.find(By::Tag("body")).await.unwrap().screenshot_as_png().await.unwrap();
            assert!(picture.len() < LARGEST, "{name}: {} bytes", picture.len());
            if std::env::var_os("RAMP_UPDATE_DOCS").is_some() {
                std::fs::write(docs().join(name), picture).unwrap();
            }
        })
        .await;
    }
}
