//! Bundles as Python has them: paths, bytes, and files that can be read.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::path::PathBuf;

use pyo3::exceptions::{PyBlockingIOError, PyMemoryError, PyTypeError, PyUnicodeDecodeError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView, PyString};
use ramp_core::facts::{self, BundleFacts, Contents};
use ramp_core::text::count;

use crate::errors::{self, LimitExceeded};
use crate::limits::Limits;
use crate::timed::Timed;

/// How much is asked of a file object at a time, in bytes.
const PIECE: u64 = 1 << 20;

/// A bundle that is yet to be read.
pub(crate) enum Source {
    Path(PathBuf),
    Bytes(PyBackedBytes),
    /// What was read of a file object.
    Read(Vec<u8>),
}

impl Source {
    /// What was handed over, read where it is a file object.
    pub(crate) fn of(given: &Bound<'_, PyAny>, limits: &Limits) -> PyResult<Self> {
        if given.is_instance_of::<PyBytes>() || given.is_instance_of::<PyByteArray>() {
            return Ok(Self::Bytes(given.extract()?));
        }
        if given.is_instance_of::<PyMemoryView>() {
            return Ok(Self::Bytes(given.call_method0("tobytes")?.extract()?));
        }
        if given.is_instance_of::<PyString>() || given.hasattr("__fspath__")? {
            let path = given.py().import("os")?.call_method1("fsdecode", (given,))?;
            return Ok(Self::Path(path.extract()?));
        }
        if given.hasattr("read")? {
            return read_all(given, limits).map(Self::Read);
        }
        let name = given.get_type().name()?.to_string();
        Err(PyTypeError::new_err(format!("a bundle is a path, bytes or a binary file, and not {name}")))
    }

    /// What a reader of the bundle gives; other threads of Python go on meanwhile.
    pub(crate) fn read<T: Send>(
        &self,
        py: Python<'_>,
        limits: &Limits,
        work: impl Fn(&mut dyn Input) -> Result<T, ramp_core::Error> + Sync,
    ) -> PyResult<T> {
        let until = limits.until();
        let of_bytes = |bytes: &[u8]| work(&mut Timed::new(Cursor::new(bytes), until));
        let read = || match self {
            Self::Bytes(bytes) => of_bytes(bytes),
            Self::Read(bytes) => of_bytes(bytes),
            Self::Path(path) => {
                let file = BufReader::with_capacity(64 << 10, open(path)?);
                work(&mut Timed::new(file, until))
            }
        };
        py.detach(read).map_err(|err| errors::of(err, self.path()))
    }

    fn path(&self) -> Option<&PathBuf> {
        match self {
            Self::Path(path) => Some(path),
            Self::Bytes(_) | Self::Read(_) => None,
        }
    }

    /// The bundle's name: that which it was given, of which an empty one is none; else its path, as the command has it.
    pub(crate) fn named(&self, name: Option<String>) -> Option<String> {
        let name = name.or_else(|| Some(self.path()?.to_string_lossy().into_owned()));
        name.filter(|name| !name.is_empty())
    }
}

/// A regular file: a pipe would be waited for, however long.
fn open(path: &PathBuf) -> io::Result<File> {
    let kind = path.metadata()?.file_type();
    if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !kind.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is not a regular file; open it, and hand that over",
        ));
    }
    File::open(path)
}

/// All of a file object, from its start where it can go there: the position of a zip is nobody's.
fn read_all(file: &Bound<'_, PyAny>, limits: &Limits) -> PyResult<Vec<u8>> {
    let is_seekable = file.hasattr("seekable")? && at_once(file, file.call_method0("seekable")?)?.is_truthy()?;
    if is_seekable {
        at_once(file, file.call_method1("seek", (0,))?)?;
    }
    let (until, mut whole) = (limits.until(), Vec::new());
    loop {
        let piece = file
            .call_method1("read", (PIECE,))
            .map_err(|err| if err.is_instance_of::<PyUnicodeDecodeError>(file.py()) { of_text() } else { err })?;
        let piece = at_once(file, piece)?;
        if piece.is_none() {
            return Err(PyBlockingIOError::new_err("the file has nothing to read yet"));
        }
        if piece.is_instance_of::<PyString>() {
            return Err(of_text());
        }
        let name = piece.get_type().name()?.to_string();
        let bytes = if piece.is_instance_of::<PyMemoryView>() { piece.call_method0("tobytes")? } else { piece };
        let bytes: PyBackedBytes =
            bytes.extract().map_err(|_| PyTypeError::new_err(format!("read() gives {name}, and not bytes")))?;
        if bytes.is_empty() {
            return Ok(whole);
        }
        // A piece at a time, so that what is too much is an error, and not the end of the process.
        whole.try_reserve(bytes.len()).map_err(|_| PyMemoryError::new_err("not enough memory for the file"))?;
        whole.extend_from_slice(&bytes);
        if whole.len() as u64 > limits.max_bytes {
            return Err(LimitExceeded::new_err(format!("the file has more than {}", count(limits.max_bytes, "byte"))));
        }
        if until.is_some_and(|until| std::time::Instant::now() >= until) {
            return Err(errors::of_time());
        }
    }
}

fn of_text() -> PyErr {
    PyTypeError::new_err("the file gives text; open it in binary mode: open(path, \"rb\")")
}

/// What a method gives, unless that is yet to be awaited: then it never is, and Python need not say so.
fn at_once<'py>(file: &Bound<'py, PyAny>, given: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if !given.hasattr("__await__")? {
        return Ok(given);
    }
    if given.hasattr("close")? {
        given.call_method0("close")?;
    }
    // As an upload has it to Starlette, and so to FastAPI.
    let instead = if file.hasattr("file")? { "pass its `.file`" } else { "await its read(), and pass the bytes" };
    let name = file.get_type().name()?.to_string();
    Err(PyTypeError::new_err(format!("the file, {name}, is asynchronous; {instead}")))
}

/// What a bundle is read from.
pub(crate) trait Input: Read + Seek {}

impl<T: Read + Seek> Input for T {}

/// All there is to know of a bundle.
pub(crate) fn gather(input: &mut dyn Input, limits: &Limits) -> Result<BundleFacts, ramp_core::Error> {
    facts::gather(input, &limits.core)
}

/// The same, and what is in the module and the dependencies.
pub(crate) fn gather_with_contents(
    input: &mut dyn Input,
    limits: &Limits,
) -> Result<(BundleFacts, Contents), ramp_core::Error> {
    facts::gather_with_contents(input, &limits.core)
}

/// All bytes, of a bare module.
pub(crate) fn whole(input: &mut dyn Input, limits: &Limits) -> Result<Vec<u8>, ramp_core::Error> {
    let allowed = limits.core.max_module_bytes;
    let mut bytes = Vec::new();
    input.rewind()?;
    input.take(allowed + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 {
        measured if measured > allowed => {
            Err(ramp_core::Error::LimitExceeded { limit: ramp_core::Limit::ModuleBytes, measured, allowed })
        }
        _ => Ok(bytes),
    }
}

/// Bytes as Python holds them; `MemoryError` where there is not enough memory for them.
pub(crate) fn held<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with(py, bytes.len(), |into| {
        into.copy_from_slice(bytes);
        Ok(())
    })
}
