//! The page's files, as a client without a browser sees them. What the page does is tested in `tests/page/`.

use crate::support::TestServer;

const FILES: [(&str, &str); 6] = [
    ("/", "text/html; charset=utf-8"),
    ("/page/style.css", "text/css; charset=utf-8"),
    ("/page/icon.svg", "image/svg+xml"),
    ("/page/main.js", "text/javascript; charset=utf-8"),
    ("/page/api.js", "text/javascript; charset=utf-8"),
    ("/page/report.js", "text/javascript; charset=utf-8"),
];

#[test]
fn anybody_gets_the_files_and_nothing_else() {
    let server = TestServer::of("7.22");
    for (path, kind) in FILES {
        let answer = server.request(None, "GET", path, None).ok();
        assert_eq!(answer.headers["content-type"], kind, "{path}");
    }
    for path in ["/page", "/page/", "/page/../v1/modules", "/page/index.html", "//", "/v1/modules"] {
        server.request(None, "GET", path, None).is_refused(401, "unauthorized");
    }
}

#[test]
fn headers_forbid_what_the_page_does_not_need() {
    let server = TestServer::of("8.2");
    let page = server.request(None, "GET", "/", None).ok();
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    for rule in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "form-action 'none'"]
    {
        assert!(policy.split("; ").any(|has| has == rule), "{policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains("data:"), "{policy}");
    let api = server.get("/v1/modules").ok();
    assert_eq!(api.headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
    for answer in [page, api, server.get("/nowhere")] {
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["x-frame-options"], "DENY");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer");
        assert_eq!(answer.headers["cross-origin-resource-policy"], "same-origin");
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let server = TestServer::of("7.22");
    for (path, _) in FILES {
        let text = server.request(None, "GET", path, None).ok().text;
        let names_only = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!names_only.contains("http:") && !names_only.contains("https:"), "{path}");
        for markup in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "localStorage"] {
            assert!(!text.contains(markup), "{path}: {markup}");
        }
        assert!(!text.contains("style=\"") && !text.contains("onclick=\"") && !text.contains("<style"), "{path}");
    }
}
