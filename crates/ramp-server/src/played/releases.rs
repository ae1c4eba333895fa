//! How the releases differ where modules do not matter; the rest is in ramp-core's table of releases.

use ramp_core::knowledge::{Knowledge, Release};

/// Whether there is the role `user_manager`.
pub(super) fn has_user_manager(release: &Release) -> bool {
    is_since("7.8", release)
}

/// Whether the license counts shards in RAM and in flash each by themselves: "as of v7.2".
pub(super) fn counts_shards_by_kind(release: &Release) -> bool {
    is_since("7.2", release)
}

/// Whether there is `/v2/actions`, which "tracks all background actions": new in 7.22.
pub(crate) fn has_second_actions(release: &Release) -> bool {
    is_since("7.22", release)
}

/// Whether a name alone says which module a database uses: `module_id` and `semantic_version` are optional "as of 7.4.2".
pub(super) fn takes_a_module_by_its_name(release: &Release) -> bool {
    is_since("7.4", release)
}

/// Whether `module_id` alone says so, too: "deprecated" as of 7.8.2, in favour of the name.
pub(super) fn takes_a_module_by_its_uid(release: &Release) -> bool {
    !is_since("7.8", release)
}

/// Whether a list may have the `uid`s alone, with `module_list_args` beside it, as scripts of the first releases with modules send it.
pub(super) fn takes_a_list_of_uids(release: &Release) -> bool {
    !is_since("7.4", release)
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
        assert_eq!(without(counts_shards_by_kind), ["6.2", "6.4"]);
        assert_eq!(without(has_second_actions), ["6.2", "6.4", "7.2", "7.4", "7.8"]);
        assert_eq!(without(takes_a_module_by_its_name), ["6.2", "6.4", "7.2"]);
        assert_eq!(without(takes_a_module_by_its_uid), ["7.8", "7.22", "8.0", "8.2"]);
        assert_eq!(without(takes_a_list_of_uids), ["7.4", "7.8", "7.22", "8.0", "8.2"]);
    }
}
