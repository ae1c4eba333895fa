//! The servers, and modules built for them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The servers to test with.
pub(crate) fn servers() -> Vec<PathBuf> {
    let named = env::var_os("RAMP_REDIS_SERVERS").map(|list| env::split_paths(&list).collect());
    let on_path = || {
        let path = env::var_os("PATH")?;
        let found: Vec<PathBuf> = env::split_paths(&path)
            .flat_map(|directory| ["redis-server", "valkey-server"].map(|name| directory.join(name)))
            .filter(|file| file.is_file())
            .take(1)
            .collect();
        Some(found)
    };
    let servers = named.or_else(|| fetched("servers")).or_else(on_path).unwrap_or_default();
    assert!(!servers.is_empty(), "no redis-server to test with");
    servers
}

/// Those, and what was fetched to be compared with only.
#[cfg(target_os = "linux")]
pub(crate) fn all_servers() -> Vec<PathBuf> {
    servers().into_iter().chain(fetched("other-servers").unwrap_or_default()).collect()
}

/// A file of those that were fetched.
#[cfg(target_os = "linux")]
pub(crate) fn fetched_file(name: &str) -> PathBuf {
    PathBuf::from(env::var_os("RAMP_REAL_MODULES").unwrap()).join(name)
}

/// The servers that were fetched to a folder.
fn fetched(folder: &str) -> Option<Vec<PathBuf>> {
    let folder = PathBuf::from(env::var_os("RAMP_REAL_MODULES")?).join(folder);
    let servers = fs::read_dir(folder).ok()?.map(|entry| entry.unwrap().path().join("redis-server"));
    let mut servers: Vec<PathBuf> = servers.collect();
    servers.sort();
    Some(servers)
}

/// The host, by the emulator that `RAMP_EMULATOR` names where this architecture is one that the machine does not have.
pub(crate) fn host_program() -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::LazyLock;

    static EMULATED: LazyLock<Option<(TempDir, PathBuf)>> = LazyLock::new(|| {
        let emulator = env::var("RAMP_EMULATOR").ok()?;
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("host");
        let host = env!("CARGO_BIN_EXE_ramp-probe-host");
        fs::write(&script, format!("#!/bin/sh\nexec {emulator} {host} \"$@\"\n")).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        Some((folder, script))
    });
    EMULATED.as_ref().map_or_else(|| env!("CARGO_BIN_EXE_ramp-probe-host").into(), |(_, script)| script.clone())
}

/// A directory in which modules are built.
pub(crate) struct Workshop {
    directory: TempDir,
}

impl Workshop {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Builds `testdata/probe/NAME.c`.
    pub(crate) fn module(&self, name: &str) -> PathBuf {
        self.module_at(name, &format!("{name}.so"))
    }

    pub(crate) fn module_at(&self, name: &str, file: &str) -> PathBuf {
        self.compile(name, file, &[])
    }

    /// A module that needs a library which is no longer there.
    pub(crate) fn module_without_its_library(&self) -> PathBuf {
        let library = self.compile("library", "libprobe_gone.so", &["-Wl,-soname,libprobe_gone.so.1"]);
        let module = self.compile("needs", "needs.so", &[library.to_str().unwrap()]);
        fs::remove_file(library).unwrap();
        module
    }

    /// A module that looks for libraries beside itself.
    pub(crate) fn module_with_neighbours(&self) -> PathBuf {
        self.compile("commands", "tied.so", &["-Wl,-rpath,$ORIGIN/lib"])
    }

    /// A module that looks for libraries in that folder.
    pub(crate) fn module_that_searches(&self, file: &str, folder: &Path) -> PathBuf {
        self.compile("reads", file, &[&format!("-Wl,-rpath,{}", folder.display())])
    }

    /// A module that tells events itself.
    pub(crate) fn forger(&self, says: &str) -> PathBuf {
        self.compile("forges", &format!("forges-{says}.so"), &[&format!("-D{says}")])
    }

    /// A module whose library is in one folder, linked to from another, which is where it is looked for.
    pub(crate) fn module_with_a_linked_library(&self) -> PathBuf {
        let (real, links) = (self.path().join("real"), self.path().join("links"));
        fs::create_dir_all(&links).unwrap();
        self.compile("library", "real/libprobe_there.so.1.2", &["-Wl,-soname,libprobe_there.so.1"]);
        std::os::unix::fs::symlink(real.join("libprobe_there.so.1.2"), links.join("libprobe_there.so.1")).unwrap();
        let library = links.join("libprobe_there.so.1");
        self.compile("needs", "far/needs.so", &[library.to_str().unwrap(), &format!("-Wl,-rpath,{}", links.display())])
    }

    /// The host, as on a kernel that lacks Landlock.
    #[cfg(target_os = "linux")]
    pub(crate) fn host_without_landlock(&self) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let program = self.path().join("without_landlock");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/probe/without_landlock.c");
        let built =
            Command::new(env::var_os("CC").unwrap_or_else(|| "cc".into())).arg("-o").args([&program, &source]).status();
        assert!(built.unwrap().success());
        let script = self.path().join("host");
        let text = format!("#!/bin/sh\nexec {} {} \"$@\"\n", program.display(), host_program().display());
        fs::write(&script, text).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        script
    }

    fn compile(&self, name: &str, file: &str, options: &[&str]) -> PathBuf {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/probe").join(format!("{name}.c"));
        let module = self.path().join(file);
        fs::create_dir_all(module.parent().unwrap()).unwrap();
        let status = Command::new(env::var_os("CC").unwrap_or_else(|| "cc".into()))
            .args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-fvisibility=hidden"])
            .args(["library", "none"].contains(&name).then_some("-fvisibility=default"))
            .arg("-o")
            .args([&module, &source])
            .args(options)
            .status()
            .unwrap();
        assert!(status.success(), "{name}.c could not be built");
        module
    }
}
