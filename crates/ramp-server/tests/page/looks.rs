//! What can be seen without reading: how buttons and results look, on a desk and on a phone.

use serde_json::{Value, json};

use crate::browser::{Page, browse, browse_on};
use crate::support::BundleBuilder;

/// A phone, in pixels.
const PHONE: (u32, u32) = (375, 812);

fn refused() -> BundleBuilder {
    BundleBuilder::good().set("version", "8.4.0")
}

async fn style(page: &Page, id: &str, property: &str) -> String {
    let script = format!("return getComputedStyle(document.getElementById('{id}')).{property}");
    page.run(&script).await.as_str().unwrap().to_owned()
}

#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn a_button_that_does_nothing_looks_so() {
    browse("7.22", async |page| {
        page.sign_in_as_admin().await;
        page.choose("good.zip", &BundleBuilder::good().build()).await;
        page.until_said("status", "good.zip would be accepted").await;
        let usual = [style(page, "upload", "backgroundColor").await, style(page, "upload", "borderStyle").await];
        page.choose("bad.zip", &refused().build()).await;
        page.until_said("status", "bad.zip would be refused").await;
        assert_eq!(page.run("return document.getElementById('upload').disabled").await, json!(true));
        let disabled = [style(page, "upload", "backgroundColor").await, style(page, "upload", "borderStyle").await];
        assert_ne!(disabled[0], usual[0]);
        assert_eq!((disabled[1].as_str(), usual[1].as_str()), ("dashed", "solid"));
        assert_eq!(style(page, "upload", "cursor").await, "not-allowed");
        // Why is said, to those who do not see it, too.
        assert_eq!(page.text("upload-hint").await, "It cannot be uploaded: the cluster would refuse it.");
        let described = page.run("return document.getElementById('upload').getAttribute('aria-describedby')").await;
        assert_eq!(described, "upload-hint");
    })
    .await;
}

#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn a_refusal_has_not_the_colour_of_success() {
    browse("7.22", async |page| {
        page.sign_in_as_admin().await;
        let mut colours = Vec::new();
        for (name, bundle, said) in
            [("good.zip", BundleBuilder::good(), "would be accepted"), ("bad.zip", refused(), "would be refused")]
        {
            page.choose(name, &bundle.build()).await;
            page.until_said("status", &format!("{name} {said}")).await;
            colours.push([
                style(page, "status", "borderLeftColor").await,
                style(page, "answer", "color").await,
                style(page, "gate", "color").await,
            ]);
        }
        let [good, bad] = colours.as_slice() else { panic!("{colours:?}") };
        // All that is good has one colour, and all that is bad another.
        assert!(
            good.iter().all(|colour| *colour == good[0]) && bad.iter().all(|colour| *colour == bad[0]),
            "{colours:?}"
        );
        assert_ne!(good[0], bad[0]);
    })
    .await;
}

#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn the_file_the_cluster_and_what_a_finding_decides_are_named() {
    browse("7.22", async |page| {
        assert_eq!(page.run("return document.getElementById('cluster').hidden").await, json!(true));
        page.sign_in_as_admin().await;
        let cluster = page.text("cluster").await;
        assert!(cluster.contains("Redis Software 7.22.") && cluster.contains("node 1: rhel 9, x86_64"), "{cluster}");
        let odd = refused().set("capabilities", json!(["types", "replicaof"]));
        for dropped in [false, true] {
            if dropped {
                page.drop_file("my module.zip", &odd.build()).await;
            } else {
                page.choose("my module.zip", &odd.build()).await;
            }
            assert_eq!(page.text("report-title").await, "Report on my module.zip");
            assert_eq!(page.run("return document.getElementById('file').files[0].name").await, "my module.zip");
        }
        assert!(page.text("facts").await.contains("my module.zip, "), "{}", page.text("facts").await);
        // Words that are code are code, and no backticks.
        let report = page.text("report").await;
        assert!(!report.contains('`'), "{report}");
        let spans =
            page.run("return [...document.querySelectorAll('#findings p code')].map((c) => c.textContent)").await;
        let spans: Vec<&str> = spans.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(spans.contains(&"version") && spans.contains(&"module-version-not-integer"), "{spans:?}");
        let marks = "return [...document.querySelectorAll('#findings li')].map(
            (li) => li.querySelector('code').textContent + ': ' + li.querySelector('.marks').textContent)";
        let marks = page.run(marks).await;
        let marks: Vec<&str> = marks.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let first = "module-version-not-integer: Answer: invalid_moduleGate: does not pass";
        let other = "capability-unknown: changes neither the answer nor the gate";
        assert!(marks.contains(&first) && marks.contains(&other), "{marks:#?}");
        let gate = page.text("gate").await;
        assert!(gate.starts_with("Gate: it does not pass under the policy strict: "), "{gate}");
    })
    .await;
}

