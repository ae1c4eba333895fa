//! How the releases differ where modules do not matter; the rest is in ramp-core's table of releases.

use ramp_core::knowledge::{Knowledge, Release};

/// Whether there is the role `user_manager`.
pub(super) fn has_user_manager(release: &Release) -> bool {
    is_since("7.8", release)
}

/// Whether a name alone says which module a database uses: `module_id` and `semantic_version` are optional "as of 7.4.2".
pub(super) fn takes_a_module_by_its_name(release: &Release) -> bool {
    is_since("7.4", release)
}

/// Whether a release is that of the name, or a later one. The table is in ascending order.
fn is_since(name: &str, release: &Release) -> bool {
    Knowledge::builtin().releases().iter().skip_while(|row| row.name != name).any(|row| row.name == release.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(has: fn(&Release) -> bool) -> Vec<&'static str> {
        Knowledge::builtin().releases().iter().filter(|row| !has(row)).map(|row| row.name.as_str()).collect()
    }

    #[test]
    fn old_releases_lack_what_came_later() {
        assert_eq!(without(has_user_manager), ["6.2", "6.4", "7.2", "7.4"]);
        assert_eq!(without(takes_a_module_by_its_name), ["6.2", "6.4", "7.2"]);
    }
}
