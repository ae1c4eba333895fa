//! How four readers see one zip.

use std::io::{Cursor, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use ramp_core::bundle::{Bundle, Ending, Limits};

/// Names and contents, in the order of the directory.
pub(crate) type View = Vec<(Vec<u8>, Vec<u8>)>;

/// A file under `testdata/zips/`.
pub(crate) fn testdata(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/zips").join(name)
}

/// The zip as this library reads it.
pub(crate) fn ours(bundle: &[u8]) -> View {
    let mut bundle = Bundle::open(Cursor::new(bundle), &Limits::default()).expect("a bundle that strict takes");
    let entries = bundle.directory().entries.clone();
    let mut view = View::new();
    for entry in entries {
        let mut content = Vec::new();
        let copied = bundle.copy(&entry, |piece| {
            content.extend_from_slice(piece);
            Ok::<_, std::convert::Infallible>(())
        });
        assert_eq!(copied.expect("an entry that strict takes").ending, Ending::Whole);
        view.push((entry.raw_name, content));
    }
    view
}

/// The zip as the `zip` crate reads it, which is also to find its headers consistent.
pub(crate) fn by_zip(bundle: &[u8]) -> Result<View, String> {
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
pub(crate) fn by_rawzip(bundle: &[u8]) -> Result<View, String> {
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
        assert_eq!(archive.entries_hint(), view.len() as u64);
        Ok(view)
    }
    read(bundle).map_err(|err| err.to_string())
}

/// The zips as Python's zipfile reads them, all asked of one process; `None` where there is no Python.
pub(crate) fn by_python(bundles: &[Vec<u8>]) -> Option<Vec<Result<View, String>>> {
    let spawned = Command::new("python3").arg(testdata("read.py")).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => {
            crate::writers::absent("python3");
            return None;
        }
        Err(err) => panic!("python3: {err}"),
    };
    let mut stdin = child.stdin.take().unwrap();
    let lines: Vec<String> = bundles.iter().map(|bundle| base64(bundle) + "\n").collect();
    let writer = std::thread::spawn(move || lines.iter().try_for_each(|line| stdin.write_all(line.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "read.py failed");
    let text = String::from_utf8(output.stdout).unwrap();
    let views: Vec<_> = text.lines().map(python_view).collect();
    assert_eq!(views.len(), bundles.len());
    Some(views)
}

fn python_view(line: &str) -> Result<View, String> {
    let entries: Vec<(String, String)> = serde_json::from_str(line).map_err(|_| line.to_owned())?;
    let bytes = |hex: String| -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    };
    Ok(entries.into_iter().map(|(name, content)| (name.into_bytes(), bytes(content))).collect())
}

/// Asserts that the Rust libraries read a zip that strict takes as we do.
pub(crate) fn libraries_agree(about: &str, bundle: &[u8]) {
    let ours = ours(bundle);
    assert_eq!(by_zip(bundle).as_ref(), Ok(&ours), "{about}: zip sees something else");
    assert_eq!(by_rawzip(bundle).as_ref(), Ok(&ours), "{about}: rawzip sees something else");
}

/// Asserts that Python reads zips that strict takes as we do.
pub(crate) fn python_agrees(about: &str, bundles: &[Vec<u8>]) {
    for (bundle, theirs) in bundles.iter().zip(by_python(bundles).unwrap_or_default()) {
        assert_eq!(theirs, Ok(ours(bundle)), "{about}: zipfile sees something else");
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = char::from(DIGITS[(word >> (18 - 6 * place)) as usize & 63]);
            text.push(if place <= chunk.len() { digit } else { '=' });
        }
    }
    text
}
