//! Where the project is, for formats that link to it: `repository` in `Cargo.toml`, and nowhere while that is not set.

/// The repository, by its address.
pub(super) fn repository() -> Option<&'static str> {
    Some(env!("CARGO_PKG_REPOSITORY")).filter(|url| !url.is_empty())
}

/// The page of a rule, of this release.
pub(super) fn page_of(rule: &str) -> Option<String> {
    repository().map(|repository| page(repository, rule))
}

fn page(repository: &str, rule: &str) -> String {
    format!("{}/blob/v{}/docs/rules/{rule}.md", repository.trim_end_matches('/'), env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_a_page_where_there_is_a_repository() {
        let there =
            concat!("https://forge.example/ramp/blob/v", env!("CARGO_PKG_VERSION"), "/docs/rules/load-glibc.md");
        assert_eq!(page("https://forge.example/ramp/", "load-glibc"), there);
        assert_eq!(page_of("load-glibc").is_some(), repository().is_some());
    }
}
