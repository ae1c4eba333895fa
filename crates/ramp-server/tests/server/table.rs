//! The table of documented rows names a test for each, and the test is there.

const TABLE: &str = include_str!("../../../../docs/rest-api.md");

const SUITES: &[(&str, &str)] = &[
    ("actions", include_str!("actions.rs")),
    ("auth", include_str!("auth.rs")),
    ("bootstrap", include_str!("bootstrap.rs")),
    ("bundled", include_str!("bundled.rs")),
    ("cluster", include_str!("cluster.rs")),
    ("curl", include_str!("curl.rs")),
    ("database_changes", include_str!("database_changes.rs")),
    ("databases", include_str!("databases.rs")),
    ("dependencies", include_str!("dependencies.rs")),
    ("durability", include_str!("durability.rs")),
    ("fair", include_str!("fair.rs")),
    ("legacy", include_str!("legacy.rs")),
    ("multipart", include_str!("multipart.rs")),
    ("openapi", include_str!("openapi.rs")),
    ("operate", include_str!("operate.rs")),
    ("page", include_str!("page.rs")),
    ("user_defined", include_str!("user_defined.rs")),
    ("users", include_str!("users.rs")),
    ("validate", include_str!("validate.rs")),
];

#[test]
fn every_row_has_a_test() {
    let documented = TABLE.split("## What every endpoint can answer").next().unwrap();
    let rows: Vec<&str> = documented.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows.len() > 40, "{} rows", rows.len());
    for row in rows {
        let cell = row.trim_end_matches([' ', '|']).rsplit('|').next().unwrap().trim();
        if cell.starts_with("not simulated") {
            continue;
        }
        for test in cell.split(", ") {
            let name = test.trim_matches('`');
            let (suite, function) = name.split_once("::").unwrap_or_else(|| panic!("no test in: {row}"));
            let source = SUITES.iter().find(|(name, _)| *name == suite).unwrap_or_else(|| panic!("no suite: {row}")).1;
            assert!(source.contains(&format!("fn {function}()")), "no test {name}: {row}");
        }
    }
}
