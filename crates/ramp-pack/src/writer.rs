//! The zip that a package is, written so that the same content makes the same bytes.
//!
//! Entries stand in the reference's order: the module, `module.json`, the dependencies, these by name. Every field of
//! their headers is fixed or follows from the content; there are no extra fields, no descriptors, no comments and no
//! ZIP64 records.

use std::collections::HashSet;
use std::fmt;
use std::io::{self, Read, Seek, Write};
use std::num::NonZeroUsize;

use ramp_core::name::{check_entry_name, check_name};

use super::deflate::{DeflateWriter, DeflatedText, available_threads, deflate};
use super::epoch::Epoch;
use data::{copy, store};
use error::Failure;
use records::Writer;

pub use error::WriteError;

mod data;
mod error;
mod records;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Bytes of a dependency by which it is decided whether it is deflated.
const SAMPLE: usize = 256 << 10;
/// A regular file that its owner writes and everybody reads.
pub(crate) const PLAIN: u32 = 0o100_644;
/// The same, and everybody runs: Redis 6 and later load no module that cannot be run.
pub(crate) const EXECUTABLE: u32 = 0o100_755;

/// What goes into a bundle.
#[derive(Debug)]
pub struct BundleParts<'a> {
    /// Name of the module's file.
    pub module_file: &'a str,
    /// The module.
    pub module: ModulePart<'a>,
    /// The text of `module.json`.
    pub metadata: &'a [u8],
    /// Dependencies, in any order.
    pub dependencies: Vec<DependencyPart<'a>>,
}

/// The module that goes into a bundle.
#[derive(Debug)]
#[non_exhaustive]
pub enum ModulePart<'a> {
    /// Its bytes.
    Bytes(&'a [u8]),
    /// What they compress to.
    Deflated(&'a DeflatedText),
}

impl<'a> From<&'a [u8]> for ModulePart<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a DeflatedText> for ModulePart<'a> {
    fn from(text: &'a DeflatedText) -> Self {
        Self::Deflated(text)
    }
}

/// A file that goes into `deps/`.
pub struct DependencyPart<'a> {
    /// Its name, such as `numpy.tgz`.
    pub name: String,
    /// What is in it; read through once, from where it stands.
    pub content: Box<dyn Read + 'a>,
}

impl fmt::Debug for DependencyPart<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DependencyPart").field("name", &self.name).finish_non_exhaustive()
    }
}

/// How a bundle is written.
#[derive(Debug, Clone)]
pub struct WriteOptions {
    /// The time stamp of every entry. Default: the first that zips know, the start of 1980.
    pub epoch: Epoch,
    /// How many threads compress. Changes no byte. Default: as many as the machine runs at a time.
    pub threads: NonZeroUsize,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self { epoch: Epoch::default(), threads: available_threads() }
    }
}

/// Writes a bundle, from where `out` stands.
///
/// The module and `module.json` are always deflated. A dependency is deflated if that saves a sixteenth of its first
/// 256 KiB, and else stored: most are archives that are compressed already. Dependencies stream; of each at most 8 MiB,
/// and what they compress to, are in memory.
///
/// # Errors
///
/// [`WriteError`]; `out` then holds a part of a bundle.
///
/// ```
/// use std::io::Cursor;
/// use ramp_pack::{BundleParts, DependencyPart, WriteOptions, write_bundle};
///
/// let mut out = Cursor::new(Vec::new());
/// let parts = BundleParts {
///     module_file: "hello.so",
///     module: b"\x7fELF"[..].into(),
///     metadata: b"{}",
///     dependencies: vec![DependencyPart { name: "data.tgz".into(), content: Box::new(&b"archive"[..]) }],
/// };
/// let size = write_bundle(&mut out, parts, &WriteOptions::default()).unwrap();
/// assert_eq!(size, out.get_ref().len() as u64);
///
/// let bundle = ramp_core::bundle::Bundle::open(out, &Default::default()).unwrap();
/// let names: Vec<_> = bundle.directory().entries.iter().map(|e| e.name.as_str()).collect();
/// assert_eq!(names, ["hello.so", "module.json", "deps/data.tgz"]);
/// ```
pub fn write_bundle<W: Write + Seek>(
    out: W,
    parts: BundleParts<'_>,
    options: &WriteOptions,
) -> Result<u64, WriteError> {
    let BundleParts { module_file, module, metadata, mut dependencies } = parts;
    dependencies.sort_by(|a, b| a.name.cmp(&b.name));
    check_names(module_file, dependencies.iter().map(|dependency| dependency.name.as_str()))?;
    let mut writer = BundleWriter::start(out, module_file, &module, metadata, options)?;
    for DependencyPart { name, mut content } in dependencies {
        writer.dependency(&name, &mut content)?;
    }
    writer.finish()
}

