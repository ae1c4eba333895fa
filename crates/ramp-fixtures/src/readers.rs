//! How other readers see a zip: the `zip` crate, `rawzip`, Python's `zipfile`.

use std::io::{self, Cursor, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Names and contents, in the order of the directory.
pub type View = Vec<(Vec<u8>, Vec<u8>)>;

/// The zip as the `zip` crate reads it, which is also to find its headers consistent.
///
/// # Errors
///
/// What the crate says.
pub fn by_zip(bundle: &[u8]) -> Result<View, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bundle)).map_err(|err| err.to_string())?;
    archive.validate_header_consistency().map_err(|err| err.to_string())?;
    let mut view = View::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|err| err.to_string())?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(|err| err.to_string())?;
        view.push((entry.name_raw().to_vec(), content));
    }
    Ok(view)
}

/// The zip as `rawzip` reads it.
///
/// # Errors
///
/// What the crate says.
pub fn by_rawzip(bundle: &[u8]) -> Result<View, String> {
    fn read(bundle: &[u8]) -> Result<View, rawzip::Error> {
        let archive = rawzip::ZipArchive::from_slice(bundle)?;
        let mut view = View::new();
        let mut entries = archive.entries();
        while let Some(record) = entries.next_entry()? {
            let entry = archive.get_entry(record.wayfinder())?;
            let mut content = Vec::new();
            if record.compression_method() == rawzip::CompressionMethod::STORE {
                entry.verifying_reader(entry.data()).read_to_end(&mut content)?;
            } else {
                let decoder = flate2::bufread::DeflateDecoder::new(entry.data());
                entry.verifying_reader(decoder).read_to_end(&mut content)?;
            }
            view.push((record.file_path().as_ref().to_vec(), content));
        }
        Ok(view)
    }
    read(bundle).map_err(|err| err.to_string())
}

/// The zips as Python's `zipfile` reads them, all asked of one process.
///
/// # Errors
///
/// Where there is no `python3`, [`io::ErrorKind::NotFound`]; where it does not answer, [`io::ErrorKind::Other`].
pub fn by_python(bundles: &[Vec<u8>]) -> io::Result<Vec<Result<View, String>>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/zips/read.py");
    let mut child = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let stdin = child.stdin.take();
    let lines: Vec<String> = bundles.iter().map(|bundle| STANDARD.encode(bundle) + "\n").collect();
    let writer = std::thread::spawn(move || {
        let mut stdin = stdin?;
        lines.iter().try_for_each(|line| stdin.write_all(line.as_bytes())).ok()
    });
    let output = child.wait_with_output()?;
    let written = writer.join().ok().flatten();
    let text = String::from_utf8_lossy(&output.stdout);
    let views: Vec<_> = text.lines().map(python_view).collect();
    if written.is_none() || !output.status.success() || views.len() != bundles.len() {
        return Err(io::Error::other("read.py failed"));
    }
    Ok(views)
}

fn python_view(line: &str) -> Result<View, String> {
    let entries: Vec<(String, String)> = serde_json::from_str(line).map_err(|_| line.to_owned())?;
    let bytes = |hex: String| -> Option<Vec<u8>> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()).collect()
    };
    let entries = entries.into_iter().map(|(name, content)| Some((name.into_bytes(), bytes(content)?)));
    entries.collect::<Option<View>>().ok_or_else(|| line.to_owned())
}
