//! The configuration of the private server: a file in its directory, and nothing but that file.
//!
//! A file, since on the command line a module's argument that begins with `--` would become a setting.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use crate::options::RedisArg;

/// Settings that would make the server less private, or hide its log.
const OURS: [&str; 16] = [
    "aclfile",
    "appendonly",
    "cluster-enabled",
    "daemonize",
    "dir",
    "include",
    "logfile",
    "pidfile",
    "port",
    "requirepass",
    "save",
    "supervised",
    "syslog-enabled",
    "tls-port",
    "unixsocket",
    "unixsocketperm",
];

/// A value as the server's parser reads it: in double quotes, whatever its bytes.
pub(crate) fn quoted(value: &[u8]) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for byte in value {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => quoted.push(char::from(*byte)),
            _ => {
                let _ = write!(quoted, "\\x{byte:02x}");
            }
        }
    }
    quoted.push('"');
    quoted
}

/// The file's text; without a module, that of a bare server.
pub(crate) fn text(home: &Path, socket: &Path, settings: &[RedisArg], module: Option<(&Path, &[String])>) -> String {
    let mut text = String::new();
    let mut line = |name: &str, values: &[&[u8]]| {
        text.push_str(name);
        for value in values {
            text.push(' ');
            text.push_str(&quoted(value));
        }
        text.push('\n');
    };
    for setting in settings.iter().filter(|s| !OURS.iter().any(|ours| s.name().eq_ignore_ascii_case(ours))) {
        line(setting.name(), &setting.values().iter().map(String::as_bytes).collect::<Vec<_>>());
    }
    line("port", &[b"0"]);
    line("unixsocket", &[socket.as_os_str().as_bytes()]);
    line("dir", &[home.as_os_str().as_bytes()]);
    line("save", &[b""]);
    line("appendonly", &[b"no"]);
    line("daemonize", &[b"no"]);
    line("logfile", &[b""]);
    if let Some((path, arguments)) = module {
        let path = std::iter::once(path.as_os_str().as_bytes());
        line("loadmodule", &path.chain(arguments.iter().map(String::as_bytes)).collect::<Vec<_>>());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_byte_can_be_quoted() {
        assert_eq!(quoted(b""), r#""""#);
        assert_eq!(quoted(b"a b"), r#""a b""#);
        assert_eq!(quoted(br#"say "hi" \ {x}'"#), r#""say \"hi\" \\ {x}'""#);
        assert_eq!(quoted("a\n\t\0é".as_bytes()), r#""a\x0a\x09\x00\xc3\xa9""#);
    }

    #[test]
    fn the_server_stays_private_whatever_is_asked_of_it() {
        let settings = RedisArg::parse(["--port", "6379", "--Save", "900 1", "--maxmemory", "1 mb"]).unwrap();
        let arguments = ["--port".to_owned(), "6379\nport 6379".to_owned()];
        let text = text(Path::new("/h"), Path::new("/h/s"), &settings, Some((Path::new("/a b/m.so"), &arguments)));
        let expected = "maxmemory \"1 mb\"\nport \"0\"\nunixsocket \"/h/s\"\ndir \"/h\"\n\
                        save \"\"\nappendonly \"no\"\ndaemonize \"no\"\nlogfile \"\"\n\
                        loadmodule \"/a b/m.so\" \"--port\" \"6379\\x0aport 6379\"\n";
        assert_eq!(text, expected);
    }
}
