//! Which names and versions can be of a module.

/// What is wrong with what a module registers itself as. The module API has the version as a C `int`, and a package has none that is
/// negative.
pub(crate) fn oddity(module_name: &str, version: i64) -> Option<String> {
    if module_name.is_empty() {
        return Some("the module registers an empty name".to_owned());
    }
    let is_version = (0..=i64::from(i32::MAX)).contains(&version);
    (!is_version)
        .then(|| format!("the module registers the version {version}, which is not a number from 0 to {}", i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions() {
        for (name, version, is_odd) in [
            ("x", 0, false),
            ("x", 10203, false),
            ("x", 2_147_483_647, false),
            ("x", 2_147_483_648, true),
            ("x", -1, true),
            ("", 1, true),
        ] {
            assert_eq!(oddity(name, version).is_some(), is_odd, "{name} {version}");
        }
    }
}
