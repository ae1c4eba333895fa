//! The zip that a package is, written so that the same content makes the same bytes.
//!
//! Entries stand in the reference's order: the module, `module.json`, the dependencies, these by name. Every field of
//! their headers is fixed or follows from the content; there are no extra fields, no descriptors, no comments and no
//! ZIP64 records.

use ramp_core::text;
use std::collections::HashSet;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::num::NonZeroUsize;

use super::deflate::{DeflateWriter, Deflated, DeflatedText, available_threads, deflate};
use super::epoch::Epoch;
use ramp_core::name::{UnsafeName, check_entry_name, check_name};

const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Version 2.0 of the format: DEFLATE and directories.
const VERSION_NEEDED: u16 = 20;
/// Version 2.0, on Unix.
const VERSION_MADE_BY: u16 = 3 << 8 | VERSION_NEEDED;
const LOCAL_LEN: u64 = 30;
/// Bytes of a dependency by which it is decided whether it is deflated.
const SAMPLE: usize = 256 << 10;
/// A regular file that its owner writes and everybody reads.
const PLAIN: u32 = 0o100_644;
/// The same, and everybody runs: Redis 6 and later load no module that cannot be run.
const EXECUTABLE: u32 = 0o100_755;

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

/// A bundle could not be written. What is in the output by then is none.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// Writing failed.
    #[error("cannot write the bundle")]
    Write(#[source] io::Error),
    /// Reading a dependency failed.
    #[error("cannot read what is to become `{name}`")]
    Read {
        /// The entry.
        name: String,
        /// Why.
        source: io::Error,
    },
    /// A name that is not the same everywhere.
    #[error("`{}` cannot be a name in a bundle: {unsafe_name}", name.escape_debug())]
    UnsafeName {
        /// The entry.
        name: String,
        /// What is wrong with it.
        unsafe_name: UnsafeName,
    },
    /// A module or a dependency in a directory of its own.
    #[error("`{}` cannot be a name in a bundle: it has a slash", name.escape_debug())]
    Slash {
        /// The entry.
        name: String,
    },
    /// Two entries of one name, letter case aside.
    #[error("two files would be `{}` in the bundle", name.escape_debug())]
    NameTwice {
        /// The second entry.
        name: String,
    },
    /// More than zips count without ZIP64, which not every reader of packages knows.
    #[error("`{name}` makes the bundle larger than 4 GiB, which a zip without ZIP64 cannot be")]
    TooLarge {
        /// The entry.
        name: String,
    },
    /// More than zips count without ZIP64.
    #[error("{} are more than a zip without ZIP64 holds, 65534", text::count(count, "file"))]
    TooMany {
        /// How many there would be.
        count: usize,
    },
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
        let mut writer = Writer::new(out, options).map_err(WriteError::Write)?;
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

/// Why an entry's data could not be written.
#[derive(Debug)]
enum Failure {
    Read(io::Error),
    Write(io::Error),
    /// There is more than a zip can hold.
    TooLarge,
}

fn store(from: &mut dyn Read, to: &mut impl Write) -> Result<Deflated, Failure> {
    let mut crc32 = crc32fast::Hasher::new();
    let size = copy(from, &mut Summing { to, crc32: &mut crc32 })?;
    Ok(Deflated { size, compressed_size: size, crc32: crc32.finalize() })
}

fn copy(from: &mut dyn Read, to: &mut dyn Write) -> Result<u64, Failure> {
    let mut buffer = vec![0; 128 << 10];
    let mut size = 0;
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok(size),
            Ok(read) => read,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
            Err(err) => return Err(Failure::Read(err)),
        };
        to.write_all(buffer.get(..read).unwrap_or_default()).map_err(Failure::Write)?;
        size += read as u64;
        if size >= u64::from(u32::MAX) {
            return Err(Failure::TooLarge);
        }
    }
}

struct Summing<'a, W> {
    to: &'a mut W,
    crc32: &'a mut crc32fast::Hasher,
}

