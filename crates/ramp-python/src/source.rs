//! Bundles as Python has them: paths, bytes, and files that can be read.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::PathBuf;
use std::time::Instant;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView, PyString};
use ramp_core::Limits;
use ramp_core::facts::{self, BundleFacts};

use crate::errors;
use crate::timed::Timed;

/// A bundle that is yet to be read.
pub(crate) enum Source {
    Path(PathBuf),
    Bytes(PyBackedBytes),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Source {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if given.is_instance_of::<PyBytes>() || given.is_instance_of::<PyByteArray>() {
            return Ok(Self::Bytes(given.extract()?));
        }
        if given.is_instance_of::<PyMemoryView>() {
            return Ok(Self::Bytes(given.call_method0("tobytes")?.extract()?));
        }
        if given.is_instance_of::<PyString>() || given.hasattr("__fspath__")? {
            return Ok(Self::Path(given.extract()?));
        }
        if given.hasattr("read")? {
            // From its start, wherever somebody else has read it to: the position of a zip is nobody's.
            if given.hasattr("seek")? {
                given.call_method1("seek", (0,))?;
            }
            let read = given.call_method0("read")?;
            return read
                .extract()
                .map(Self::Bytes)
                .map_err(|_| PyTypeError::new_err("the file gives text; open it in binary mode: open(path, \"rb\")"));
        }
        let name = given.get_type().name()?.to_string();
        Err(PyTypeError::new_err(format!("a bundle is a path, bytes or a binary file, and not {name}")))
    }
}

/// What a bundle is read from.
pub(crate) trait Input: Read + Seek {}

impl<T: Read + Seek> Input for T {}

/// All there is to know of a bundle.
pub(crate) fn gather(input: &mut dyn Input, limits: &Limits) -> Result<BundleFacts, ramp_core::Error> {
    facts::gather(input, limits)
}

/// All but the content of dependencies.
pub(crate) fn gather_at_hand(input: &mut dyn Input, limits: &Limits) -> Result<BundleFacts, ramp_core::Error> {
    facts::gather_without_dependencies(input, limits)
}

impl Source {
    /// What a reader of the bundle gives; other threads of Python go on meanwhile.
    pub(crate) fn read<T: Send>(
        &self,
        py: Python<'_>,
        until: Option<Instant>,
        work: impl Fn(&mut dyn Input) -> Result<T, ramp_core::Error> + Sync,
    ) -> PyResult<T> {
        let read = || match self {
            Self::Bytes(bytes) => work(&mut Timed::new(Cursor::new(&bytes[..]), until)),
            Self::Path(path) => {
                let file = BufReader::with_capacity(64 << 10, File::open(path)?);
                work(&mut Timed::new(file, until))
            }
        };
        py.detach(read).map_err(errors::of)
    }

    /// How the file is called, where it is one.
    pub(crate) fn name(&self) -> Option<String> {
        match self {
            Self::Path(path) => Some(path.file_name()?.to_string_lossy().into_owned()),
            Self::Bytes(_) => None,
        }
    }
}
