//! Why a module is not loaded, as the server's log tells it.

mod line;
mod offers;
mod ways;

use std::fmt;

use line::Line;
pub use offers::OfferedBy;
use offers::{who_has_library, who_has_version};

/// Why a module is not loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadCause {
    /// A library that it needs is not there.
    MissingLibrary {
        /// The library.
        library: String,
        /// The platforms of the table that have it.
        offered_by: Vec<OfferedBy>,
    },
    /// A library is there, but too old.
    MissingVersion {
        /// The library, as the loader names it.
        library: String,
        /// The symbol version that it lacks, such as `GLIBC_2.38`.
        version: String,
        /// What needs it: the module, or one of its libraries.
        required_by: String,
        /// The platforms of the table that have it.
        offered_by: Vec<OfferedBy>,
    },
    /// No library has a function that it needs.
    MissingSymbol {
        /// The function.
        symbol: String,
    },
    /// It was built for another architecture.
    OtherArchitecture {
        /// The module's.
        module: String,
        /// The server's.
        server: String,
    },
    /// It was built for another system: Mach-O is for macOS, ELF for Linux.
    OtherFormat {
        /// Whether the module is the Mach-O one.
        mach_o: bool,
    },
    /// It is the file with the debug information, not the module.
    DebugCompanion,
    /// The end of the file is missing.
    Truncated,
    /// The file may not be executed, which servers from Redis 6 on ask of a module.
    NoExecutePermission {
        /// Where it looks for libraries relative to itself, which is why no executable copy of it was loaded.
        runpath: Option<String>,
    },
    /// The file system that it is on allows no execution.
    NoExecMount,
    /// It has no function `RedisModule_OnLoad`, so it is not a module.
    NoOnLoad {
        /// The functions that were probably meant to be it, such as `ValkeyModule_OnLoad`.
        alike: Vec<String>,
    },
    /// It needs another version of the server.
    ServerVersion {
        /// What it said.
        said: String,
    },
    /// It does not take its arguments, or misses some.
    Arguments {
        /// What it said.
        said: String,
    },
    /// Its own initialisation failed.
    InitializationFailed {
        /// What it said last, if anything.
        said: Option<String>,
    },
    /// The loader refuses it for another reason.
    Loader {
        /// The loader's words.
        said: String,
    },
}

impl fmt::Display for LoadCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingLibrary { library, .. } => write!(f, "it needs {library}, which is not found here"),
            Self::MissingVersion { library, version, required_by, .. } => {
                write!(f, "{required_by} needs {version}, which the {library} here does not have")
            }
            Self::MissingSymbol { symbol } => write!(f, "no library has the symbol {symbol}"),
            Self::OtherArchitecture { module, server } => {
                write!(f, "it is for {module}, and what is to load it is for {server}")
            }
            Self::OtherFormat { mach_o: true } => f.write_str("it is a Mach-O file, which only macOS loads"),
            Self::OtherFormat { mach_o: false } => f.write_str("it is an ELF file, which macOS does not load"),
            Self::DebugCompanion => f.write_str("it is the file with the debug information, not the module"),
            Self::Truncated => f.write_str("the end of the file is missing"),
            Self::NoExecutePermission { .. } => f.write_str("the file is not executable"),
            Self::NoExecMount => f.write_str("its file system does not allow execution"),
            Self::NoOnLoad { alike } if alike.is_empty() => f.write_str("it has no function RedisModule_OnLoad"),
            Self::NoOnLoad { alike } => write!(f, "it has no function RedisModule_OnLoad, but {}", alike.join(", ")),
            Self::ServerVersion { said } => write!(f, "it needs another version of Redis: {said}"),
            Self::Arguments { said } => write!(f, "it rejects its arguments: {said}"),
            Self::InitializationFailed { said: Some(said) } => write!(f, "its initialisation failed: {said}"),
            Self::InitializationFailed { said: None } => f.write_str("its initialisation failed, without a message"),
            Self::Loader { said } => f.write_str(said),
        }
    }
}

