//! `ramp pack`: a module and a manifest in, a bundle out.
//!
//! The bundle is written beside its place, read back and judged, and only then renamed: what the unpacker would refuse, or
//! what is damaged, is not a package.

use std::collections::BTreeSet;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ScopedJoinHandle;

use ramp_core::Digest256;
use ramp_core::Limits;
use ramp_core::metadata::Value;
use ramp_core::module::{self, ModuleFacts, ModuleFormat};
use ramp_core::{Finding, Level, Policy, Target};
use ramp_pack::manifest::Oddity;
use ramp_pack::{
    Assembled, BundleParts, DeflatedText, Epoch, Inputs, ModuleInput, ModulePart, WriteError, WriteOptions,
    available_threads, json, name, write_bundle,
};

use super::unpack::is_of_bundle;
use crate::args::pack::Pack;
use crate::error::CliError;
use crate::input;
use crate::output::{Beside, Content, Place, Sink};
use crate::status::Status;
use crate::tell;

mod asking;
mod dependencies;
mod guard;
mod inputs;

pub(crate) fn run(args: &Pack) -> Result<Status, CliError> {
    // What a script left empty is told before anything is done.
    for taken in &args.options_taken {
        tell::notice(Level::Warning, &taken.told());
    }
    inputs::check_given(args)?;
    let limits = Limits::default();
    let file = input::open_file(&args.module)?;
    let bytes = input::read_module(&args.module, file, &limits)?;
    let facts = module::inspect(&bytes, &limits.module);
    if !matches!(facts.format, ModuleFormat::Elf | ModuleFormat::MachO) {
        return Err(CliError::NotAModule { path: args.module.clone(), format: facts.format });
    }
    std::thread::scope(|scope| {
        let given_up = GivenUp::default();
        let compressing = (!args.print_filename_only).then(|| {
            let (bytes, given_up) = (&bytes, Arc::clone(&given_up.0));
            scope.spawn(move || DeflatedText::new(bytes, available_threads(), &given_up))
        });
        pack(args, &bytes, &facts, compressing)
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
    compressing: Option<ScopedJoinHandle<'_, io::Result<Option<DeflatedText>>>>,
) -> Result<Status, CliError> {
    let (mut assembled, told) = assemble(args, bytes, facts)?;
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
    if args.print_filename_only {
        // As the reference: a file for the name takes the place of printing it.
        match name_file {
            Some(file) => file.close()?,
            None => out.line(&output)?,
        }
        out.close()?;
        return Ok(Status::Clean);
    }
    // No name depends on them, and where only the name is asked for they need not even be there.
    let mut files = dependencies::gather(args, &mut assembled, epoch)?;
    let metadata = json::to_string(&assembled.metadata);
    if args.verbose > 0 || args.debug {
        out.line("Module Metadata:")?;
        out.line(&metadata)?;
    }
    let compressed = compressing.map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
    let compressed = compressed.transpose().map_err(WriteError::Write)?;
    let parts = BundleParts {
        module_file: text(&assembled.metadata, "module_file"),
        module: compressed.flatten().map_or(ModulePart::Bytes(bytes), ModulePart::Deflated),
        metadata: metadata.as_bytes(),
        dependencies: dependencies::parts(&mut files)?,
    };
    let status = write(args, Path::new(&output), parts, epoch, &told)?;
    if status == Status::Clean {
        if let Some(file) = name_file {
            file.close()?;
        }
        out.line(&output)?;
    }
    out.close()?;
    Ok(status)
}

/// Rules, and the places in the metadata of which what they find was told where it comes from: a line of the manifest, an option.
type Told = BTreeSet<(&'static str, String)>;

/// The metadata, from everything that has a say in it; what is odd about it is told on the way.
fn assemble(args: &Pack, bytes: &[u8], facts: &ModuleFacts) -> Result<(Assembled, Told), CliError> {
    let manifest = inputs::manifest(args.manifest.as_deref())?;
    let mut told = inputs::fields_of(&args.options_taken).map(|pointer| ("variable-empty", pointer)).collect::<Told>();
    for warning in &manifest.warnings {
        tell::notice(Level::Warning, &warning.to_string());
        if matches!(warning.oddity, Oddity::WrongType { .. }) {
            told.insert(("wrong-type", format!("/{}", warning.key)));
        }
    }
    let options = inputs::options(args)?;
    let discovery = asking::discover(args, facts, &manifest, &options)?;
    let file_name = args.module.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let git_sha = inputs::git_sha();
    let module = ModuleInput::new(file_name, Digest256::of(bytes).to_string(), facts);
    let systems = inputs::operating_system();
    let mut given = Inputs::new(&module, &manifest, &options, &discovery);
    (given.git_sha, given.operating_systems) = (git_sha.as_deref(), &systems);
    let assembled = ramp_pack::assemble(&given).map_err(|err| inputs::cannot_assemble(err, &manifest, &options))?;
    for warning in &assembled.warnings {
        tell::notice(warning.level(), &warning.to_string());
    }
    Ok((assembled, told))
}

fn text<'a>(metadata: &'a Value, field: &str) -> &'a str {
    metadata.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// Writes the bundle beside its place, judges it, and puts it there if it is one. What was told is not told again.
fn write(args: &Pack, path: &Path, parts: BundleParts<'_>, epoch: Epoch, told: &Told) -> Result<Status, CliError> {
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
    let report = ramp_core::validate(file, &Target::default(), &Policy::strict())
        .map_err(|source| CliError::Evaluate { path: path.to_owned(), source })?;
    let refuses = |finding: &Finding| finding.level == Level::Error && (args.strict || is_of_bundle(finding.group));
    let is_told = |finding: &Finding| {
        let pointer = finding.location.as_ref().and_then(|location| location.pointer.as_ref());
        let is_it = |(rule, at): &(&str, String)| *rule == finding.rule && Some(at) == pointer;
        !refuses(finding) && told.iter().any(is_it)
    };
    for finding in report.findings().iter().filter(|f| f.level >= Level::Warning && !is_told(f)) {
        // What does not stop it is not an error of this command's.
        let (level, later) = match finding.level {
            Level::Error if !refuses(finding) => {
                (Level::Warning, " (an error for `ramp validate`, and with `--strict`)")
            }
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