/// A bundle in the making, whose dependencies come one after the other. The names are to be [checked](check_names) before, and the
/// dependencies to come sorted by them.
pub(crate) struct BundleWriter<W> {
    writer: Writer<W>,
    threads: NonZeroUsize,
}

impl<W: Write + Seek> BundleWriter<W> {
    /// Writes the module and `module.json`, from where `out` stands.
    pub(crate) fn start(
        out: W,
        module_file: &str,
        module: &ModulePart<'_>,
        metadata: &[u8],
        options: &WriteOptions,
    ) -> Result<Self, WriteError> {
        let mut writer = Writer::new(out, options.epoch).map_err(WriteError::Write)?;
        let threads = options.threads;
        let in_memory = |text: &[u8], out: &mut W| deflate(text, threads, out).map_err(Failure::Write);
        writer.entry(module_file, DEFLATED, EXECUTABLE, |out| match module {
            ModulePart::Bytes(bytes) => in_memory(bytes, out),
            ModulePart::Deflated(text) => text.write(out).map_err(Failure::Write),
        })?;
        writer.entry("module.json", DEFLATED, PLAIN, |out| in_memory(metadata, out))?;
        Ok(Self { writer, threads })
    }

    /// Writes a dependency, whose content is read through once.
    pub(crate) fn dependency(&mut self, name: &str, content: &mut dyn Read) -> Result<(), WriteError> {
        let name = format!("deps/{name}");
        let mut start = Vec::with_capacity(SAMPLE);
        let sampled = (&mut *content).take(SAMPLE as u64).read_to_end(&mut start);
        sampled.map_err(|source| WriteError::Read { name: name.clone(), source })?;
        let mut whole = start.chain(content);
        if pays(&start).map_err(WriteError::Write)? {
            let threads = self.threads;
            self.writer.entry(&name, DEFLATED, PLAIN, |out| {
                let mut deflating = DeflateWriter::new(out, threads);
                copy(&mut whole, &mut deflating)?;
                deflating.finish().map(|(_, deflated)| deflated).map_err(Failure::Write)
            })
        } else {
            self.writer.entry(&name, STORED, PLAIN, |out| store(&mut whole, out))
        }
    }

    /// Writes the directory, and returns the size of the bundle.
    pub(crate) fn finish(self) -> Result<u64, WriteError> {
        self.writer.finish()
    }
}

/// Whether deflating a file that starts like this saves a sixteenth.
fn pays(start: &[u8]) -> io::Result<bool> {
    let deflated = deflate(start, NonZeroUsize::MIN, io::sink())?;
    Ok(deflated.compressed_size * 16 <= deflated.size * 15)
}

/// Whether a bundle can have a module and dependencies of these names.
pub(crate) fn check_names<'a>(
    module_file: &str,
    dependencies: impl ExactSizeIterator<Item = &'a str>,
) -> Result<(), WriteError> {
    let count = dependencies.len() + 2;
    if count >= usize::from(u16::MAX) {
        return Err(WriteError::TooMany { count });
    }
    let mut seen = HashSet::from(["module.json".to_owned(), "deps".to_owned()]);
    let names = dependencies.map(|name| ("deps/", name));
    for (folder, name) in std::iter::once(("", module_file)).chain(names) {
        let entry = format!("{folder}{name}");
        // By itself: an empty name, and one that ends in a slash, would be a directory's behind the folder.
        if let Some(unsafe_name) = check_name(name).or_else(|| check_entry_name(&entry)) {
            return Err(WriteError::UnsafeName { name: entry, unsafe_name });
        }
        if name.contains('/') {
            return Err(WriteError::Slash { name: entry });
        }
        if !seen.insert(entry.to_ascii_lowercase()) {
            return Err(WriteError::NameTwice { name: entry });
        }
    }
    Ok(())
}
