//! `ramp pack`: a module and a manifest in, a bundle out.
//!
//! The module is compressed, and inflated again, while it is asked for its commands. The bundle is written beside its place, read
//! back and judged, and only then renamed: what the unpacker would refuse, or what is damaged, is not a package.

use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ScopedJoinHandle;

use ramp_core::metadata::Value;
use ramp_core::module::{self, ModuleFacts, ModuleFormat};
use ramp_core::{Level, Limits};
use ramp_pack::manifest::Oddity;
use ramp_pack::{Assembled, BundleParts, DeflatedText, Inputs, ModuleInput, ModuleSums, available_threads, json, name};

use crate::args::pack::Pack;
use crate::error::CliError;
use crate::input;
use crate::output::{Content, Sink};
use crate::stamp::Stamp;
use crate::status::Status;
use crate::tell;

mod asking;
mod dependencies;
mod guard;
mod inputs;
mod origin;
mod writing;

use writing::{Packed, Told};

pub(crate) fn run(args: &Pack) -> Result<Status, CliError> {
    // What a script left empty is told before anything is done.
    for taken in &args.options_taken {
        tell::notice(Level::Warning, &taken.told_of_pack());
    }
    inputs::check_given(args)?;
    let limits = Limits::default();
    let file = input::open_file(&args.module)?;
    let stamp = Stamp::of(&file).map_err(|source| CliError::Read { path: args.module.clone(), source })?;
    let bytes = input::read_module(&args.module, file, &limits)?;
    std::thread::scope(|scope| {
        let given_up = GivenUp::default();
        let compressing = (!args.print_filename_only).then(|| {
            let (bytes, given_up) = (&bytes, Arc::clone(&given_up.0));
            scope.spawn(move || DeflatedText::new(bytes, available_threads(), &given_up))
        });
        let facts = module::inspect(&bytes, &limits.module);
        if !matches!(facts.format, ModuleFormat::Elf | ModuleFormat::MachO) {
            return Err(CliError::NotAModule { path: args.module.clone(), format: facts.format });
        }
        pack(args, &bytes, &facts, &stamp, compressing)
    })
}

/// Gives up what is being compressed, wherever packing ends.
#[derive(Debug, Default)]
struct GivenUp(Arc<AtomicBool>);

impl Drop for GivenUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn pack(
    args: &Pack,
    bytes: &[u8],
    facts: &ModuleFacts,
    stamp: &Stamp,
    compressing: Option<ScopedJoinHandle<'_, io::Result<Option<DeflatedText>>>>,
) -> Result<Status, CliError> {
    let (mut assembled, sums, told) = assemble(args, bytes, facts)?;
    // What was asked is the file, by its path, and what is packed was read before.
    if args.asking.loads_the_module() && !stamp.is_of(&args.module) {
        return Err(CliError::Changed { path: args.module.clone() });
    }
    let epoch = inputs::epoch()?;
    let output = name::format_name(&args.output, &assembled.metadata)?;
    // Where it cannot be written, nothing is. It is in its place once the bundle is: whoever finds it finds that too.
    let name_file = args.packname_file.as_ref().filter(|path| !path.as_os_str().is_empty());
    guard::check(args, &assembled, Path::new(&output), name_file.map(PathBuf::as_path))?;
    let mut name_file = name_file.map(|path| Sink::file(path, Content::Data)).transpose()?;
    if let Some(file) = &mut name_file {
        file.write(&output)?;
    }
    let mut out = Sink::stdout(Content::Data);
    let Some(compressing) = compressing else {
        // As the reference: a file for the name takes the place of printing it.
        match name_file {
            Some(file) => file.close()?,
            None => out.line(&output)?,
        }
        out.close()?;
        return Ok(Status::Clean);
    };
    // No name depends on them, and where only the name is asked for they need not even be there.
    let mut files = dependencies::gather(args, &mut assembled, epoch)?;
    let metadata = json::to_string(&assembled.metadata);
    if args.verbose > 0 || args.debug {
        out.line("Module Metadata:")?;
        out.line(&metadata)?;
    }
    let compressed = compressing.join().unwrap_or_else(|panic| resume_unwind(panic));
    // It is given up only where this returns.
    let compressed = compressed.and_then(|text| text.ok_or_else(|| io::ErrorKind::Interrupted.into()));
    let text = compressed.map_err(|source| CliError::Compress { path: args.module.clone(), source })?;
    let parts = BundleParts {
        module_file: text_of(&assembled.metadata, "module_file"),
        module: (&text).into(),
        metadata: metadata.as_bytes(),
        dependencies: dependencies::parts(&mut files)?,
    };
    let packed = Packed { text: &text, sums, facts };
    let status = writing::write(Path::new(&output), parts, epoch, &packed, &told, args.strict)?;
    if status == Status::Clean {
        if let Some(file) = name_file {
            file.close()?;
        }
        out.line(&output)?;
    }
    out.close()?;
    Ok(status)
}

