//! The packer's input: YAML 1.1, as `PyYAML`'s `FullLoader` reads it where it matters, or JSON.
//!
//! Four floors, each knowing only those above it in this list:
//!
//! 1. `compose` makes a graph of nodes of the parser's events, within limits;
//! 2. `resolve` gives plain scalars their YAML 1.1 types: `7.10` is a float, `yes` a boolean, `0755` an octal number;
//! 3. `construct` writes the graph out as values: merge keys, aliases, duplicate keys;
//! 4. `check` compares keys and types with what the packer knows, and refuses a list where text belongs.
//!
//! What is wrong with one value does not hide what is wrong with another: its key is left out, and the rest is read.

mod check;
pub(crate) mod compose;
mod construct;
mod draft;
mod entries;
mod error;
mod json;
mod limits;
pub(crate) mod resolve;
mod schema;
mod slip;
mod timestamp;
mod written;

pub use draft::{Drafted, MODELINE, draft};
pub use entries::Manifest;
pub(crate) use error::called;
pub use error::{ManifestError, ManifestProblem, ManifestWarning, Oddity, Position, Slip};
pub use limits::{MAX_BYTES, MAX_DEPTH, MAX_EXPANDED_BYTES};
pub use schema::{SCHEMA_FILE, schema};
pub use written::written;

impl Manifest {
    /// Reads a manifest.
    ///
    /// What starts with a brace and is JSON is read as JSON, tabs and all, and anything else as YAML.
    ///
    /// # Errors
    ///
    /// [`ManifestError`] says where, and what is wrong there.
    ///
    /// ```
    /// use ramp_pack::manifest::Manifest;
    ///
    /// let manifest = Manifest::read(b"display_name: Hello\nmin-redis-version: \"7.2\"\ncompatible_redis_version: 7.10\n")?;
    /// assert_eq!(manifest.get("compatible_redis_version").unwrap().to_string(), "7.1");
    /// let warnings: Vec<_> = manifest.warnings.iter().map(ToString::to_string).collect();
    /// assert_eq!(warnings, [
    ///     "line 2 column 1: `min-redis-version` is not a key of a manifest; did you mean `min_redis_version`?",
    ///     "line 3 column 27: `compatible_redis_version` is read as 7.1, not as a string; write `\"7.10\"`",
    /// ]);
    ///
    /// let error = Manifest::read(b"license: MIT (see: LICENSE)\nauthor: [me\n").unwrap_err();
    /// assert!(error.to_string().starts_with("line 1 column "), "{error}");
    /// # Ok::<(), ramp_pack::manifest::ManifestError>(())
    /// ```
    pub fn read(bytes: &[u8]) -> Result<Self, ManifestError> {
        let (manifest, errors) = Self::read_all(bytes)?;
        errors.into_iter().next().map_or(Ok(manifest), Err)
    }

    /// Reads a manifest, and finds everything that is wrong with it: what is wrong with single values, of the wrong shape or not to be
    /// read, is in the list, in the order of the text, and their keys are not among the entries.
    ///
    /// # Errors
    ///
    /// [`ManifestError`] where the text as a whole cannot be read.
    ///
    /// ```
    /// use ramp_pack::manifest::Manifest;
    ///
    /// let (manifest, errors) = Manifest::read_all(b"author: [me]\nlicense: {}\nemail: a@example.com\n")?;
    /// let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    /// assert_eq!(errors, [
    ///     "line 1 column 9: `author` must be a string; it is a list",
    ///     "line 2 column 10: `license` must be a string; it is a mapping",
    /// ]);
    /// assert!(manifest.entries.len() == 1 && manifest.get("email").is_some());
    /// # Ok::<(), ramp_pack::manifest::ManifestError>(())
    /// ```
    pub fn read_all(bytes: &[u8]) -> Result<(Self, Vec<ManifestError>), ManifestError> {
        let text = decode(bytes, MAX_BYTES)?;
        let mut read = match json::read(text)? {
            Some(read) => read,
            None => construct::construct(&compose::compose(text, compose::Documents::One)?)?,
        };
        check::check(&mut read);
        Ok((read.manifest, read.errors))
    }
}

/// A text in UTF-8 of that many bytes at the most.
pub(crate) fn decode(bytes: &[u8], limit: usize) -> Result<&str, ManifestError> {
    if bytes.len() > limit {
        return Err(ManifestError::new(Position::START, ManifestProblem::TooLarge { limit }));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok());
            Err(ManifestError::new(Position::after(before.unwrap_or_default()), ManifestProblem::NotUtf8))
        }
    }
}
