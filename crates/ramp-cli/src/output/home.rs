//! Where the project's pages are, for formats that link to them: `homepage` of the workspace's `Cargo.toml`, which is the address of the
//! book (`docs/`), and nowhere while that is empty.

/// The book, by its address.
pub(crate) fn book() -> Option<&'static str> {
    Some(env!("CARGO_PKG_HOMEPAGE")).filter(|url| !url.is_empty())
}

/// The page of a rule.
pub(super) fn page_of(rule: &str) -> Option<String> {
    book().map(|book| page(book, rule))
}

fn page(book: &str, rule: &str) -> String {
    format!("{}/rules/{rule}.html", book.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ramp_core::rules;

    use super::*;

    #[test]
    fn a_rule_has_a_page_where_there_is_a_book() {
        assert_eq!(page("https://ramp.example/", "load-glibc"), "https://ramp.example/rules/load-glibc.html");
        assert_eq!(page_of("load-glibc").is_some(), book().is_some());
    }

    /// mdBook makes `rules/ID.html` of `rules/ID.md`, where that is a chapter.
    #[test]
    fn the_book_has_the_page_of_each_rule() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
        if !docs.is_dir() {
            return; // The package of the crate is without the book.
        }
        let summary = std::fs::read_to_string(docs.join("SUMMARY.md")).unwrap();
        for rule in rules::all() {
            let page = page("", rule.id);
            let source = page.trim_start_matches('/').replace(".html", ".md");
            assert!(docs.join(&source).is_file(), "docs/{source} is not there");
            assert!(summary.contains(&format!("]({source})")), "docs/SUMMARY.md leaves out {source}");
        }
    }
}