/// The metadata, from everything that has a say in it, and the sums of the module; what is odd about it is told on the way.
fn assemble(args: &Pack, bytes: &[u8], facts: &ModuleFacts) -> Result<(Assembled, ModuleSums, Told), CliError> {
    let manifest = inputs::manifest(args.manifest.as_deref())?;
    let mut told = inputs::fields_of(&args.options_taken).map(|pointer| ("variable-empty", pointer)).collect::<Told>();
    let options = inputs::options(args)?;
    for warning in &manifest.warnings {
        let is_packed = warning.fails_validation() && options.get(&warning.key).is_none();
        tell::notice(Level::Warning, &format!("{warning}{}", if is_packed { writing::LATER } else { "" }));
        if matches!(warning.oddity, Oddity::WrongType { .. }) {
            told.insert(("wrong-type", format!("/{}", warning.key)));
        }
    }
    let (discovery, origin) = asking::discover(args, facts, &manifest, &options)?;
    let file_name = args.module.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let git_sha = inputs::git_sha();
    let sums = ModuleSums::of(bytes);
    let module = ModuleInput::new(file_name, sums.sha256.to_string(), facts);
    let systems = inputs::usual_systems(args);
    if let Some(origin) = origin {
        origin.compare(&module);
    }
    let mut given = Inputs::new(&module, &manifest, &options, &discovery);
    (given.git_sha, given.operating_systems) = (git_sha.as_deref(), &systems);
    let (assembled, errors) = ramp_pack::assemble_all(&given);
    tell::failures(errors.into_iter().map(|err| inputs::cannot_assemble(err, &manifest, &options)))?;
    for warning in &assembled.warnings {
        tell::notice(warning.level(), &warning.to_string());
    }
    Ok((assembled, sums, told))
}

fn text_of<'a>(metadata: &'a Value, field: &str) -> &'a str {
    metadata.get(field).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches as _;
    use ramp_pack::Miscompressed;

    use super::*;
    use crate::error::one_line;

    #[test]
    fn what_was_compressed_wrongly_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let (bundle, name) = (path("b.zip"), path("name"));
        let given = ["pack", "x.so", "--probe", "none", "--module-name", "x", "--module-version", "1"];
        let given = given.into_iter().chain(["--output", &bundle, "--packname-file", &name]);
        let command = <Pack as clap::Args>::augment_args(clap::Command::new("pack"));
        let args = Pack::from_arg_matches(&command.try_get_matches_from(given).unwrap()).unwrap();

        // As much of a shared object for x86-64 as it takes to ask nobody what it is.
        let mut module = vec![0; 5000];
        module[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
        for (offset, value) in [(16, 3), (18, 62), (20, 1), (32, 64), (52, 64), (54, 56)] {
            module[offset] = value;
        }
        let facts = module::inspect(&module, &Limits::default().module);
        let wrong = Miscompressed { start: 0, len: 5000, what: "it inflates to more".into() };
        let wrong = io::Error::new(io::ErrorKind::InvalidData, wrong);
        let stamp = Stamp::of(&std::fs::File::open(folder.path()).unwrap()).unwrap();
        let failed = std::thread::scope(|scope| pack(&args, &module, &facts, &stamp, Some(scope.spawn(|| Err(wrong)))));
        insta::assert_snapshot!(
            one_line(&failed.unwrap_err()),
            @"`x.so` cannot be compressed: a chunk of 5000 bytes at 0 was compressed wrongly (it inflates to more); this is a defect of the program or of this machine: try again, and test its memory if it happens again"
        );
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    }
}
