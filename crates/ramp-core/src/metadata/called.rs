//! What an unknown key was meant to be: by its old name, by what people call it, by the option that sets it, by its spelling.

use super::fields::{CommandOption, Field, FieldType, fields, manifest_keys, members, members_of, other_options};
use crate::text::closest;

/// How many bytes a word for a field has at most, with signs between its letters.
const LONGEST: usize = 40;

/// The known field that an unknown key of `module.json` was probably meant to be.
///
/// What it was called before, what people call it and the option of `ramp pack` that sets it are known; dashes, dots, spaces,
/// letter case and camel case are forgiven, then a few letters wrong, missing or swapped; and `overide_command` is offered to
/// those who spell it right.
///
/// ```
/// use ramp_core::metadata::called::field;
///
/// assert_eq!(field("min_redis_verison"), Some("min_redis_version"));
/// assert_eq!(field("isplay_name"), Some("display_name"));
/// assert_eq!(field("minRedisPackVersion"), Some("min_redis_pack_version"));
/// assert_eq!(field("Module-Name"), Some("module_name"));
/// assert_eq!(field("min_rlec_version"), Some("min_redis_pack_version"));
/// assert_eq!(field("redis_compatible_version"), Some("compatible_redis_version"));
/// assert_eq!(field("colour"), None);
/// ```
pub fn field(key: &str) -> Option<&'static str> {
    of_fields(fields().iter(), key)
}

/// The key of the packer's manifest that an unknown one was probably meant to be, as [`field`] finds fields.
///
/// ```
/// use ramp_core::metadata::called::manifest_key;
///
/// assert_eq!(manifest_key("os_list"), Some("operating_systems"));
/// assert_eq!(manifest_key("git_sha"), None);
/// ```
pub fn manifest_key(key: &str) -> Option<&'static str> {
    of_fields(manifest_keys(), key)
}

/// The option of `ramp pack` that a key is called by, where it sets no field and so is no key of a manifest.
///
/// ```
/// use ramp_core::metadata::called::option;
///
/// assert_eq!(option("print_filename_only").unwrap().long, "--print-filename-only");
/// assert_eq!(option("cmdargs"), None);
/// ```
pub fn option(key: &str) -> Option<&'static CommandOption> {
    other_options().iter().find(|option| is_spelt(&option.long, key))
}

/// The known member of the objects in a field of that type that an unknown key was probably meant to be, as [`field`] finds fields.
///
/// ```
/// use ramp_core::metadata::called::member_of;
/// use ramp_core::metadata::fields::FieldType;
///
/// assert_eq!(member_of(FieldType::Dependencies, "local_pth"), Some("local_path"));
/// assert_eq!(member_of(FieldType::Dependencies, "url"), None);
/// assert_eq!(member_of(FieldType::Commands, "arity"), Some("command_arity"));
/// ```
pub fn member_of(of: FieldType, key: &str) -> Option<&'static str> {
    let names = || members_of(of).map(|member| (member.name.as_str(), member));
    let is_known = names().any(|(name, _)| name == key);
    called_or_close(names(), |member| is_alias(&member.aliases, key), key).filter(|_| !is_known)
}

/// The known member of an object of that sort that an unknown key was probably meant to be, as [`field`] finds fields.
pub(super) fn member(of: &'static str, key: &str) -> Option<&'static str> {
    let names = members(of).map(|member| (member.name.as_str(), member));
    called_or_close(names, |member| is_alias(&member.aliases, key), key)
}

fn of_fields(fields: impl Iterator<Item = &'static Field> + Clone, key: &str) -> Option<&'static str> {
    let of_option = |field: &Field| field.option.as_ref().is_some_and(|option| is_spelt(&option.long, key));
    let names = fields.map(|field| (field.name.as_str(), field));
    called_or_close(names, |field| is_alias(&field.aliases, key) || of_option(field), key)
}

/// Of names and what has them, that of what a key is another word for, else the closest.
fn called_or_close<T>(
    names: impl Iterator<Item = (&'static str, T)> + Clone,
    is_called: impl Fn(T) -> bool,
    key: &str,
) -> Option<&'static str> {
    let called = names.clone().find_map(|(name, of)| (name != key && is_called(of)).then_some(name));
    called.or_else(|| closest(names.map(|(name, _)| name), key))
}

/// Whether a key is one of those words, written with or without signs between them.
fn is_alias(aliases: &[String], key: &str) -> bool {
    aliases.iter().any(|alias| is_spelt(alias, key))
}

/// Whether two words have the same letters.
fn is_spelt(word: &str, key: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
    };
    key.len() <= LONGEST && letters(word) == letters(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_what_was_meant() {
        for (key, expected) in [
            ("override_command", Some("overide_command")),
            ("min-redis-version", Some("min_redis_version")),
            ("optional_dependencies", Some("optional-dependencies")),
            ("operating_system", Some("operating_systems")),
            ("MODULE_FILE", Some("module_file")),
            ("redis_ref", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(field(key), expected, "{key}");
        }
        assert_eq!(field(&"a".repeat(1 << 20)), None);
    }

    /// Old names, words of other tools, options in place of keys: of all that was found in published manifests.
    #[test]
    fn knows_what_manifests_call_their_keys() {
        for (key, expected) in [
            ("min_rlec_version", "min_redis_pack_version"),
            ("minRlecVersion", "min_redis_pack_version"),
            ("min_redis_enterprise_version", "min_redis_pack_version"),
            ("supported-dependencies", "optional-dependencies"),
            ("supported_dependencies", "optional-dependencies"),
            ("cmdargs", "command_line_args"),
            ("runcmdargs", "run_command_line_args"),
            ("--redis-min-version", "min_redis_version"),
            ("redis_min_version", "min_redis_version"),
            ("redis-pack-min-version", "min_redis_pack_version"),
            ("redis_compatible_version", "compatible_redis_version"),
            ("module_version", "version"),
            ("os_list", "operating_systems"),
            ("capability", "capabilities"),
            ("dependency", "dependencies"),
            ("isplay_name", "display_name"),
            ("min_redis_verison", "min_redis_version"),
        ] {
            assert_eq!(manifest_key(key), Some(expected), "{key}");
        }
        for key in ["redis_ref", "docker_image_version", "colour"] {
            assert_eq!(manifest_key(key), None, "{key}");
        }
    }

    /// In any case and with any signs, one more or fewer, each key is known for itself, and so is its option.
    #[test]
    fn every_key_is_known_in_every_spelling() {
        for Field { name, option, .. } in manifest_keys() {
            let camel: String = name
                .split(['_', '-'])
                .enumerate()
                .flat_map(|(at, word)| {
                    let (first, rest) = word.split_at(usize::from(at > 0));
                    [first.to_uppercase(), rest.to_owned()]
                })
                .collect();
            let spelt = [name.replace('_', "-"), name.replace('-', "_"), name.to_uppercase(), camel];
            let counted = [format!("{name}s"), name.strip_suffix('s').unwrap_or(name).to_owned()];
            let option = option.iter().flat_map(|option| {
                let bare = option.long.trim_start_matches('-');
                [option.long.clone(), bare.to_owned(), bare.replace('-', "_")]
            });
            // What short words are meant for is anybody's guess.
            let counted = counted.into_iter().filter(|key| key.len() > 3);
            for key in spelt.into_iter().chain(counted).chain(option).filter(|key| key != name) {
                assert_eq!(manifest_key(&key), Some(name.as_str()), "{key}");
            }
        }
    }
}
