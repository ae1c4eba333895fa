//! What is looked into.

use std::error::Error;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ramp_core::Digest256;
use ramp_core::bundle::{Bundle, BundleLimits};
use ramp_fixtures::bundle::{BundleBuilder, MODULE_FILE};
use ramp_fixtures::synthetic;
use ramp_pack::{ArchiveOptions, BundleParts, DependencyArchive, DependencyPart, WriteOptions, write_bundle};
use serde_json::json;

/// Bundles of 80 KB, 8 MB and 40 MB, and one of 250 MB with two dependencies.
pub(crate) fn make(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    [
        ("80-kb.zip", 230_000, 0),
        ("8-mb.zip", 24_000_000, 0),
        ("40-mb.zip", 115_000_000, 0),
        ("250-mb.zip", 24_000_000, 121_000_000),
    ]
    .into_iter()
    .map(|(name, module, dependency)| bundle(folder, name, module, dependency))
    .collect()
}

fn bundle(folder: &Path, name: &str, module: usize, dependency: usize) -> Result<PathBuf, Box<dyn Error>> {
    let mut builder = BundleBuilder::of_module(synthetic::module(module));
    let mut dependencies = Vec::new();
    let mut described = serde_json::Map::new();
    if dependency > 0 {
        for (seed, name) in [(1, "first"), (2, "second")] {
            let file = folder.join(name);
            fs::write(&file, synthetic::like_noise(dependency, seed))?;
            let archive = folder.join(format!("{name}.tgz"));
            let packed =
                DependencyArchive::write(&file, BufWriter::new(File::create(&archive)?), &ArchiveOptions::default())?;
            let url = format!("https://example.com/{name}.tgz");
            described.insert(name.to_owned(), json!({"url": url, "sha256": packed.sha256.to_string()}));
            dependencies.push(DependencyPart { name: format!("{name}.tgz"), content: Box::new(File::open(&archive)?) });
        }
    }
    builder = builder.set("dependencies", described);
    let metadata = builder.metadata_text();
    let parts =
        BundleParts { module_file: MODULE_FILE, module: builder.module[..].into(), metadata: &metadata, dependencies };
    let path = folder.join(name);
    let mut out = BufWriter::new(File::create(&path)?);
    write_bundle(&mut out, parts, &WriteOptions::default())?;
    out.flush()?;
    Ok(path)
}

/// What is in a bundle.
pub(crate) struct Content {
    pub(crate) packed: u64,
    pub(crate) inflated: u64,
    pub(crate) module: u64,
    /// Compressed bytes, and how many they inflate to; `None` for what is stored.
    entries: Vec<(Vec<u8>, Option<usize>)>,
}

pub(crate) fn content(path: &Path) -> Result<Content, Box<dyn Error>> {
    let mut file = File::open(path)?;
    let packed = file.metadata()?.len();
    let opened = Bundle::open(File::open(path)?, &BundleLimits::default())?;
    let (mut inflated, mut module, mut entries) = (0, 0, Vec::new());
    for entry in &opened.directory().entries {
        file.seek(SeekFrom::Start(opened.local(entry)?.data_offset))?;
        let mut bytes = Vec::new();
        (&file).take(entry.claimed_compressed_size).read_to_end(&mut bytes)?;
        inflated += entry.claimed_size;
        if entry.name.ends_with(".so") {
            module = entry.claimed_size;
        }
        let size = usize::try_from(entry.claimed_size)?;
        entries.push((bytes, (entry.claimed_method == 8).then_some(size)));
    }
    Ok(Content { packed, inflated, module, entries })
}

impl Content {
    /// The slower of inflating everything and of hashing it.
    pub(crate) fn limit(&self) -> Result<Duration, Box<dyn Error>> {
        let (mut inflating, mut hashing) = (Duration::ZERO, Duration::ZERO);
        for (bytes, size) in &self.entries {
            let start = Instant::now();
            let inflated = match size {
                Some(size) => {
                    let mut inflated = vec![0; *size];
                    libdeflater::Decompressor::new().deflate_decompress(bytes, &mut inflated)?;
                    Some(inflated)
                }
                None => None,
            };
            inflating += start.elapsed();
            let start = Instant::now();
            black_box(Digest256::of(inflated.as_deref().unwrap_or(bytes)));
            hashing += start.elapsed();
        }
        Ok(inflating.max(hashing))
    }
}
