//! Headless Chromium on the page of a server, for one test.

use std::io::{BufRead as _, BufReader};
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::FutureExt as _;
use serde_json::{Value, json};
use thirtyfour::{By, ChromiumLikeCapabilities as _, DesiredCapabilities, Key, WebDriver, WebElement};
use tokio::sync::Mutex;

use crate::support::{ADMIN, TestServer};

/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(60);
/// One browser at a time is enough for a machine with few cores.
static ONE: Mutex<()> = Mutex::const_new(());

/// A page that is open.
pub(crate) struct Page {
    pub(crate) server: TestServer,
    pub(crate) driver: WebDriver,
}

/// Opens the page of a server of that release, and closes it whatever becomes of the test.
pub(crate) async fn browse(release: &str, test: impl AsyncFnOnce(&Page)) {
    browse_with(release, &[], test).await;
}

/// As [`browse`], with further arguments for Chromium.
pub(crate) async fn browse_with(release: &str, arguments: &[&str], test: impl AsyncFnOnce(&Page)) {
    browse_on(release, None, arguments, test).await;
}

/// As [`browse_with`], on a screen of that width and height, in pixels.
pub(crate) async fn browse_on(
    release: &str,
    screen: Option<(u32, u32)>,
    arguments: &[&str],
    test: impl AsyncFnOnce(&Page),
) {
    browse_server(TestServer::of(release), screen, arguments, test).await;
}

/// As [`browse_on`], on the page of that server.
pub(crate) async fn browse_server(
    server: TestServer,
    screen: Option<(u32, u32)>,
    arguments: &[&str],
    test: impl AsyncFnOnce(&Page),
) {
    let _one = ONE.lock().await;
    let (mut chromedriver, url) = start();
    let mut capabilities = DesiredCapabilities::chrome();
    // Without its sandbox, which wants what a container does not give; it sees nothing but this server.
    let own = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"];
    for argument in own.iter().chain(arguments) {
        capabilities.add_arg(argument).unwrap();
    }
    if let Some((width, height)) = screen {
        // No window is as narrow as a phone.
        let metrics = json!({"width": width, "height": height, "pixelRatio": 1, "mobile": false, "touch": false});
        capabilities.add_experimental_option("mobileEmulation", json!({"deviceMetrics": metrics})).unwrap();
    }
    let driver = WebDriver::new(&url, capabilities).await.unwrap();
    let page = Page { server, driver };
    page.driver.goto(page.server.url("/")).await.unwrap();
    let outcome = AssertUnwindSafe(test(&page)).catch_unwind().await;
    if outcome.is_err() {
        eprintln!("status: {:?}, alert: {:?}", page.text("status").await, page.text("alert").await);
    }
    page.driver.clone().quit().await.unwrap();
    chromedriver.kill().unwrap();
    chromedriver.wait().unwrap();
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// `chromedriver` on a port that the system chooses.
fn start() -> (Child, String) {
    let mut command = Command::new("chromedriver");
    let mut child = command.arg("--port=0").stdout(Stdio::piped()).spawn().expect("chromedriver is installed");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let port = lines.find_map(|line| {
        let line = line.unwrap();
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse::<u16>().ok()
    });
    (child, format!("http://127.0.0.1:{}", port.expect("chromedriver says its port")))
}

impl Page {
    pub(crate) async fn find(&self, id: &str) -> WebElement {
        self.driver.find(By::Id(id)).await.unwrap()
    }

    pub(crate) async fn text(&self, id: &str) -> String {
        self.run(&format!("return document.getElementById('{id}').textContent")).await.as_str().unwrap().to_owned()
    }

    pub(crate) async fn click(&self, id: &str) {
        self.find(id).await.click().await.unwrap();
    }

    pub(crate) async fn run(&self, script: &str) -> Value {
        self.driver.execute(script, Vec::new()).await.unwrap().json().clone()
    }

    /// Waits until an expression of JavaScript is true.
    pub(crate) async fn until(&self, what: &str) {
        let began = Instant::now();
        while self.run(&format!("return Boolean({what})")).await != json!(true) {
            assert!(began.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until one of the live regions says that.
    pub(crate) async fn until_said(&self, id: &str, text: &str) {
        self.until(&format!("document.getElementById('{id}').textContent.includes({})", json!(text))).await;
    }

    pub(crate) async fn sign_in(&self, name: &str, password: &str) {
        for (id, text) in [("name", name), ("password", password)] {
            let field = self.find(id).await;
            field.clear().await.unwrap();
            field.send_keys(text).await.unwrap();
        }
        self.click("sign-in-button").await;
    }

    pub(crate) async fn sign_in_as_admin(&self) {
        self.sign_in(ADMIN.0, ADMIN.1).await;
        self.until("!document.getElementById('inside').hidden").await;
    }

    /// A file that can be chosen.
    pub(crate) fn file(&self, name: &str, bundle: &[u8]) -> PathBuf {
        let path = self.server.directory.path().join(name);
        std::fs::write(&path, bundle).unwrap();
        path
    }

    /// Chooses a file, as the chooser does once it is closed.
    pub(crate) async fn choose(&self, name: &str, bundle: &[u8]) {
        let path = self.file(name, bundle);
        // As the page itself does when the chooser opens, which it does not here.
        self.run("document.getElementById('file').value = ''; document.getElementById('report').hidden = true").await;
        self.find("file").await.send_keys(path.to_str().unwrap()).await.unwrap();
        self.until("!document.getElementById('report').hidden").await;
    }

    /// Drops a file.
    pub(crate) async fn drop_file(&self, name: &str, bundle: &[u8]) {
        let script = "
            const bytes = Uint8Array.from(atob(arguments[0]), (char) => char.charCodeAt(0));
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([bytes], arguments[1], { type: 'application/zip' }));
            const target = document.getElementById('drop');
            for (const kind of ['dragenter', 'dragover', 'drop']) {
                target.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
            }";
        self.driver.execute(script, vec![json!(STANDARD.encode(bundle)), json!(name)]).await.unwrap();
        self.until("!document.getElementById('report').hidden").await;
    }

    /// Presses a key, wherever the focus is.
    pub(crate) async fn press(&self, key: Key) {
        self.driver.action_chain().send_keys(key).perform().await.unwrap();
    }

    /// Presses Shift and Tab.
    pub(crate) async fn tab_back(&self) {
        let keys = self.driver.action_chain().key_down(Key::Shift).send_keys(Key::Tab).key_up(Key::Shift);
        keys.perform().await.unwrap();
    }

    /// Types, wherever the focus is.
    pub(crate) async fn write(&self, text: &str) {
        self.driver.action_chain().send_keys(text).perform().await.unwrap();
    }

    /// Presses Tab until the focus is there.
    pub(crate) async fn tab_to(&self, selector: &str) {
        for _ in 0..20 {
            self.press(Key::Tab).await;
            if self.run(&format!("return document.activeElement.matches({})", json!(selector))).await == json!(true) {
                return;
            }
        }
        panic!("the keyboard does not reach {selector}");
    }
}
