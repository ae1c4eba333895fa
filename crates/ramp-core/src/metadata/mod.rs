//! `module.json`: read as the reference unpacker reads it, judged as it judges, and given types.
//!
//! The reference unpacker is Python: `json.load` on the entry, then a handful of dictionary look-ups. What it
//! accepts is therefore what Python accepts, which is more than JSON (a byte-order mark, UTF-16, `NaN`, duplicate
//! keys) and in places less (nesting). Five floors, each knowing only those above it in this list:
//!
//! 1. [`Value`], [`Object`] and [`Number`] are what JSON is made of;
//! 2. [`json`] reads bytes into a [`Document`], failing exactly where Python 3.11's `json.load` fails;
//! 3. [`python`] holds the few Python semantics the unpacker leans on: truth, `int(float(x))`, `re.search`;
//! 4. [`unpacked`] is the unpacker's own validation, in its order;
//! 5. [`fields`] is the table of all members that are known, by whose types [`Metadata`] looks at a document.
//!
//! ```
//! use ramp_core::metadata::{Metadata, json, unpacked};
//!
//! let document = json::read(br#"{"module_name": "m", "module_file": "m.so", "architecture": "x86_64",
//!                                "version": 20803.0, "operating_systems": ["ubuntu22"]}"#)?;
//! assert_eq!(unpacked::module_file(&document), Ok("m.so"));
//! assert_eq!(unpacked::rejections(&document), []);
//!
//! let metadata = Metadata::from_document(document);
//! assert_eq!(metadata.version(), Some(20803));
//! assert!(metadata.operating_systems().unwrap().eq(["ubuntu22"]));
//! # Ok::<(), ramp_core::metadata::ReadError>(())
//! ```

pub mod called;
mod control;
mod convert;
pub mod definition;
mod dependency;
mod excerpt;
pub mod fields;
mod forms;
mod host;
mod intended;
pub mod json;
pub(crate) mod mail;
mod meant;
mod model;
pub(crate) mod needs;
mod number;
mod placeholder;
pub mod python;
mod reader;
mod rejection;
mod repr;
mod signs;
mod texts;
mod types;
mod unfilled;
mod unicode;
pub mod unpacked;
mod url;
mod value;
mod walk;

pub(crate) use control::control;
pub use dependency::{DEPENDENCY_FIELDS, Dependency};
pub use excerpt::MAX_SHOWN_DEPTH;
pub use forms::Form;
pub(crate) use forms::is_sha256;
pub use intended::intended;
pub use json::document::{Document, Note};
pub use json::encoding::Encoding;
pub use json::error::ReadError;
pub use json::limits::Limits;
pub use model::Metadata;
pub use number::{Number, ParseNumberError};
pub(crate) use placeholder::placeholder_in_key;
pub use placeholder::{Placeholder, placeholders};
pub use rejection::{Rejection, RejectionKind};
pub use signs::{placeholder_in, placeholder_of};
pub use texts::Texts;
pub use types::{Expected, FieldProblem, MAX_PROBLEMS, Problem, UnknownKey};
pub use unfilled::Standing;
pub(crate) use url::Url;
pub use value::{Kind, Object, Value};
pub(crate) use walk::Walk;
