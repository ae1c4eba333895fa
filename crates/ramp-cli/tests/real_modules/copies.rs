//! Copies of a bundle with something changed, and all else kept byte for byte.

use std::fs::{self, File};
use std::io::{Cursor, Read, Write};
use std::path::Path;

use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const METADATA: &str = "module.json";

fn open(bundle: &Path) -> ZipArchive<File> {
    ZipArchive::new(File::open(bundle).unwrap()).unwrap()
}

pub(crate) fn metadata(bundle: &Path) -> Value {
    serde_json::from_reader(open(bundle).by_name(METADATA).unwrap()).unwrap()
}

/// The files under `deps/`.
pub(crate) fn dependencies(bundle: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = open(bundle);
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let read = |name: String| {
        let mut content = Vec::new();
        archive.by_name(&name).unwrap().read_to_end(&mut content).unwrap();
        (name, content)
    };
    names.into_iter().filter(|name| name.starts_with("deps/")).map(read).collect()
}

/// What goes into a copy.
#[derive(Debug)]
pub(crate) struct Contents {
    /// `None` leaves `module.json` out.
    pub(crate) metadata: Option<Value>,
    /// The module's bytes, where they are not to be the original's.
    pub(crate) module: Option<Vec<u8>>,
    /// Entries to add at the end.
    pub(crate) added: Vec<(&'static str, &'static [u8])>,
}

/// Writes a copy with other contents. The entries that stay are not compressed again.
pub(crate) fn rewrite(bundle: &Path, change: impl FnOnce(&mut Contents)) -> Vec<u8> {
    let mut archive = open(bundle);
    let original = metadata(bundle);
    let module_file = original["module_file"].as_str().unwrap().to_owned();
    let mut contents = Contents { metadata: Some(original), module: None, added: Vec::new() };
    change(&mut contents);
    let options = SimpleFileOptions::default();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        if name == METADATA {
            let Some(metadata) = &contents.metadata else { continue };
            writer.start_file(METADATA, options.unix_permissions(0o600)).unwrap();
            serde_json::to_writer_pretty(&mut writer, metadata).unwrap();
        } else if let Some(module) = contents.module.as_deref().filter(|_| name == module_file) {
            let options = options.compression_method(CompressionMethod::Stored).unix_permissions(0o755);
            writer.start_file(name, options).unwrap();
            writer.write_all(module).unwrap();
        } else {
            writer.raw_copy_file(entry).unwrap();
        }
    }
    for (name, content) in contents.added {
        writer.start_file(name, options.unix_permissions(0o644)).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Flips one bit in the middle of the module's compressed data.
pub(crate) fn flip_module_bit(bundle: &Path) -> Vec<u8> {
    let mut archive = open(bundle);
    let module_file = metadata(bundle)["module_file"].as_str().unwrap().to_owned();
    let entry = archive.by_name(&module_file).unwrap();
    let middle = entry.data_start().unwrap() + entry.compressed_size() / 2;
    let mut bytes = fs::read(bundle).unwrap();
    bytes[usize::try_from(middle).unwrap()] ^= 0x10;
    bytes
}
