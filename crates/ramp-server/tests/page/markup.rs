//! What is written in a bundle stays text.

use serde_json::json;

use crate::browser::browse;
use crate::support::BundleBuilder;

const MARKUP: &str = "<img src=x onerror=window.taken=1>";

fn bundle() -> BundleBuilder {
    let bundle = BundleBuilder::good().set("display_name", MARKUP).set("author", MARKUP).set("description", MARKUP);
    bundle.set("semantic_version", MARKUP).set("capabilities", json!(["types", MARKUP]))
}

async fn upload(release: &str) {
    browse(release, async |page| {
        page.sign_in_as_admin().await;
        page.choose("<img src=x onerror=window.taken=1>.zip", &bundle().build()).await;
        page.until_said("facts", MARKUP).await;
        page.until_said("status", "would be accepted").await;
        let findings = page.text("findings").await;
        assert!(findings.contains(MARKUP), "a finding quotes it: {findings}");
        page.click("upload").await;
        page.until_said("status", "Uploaded <img").await;
        page.until_said("modules", MARKUP).await;
        page.driver.find(thirtyfour::By::Css("#modules button")).await.unwrap().click().await.unwrap();
        page.until_said("confirm-text", MARKUP).await;
        page.click("confirm-no").await;
        // A refusal that names it.
        page.drop_file(&format!("{MARKUP}.zip"), &bundle().set("version", MARKUP).build()).await;
        page.until_said("findings", MARKUP).await;
        assert_eq!(page.run("return document.images.length").await, json!(0));
        assert_eq!(page.run("return typeof window.taken").await, json!("undefined"));
    })
    .await;
}

#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn markup_in_names_is_text() {
    upload("7.22").await;
}

#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn markup_in_names_is_text_for_objects_too() {
    upload("8.0").await;
}

/// What turns the direction of a line, or is not seen, is written as an escape, wherever the page shows it.
#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn what_is_not_seen_in_names_is_shown() {
    let (hostile, escaped) = ("gpj\u{202e}\u{200b}exe", "gpj\\u{202e}\\u{200b}exe");
    let named = BundleBuilder::good().set("module_name", hostile).set("display_name", hostile).set("author", hostile);
    browse("7.22", async |page| {
        page.sign_in_as_admin().await;
        page.choose("hidden.zip", &named.build()).await;
        page.until_said("facts", escaped).await;
        page.click("upload").await;
        page.until_said("status", "Uploaded").await;
        page.until_said("modules", escaped).await;
        page.driver.find(thirtyfour::By::Css("#modules button")).await.unwrap().click().await.unwrap();
        page.until_said("confirm-text", escaped).await;
        let raw = page.run("return /[\\u202e\\u200b]/.test(document.body.innerText)").await;
        assert_eq!(raw, json!(false));
    })
    .await;
}

#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn a_script_in_the_page_would_not_run() {
    browse("7.22", async |page| {
        let script = "
            const script = document.createElement('script');
            try { script.textContent = 'window.taken = 1'; } catch { return 'refused'; }
            document.body.append(script);
            return typeof window.taken;";
        let answer = page.run(script).await;
        assert!([json!("refused"), json!("undefined")].contains(&answer), "{answer}");
    })
    .await;
}