impl<W: Write> Write for Summing<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.crc32.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// The zip in the making.
struct Writer<W> {
    out: W,
    /// Where the archive starts in the output, and how much of it there is.
    start: u64,
    len: u64,
    date: u16,
    time: u16,
    directory: Vec<u8>,
    entries: u16,
}

impl<W: Write + Seek> Writer<W> {
    fn new(mut out: W, options: &WriteOptions) -> io::Result<Self> {
        let start = out.stream_position()?;
        let (date, time) = options.epoch.dos_date_time();
        Ok(Self { out, start, len: 0, date, time, directory: Vec::new(), entries: 0 })
    }

    /// Writes an entry whose data `data` writes: its header is filled in when that is done.
    fn entry(
        &mut self,
        name: &str,
        method: u16,
        mode: u32,
        data: impl FnOnce(&mut W) -> Result<Deflated, Failure>,
    ) -> Result<(), WriteError> {
        let too_large = || WriteError::TooLarge { name: name.to_owned() };
        let offset = self.len;
        let header_len = LOCAL_LEN + name.len() as u64;
        let placeholder = vec![0; usize::try_from(header_len).unwrap_or_default()];
        self.out.write_all(&placeholder).map_err(WriteError::Write)?;
        let written = data(&mut self.out).map_err(|failure| match failure {
            Failure::Read(source) => WriteError::Read { name: name.to_owned(), source },
            Failure::Write(source) => WriteError::Write(source),
            Failure::TooLarge => too_large(),
        })?;
        self.len += header_len + written.compressed_size;
        let narrow = |number: u64| u32::try_from(number).ok().filter(|n| *n < u32::MAX).ok_or_else(too_large);
        let (compressed_size, size) = (narrow(written.compressed_size)?, narrow(written.size)?);
        let offset = narrow(offset)?;
        narrow(self.len + self.directory.len() as u64)?;

        // What stands in the local header and again in the directory.
        let mut common = Vec::with_capacity(26);
        for half in [VERSION_NEEDED, 0, method, self.time, self.date] {
            common.extend(half.to_le_bytes());
        }
        for word in [written.crc32, compressed_size, size] {
            common.extend(word.to_le_bytes());
        }
        // Names are bounded by no file system here, but by the field.
        let name_len = u16::try_from(name.len()).map_err(|_| too_large())?;
        common.extend(name_len.to_le_bytes());
        common.extend([0, 0]); // no extra field

        let local = [&b"PK\x03\x04"[..], &common, name.as_bytes()].concat();
        self.write_at(offset.into(), &local).map_err(WriteError::Write)?;

        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION_MADE_BY.to_le_bytes());
        self.directory.extend(common);
        self.directory.extend([0; 6]); // no comment, disk 0, no internal attributes
        self.directory.extend((mode << 16).to_le_bytes());
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.entries += 1;
        Ok(())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.out.seek(SeekFrom::Start(self.start + offset))?;
        self.out.write_all(bytes)?;
        self.out.seek(SeekFrom::Start(self.start + self.len))?;
        Ok(())
    }

    /// Writes the directory, and returns the size of the bundle.
    fn finish(mut self) -> Result<u64, WriteError> {
        let too_large = || WriteError::TooLarge { name: "the central directory".to_owned() };
        let narrow = |number: u64| u32::try_from(number).ok().filter(|n| *n < u32::MAX).ok_or_else(too_large);
        let (offset, size) = (narrow(self.len)?, narrow(self.directory.len() as u64)?);
        let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
        end.extend(self.entries.to_le_bytes());
        end.extend(self.entries.to_le_bytes());
        end.extend(size.to_le_bytes());
        end.extend(offset.to_le_bytes());
        end.extend([0, 0]); // no comment
        self.directory.extend(end);
        self.out.write_all(&self.directory).map_err(WriteError::Write)?;
        self.out.flush().map_err(WriteError::Write)?;
        Ok(self.len + self.directory.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_given_up_in_time() {
        let failure = store(&mut io::repeat(0), &mut io::sink()).unwrap_err();
        assert!(matches!(failure, Failure::TooLarge), "{failure:?}");
    }
}
