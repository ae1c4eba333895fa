//! Bundles at URLs.

use std::path::Path;

use ramp_core::url::is_url;

use super::reader::Input;
use crate::error::CliError;

/// The URL that an argument is, where it is one.
pub(super) fn of(path: &Path) -> Option<&str> {
    path.to_str().filter(|text| is_url(text))
}

/// Opens what is at a URL.
#[cfg(feature = "cluster")]
pub(super) fn open(text: &str) -> Result<Box<dyn Input>, CliError> {
    use std::sync::OnceLock;

    use ramp_client::Trust;
    use ramp_client::remote::{RemoteLimits, RemoteUrl, Remotes};

    // The certificates of a system are many, and the same for all URLs.
    static REMOTES: OnceLock<Remotes> = OnceLock::new();

    let url = RemoteUrl::parse(text).map_err(CliError::remote)?;
    let remotes = match REMOTES.get() {
        Some(remotes) => remotes,
        None => {
            let made = Remotes::new(&Trust::System, RemoteLimits::default()).map_err(CliError::cluster)?;
            REMOTES.get_or_init(|| made)
        }
    };
    Ok(Box::new(AtUrl(remotes.open(&url).map_err(CliError::remote)?)))
}

/// Opens what is at a URL: nothing, where there is no client.
#[cfg(not(feature = "cluster"))]
pub(super) fn open(text: &str) -> Result<Box<dyn Input>, CliError> {
    Err(CliError::WithoutFeature { path: text.into(), feature: "cluster" })
}

/// A bundle at a URL.
#[cfg(feature = "cluster")]
#[derive(Debug)]
struct AtUrl(ramp_client::remote::Remote);

#[cfg(feature = "cluster")]
impl std::io::Read for AtUrl {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

#[cfg(feature = "cluster")]
impl std::io::Seek for AtUrl {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[cfg(feature = "cluster")]
impl Input for AtUrl {
    fn failure(&self) -> Option<CliError> {
        self.0.failure().map(CliError::Remote)
    }

    fn is_far(&self) -> bool {
        true
    }
}
