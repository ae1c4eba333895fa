//! `module.json`: read as the reference unpacker reads it, judged as it judges, and given types.
//!
//! The reference unpacker is Python: `json.load` on the entry, then a handful of dictionary look-ups. What it
//! accepts is therefore what Python accepts, which is more than JSON (a byte-order mark, UTF-16, `NaN`, duplicate
//! keys) and in places less (nesting). Four floors, each knowing only those above it in this list:
//!
//! 1. [`json`] reads bytes into a [`Document`], failing exactly where Python 3.11's `json.load` fails;
//! 2. [`python`] holds the few Python semantics the unpacker leans on: truth, `int(float(x))`, `re.search`;
//! 3. [`unpacked`] is the unpacker's own validation, in its order, giving its first rejection;
//! 4. [`model`] gives every documented field a type, leniently, by the table of [`fields`].
//!
//! ```
//! use ramp_core::metadata::{Metadata, json, unpacked};
//!
//! let document = json::read(br#"{"module_name": "m", "module_file": "m.so", "architecture": "x86_64",
//!                                "version": 20803.0, "operating_systems": ["ubuntu22"]}"#)?;
//! assert_eq!(unpacked::module_file(&document), Ok("m.so"));
//! let unpacked = unpacked::validate(&document).unwrap();
//! assert_eq!(unpacked.version, 20803);
//!
//! let metadata = Metadata::from_document(document);
//! assert_eq!(metadata.operating_systems.as_deref(), Some(&["ubuntu22".to_owned()][..]));
//! # Ok::<(), ramp_core::metadata::json::ReadError>(())
//! ```

mod encoding;
mod error;
pub mod fields;
pub mod json;
pub mod model;
mod number;
mod parser;
pub mod python;
mod reader;
mod repr;
mod scan;
mod unicode;
pub mod unpacked;
mod value;

pub use encoding::Encoding;
pub use json::{Document, Limits, Note, ReadError};
pub use model::Metadata;
pub use number::Number;
pub use python::PythonException;
pub use unpacked::{Rejection, RejectionKind, Unpacked};
pub use value::{Kind, Object, Value};
