//! What a file is, and everything that is known of it: a bundle, or a bare module. Nothing is judged.

use std::path::Path;

use serde_json::{Value, json};

use crate::bundle::{Ending, Entry, Measured};
use crate::facts::BundleFacts;
use crate::given::{Described, Given};
use crate::module::{self, ModuleFacts, ModuleLimits};

/// What a file turned out to be.
#[derive(Debug)]
pub enum Inspection {
    /// A zip, or what is called one.
    Bundle(Box<BundleFacts>),
    /// A module; or a file that is nothing else either, and what it is then.
    Module(Box<ModuleFacts>, Option<Described>),
}

impl Inspection {
    /// Tells by its facts, and by how it is called, what a file is. What is not a bundle is looked at as a module, for which `read` gives all
    /// of its bytes.
    ///
    /// # Errors
    ///
    /// Whatever `read` could not do.
    pub fn of<E, B: AsRef<[u8]>>(
        facts: BundleFacts,
        name: &str,
        limits: &ModuleLimits,
        read: impl FnOnce() -> Result<B, E>,
    ) -> Result<Self, E> {
        let is_called_zip = Path::new(name).extension().is_some_and(|e| e.eq_ignore_ascii_case("zip"));
        let is_object = facts.given.is_object();
        let is_zip = facts.archive.is_ok() || matches!(facts.given, Given::CutOff { .. } | Given::Part);
        if is_zip || (is_called_zip && !is_object) {
            return Ok(Self::Bundle(Box::new(facts)));
        }
        let described = facts.described().filter(|_| !is_object);
        Ok(Self::Module(Box::new(module::inspect(read()?.as_ref(), limits)), described))
    }

    /// All of it as JSON, `name` being how the file is called.
    ///
    /// ```
    /// use std::convert::Infallible;
    ///
    /// use ramp_core::Limits;
    /// use ramp_core::facts::gather;
    /// use ramp_core::inspection::Inspection;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let bytes = b"neither".as_slice();
    /// let facts = gather(std::io::Cursor::new(bytes), &Limits::default())?;
    /// let inspection = Inspection::of(facts, "neither", &Limits::default().module, || Ok::<_, Infallible>(bytes))?;
    /// assert_eq!(inspection.document("neither")["kind"], "module");
    /// # Ok(())
    /// # }
    /// ```
    pub fn document(&self, name: &str) -> Value {
        match self {
            Self::Bundle(facts) => bundle(name, facts),
            Self::Module(facts, described) => {
                let mut document = json!({"file": name, "kind": "module", "module": facts});
                add(&mut document, described.as_ref());
                document
            }
        }
    }
}

/// What it is in place of a bundle.
fn add(document: &mut Value, described: Option<&Described>) {
    if let Some(described) = described {
        document["what"] = described.what.as_str().into();
        document["help"] = described.help.as_str().into();
    }
}

fn bundle(name: &str, facts: &BundleFacts) -> Value {
    let mut document = json!({"file": name, "kind": "bundle", "size": facts.size});
    add(&mut document, facts.described().as_ref());
    let archive = match &facts.archive {
        Ok(archive) => archive,
        Err(failure) => {
            document["not_a_zip"] = failure.to_string().into();
            return document;
        }
    };
    let entries = archive.directory.entries.iter().zip(&archive.contents);
    document["entries"] = entries.map(|(of, content)| entry(of, content.as_ref(), archive.is_left_out(of))).collect();
    let anomalies = archive.framing.anomalies.iter();
    document["irregular"] =
        anomalies.map(|a| json!({"entry": a.name, "offset": a.offset, "message": a.kind.to_string()})).collect();
    document["metadata"] = archive.metadata().map(|m| Value::from(&*m.root().shown())).unwrap_or_default();
    if let Some(module) = &archive.module {
        document["module"] = json!(module.facts);
        document["module_sha256"] = module.sha256.to_string().into();
    }
    document
}

fn entry(entry: &Entry, content: Option<&Measured>, left_out: bool) -> Value {
    json!({
        "name": entry.name,
        "method": entry.claimed_method,
        "flags": entry.claimed_flags,
        "unix_mode": entry.unix_mode(),
        "offset": entry.local_offset,
        "claimed_size": entry.claimed_size,
        "claimed_compressed_size": entry.claimed_compressed_size,
        "claimed_crc32": format!("{:08x}", entry.claimed_crc32),
        "size": content.map(|c| c.size),
        "crc32": content.map(|c| format!("{:08x}", c.crc32)),
        "sha256": content.map(|c| c.sha256.to_string()),
        "whole": content.map(|c| c.ending == Ending::Whole),
        "left_out": left_out,
    })
}
