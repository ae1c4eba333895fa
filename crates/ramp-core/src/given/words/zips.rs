//! Zips that are not bundles, or not quite.

use super::described::{Described, listed, quoted};
use crate::datum::Datum;
use crate::given::Given;
use crate::given::commands::{file, last, word};

pub(super) fn describe(given: &Given, name: Option<&str>) -> Option<Described> {
    let path = file(name);
    Some(match given {
        Given::EmptyZip => Described::new(
            "the zip has no entries",
            "Look at what wrote it: a pattern that matches no file makes such a zip.",
        ),
        Given::Folder { name, module, metadata, .. } => folder(name, module.as_deref(), *metadata),
        Given::Zips { names } => {
            let inner = names.first().and_then(|name| word(name));
            let help = inner.map_or_else(
                || "Unpack it, and give the bundle in it.".to_owned(),
                |inner| format!("Give the bundle in it: `unzip {path} {inner}`, then `ramp validate {inner}`."),
            );
            Described::new(format!("the zip holds {}, and is not a bundle itself", listed(names)), help)
                .with("entries", Datum::list(names))
        }
        Given::MetadataSpelt { name } => Described::new(
            format!("the metadata is called {}; the unpacker looks for exactly `module.json`", quoted(name)),
            "Name it `module.json`, in lower case, and make the zip again.",
        )
        .with("found", name),
        Given::MacOs { names } => Described::new(
            format!("the bundle has entries that macOS added: {}", listed(names)),
            format!(
                "Remove them: `zip -d {path} '__MACOSX/*' '.DS_Store' '*/.DS_Store' '._*' '*/._*'`. Make zips with `zip -X`, not in the Finder."
            ),
        )
        .with("entries", Datum::list(names)),
        Given::ModuleAlone { name } => {
            let help = match word(last(name)) {
                Some(module) => format!(
                    "Pack the module, which adds `module.json`: `unzip -j {path}`, then `ramp pack {module} -m ramp.yml`."
                ),
                None => "Unpack the module, and pack it with `ramp pack`.".to_owned(),
            };
            Described::new(format!("the zip holds only the module {}, without `module.json`", quoted(name)), help)
                .with("found", name)
        }
        Given::Package { what, .. } => Described::new(
            format!("this is {what}, not a bundle"),
            "Take the module out, if there is one in it, and pack it with `ramp pack`.",
        )
        .with("found", what),
        _ => return None,
    })
}

fn folder(name: &str, module: Option<&str>, metadata: bool) -> Described {
    let shown = quoted(name);
    let described = if metadata {
        let help = match word(name) {
            Some(folder) => format!(
                "Zip what is in the folder: `cd {folder} && zip -rXD ../bundle.zip *`; or pack with `ramp pack`."
            ),
            None => "Zip what is in the folder, not the folder itself; or pack with `ramp pack`.".to_owned(),
        };
        let what = format!(
            "everything is in the folder {shown}; the unpacker looks for `module.json` at the top \
                            level"
        );
        Described::new(what, help)
    } else {
        let help = match module {
            Some(_) => "Take the module out, and pack it with `ramp pack`.",
            None => "Give the zip that `ramp pack` writes; sources and releases come as archives of a folder.",
        };
        Described::new(format!("this is an archive of the folder {shown}, without `module.json`, not a bundle"), help)
    };
    described.with("found", name)
}