impl LoadCause {
    /// Whether the module can be loaded on another machine, where it can be asked.
    pub fn is_of_this_machine(&self) -> bool {
        matches!(
            self,
            Self::MissingLibrary { .. }
                | Self::MissingVersion { .. }
                | Self::MissingSymbol { .. }
                | Self::OtherArchitecture { .. }
                | Self::OtherFormat { mach_o: false }
                | Self::NoExecMount
        )
    }

    /// What to do about it, whatever it is asked for: by which options, whoever has them knows.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::MissingLibrary { offered_by, .. } | Self::MissingVersion { offered_by, .. }
                if !offered_by.is_empty() =>
            {
                let names: Vec<String> = offered_by.iter().map(ToString::to_string).collect();
                format!("Probe it on a platform that has it: {}.", names.join(", "))
            }
            Self::MissingLibrary { .. } | Self::MissingVersion { .. } | Self::MissingSymbol { .. } => {
                "Probe it where it loads.".into()
            }
            Self::OtherArchitecture { module, .. } => ways::on_another_machine(module),
            // Nodes load nothing else.
            Self::OtherFormat { mach_o: true } => "Build it on Linux, or for it.".into(),
            Self::OtherFormat { mach_o: false } => "Probe it on Linux.".into(),
            Self::DebugCompanion => "Probe the stripped module, the file without `.debug`.".into(),
            Self::NoExecutePermission { runpath: Some(runpath) } => {
                format!(
                    "Make it executable: `chmod +x`; no executable copy was tried, since it looks for libraries in {runpath}."
                )
            }
            Self::NoExecutePermission { runpath: None } => "Make it executable: `chmod +x`.".into(),
            Self::NoExecMount => "Copy it to another file system, or point TMPDIR to one.".into(),
            Self::ServerVersion { .. } => "Probe it with the version of Redis that it asks for.".into(),
            Self::Arguments { .. } => "Pass the arguments that it asks for.".into(),
            Self::InitializationFailed { .. } => {
                "It may need arguments, files, or another version of Redis; what it logged may say.".into()
            }
            Self::NoOnLoad { alike } if alike.iter().any(|name| name == "ValkeyModule_OnLoad") => {
                "It is built for Valkey, or with Valkey's header: build it with Redis's `redismodule.h`.".into()
            }
            Self::NoOnLoad { .. } => {
                "Export it: check `-fvisibility`, version scripts and `extern \"C\"`; or name the module itself.".into()
            }
            Self::Truncated => "Build or copy it again.".into(),
            _ => return None,
        })
    }

    /// The cause that a log tells; `None` if it tells of no failure to load.
    pub(crate) fn of_log(log: &str) -> Option<Self> {
        let lines: Vec<Line<'_>> = log.lines().filter_map(Line::parse).collect();
        for (at, line) in lines.iter().enumerate() {
            if let Some((_, words)) = line.text.split_once(" failed to load: ").filter(|_| line.is_about_a_module()) {
                return Some(Self::of_loader(words.trim()));
            }
            if line.is_about_a_module() && line.text.contains("does not export ") {
                return Some(Self::NoOnLoad { alike: Vec::new() });
            }
            if line.is_about_a_module() && line.text.contains(" initialization failed") {
                return Some(Self::of_module(lines.get(..at).unwrap_or_default()));
            }
        }
        lines.iter().any(|line| line.text.starts_with("Can't load module from ")).then(|| Self::of_module(&lines))
    }

    /// By what was written before the module gave up, where nothing else was.
    pub(crate) fn of_refusal(log: &str) -> Self {
        Self::of_module(&log.lines().filter_map(Line::parse).collect::<Vec<_>>())
    }

    /// By the words of `dlopen`, glibc's and musl's.
    pub(crate) fn of_loader(words: &str) -> Self {
        if words.contains("does not have execute permissions") {
            return Self::NoExecutePermission { runpath: None };
        }
        if let Some((library, rest)) = words.split_once(": version `") {
            let (version, rest) = rest.split_once("' not found").unwrap_or((rest, ""));
            let required_by = rest.trim_start_matches(" (required by ").trim_end_matches(')');
            return Self::MissingVersion {
                library: file_name(library).to_owned(),
                version: version.to_owned(),
                required_by: file_name(required_by).to_owned(),
                offered_by: who_has_version(version),
            };
        }
        let of_glibc = words.split_once(": cannot open shared object file").map(|(library, _)| library);
        let of_musl =
            words.strip_prefix("Error loading shared library ").and_then(|rest| Some(rest.split_once(": ")?.0));
        // With a path it is the module itself: glibc says so of one for another architecture.
        if let Some(library) = of_glibc.or(of_musl).filter(|library| !library.contains('/')) {
            return Self::MissingLibrary { library: library.to_owned(), offered_by: who_has_library(library) };
        }
        if let Some((_, symbol)) = words.split_once("undefined symbol: ") {
            return Self::MissingSymbol { symbol: symbol.split([' ', '\t', ',']).next().unwrap_or(symbol).to_owned() };
        }
        if let Some((before, _)) = words.split_once(": symbol not found") {
            return Self::MissingSymbol { symbol: before.rsplit(": ").next().unwrap_or(before).to_owned() };
        }
        if words.contains("failed to map segment from shared object") {
            return Self::NoExecMount;
        }
        if words.contains("file too short") || words.contains("cannot read file data") {
            return Self::Truncated;
        }
        Self::Loader { said: words.to_owned() }
    }

    /// By what the module said before it gave up.
    fn of_module(lines: &[Line<'_>]) -> Self {
        let said = |is: &dyn Fn(&str) -> bool| {
            let mut found = lines.iter().rev().filter(|line| line.is_of_the_module());
            found.find(|line| is(&line.text.to_lowercase())).map(|line| line.text.to_owned())
        };
        if let Some(said) = said(&speaks_of_server_version) {
            return Self::ServerVersion { said };
        }
        if let Some(said) = said(&speaks_of_arguments) {
            return Self::Arguments { said };
        }
        Self::InitializationFailed { said: said(&|_| true) }
    }
}

