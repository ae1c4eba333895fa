//! `axe-core` finds nothing to complain of, in either colour scheme, in any state of the page.

use serde_json::{Value, json};

use crate::browser::{Page, browse_on, browse_server, browse_with};
use crate::support::{BundleBuilder, TestServer};

fn axe() -> String {
    let path = std::env::var("RAMP_AXE").expect("RAMP_AXE names the file axe.min.js of the npm package axe-core");
    std::fs::read_to_string(&path).unwrap_or_else(|err| panic!("{path}: {err}"))
}

async fn check(page: &Page, state: &str) {
    page.driver.execute(axe(), Vec::new()).await.unwrap();
    let run = "
        const done = arguments[arguments.length - 1];
        const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
        axe.run(document, { runOnly: rules, resultTypes: ['violations', 'incomplete'] })
            .then((found) => done(found), (error) => done({ failed: String(error) }));";
    let found = page.driver.execute_async(run, Vec::new()).await.unwrap().json().clone();
    assert!(found["failed"].is_null(), "{found}");
    assert!(found["passes"].as_array().is_some_and(|passes| passes.len() > 10), "{state}: too little was looked at");
    let said = |rule: &Value| format!("{}: {}: {}", rule["id"], rule["help"], rule["nodes"]);
    let violations: Vec<String> = found["violations"].as_array().unwrap().iter().map(said).collect();
    assert!(violations.is_empty(), "{state}: {violations:#?}");
}

async fn all_states(scheme: &str) {
    let dark = scheme == "dark";
    let setting =
        if dark { "--blink-settings=preferredColorScheme=0" } else { "--blink-settings=preferredColorScheme=1" };
    browse_with("7.22", &[setting], async |page| {
        let matches = page.run("return matchMedia('(prefers-color-scheme: dark)').matches").await;
        assert_eq!(matches, json!(dark));
        let shot = async |name: &str| {
            if let Ok(directory) = std::env::var("RAMP_SCREENSHOTS") {
                let file = std::path::Path::new(&directory).join(format!("{name}-{scheme}.png"));
                page.driver.screenshot(&file).await.unwrap();
            }
        };
        check(page, "sign in").await;
        shot("sign-in").await;
        page.sign_in("nobody", "wrong").await;
        page.until_said("alert", "unauthorized").await;
        check(page, "wrong password").await;
        shot("wrong-password").await;
        page.sign_in_as_admin().await;
        check(page, "nothing there").await;
        page.server.upload("/v2/modules", BundleBuilder::good()).ok();
        page.choose("bad.zip", &BundleBuilder::good().set("version", "8.4.0").without("author").build()).await;
        check(page, "a refusal").await;
        shot("refused").await;
        page.choose("good.zip", &BundleBuilder::good().set("version", 10204).build()).await;
        page.until_said("status", "would be accepted").await;
        page.click("upload").await;
        page.until_said("status", "Uploaded").await;
        check(page, "modules").await;
        shot("modules").await;
        page.driver.find(thirtyfour::By::Css("#modules button")).await.unwrap().click().await.unwrap();
        page.until("document.getElementById('confirm').open").await;
        check(page, "deletion").await;
        shot("deletion").await;
    })
    .await;
}

#[tokio::test]
#[ignore = "wants chromium, chromedriver and axe-core"]
async fn axe_is_content_with_the_light_scheme() {
    all_states("light").await;
}

#[tokio::test]
#[ignore = "wants chromium, chromedriver and axe-core"]
async fn axe_is_content_with_the_dark_scheme() {
    all_states("dark").await;
}

/// Where a row of the table is a card, and where there is the section about uploads that are off.
#[tokio::test]
#[ignore = "wants chromium, chromedriver and axe-core"]
async fn axe_is_content_on_a_phone() {
    browse_on("8.2", Some((375, 812)), &[], async |page| {
        page.sign_in_as_admin().await;
        check(page, "uploads are off").await;
        page.click("allow-uploads").await;
        page.until_said("status", "Uploads are on.").await;
        page.choose("bad.zip", &BundleBuilder::good().set("version", "8.4.0").build()).await;
        page.until_said("status", "bad.zip would be refused").await;
        check(page, "a refusal").await;
        page.choose("good.zip", &BundleBuilder::good().build()).await;
        page.until_said("status", "good.zip would be accepted").await;
        page.click("upload").await;
        page.until_said("status", "Uploaded").await;
        check(page, "modules").await;
        // To a screen reader it is a table, whatever it looks like.
        let roles =
            "return [...document.querySelectorAll('#modules tbody tr > *')].map((cell) => cell.getAttribute('role'))";
        assert_eq!(page.run(roles).await, json!(["rowheader", "cell", "cell", "cell", "cell"]));
    })
    .await;
}

/// They stand after what was uploaded, and cannot be deleted.
#[tokio::test]
#[ignore = "wants chromium, chromedriver and axe-core"]
async fn axe_is_content_with_modules_that_came_with_the_cluster() {
    browse_server(TestServer::with_bundled("7.22"), None, &[], async |page| {
        page.server.upload("/v2/modules", BundleBuilder::good().set("module_name", "zz")).ok();
        page.sign_in_as_admin().await;
        check(page, "bundled modules").await;
        let rows = "return [...document.querySelectorAll('#modules tbody tr')].map((row) => row.innerText.split(/[\\s]+/).pop())";
        let mut expected = vec![json!("Delete")];
        expected.resize(13, json!("bundled"));
        assert_eq!(page.run(rows).await, Value::from(expected));
        assert_eq!(page.run("return document.querySelectorAll('#modules button').length").await, json!(1));
    })
    .await;
}
