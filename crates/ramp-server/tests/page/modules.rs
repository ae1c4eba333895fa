//! What the page is there for, on both generations.

use serde_json::json;
use thirtyfour::Key;

use crate::browser::{Page, browse};
use crate::support::{ADMIN, BundleBuilder, TestServer};

const ROWS: &str = "document.querySelectorAll('#modules tbody tr').length";

fn take_uploads(server: &TestServer) {
    server.json("PUT", "/v1/cluster", &json!({"allow_modules_upload": true})).ok();
}

async fn confirm(page: &Page) {
    page.driver.find(thirtyfour::By::Css("#modules button")).await.unwrap().click().await.unwrap();
    page.until("document.getElementById('confirm').open").await;
    page.click("confirm-yes").await;
}

#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn a_wrong_password_is_told_and_a_right_one_signs_in() {
    browse("7.22", async |page| {
        page.sign_in(ADMIN.0, "wrong").await;
        page.until_said("alert", "unauthorized").await;
        assert_eq!(page.run("return document.getElementById('inside').hidden").await, json!(true));
        assert_eq!(page.run("return document.activeElement.id").await, json!("password"));
        page.sign_in(ADMIN.0, ADMIN.1).await;
        page.until_said("status", "Signed in as admin@test").await;
        assert_eq!(page.text("alert").await, "");
        assert_eq!(page.run("return document.getElementById('password').value").await, json!(""));
        assert_eq!(page.run("return localStorage.length + sessionStorage.length + document.cookie.length").await, 0);
        page.click("sign-out").await;
        assert_eq!(page.run("return document.getElementById('inside').hidden").await, json!(true));
        page.driver.refresh().await.unwrap();
        assert_eq!(page.run("return document.getElementById('inside').hidden").await, json!(true));
    })
    .await;
}

#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn a_bundle_is_chosen_reported_uploaded_and_deleted() {
    browse("7.22", async |page| {
        page.sign_in_as_admin().await;
        assert_eq!(page.run("return document.getElementById('empty').hidden").await, json!(false));
        page.choose("good.zip", &BundleBuilder::good().build()).await;
        page.until_said("status", "good.zip would be accepted").await;
        assert!(page.text("facts").await.contains("testmodule"), "{}", page.text("facts").await);
        assert_eq!(page.server.get("/v1/modules").ok().json(), json!([]), "it is only checked");
        page.click("upload").await;
        page.until_said("status", "Uploaded good.zip.").await;
        page.until(&format!("{ROWS} === 1")).await;
        page.server.only_module();
        // Once more: what is there already is told before the upload.
        page.choose("good.zip", &BundleBuilder::good().build()).await;
        page.until_said("answer", "module_exists").await;
        page.click("close-report").await;

        page.driver.find(thirtyfour::By::Css("#modules button")).await.unwrap().click().await.unwrap();
        page.until_said("confirm-text", "testmodule").await;
        page.click("confirm-no").await;
        page.server.only_module();
        confirm(page).await;
        page.until_said("status", "Deleted testmodule").await;
        assert_eq!(page.server.get("/v1/modules").ok().json(), json!([]));
        page.until(&format!("{ROWS} === 0")).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn a_bundle_is_dropped_and_becomes_an_object_and_an_artifact() {
    browse("8.2", async |page| {
        page.sign_in_as_admin().await;
        page.drop_file("dropped.zip", &BundleBuilder::good().build()).await;
        page.until_said("answer", "modules_upload_disabled").await;
        assert_eq!(page.run("return document.getElementById('upload').disabled").await, json!(true));
        page.click("close-report").await;
        take_uploads(&page.server);
        page.drop_file("dropped.zip", &BundleBuilder::good().build()).await;
        page.until_said("status", "dropped.zip would be accepted").await;
        page.click("upload").await;
        page.until_said("status", "Uploaded dropped.zip.").await;
        page.until(&format!("{ROWS} === 1")).await;
        assert_eq!(page.server.get("/v2/modules/user-defined").ok().json()[0]["module_name"], "testmodule");
        let artifacts = page.server.get("/v2/local/modules/user-defined/artifacts").ok().json();
        assert_eq!(artifacts[0]["module_name"], "testmodule");
        confirm(page).await;
        page.until_said("status", "Deleted testmodule").await;
        for path in ["/v2/modules/user-defined", "/v2/local/modules/user-defined/artifacts"] {
            assert_eq!(page.server.get(path).ok().json(), json!([]), "{path}");
        }
    })
    .await;
}

#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn a_refusal_is_shown_with_findings_and_cures() {
    browse("7.22", async |page| {
        page.sign_in_as_admin().await;
        page.choose("bad.zip", &BundleBuilder::good().set("version", "8.4.0").build()).await;
        page.until_said("status", "bad.zip would be refused (invalid_module)").await;
        let verdict = page.text("answer").await;
        assert!(verdict.contains("module_version_not_integer") && verdict.contains("HTTP 400"), "{verdict}");
        let finding = page.run("return document.querySelector('#findings li').textContent").await;
        let finding = finding.as_str().unwrap();
        for part in ["error", "module-version-not-integer", "module.json#/version", "8.4.0", "Help: "] {
            assert!(finding.contains(part), "{part}: {finding}");
        }
        assert_eq!(page.run("return document.getElementById('upload').disabled").await, json!(true));
        // What is not a zip at all is reported too.
        page.drop_file("no.zip", b"no zip").await;
        page.until_said("findings", "bundle-not-a-zip").await;
        // Between the check and the upload somebody else was faster: the server's words.
        page.choose("good.zip", &BundleBuilder::good().build()).await;
        page.until_said("status", "good.zip would be accepted").await;
        page.server.upload("/v2/modules", BundleBuilder::good()).ok();
        page.click("upload").await;
        page.until_said("alert", "module_exists").await;
        assert!(page.text("alert").await.contains("Module already in system"), "{}", page.text("alert").await);
    })
    .await;
}

#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn a_refused_artifact_leaves_no_object() {
    browse("8.0", async |page| {
        page.sign_in_as_admin().await;
        page.choose("good.zip", &BundleBuilder::good().build()).await;
        page.until_said("status", "good.zip would be accepted").await;
        page.server.upload("/v2/local/modules/user-defined/artifacts", BundleBuilder::good()).ok();
        page.click("upload").await;
        page.until_said("alert", "module_exists").await;
        assert_eq!(page.server.get("/v2/modules/user-defined").ok().json(), json!([]));
    })
    .await;
}