fn speaks_of_server_version(line: &str) -> bool {
    const DEMANDS: [&str; 9] =
        ["too old", "require", "must be", "or greater", "and up", "at least", "not supported", "incompatible", "newer"];
    let of_server = line.contains("redis") || line.contains("valkey") || line.contains("server");
    of_server && line.contains("version") && DEMANDS.iter().any(|demand| line.contains(demand))
}

fn speaks_of_arguments(line: &str) -> bool {
    const WORDS: [&str; 5] = ["argument", "parameter", "usage:", "unknown option", "invalid option"];
    WORDS.iter().any(|word| line.contains(word))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> LoadCause {
        LoadCause::of_log(text).unwrap()
    }

    #[test]
    fn a_missing_library_and_who_has_it() {
        let log = "28346:M 25 Nov 2026 03:25:38.323 # Module /m/redistimeseries.so failed to load: libssl.so.1.1: cannot \
                   open shared object file: No such file or directory\n\
                   28346:M 25 Nov 2026 03:25:38.323 # Can't load module from /m/redistimeseries.so: server aborting\n";
        let LoadCause::MissingLibrary { library, offered_by } = of(log) else { panic!("{:?}", of(log)) };
        assert_eq!(library, "libssl.so.1.1");
        let names: Vec<&str> = offered_by.iter().map(|offer| offer.platform.as_str()).collect();
        assert!(names.contains(&"rhel8") && names.contains(&"ubuntu20") && !names.contains(&"ubuntu22"), "{names:?}");
        let musl = "1:M 1 Jan 2026 00:00:00.000 # Module /m.so failed to load: Error loading shared library libgone.so.1: \
                    No such file or directory (needed by /m.so)";
        assert_eq!(of(musl), LoadCause::MissingLibrary { library: "libgone.so.1".into(), offered_by: vec![] });
    }

    #[test]
    fn a_library_that_is_too_old() {
        let log = "9:M 1 Jan 2026 00:00:00.000 # Module /m/x.so failed to load: /lib/x86_64-linux-gnu/libc.so.6: version \
                   `GLIBC_2.38' not found (required by /m/x.so)";
        let LoadCause::MissingVersion { library, version, required_by, offered_by } = of(log) else {
            panic!("{:?}", of(log))
        };
        assert_eq!((library.as_str(), version.as_str(), required_by.as_str()), ("libc.so.6", "GLIBC_2.38", "x.so"));
        let names: Vec<&str> = offered_by.iter().map(|offer| offer.platform.as_str()).collect();
        assert!(names.contains(&"ubuntu24") && !names.contains(&"ubuntu22"), "{names:?}");
    }

    #[test]
    fn other_words_of_loaders() {
        let of = |words: &str| of(&format!("9:M 1 Jan 2026 00:00:00.000 # Module /m/x.so failed to load: {words}"));
        assert_eq!(of("It does not have execute permissions."), LoadCause::NoExecutePermission { runpath: None });
        let symbol = LoadCause::MissingSymbol { symbol: "gone".into() };
        assert_eq!(of("/m/x.so: undefined symbol: gone"), symbol);
        assert_eq!(of("/m/x.so: undefined symbol: gone, version LIB_1"), symbol);
        assert_eq!(of("Error relocating /m/x.so: gone: symbol not found"), symbol);
        assert_eq!(of("/m/x.so: cannot read file data"), LoadCause::Truncated);
        let mapping = "/m/x.so: failed to map segment from shared object: Operation not permitted";
        assert_eq!(of(mapping), LoadCause::NoExecMount);
        let itself = "/m/x.so: cannot open shared object file: No such file or directory";
        assert_eq!(of(itself), LoadCause::Loader { said: itself.into() });
    }

    #[test]
    fn no_module() {
        for who in ["RedisModule_OnLoad()", "ValkeyModule_OnLoad() or RedisModule_OnLoad()"] {
            let log =
                format!("9:M 1 Jan 2026 00:00:00.000 # Module /m.so does not export {who} symbol. Module not loaded.");
            assert_eq!(of(&log), LoadCause::NoOnLoad { alike: vec![] });
        }
    }

    fn refusal(said: &str) -> LoadCause {
        of(&format!(
            "9:C 1 Jan 2026 00:00:00.000 # Redis version=7.0.15, bits=64, commit=00000000, modified=0, pid=9, just started\n\
             {said}\n\
             9:M 1 Jan 2026 00:00:00.000 # Module /m/x.so initialization failed. Module not loaded\n\
             9:M 1 Jan 2026 00:00:00.000 # Can't load module from /m/x.so: server aborting\n"
        ))
    }

    #[test]
    fn modules_that_want_another_server() {
        for said in [
            "<search> Redis version is too old, please upgrade to redis 7.1.0 and above.",
            "<graph> FalkorDB requires redis-server version 7.2.0 and up",
            "<redisgears_2> Redis version must be 7.1.242 or greater",
        ] {
            let cause = refusal(&format!(
                "9:M 1 Jan 2026 00:00:00.000 * <x> Redis version found by RedisSearch : 7.0.15 - oss\n\
                 9:M 1 Jan 2026 00:00:00.000 # {said}"
            ));
            assert_eq!(cause, LoadCause::ServerVersion { said: said.into() });
        }
    }

    #[test]
    fn modules_that_refuse() {
        let printed = "Wrong number of arguments: give a path";
        assert_eq!(refusal(printed), LoadCause::Arguments { said: printed.into() });
        let logged = "9:M 1 Jan 2026 00:00:00.000 # <x> no luck today";
        assert_eq!(refusal(logged), LoadCause::InitializationFailed { said: Some("<x> no luck today".into()) });
        assert_eq!(refusal(""), LoadCause::InitializationFailed { said: None });
    }

    #[test]
    fn logs_without_a_failure_to_load() {
        assert_eq!(LoadCause::of_log(""), None);
        assert_eq!(LoadCause::of_log("Module x failed to load: printed by somebody else"), None);
    }
}
