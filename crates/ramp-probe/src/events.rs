//! What the built-in host tells, as it is read: line by line, and within bounds, since the module is in the host's process and can write
//! in its place.

use std::io::{self, BufRead as _, BufReader, Read};
use std::process::ChildStdout;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use crate::wire::Event;

/// All that a host may tell: a registration of 100,000 commands takes a third.
const MOST: u64 = 64 << 20;
/// A line of it: a thousand commands take a fiftieth.
const LONGEST: u64 = 16 << 20;
/// All values in it, which take more memory than their text where they are small: a registration of 100,000 commands has half as many.
const VALUES: usize = 4_000_000;

/// Reads events on a thread of its own, which is not joined: whoever has escaped may hold the pipe open for ever.
pub(crate) fn read(stdout: ChildStdout) -> io::Result<Receiver<Result<Event, String>>> {
    let (sender, receiver) = mpsc::sync_channel(64);
    thread::Builder::new().name("host".into()).spawn(move || {
        let mut events = Events::new(stdout);
        while let Some(told) = events.next() {
            let is_last = told.is_err();
            if sender.send(told).is_err() || is_last {
                break;
            }
        }
    })?;
    Ok(receiver)
}

/// The events in a stream, and what more of them there may be.
struct Events<R> {
    lines: BufReader<R>,
    bytes: u64,
    values: usize,
}

impl<R: Read> Events<R> {
    fn new(stream: R) -> Self {
        Self { lines: BufReader::new(stream), bytes: MOST, values: VALUES }
    }

    /// The next, if there is one; or what keeps it from being read.
    fn next(&mut self) -> Option<Result<Event, String>> {
        let mut line = Vec::new();
        match self.lines.by_ref().take(LONGEST.min(self.bytes)).read_until(b'\n', &mut line) {
            Ok(0) if self.bytes > 0 => return None,
            Ok(_) => {}
            Err(err) => return Some(Err(err.to_string())),
        }
        if line.last() != Some(&b'\n') {
            return Some(Err("it ends in the middle, or is too long".to_owned()));
        }
        self.bytes = self.bytes.saturating_sub(line.len() as u64);
        // Each value but the first of a list is behind one of these.
        let values = line.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count();
        match self.values.checked_sub(values) {
            Some(left) => self.values = left,
            None => return Some(Err("it has too many values".to_owned())),
        }
        Some(serde_json::from_slice(&line).map_err(|err| err.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8], bytes: u64, values: usize) -> Vec<Result<Event, String>> {
        let mut events = Events { lines: BufReader::new(text), bytes, values };
        let mut all = Vec::new();
        while let Some(event) = events.next() {
            all.push(event);
            if all.last().is_some_and(Result::is_err) {
                break;
            }
        }
        all
    }

    #[test]
    fn events_have_bounds() {
        let text = b"\"loading\"\n{\"unguarded\":[\"a\",\"b\"]}\n";
        let both = vec![Ok(Event::Loading), Ok(Event::Unguarded(vec!["a".into(), "b".into()]))];
        assert_eq!(all(text, 100, 10), both);
        let long = Err("it ends in the middle, or is too long".to_owned());
        assert_eq!(all(text, 20, 10), [Ok(Event::Loading), long.clone()]);
        assert_eq!(all(text, 10, 10), [Ok(Event::Loading), long.clone()]);
        assert_eq!(all(text, 100, 2), [Ok(Event::Loading), Err("it has too many values".to_owned())]);
        assert_eq!(all(b"\"loading\"", 100, 10), [long]);
        assert!(matches!(&all(b"nonsense\n", 100, 10)[..], [Err(_)]));
    }
}
