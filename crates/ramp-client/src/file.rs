//! Small files that the user names.

use std::fs::File;
use std::io::{self, Read as _};

use ramp_core::text::count;

/// Reads a file of at most `most` bytes whole.
///
/// # Errors
///
/// [`io::ErrorKind::FileTooLarge`] where there is more, such as in a device that never ends.
pub(crate) fn read(file: File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {}", count(most, "byte"))));
    }
    Ok(bytes)
}
