//! Platforms that have what is missing here.

use std::fmt;

use ramp_core::knowledge::{Knowledge, NodeOffer, SymbolOffer};
use ramp_core::module::VersionNeed;

/// A platform that has what is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OfferedBy {
    /// The platform, as `module.json` spells it.
    pub platform: String,
    /// The package to install there, if it is not there from the start.
    pub package: Option<String>,
}

impl fmt::Display for OfferedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.package {
            Some(package) => write!(f, "{} (package {package})", self.platform),
            None => f.write_str(&self.platform),
        }
    }
}

fn architecture() -> &'static str {
    std::env::consts::ARCH
}

/// Who has a library.
pub(super) fn who_has_library(library: &str) -> Vec<OfferedBy> {
    let offers = Knowledge::builtin().platforms().iter().filter_map(|platform| {
        let offer = &platform.library_on(architecture(), library)?.offer;
        let package = offer.package().map(str::to_owned);
        (offer.is_installed() || package.is_some()).then(|| OfferedBy { platform: platform.id.clone(), package })
    });
    offers.collect()
}

/// Who has a version of symbols.
pub(super) fn who_has_version(version: &str) -> Vec<OfferedBy> {
    let (namespace, number) = VersionNeed::split(version);
    let platforms = Knowledge::builtin().platforms().iter().filter(|platform| match &number {
        Some(number) => matches!(
            platform.symbol_version(architecture(), namespace, number),
            SymbolOffer::Floor | SymbolOffer::Later { .. }
        ),
        None => matches!(platform.node(architecture(), version), NodeOffer::Floor | NodeOffer::Later { .. }),
    });
    platforms.map(|platform| OfferedBy { platform: platform.id.clone(), package: None }).collect()
}
