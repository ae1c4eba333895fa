//! What is different of what modules register besides commands, where both were asked.

use super::build::Build;
use super::change::{Area, Change};
use super::compared::{self, Named, bare};
use crate::metadata::Object;
use crate::module::{ModuleConfig, Registration};

pub(super) fn changes(old: &Build, new: &Build) -> Vec<Change> {
    let (Some(old), Some(new)) = (&old.registered, &new.registered) else { return Vec::new() };
    let mut changes = compared::changes(Area::DataTypes, &data_types(old), &data_types(new));
    changes.extend(compared::parts(Area::Configs, &configs(old), &configs(new)));
    changes.extend(compared::changes(Area::Interfaces, &interfaces(old), &interfaces(new)));
    changes
}

/// Each with the version of its encoding.
fn data_types(of: &Registration) -> Named {
    of.data_types.iter().map(|found| (found.name.clone(), found.encoding_version.into())).collect()
}

fn configs(of: &Registration) -> Named {
    let said = |config: &ModuleConfig| -> Object {
        [("type", config.kind.as_str()), ("default", config.default.as_str())].into_iter().collect()
    };
    of.configs.iter().map(|config| (config.name.clone(), said(config).into())).collect()
}

fn interfaces(of: &Registration) -> Named {
    let categories = of.acl_categories.iter().map(|name| format!("ACL category {name}"));
    let names: Vec<String> = categories.chain(of.shared_apis.iter().map(|name| format!("function {name}"))).collect();
    bare(names.iter().map(String::as_str))
}