/// A cluster of 8.2 takes no uploads until it is told to: the page says so, and can tell it.
#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn uploads_are_switched_on_where_they_are_off() {
    browse("8.2", async |page| {
        page.sign_in_as_admin().await;
        assert_eq!(page.run("return document.getElementById('uploads-off').hidden").await, json!(false));
        page.click("allow-uploads").await;
        page.until_said("status", "Uploads are on.").await;
        assert_eq!(page.run("return document.getElementById('uploads-off').hidden").await, json!(true));
        page.choose("good.zip", &BundleBuilder::good().build()).await;
        page.until_said("status", "good.zip would be accepted").await;
        page.click("upload").await;
        page.until_said("status", "Uploaded good.zip.").await;
        page.until_said("modules", "testmodule").await;
        assert_eq!(page.server.get("/v2/modules/user-defined").ok().json()[0]["module_name"], "testmodule");
    })
    .await;
    browse("7.22", async |page| {
        page.sign_in_as_admin().await;
        assert_eq!(page.run("return document.getElementById('uploads-off').hidden").await, json!(true));
    })
    .await;
}

/// Names as long as people make them, in every state.
#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn nothing_is_off_the_screen_of_a_phone() {
    let outside = "
        const width = document.documentElement.clientWidth;
        const off = [...document.querySelectorAll('body *')].filter((element) => {
            const box = element.getBoundingClientRect();
            return box.width > 1 && (box.right > width + 1 || box.left < -1);
        });
        return { width, scroll: document.documentElement.scrollWidth, off: off.map((e) => e.outerHTML.slice(0, 120)) };";
    let long = "a-module-with-a-name-that-somebody-has-made-of-many-words-and-no-spaces";
    let odd = |bundle: BundleBuilder| {
        bundle.set("display_name", long).set("module_name", long).set("author", format!("{long}@example.com"))
    };
    for release in ["7.22", "8.0"] {
        browse_on(release, Some(PHONE), &[], async |page| {
            let check = async |state: &str| {
                let found = page.run(outside).await;
                assert_eq!(found["width"], found["scroll"], "{state}: {found:#}");
                // But for a scroll bar.
                assert!((350..=375).contains(&found["width"].as_u64().unwrap()), "{state}: {found:#}");
                assert_eq!(found["off"], json!([]), "{state}");
                if let Ok(directory) = std::env::var("RAMP_SCREENSHOTS") {
                    let file = std::path::Path::new(&directory).join(format!("phone-{release}-{state}.png"));
                    page.driver.screenshot(&file).await.unwrap();
                }
            };
            check("sign-in").await;
            page.sign_in_as_admin().await;
            check("empty").await;
            page.choose(&format!("{long}.zip"), &odd(refused()).build()).await;
            check("refused").await;
            page.choose(&format!("{long}.zip"), &odd(BundleBuilder::good()).build()).await;
            page.until_said("status", "would be accepted").await;
            page.click("upload").await;
            page.until_said("status", "Uploaded").await;
            page.until_said("modules", long).await;
            check("modules").await;
            page.driver.find(thirtyfour::By::Css("#modules button")).await.unwrap().click().await.unwrap();
            page.until("document.getElementById('confirm').open").await;
            check("deletion").await;
        })
        .await;
    }
}