#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn a_module_in_use_stays_and_is_told() {
    for release in ["7.22", "8.0"] {
        browse(release, async |page| {
            page.sign_in_as_admin().await;
            page.choose("good.zip", &BundleBuilder::good().build()).await;
            page.until_said("status", "good.zip would be accepted").await;
            page.click("upload").await;
            page.until_said("status", "Uploaded good.zip.").await;
            // The Redis that the module is for, which is not what each release makes.
            let wanted = json!([{"module_name": "testmodule"}]);
            let database = json!({"name": "x", "memory_size": 1, "redis_version": "7.4", "module_list": wanted});
            page.server.json("POST", "/v1/bdbs", &database).ok();
            page.until(&format!("{ROWS} === 1")).await;
            confirm(page).await;
            page.until_said("alert", "Could not delete testmodule").await;
            let alert = page.text("alert").await;
            for part in ["module_in_use", "The request is not acceptable", "in use by database 1"] {
                assert!(alert.contains(part), "{part}: {alert}");
            }
            page.until(&format!("{ROWS} === 1")).await;
            page.server.only_module();
            // Nothing of it is gone, not even the artifact.
            assert_eq!(page.server.files("blobs").len(), 1);
            page.server.delete("/v1/bdbs/1").ok();
            confirm(page).await;
            page.until_said("status", "Deleted testmodule").await;
            page.until(&format!("{ROWS} === 0")).await;
        })
        .await;
    }
}

#[tokio::test]
#[ignore = "wants chromium and chromedriver"]
async fn the_keyboard_is_enough() {
    browse("7.22", async |page| {
        page.tab_to("#name").await;
        page.write(ADMIN.0).await;
        page.tab_to("#password").await;
        page.write(ADMIN.1).await;
        page.press(Key::Enter).await;
        page.until("document.activeElement.id === 'list-title'").await;
        page.tab_back().await;
        page.until("document.activeElement.id === 'file'").await;
        let outline = page.run("return getComputedStyle(document.activeElement).outlineStyle").await;
        assert_eq!(outline, json!("solid"), "the focus can be seen");
        // The chooser is the system's own; it opens by the keyboard because the field is an ordinary one.
        page.choose("good.zip", &BundleBuilder::good().build()).await;
        page.until("document.activeElement.id === 'report-title'").await;
        page.tab_to("#upload").await;
        page.press(Key::Enter).await;
        page.until("document.activeElement.id === 'list-title'").await;
        page.server.only_module();
        page.tab_to("#modules button").await;
        page.press(Key::Space).await;
        page.until("document.activeElement.id === 'confirm-no'").await;
        page.press(Key::Escape).await;
        page.until("document.activeElement.matches('#modules button')").await;
        page.press(Key::Space).await;
        page.until("document.activeElement.id === 'confirm-no'").await;
        page.tab_to("#confirm-yes").await;
        page.press(Key::Enter).await;
        page.until_said("status", "Deleted testmodule").await;
        page.until("document.activeElement.id === 'list-title'").await;
    })
    .await;
}
