//! The bundle beside its place, read back, judged, and put there.

use std::collections::BTreeSet;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use ramp_core::module::ModuleFacts;
use ramp_core::{Finding, Level, Limits, Policy, Target, judge};
use ramp_pack::{
    BundleParts, DeflatedText, Epoch, ModuleSums, ReadBackError, WriteError, WriteOptions, read_back, write_bundle,
};

use crate::error::CliError;
use crate::output::{Beside, Place};
use crate::status::Status;
use crate::tell;

/// Rules, and the places in the metadata of which what they find was told where it comes from: a line of the manifest, an option.
pub(super) type Told = BTreeSet<(&'static str, String)>;

/// What is said behind a warning of what is an error elsewhere.
pub(super) const LATER: &str = " (an error for `ramp validate`, and with `--strict`)";

/// The module, and what it was compressed to.
#[derive(Debug)]
pub(super) struct Packed<'a> {
    pub(super) text: &'a DeflatedText,
    pub(super) sums: ModuleSums,
    pub(super) facts: &'a ModuleFacts,
}

/// Writes the bundle beside its place, reads it back, judges it, and puts it there if it is one. What was told is not told again.
pub(super) fn write(
    path: &Path,
    parts: BundleParts<'_>,
    epoch: Epoch,
    packed: &Packed<'_>,
    told: &Told,
    strict: bool,
) -> Result<Status, CliError> {
    let fail = |source| CliError::WriteFile { path: path.to_owned(), source };
    match Place::of(path) {
        Place::File => {}
        Place::Directory => return Err(fail(io::ErrorKind::IsADirectory.into())),
        // Not even to `/dev/null`: a bundle is read back before it is one.
        Place::Device => return Err(CliError::NotAFile { path: path.to_owned() }),
    }
    let mut bundle = Beside::new(path).map_err(fail)?;
    let file = bundle.file();
    {
        let mut out = io::BufWriter::with_capacity(1 << 20, &mut *file);
        write_bundle(&mut out, parts, &WriteOptions { epoch, ..WriteOptions::default() }).map_err(|err| match err {
            WriteError::Write(source) => fail(source),
            err => err.into(),
        })?;
        out.flush().map_err(fail)?;
    }
    file.seek(SeekFrom::Start(0)).map_err(fail)?;
    let facts = read_back(file, &Limits::default(), packed.text, &packed.sums, packed.facts);
    let facts = facts.map_err(|source| match source {
        ReadBackError::Bundle(source) => CliError::Evaluate { path: path.to_owned(), source },
        source => CliError::ReadBack { path: path.to_owned(), source },
    })?;
    let report = judge(&facts, &Target::default(), &Policy::strict());
    let refuses = |finding: &Finding| finding.level == Level::Error && (strict || finding.group.is_of_bundle());
    let is_told = |finding: &Finding| {
        let pointer = finding.location.as_ref().and_then(|location| location.pointer.as_ref());
        let is_it = |(rule, at): &(&str, String)| *rule == finding.rule && Some(at) == pointer;
        !refuses(finding) && told.iter().any(is_it)
    };
    for finding in report.findings().iter().filter(|f| f.level >= Level::Warning && !is_told(f)) {
        // What does not stop it is not an error of this command's.
        let (level, later) = match finding.level {
            Level::Error if !refuses(finding) => (Level::Warning, LATER),
            level => (level, ""),
        };
        tell::notice(level, &format!("{}: {}{later}", finding.rule, finding.message));
        tell::help(&finding.help);
    }
    if report.findings().iter().any(refuses) {
        tell::notice(Level::Error, &format!("no bundle was written to `{}`", path.display()));
        return Ok(Status::Found);
    }
    bundle.put().map_err(fail)?;
    Ok(Status::Clean)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::atomic::AtomicBool;

    use ramp_core::module;
    use ramp_pack::available_threads;

    use super::*;
    use crate::error::one_line;

    const METADATA: &str =
        r#"{"module_name": "m", "version": 1, "module_file": "m.so", "architecture": "x86_64", "os": "Linux"}"#;

    /// Packs a module, saying it is what this was compressed to.
    fn packed(module: &[u8], compressed: &[u8], path: &Path) -> Result<Status, CliError> {
        let text = DeflatedText::new(compressed, available_threads(), &AtomicBool::new(false)).unwrap().unwrap();
        let facts = module::inspect(module, &Limits::default().module);
        let packed = Packed { text: &text, sums: ModuleSums::of(compressed), facts: &facts };
        let metadata = METADATA.as_bytes();
        let parts = BundleParts { module_file: "m.so", module: module.into(), metadata, dependencies: vec![] };
        write(path, parts, Epoch::default(), &packed, &Told::new(), false)
    }

    #[test]
    fn what_is_not_what_was_checked_is_not_put_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.zip");
        let module: Vec<u8> = (0_u32..100_000).map(|n| (n.wrapping_mul(n) >> 9).to_le_bytes()[0]).collect();
        let mut other = module.clone();
        other[50_000] ^= 1;
        let failed =
            || one_line(&packed(&module, &other, &path).unwrap_err()).replace(&path.display().to_string(), "b.zip");

        insta::assert_snapshot!(failed(), @"no bundle was written to `b.zip`, since it could not be read back: what the file has for the module is not what was written to it; test the disk and the memory of this machine");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);

        // Nor does what was there go.
        fs::write(&path, "an earlier bundle").unwrap();
        let before = fs::read(&path).unwrap();
        failed();
        assert!(fs::read(&path).unwrap() == before);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }
}
