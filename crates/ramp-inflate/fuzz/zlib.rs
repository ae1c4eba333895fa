//! How zlib reads a stream: what the tests, and the fuzz target, compare with.

/// How a DEFLATE stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StreamEnd {
    /// Well; so many bytes of the data were used.
    Whole {
        /// The last of them perhaps in part.
        used: u64,
    },
    /// The data ends before the stream does.
    CutShort,
    /// The data is not a sound stream.
    Corrupt,
    /// More came out than was asked for; how it ends was not looked at.
    Long,
}

/// What comes out of a DEFLATE stream, and how it ends, as zlib has it (zlib-rs, a port of it). Where more than `most` bytes
/// come out, what is beyond means nothing.
pub(crate) fn by_zlib(data: &[u8], most: usize) -> (Vec<u8>, StreamEnd) {
    let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let mut state = flate2::Decompress::new(false);
    let (mut output, mut buffer) = (Vec::new(), vec![0; 64 << 10]);
    loop {
        let (used, made) = (state.total_in(), state.total_out());
        let status = state.decompress(&data[number(used)..], &mut buffer, flate2::FlushDecompress::None);
        let more = number(state.total_out() - made);
        output.extend_from_slice(&buffer[..more]);
        match status {
            _ if output.len() > most => return (output, StreamEnd::Long),
            Ok(flate2::Status::StreamEnd) => return (output, StreamEnd::Whole { used: state.total_in() }),
            Ok(_) if more == 0 && state.total_in() == used => return (output, StreamEnd::CutShort),
            Ok(_) => {}
            Err(_) => return (output, StreamEnd::Corrupt),
        }
    }
}
