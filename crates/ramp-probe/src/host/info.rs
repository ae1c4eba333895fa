//! What a fresh, empty server says of itself.
//!
//! Source: `INFO server` and `CONFIG GET` of a server that was just started; of the fields of `INFO`, modules read `redis_version`.

use super::values::Reply;
use crate::played::PlayedVersion;

/// The fields of `INFO server`, and of the whole.
pub(super) fn fields(version: PlayedVersion) -> Vec<(&'static str, String)> {
    vec![
        ("redis_version", version.to_string()),
        ("redis_git_sha1", "00000000".into()),
        ("redis_git_dirty", "0".into()),
        ("redis_build_id", "0".into()),
        ("redis_mode", "standalone".into()),
        ("os", "Linux".into()),
        ("arch_bits", "64".into()),
        ("multiplexing_api", "epoll".into()),
        ("run_id", "0".repeat(40)),
        ("tcp_port", "0".into()),
        ("uptime_in_seconds", "0".into()),
        ("role", "master".into()),
        ("connected_slaves", "0".into()),
        ("cluster_enabled", "0".into()),
    ]
}

/// The text that `INFO` answers.
pub(super) fn text(version: PlayedVersion) -> String {
    let lines = fields(version).into_iter().map(|(name, value)| format!("{name}:{value}\r\n"));
    std::iter::once("# Server\r\n".to_owned()).chain(lines).collect()
}

/// Settings that modules ask for, as a server without a configuration has them.
const SETTINGS: [(&str, &str); 14] = [
    ("aof-use-rdb-preamble", "yes"),
    ("appendonly", "no"),
    ("bind", "* -::*"),
    ("cluster-enabled", "no"),
    ("databases", "16"),
    ("dir", "/"),
    ("io-threads", "1"),
    ("maxclients", "10000"),
    ("maxmemory", "0"),
    ("maxmemory-policy", "noeviction"),
    ("port", "6379"),
    ("proto-max-bulk-len", "536870912"),
    ("save", "3600 1 300 100 60 10000"),
    ("timeout", "0"),
];

/// The answer to a command of the server, where it is played.
pub(super) fn answer(words: &[Vec<u8>], resp3: bool, version: PlayedVersion) -> Option<Reply> {
    let lower: Vec<String> = words.iter().map(|word| String::from_utf8_lossy(word).to_ascii_lowercase()).collect();
    let words: Vec<&str> = lower.iter().map(String::as_str).collect();
    let text = |text: &str| Reply::Text(text.as_bytes().to_vec());
    Some(match words.as_slice() {
        ["info", ..] => text(&self::text(version)),
        ["config", "get", names @ ..] => {
            let found: Vec<_> = SETTINGS.iter().filter(|(name, _)| names.contains(name)).collect();
            if resp3 {
                Reply::Map(found.into_iter().map(|(name, value)| (text(name), text(value))).collect())
            } else {
                Reply::Array(found.into_iter().flat_map(|(name, value)| [text(name), text(value)]).collect())
            }
        }
        ["ping"] => text("PONG"),
        ["ping" | "echo", said] => text(said),
        ["dbsize"] | ["exists" | "del" | "unlink", _, ..] => Reply::Integer(0),
        ["module", "list"] | ["keys", _] => Reply::Array(Vec::new()),
        ["role"] => Reply::Array(vec![text("master"), Reply::Integer(0), Reply::Array(Vec::new())]),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(words: &[&str], resp3: bool) -> Option<Reply> {
        let words: Vec<Vec<u8>> = words.iter().map(|word| word.as_bytes().to_vec()).collect();
        answer(&words, resp3, PlayedVersion::NEWEST)
    }

    #[test]
    fn what_modules_ask() {
        let Some(Reply::Text(info)) = ask(&["INFO", "server"], false) else { panic!() };
        assert!(String::from_utf8(info).unwrap().starts_with("# Server\r\nredis_version:8.2.3\r\n"));
        assert_eq!(ask(&["config", "get", "pseudo-slave"], true), Some(Reply::Map(vec![])));
        assert_eq!(ask(&["config", "get", "pseudo-slave"], false), Some(Reply::Array(vec![])));
        let Some(Reply::Array(pair)) = ask(&["CONFIG", "GET", "aof-use-rdb-preamble"], false) else { panic!() };
        assert_eq!(pair.len(), 2);
        assert_eq!(ask(&["set", "a", "b"], false), None);
    }
}
