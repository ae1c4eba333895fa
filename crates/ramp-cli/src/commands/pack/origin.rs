//! Which module a file is of that is read in place of asking one.

use std::path::PathBuf;

use ramp_core::Level;
use ramp_core::layout::module_name_of;
use ramp_core::metadata::Value;
use ramp_core::module::Architecture;
use ramp_pack::ModuleInput;

use crate::input;
use crate::tell;

/// What the file of `--commands-from` says of the module that it is of; what `ramp probe` prints says nothing.
#[derive(Debug)]
pub(super) struct Origin {
    path: PathBuf,
    sha256: Option<String>,
    module_file: Option<String>,
    architecture: Option<Architecture>,
}

impl Origin {
    pub(super) fn new(path: PathBuf, root: &Value) -> Self {
        let text = |key: &str| root.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        Self {
            path,
            sha256: text("sha256").map(str::to_owned),
            module_file: text("module_file").map(str::to_owned),
            architecture: text("architecture").and_then(Architecture::from_name),
        }
    }

    /// Tells where it is not the module that is packed. That it is the same module, built for another machine, is what the option is for.
    pub(super) fn compare(&self, module: &ModuleInput) {
        if let Some((level, message)) = self.difference(module) {
            tell::notice(level, &message);
        }
    }

    fn difference(&self, module: &ModuleInput) -> Option<(Level, String)> {
        let (path, packed) = (input::name(&self.path), &module.file_name);
        if self.sha256.as_ref().is_some_and(|sha256| sha256.eq_ignore_ascii_case(&module.sha256)) {
            return None;
        }
        let other = self.module_file.as_ref().filter(|name| module_name_of(name) != module_name_of(packed));
        let is_for_another = match (&self.architecture, &module.architecture) {
            (Some(one), Some(other)) => one != other,
            _ => false,
        };
        if let Some(other) = other {
            // A build for another machine may well be called otherwise.
            let level = if is_for_another { Level::Note } else { Level::Warning };
            return Some((
                level,
                format!("`{path}` is of `{other}`, not of `{packed}`: name, version and commands are that one's"),
            ));
        }
        let is_other_build = self.sha256.is_some() && !is_for_another;
        is_other_build
            .then(|| (Level::Note, format!("`{path}` is of another build of `{packed}`: their SHA-256 differ")))
    }
}

#[cfg(test)]
mod tests {
    use ramp_core::metadata::json;

    use super::*;

    #[test]
    fn modules_are_told_apart() {
        let module = ModuleInput {
            file_name: "hello.so".into(),
            sha256: "aa".into(),
            architecture: Some(Architecture::X86_64),
            os: None,
        };
        let told = |json: &str| {
            let origin = Origin::new("b.zip".into(), &json::read(json.as_bytes()).unwrap().root);
            origin.difference(&module).map(|(level, message)| format!("{level}: {message}")).unwrap_or_default()
        };
        let of_other = "`b.zip` is of `bloom.so`, not of `hello.so`: name, version and commands are that one's";
        for (json, expected) in [
            ("{}", String::new()),
            (r#"{"sha256": "AA", "module_file": "bloom.so"}"#, String::new()),
            (
                r#"{"sha256": "bb", "module_file": "bloom.so", "architecture": "x86_64"}"#,
                format!("warning: {of_other}"),
            ),
            (r#"{"module_file": "bloom.so"}"#, format!("warning: {of_other}")),
            (r#"{"sha256": "bb", "module_file": "bloom.so", "architecture": "aarch64"}"#, format!("note: {of_other}")),
            (r#"{"sha256": "bb", "module_file": "hello.so", "architecture": "aarch64"}"#, String::new()),
            (
                r#"{"sha256": "bb", "module_file": "hello.so", "architecture": "x86_64"}"#,
                "note: `b.zip` is of another build of `hello.so`: their SHA-256 differ".to_owned(),
            ),
        ] {
            assert_eq!(told(json), expected, "{json}");
        }
    }
}
