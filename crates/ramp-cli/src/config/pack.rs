//! What `ramp pack` is given by the policy file: options, where none of the command line is in their way.

use std::ffi::OsString;

use clap::ValueEnum as _;

use super::Config;
use crate::args::pack::Pack as Args;
use crate::error::CliError;

/// Options of which one excludes another: who gives one means it.
const OF_ASKING: [&str; 4] = ["probe", "redis-version", "redis-server", "commands-from"];

/// What the file adds.
#[derive(Debug, Default)]
pub(crate) struct UsualOfPack {
    /// Options.
    pub(crate) options: Vec<OsString>,
    /// What the systems are where neither an option nor the manifest names any.
    pub(crate) systems: Vec<String>,
}

/// What the file adds to these arguments.
pub(crate) fn usual_of_pack(args: &Args) -> Result<UsualOfPack, CliError> {
    let config = Config::load(&args.config)?;
    let pack = &config.file().pack;
    let is_free = |name: &str| {
        let taken = |name: &str| args.given.iter().any(|given| given == name);
        !(taken(name) || OF_ASKING.contains(&name) && OF_ASKING.into_iter().any(taken))
    };
    let mut options = Vec::new();
    let mut add = |name: &str, value: Option<OsString>| {
        if let Some(value) = value.filter(|_| is_free(name)) {
            let mut option = OsString::from(format!("--{name}="));
            option.push(value);
            options.push(option);
        }
    };
    let here = |path: &Option<String>| path.as_ref().map(|path| config.beside(path).into_os_string());
    add("manifest", here(&pack.manifest));
    add("probe", pack.probe.and_then(|how| Some(how.to_possible_value()?.get_name().into())));
    add("redis-version", pack.redis_version.as_ref().map(OsString::from));
    // A name is looked for on PATH.
    let server = pack.redis_server.as_ref();
    let server = server.map(|server| if server.contains('/') { config.beside(server).into() } else { server.into() });
    add("redis-server", server);
    add("embed-deps", here(&pack.embed_deps));
    if pack.strict == Some(true) {
        options.push("--strict".into());
    }
    Ok(UsualOfPack { options, systems: pack.operating_systems.clone() })
}
