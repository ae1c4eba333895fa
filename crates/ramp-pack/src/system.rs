//! The name of the operating system one packs on, from the text of the files that tell it.

use ramp_core::knowledge::Knowledge;

/// The name by `/etc/os-release`: its `ID` and the major of its `VERSION_ID`, the rebuilds under the name of what they
/// rebuild. `None` if it has no `ID`.
///
/// ```
/// use ramp_pack::system::from_os_release;
///
/// assert_eq!(from_os_release("ID=ubuntu\nVERSION_ID=\"22.04\"\n").as_deref(), Some("ubuntu22"));
/// assert_eq!(from_os_release("ID=\"rocky\"\nVERSION_ID=\"9.4\"\n").as_deref(), Some("rhel9"));
/// assert_eq!(from_os_release("NAME=none\n"), None);
/// ```
pub fn from_os_release(text: &str) -> Option<String> {
    let value = |wanted: &str| {
        // The last one counts, as it does for a shell that reads the file.
        text.lines().rev().find_map(|line| {
            let (key, value) = line.trim().split_once('=')?;
            key.eq_ignore_ascii_case(wanted).then(|| unquote(value))
        })
    };
    let id = value("ID").filter(|id| !id.is_empty())?.to_lowercase().replace(' ', "_");
    let id = match id.as_str() {
        "ol" => "oracle",
        "opensuse-leap" => "opensuse",
        other => other,
    };
    let version = value("VERSION_ID").unwrap_or_default();
    let major: String = version.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    Some(canonical(&format!("{id}{major}")))
}

/// The name by `/etc/devcontainer`: the platform whose codename is its `DISTRO`, or that word itself. `None` if it
/// has no `DISTRO`.
///
/// ```
/// use ramp_pack::system::from_devcontainer;
///
/// assert_eq!(from_devcontainer("DISTRO=focal\n").as_deref(), Some("ubuntu20"));
/// assert_eq!(from_devcontainer("DISTRO='rocky9'\n").as_deref(), Some("rhel9"));
/// ```
pub fn from_devcontainer(text: &str) -> Option<String> {
    let distro = text.lines().rev().find_map(|line| {
        let (key, value) = line.trim().split_once('=')?;
        (key == "DISTRO").then(|| value.trim_matches(['"', '\'']))
    })?;
    Some(canonical(distro)).filter(|name| !name.is_empty())
}

/// The name that `module.json` uses, if the tables know the platform; `name` itself otherwise.
///
/// ```
/// use ramp_pack::system::canonical;
///
/// assert_eq!(canonical("centos9"), "rhel9");
/// assert_eq!(canonical("plan9"), "plan9");
/// ```
pub fn canonical(name: &str) -> String {
    Knowledge::builtin().platform(name).map_or_else(|| name.to_owned(), |platform| platform.id.clone())
}

/// A value of os-release: shell quoting, on one line.
fn unquote(value: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    let mut chars = value.trim().chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None | Some('"'), '\\') => out.extend(chars.next()),
            (None, '#' | ' ' | '\t') => break,
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_systems_as_the_reference_does() {
        for (text, expected) in [
            ("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n", Some("debian12")),
            ("ID=\"rhel\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"9.4\"\n", Some("rhel9")),
            ("ID='centos'\nVERSION_ID='8'\n", Some("rhel8")),
            ("ID=ol\nVERSION_ID=8.10\n", Some("rhel8")),
            ("ID=almalinux\nVERSION_ID=9.3 # the newest\n", Some("rhel9")),
            ("ID=amzn\nVERSION_ID=2023\n", Some("amzn2023")),
            ("ID=alpine\nVERSION_ID=3.20.1\n", Some("alpine3")),
            ("ID=arch\n", Some("arch")),
            ("ID=\"Red Hat\"\nVERSION_ID=7\n", Some("red_hat7")),
            ("ID=debian\nID=ubuntu\nVERSION_ID=24.04\n", Some("ubuntu24")),
            ("#ID=debian\n\nID=\n", None),
            ("", None),
        ] {
            assert_eq!(from_os_release(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn knows_the_codenames() {
        for (text, expected) in [
            ("# made by hand\nDISTRO=\"jammy\"\n", Some("ubuntu22")),
            ("DISTRO=noble", Some("ubuntu24")),
            ("DISTRO=bookworm", Some("debian12")),
            ("DISTRO=something", Some("something")),
            ("DISTRO=\n", None),
            ("OTHER=focal", None),
        ] {
            assert_eq!(from_devcontainer(text).as_deref(), expected, "{text:?}");
        }
    }
}
